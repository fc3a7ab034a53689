"""How many requests a minute a cache takes."""

from __future__ import annotations

import math
from collections.abc import Callable

WINDOW_SECONDS = 60.0


class Allowance:
    """Of one cache: so many requests in each minute, counted from the first.

    Args:
        requests: in a minute.
        clock: seconds, monotonic.
    """

    __slots__ = ("_clock", "_left", "_requests", "_until")

    def __init__(self, requests: int, clock: Callable[[], float]) -> None:
        self._requests = requests
        self._clock = clock
        self._left = 0
        self._until = -math.inf

    def take(self) -> bool:
        """Count a request. Returns whether it may be carried out."""
        if self._left > 0 and self._clock() < self._until:
            self._left -= 1
            return True
        return self._begins_anew()

    def _begins_anew(self) -> bool:
        now = self._clock()
        if now < self._until:
            return False
        self._until = now + WINDOW_SECONDS
        self._left = self._requests - 1
        return True

    @property
    def retry_after(self) -> int:
        """Whole seconds until requests are taken again, at least 1."""
        return max(1, math.ceil(self._until - self._clock()))
