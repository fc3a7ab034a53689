"""``python -m tests.console.hurried SPEED SECONDS PYTHON -m MODULE …``: a program whose calendar hurries.

It begins so far back, and runs so much faster than everybody else's, that it meets theirs when the seconds are over;
from then on it is theirs. Clocks that measure how long something takes (``time.monotonic``) are left alone, and so is
what the program does: an hour of the calendar takes the time that it takes.
"""

from __future__ import annotations

import runpy
import sys
import time
from collections.abc import Callable


def hurried(speed: float, seconds: float) -> Callable[[], float]:
    """Give a clock of the calendar, in seconds since 1970, that begins now."""
    real, elapsed = time.time, time.monotonic
    began, first = elapsed(), real() - seconds * (speed - 1)
    return lambda: min(real(), first + (elapsed() - began) * speed)


def main() -> None:
    """Run the module."""
    speed, seconds, _, _, module, *arguments = sys.argv[1:]
    time.time = hurried(float(speed), float(seconds))
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
