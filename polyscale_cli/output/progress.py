"""Say that something takes a while, but only once it does."""

from __future__ import annotations

import shutil
import threading
from types import TracebackType

from polyscale_cli.output.console import Console
from polyscale_cli.output.text import clean

DELAY_SECONDS = 0.3
FRAME_SECONDS = 0.1
_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_ASCII_FRAMES = "|/-\\"


class Progress:
    """Shows ``text`` on stderr after 300 ms: a spinner that goes away again, or one plain line where nobody watches.

    Args:
        moving: whether a spinner is wanted at all: a terminal, a person, no CI, no JSON.
    """

    def __init__(self, text: str, console: Console, *, moving: bool) -> None:
        self._text = clean(text)
        self._console = console
        self._moving = moving and console.err_can_move
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="progress", daemon=True)

    def __enter__(self) -> Progress:
        if not self._console.quiet:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._done.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        if self._done.wait(DELAY_SECONDS):
            return
        if not self._moving:
            self._console.note(f"{self._text}…" if self._is_unicode() else f"{self._text}...")
            return
        frames = _FRAMES if self._is_unicode() else _ASCII_FRAMES
        # What is longer than the line could not be taken back.
        text, step = self._text[: shutil.get_terminal_size().columns - 3], 0
        while not self._done.is_set():
            self._console.aside(f"\r{frames[step % len(frames)]} {text}")
            step += 1
            self._done.wait(FRAME_SECONDS)
        self._console.aside("\r\x1b[K")

    def _is_unicode(self) -> bool:
        return (getattr(self._console.err, "encoding", "") or "").lower().replace("-", "") == "utf8"
