"""A sketch of times: their quantiles to 2 %, in a few bytes, and two of them can be added.

DDSketch (Masson, Rim and Lee, "DDSketch: A Fast and Fully-Mergeable Quantile Sketch with Relative-Error Guarantees",
PVLDB 12(12), 2019): numbers are counted in buckets whose bounds grow by a constant factor, so that whatever is said of
a bucket is within a fixed part of each number in it. docs/decisions.md says why it is written here.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, log

ACCURACY = 0.02
"""How far a quantile may be from the true one, as a part of it."""

SHORTEST, LONGEST = 1e-6, 1e6
"""Seconds. What is outside is counted as if it were there, so that there are at most 693 buckets."""

_GROWTH = (1 + ACCURACY) / (1 - ACCURACY)
_LOG_GROWTH = log(_GROWTH)
_LOWEST = ceil(log(SHORTEST) / _LOG_GROWTH)


class Sketch(dict[int, int]):
    """How many times fell into each bucket, by the bucket's number; bucket ``i`` ends at ``_GROWTH ** i`` seconds."""

    __slots__ = ()

    def extend(self, seconds: Iterable[float]) -> None:
        """Count times."""
        get = self.get
        for time in seconds:
            bucket = ceil(log(min(max(time, SHORTEST), LONGEST)) / _LOG_GROWTH)
            self[bucket] = get(bucket, 0) + 1

    def merge(self, other: Sketch) -> None:
        """Count what another has counted: the outcome is as if all had been counted here."""
        for bucket, count in other.items():
            self[bucket] = self.get(bucket, 0) + count

    def quantiles(self, *parts: float) -> tuple[float, ...]:
        """Give the times, in seconds, below which these parts of all lie; parts ascend, and something was counted."""
        ranks = [part * (sum(self.values()) - 1) for part in parts]
        found: list[float] = []
        below = 0
        for bucket in sorted(self):
            below += self[bucket]
            while len(found) < len(ranks) and below > ranks[len(found)]:
                found.append(_middle(bucket))
        return tuple(found)

    @property
    def seconds(self) -> float:
        """All times together, as far as their buckets tell."""
        return sum(count * _middle(bucket) for bucket, count in self.items())

    def within(self, seconds: float) -> int:
        """Give how many times were no longer than this, as far as their buckets tell."""
        return sum(count for bucket, count in self.items() if _middle(bucket) <= seconds)

    def pack(self) -> bytes:
        """Give it as bytes: for each bucket its distance from the one before and its count, in sevens of bits."""
        packed = bytearray()
        before = _LOWEST
        for bucket in sorted(self):
            for number in (bucket - before, self[bucket]):
                rest = number
                while rest > 0x7F:
                    packed.append(rest & 0x7F | 0x80)
                    rest >>= 7
                packed.append(rest)
            before = bucket
        return bytes(packed)

    @classmethod
    def unpack(cls, packed: bytes) -> Sketch:
        """Read what ``pack`` gave."""
        sketch = cls()
        numbers: list[int] = []
        number = shift = 0
        for byte in packed:
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                numbers.append(number)
                number = shift = 0
        bucket = _LOWEST
        for distance, count in zip(numbers[::2], numbers[1::2], strict=True):
            bucket += distance
            sketch[bucket] = count
        return sketch


def _middle(bucket: int) -> float:
    """Give the time that is as far from both ends of a bucket, as a part of each."""
    return 2 * _GROWTH**bucket / (_GROWTH + 1)
