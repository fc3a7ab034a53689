"""What many times come to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Times:
    """The quantiles of some times, in seconds: each a time that was measured, none in between two of them."""

    runs: int
    median: float
    p95: float
    p99: float
    least: float
    most: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Times:
        """Sum up at least one time. Raises ValueError for none."""
        if not seconds:
            raise ValueError("no times")
        ordered = sorted(seconds)
        return cls(
            len(ordered),
            nearest_rank(ordered, 0.5),
            nearest_rank(ordered, 0.95),
            nearest_rank(ordered, 0.99),
            ordered[0],
            ordered[-1],
        )


def nearest_rank(ordered: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed (Hyndman and Fan 1996, type 1)."""
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1]
