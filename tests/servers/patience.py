"""How often a read is run until it must have been answered from the cache."""

from __future__ import annotations

import time
from collections.abc import Iterator

AT_ONCE = 8
"""A read is served from its third run; a driver that prepares on the way needs a few more."""

_SECONDS = 60.0
_PAUSE = 0.05


def runs(at_once: int = AT_ONCE) -> Iterator[int]:
    """Count runs: a few at once, and then some seconds of others with pauses in between.

    The edge asks each server's catalog so many questions a second and no more, and all tests of a process ask one.
    """
    deadline = time.monotonic() + _SECONDS
    number = 0
    while number < at_once or time.monotonic() < deadline:
        if number >= at_once:
            time.sleep(_PAUSE)
        yield number
        number += 1
