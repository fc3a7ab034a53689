"""A person who watches a full screen: a pseudo-terminal of a size, and what it shows."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pyte

from tests.cli.conftest import COMMAND

_PATIENCE_SECONDS = 30


class Watcher:
    """Runs ``polyscale`` on a terminal of its own, and sees what that shows."""

    def __init__(self, arguments: tuple[str, ...], env: Mapping[str, str], cwd: Path, size: tuple[int, int]) -> None:
        self._side, theirs = pty.openpty()
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self.sent = b""
        self._resize(size)
        self.process = subprocess.Popen(
            [*COMMAND, *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8", **env},
            cwd=cwd,
            start_new_session=True,
            # Its own terminal, so that Ctrl-C and a resize are told to it as a shell's would be.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - nothing here has threads
        )
        os.close(theirs)

    def __enter__(self) -> Watcher:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._side)

    @property
    def lines(self) -> list[str]:
        """What is on the screen, without the space at the ends."""
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        """The same in one piece."""
        return "\n".join(self.lines)

    def sees(self, *texts: str) -> str:
        """Wait until all of it is on the screen, and give what is."""
        return self.sees_that(lambda: all(text in self.text for text in texts), repr(texts))

    def sees_that(self, holds: Callable[[], bool], what: str) -> str:
        """Wait until something holds for the screen, and give what is on it."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while not holds():
            assert time.monotonic() < end, f"no {what} on the screen:\n{self.text}"
            assert self._read(), f"it ended without {what}:\n{self.text}"
        return self.text

    def types(self, text: str) -> None:
        """Press keys."""
        os.write(self._side, text.encode())

    def resizes(self, width: int, height: int) -> None:
        """Pull at the window's corner."""
        self._screen.resize(height, width)
        self._resize((width, height))

    def ends(self) -> int:
        """Wait for its end; the exit code."""
        while self._read():
            pass
        return self.process.wait(30)

    def _resize(self, size: tuple[int, int]) -> None:
        fcntl.ioctl(self._side, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

    def _read(self) -> bool:
        ready, _, _ = select.select([self._side], [], [], 1)
        if not ready:
            return self.process.poll() is None
        try:
            chunk = os.read(self._side, 1 << 16)
        except OSError:
            return False
        self.sent += chunk
        self._stream.feed(chunk)
        return bool(chunk)
