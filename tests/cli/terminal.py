"""A person at a terminal, for commands that ask."""

from __future__ import annotations

import codecs
import os
import pty
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.cli.conftest import COMMAND


@dataclass(slots=True)
class Person:
    """Runs ``polyscale`` on a pseudo-terminal, reads what it says and types."""

    arguments: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path
    seen: str = ""
    process: subprocess.Popen[bytes] = field(init=False)
    _side: int = field(init=False)
    # A read may end within a character.
    _decoder: codecs.IncrementalDecoder = field(init=False, default_factory=codecs.getincrementaldecoder("utf-8"))

    def __post_init__(self) -> None:
        self._side, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [*COMMAND, *self.arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, **self.env},
            cwd=self.cwd,
            start_new_session=True,
        )
        os.close(theirs)

    def reads(self, text: str) -> None:
        """Wait until the command has said it; fails with all it said when it ends before."""
        while text not in self.seen:
            assert self._read(), f"it ended without {text!r}: {self.seen}"

    def types(self, text: str) -> None:
        os.write(self._side, text.encode())

    def ends(self) -> int:
        """Wait for its end; the exit code."""
        while self._read():
            pass
        os.close(self._side)
        return self.process.wait(30)

    def _read(self) -> bool:
        try:
            chunk = os.read(self._side, 4096)
        except OSError:
            return False
        self.seen += self._decoder.decode(chunk)
        return bool(chunk)
