"""For threads that compute beside the loop."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

_Item = TypeVar("_Item")

BREATH = 20
"""Items between two breaths: half a millisecond's work, or less."""


def gently(items: Iterable[_Item]) -> Iterator[_Item]:
    """Give items, and let go of the interpreter's lock now and then.

    Whoever waits for it is else kept waiting for five milliseconds each time (``sys.setswitchinterval``), and a hit
    takes one hundredth of that.
    """
    for number, item in enumerate(items):
        if number % BREATH == 0:
            time.sleep(0)
        yield item
