"""Ctrl-C as a person presses it: again, where nothing seems to come of it."""

from __future__ import annotations

import contextlib
import signal
import subprocess
from typing import AnyStr

PATIENCE_SECONDS = 10.0
"""Longer than a busy machine needs to end a command: a second signal in its last moments would be one too many."""

MOST_PRESSES = 6


def interrupt(process: subprocess.Popen[AnyStr], sign: signal.Signals = signal.SIGINT) -> tuple[AnyStr, AnyStr]:
    """Send a program of ours a signal until it ends; what was still to be read of its output and of its errors.

    CPython's own handler only sets a flag. A signal that comes between the last look at the flag and the system call
    that waits, ``poll`` before a read with a timeout for one, is seen when that call returns: perhaps in half a minute,
    and for a person at once, with the next press.

    Raises:
        AssertionError: it did not end; it is killed.
    """
    for _ in range(MOST_PRESSES):
        process.send_signal(sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=PATIENCE_SECONDS)
    process.kill()
    raise AssertionError(f"{MOST_PRESSES} signals did not end it: {process.communicate()}")
