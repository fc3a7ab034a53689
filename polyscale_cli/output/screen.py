"""The whole terminal, for a while: lines written over one another, keys as they are pressed, and all as it was after.

Where there is no such terminal (Windows has no termios), `can_fill_the_screen` says so.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import TextIO

from polyscale_cli.output.colour import paint
from polyscale_cli.output.console import Console, is_terminal

_ENTER = "\x1b[?1049h\x1b[?25l\x1b[2J"  # the alternate screen, no cursor, nothing on it (xterm's control sequences)
_LEAVE = "\x1b[?25h\x1b[?1049l"
_HOME, _CLEAR = "\x1b[H", "\x1b[2J"
_ARROWS = {"\x1b[A": "up", "\x1b[B": "down", "\x1bOA": "up", "\x1bOB": "down", "k": "up", "j": "down"}
_LONGEST_KEYS = 64


def can_fill_the_screen(console: Console, stdin: TextIO) -> bool:
    """Whether a person sits at a terminal that can be written over, on both sides."""
    try:
        import termios  # noqa: F401
    except ImportError:
        return False
    return console.out_is_terminal and console.out_can_move and is_terminal(stdin)


class Screen:
    """Takes the terminal over inside ``with``.

    A resize, a key, and `wake` from another thread each end `wait`. SIGTERM ends as Ctrl-C does, and Ctrl-Z gives the
    terminal back until the process is told to go on.
    """

    def __init__(self, console: Console, stdin: TextIO) -> None:
        self._console = console
        self._keys = stdin.fileno()
        self._shown = (0, 0)
        self._woken, self._waker = os.pipe()
        os.set_blocking(self._waker, False)

    def __enter__(self) -> Screen:
        import termios

        self._before = termios.tcgetattr(self._keys)
        self._handlers = {
            signal.SIGWINCH: signal.signal(signal.SIGWINCH, lambda *_: self.wake()),
            signal.SIGTERM: signal.signal(signal.SIGTERM, _interrupt),
            signal.SIGTSTP: signal.signal(signal.SIGTSTP, self._stopped),
        }
        self._take()
        return self

    def __exit__(self, *_: object) -> None:
        self._give_back()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        os.close(self._woken)
        os.close(self._waker)

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines now; what is exported as COLUMNS would not follow when they change."""
        try:
            found = os.get_terminal_size(self._console.out.fileno())
        except OSError:
            found = shutil.get_terminal_size()
        return found.columns, found.lines

    def show(self, lines: Sequence[tuple[str, str]]) -> None:
        """Write the lines, each with the SGR code that paints it, from the top; they fill the width."""
        colour = self._console.out_colour
        painted = [paint(text, code, colour=colour and bool(code)) for text, code in lines]
        # Nothing is erased after a line that fills its row: the cursor still stands on its last character.
        size = self.size
        anew, self._shown = (_HOME if size == self._shown else _CLEAR + _HOME), size
        self._write(anew + "\r\n".join(painted))

    def wake(self) -> None:
        """End `wait`; from any thread."""
        with contextlib.suppress(BlockingIOError, OSError):
            os.write(self._waker, b"w")

    def wait(self, seconds: float) -> list[str]:
        """Wait for something to happen; the keys that were pressed. A terminal that is gone presses ``q``."""
        ready, _, _ = select.select([self._keys, self._woken], [], [], seconds)
        if self._woken in ready:
            os.read(self._woken, 4096)
        if self._keys not in ready:
            return []
        try:
            text = os.read(self._keys, _LONGEST_KEYS).decode(errors="replace")
        except OSError:
            text = ""
        return list(_keys(text)) if text else ["q"]

    def _take(self) -> None:
        import tty

        tty.setcbreak(self._keys)
        self._write(_ENTER)

    def _give_back(self) -> None:
        import termios

        with contextlib.suppress(termios.error):
            termios.tcsetattr(self._keys, termios.TCSADRAIN, self._before)
        with contextlib.suppress(OSError):
            self._write(_LEAVE)

    def _stopped(self, number: int, frame: FrameType | None) -> None:
        self._give_back()
        os.kill(os.getpid(), signal.SIGSTOP)
        self._shown = (0, 0)
        self._take()
        self.wake()

    def _write(self, text: str) -> None:
        self._console.out.write(text)
        self._console.out.flush()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _keys(text: str) -> Iterator[str]:
    """The keys in what was read at once: arrows by their names, characters as they are."""
    rest = text
    while rest:
        arrow = next((sequence for sequence in _ARROWS if rest.startswith(sequence)), None)
        if arrow is not None:
            yield _ARROWS[arrow]
            rest = rest[len(arrow) :]
        elif rest.startswith("\x1b"):
            return  # some other key, whose sequence is not known
        else:
            yield rest[0]
            rest = rest[1:]
