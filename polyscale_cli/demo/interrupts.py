"""Ctrl-C, SIGTERM and a closed terminal all end the demo in one way.

They are held back while a process is being started: an exception between its start and our knowing it would leave it
running.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


class Interrupts:
    """Turns each of the signals into KeyboardInterrupt, later where it must not come now."""

    def __init__(self) -> None:
        self._held = False
        self._pending = False

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Handle the signals inside; the handlers that were there come back."""
        signals = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
        # What is ignored (nohup) stays ignored.
        before: dict[Any, Any] = {
            each: signal.getsignal(each) for each in signals if signal.getsignal(each) is not signal.SIG_IGN
        }
        complain = sys.unraisablehook
        for each in before:
            signal.signal(each, self._caught)
        try:
            yield
        finally:
            sys.unraisablehook = complain
            for each, handler in before.items():
                signal.signal(each, handler)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nothing is raised inside; what came meanwhile is raised at the end."""
        outer, self._held = self._held, True
        try:
            yield
        finally:
            self._held = outer
        if self._pending and not self._held:
            self._pending = False
            _interrupt()

    @contextmanager
    def ignored(self) -> Iterator[None]:
        """Nothing is raised inside, nor afterwards: what runs here is the end already."""
        outer, self._held = self._held, True
        try:
            yield
        finally:
            self._held, self._pending = outer, False

    def _caught(self, number: int, frame: FrameType | None) -> None:
        if self._held:
            self._pending = True
        else:
            _interrupt()


def _interrupt() -> NoReturn:
    """End what is being done; what is half made, an event loop above all, then goes without a word."""
    sys.unraisablehook = lambda _: None
    raise KeyboardInterrupt
