"""Which queries were asked before, roughly, in 128 KB.

Most templates see the same queries again and again, and their answers are kept as soon as the template is known.
Some, such as the look-up of one row among millions, rarely see the same query twice; keeping each of their answers
would cost every miss the work and the memory of an entry that nobody reads. Of those a query has to be asked twice
before its answer is kept (the doorkeeper of "TinyLFU: A Highly Efficient Cache Admission Policy", Einziger, Friedman
and Manes, ACM Transactions on Storage 13(4), 2017, section 3.4.2).
"""

from __future__ import annotations

from collections.abc import Hashable

SLOTS = 1 << 20
"""A bit each, found by the query's hash. Two queries that share one only mean that an answer is kept too early."""

MOST_SEEN = SLOTS // 8
"""Queries that are remembered before all are forgotten: the fewer, the fewer share a bit."""

_BITS = tuple(1 << bit for bit in range(8))


class Doorkeeper:
    """Of one cache."""

    __slots__ = ("_count", "_seen")

    def __init__(self) -> None:
        self._seen = bytearray()
        self._count = 0

    def has_seen(self, key: Hashable) -> bool:
        """Whether a query was asked before; it has been from now on."""
        slot = hash(key) % SLOTS
        byte, bit = slot >> 3, _BITS[slot & 7]
        if not self._count:
            # Not before the first query that needs it: most caches never do.
            self._seen = bytearray(SLOTS // 8)
        elif self._seen[byte] & bit:
            return True
        self._seen[byte] |= bit
        self._count = (self._count + 1) % MOST_SEEN
        return False
