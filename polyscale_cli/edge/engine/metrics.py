"""What is counted of one cache, as of a moment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Observed:
    """What a cache would have done while it only observed.

    Attributes:
        reads: those that might have been hits.
        would_hit: those of them that an entry would have answered.
        would_be_stale: those of these for which the origin said something else.
        would_save: seconds that the origin took for these.
    """

    reads: int = 0
    would_hit: int = 0
    would_be_stale: int = 0
    would_save: float = 0.0

    @property
    def hit_ratio(self) -> float | None:
        """Of all reads, 0 to 1; None where there were none."""
        return self.would_hit / self.reads if self.reads else None


@dataclass(frozen=True, slots=True)
class CacheMetrics:
    """Counters since the edge started, and what is held now.

    Attributes:
        hits: statements answered from the cache.
        misses: reads that might have been hits and went to the origin.
        passes: statements that were never candidates.
        entries: entries held.
        bytes: bytes charged for them.
        invalidated: entries dropped because of writes.
        purged: entries dropped by purge.
    """

    hits: int
    misses: int
    passes: int
    entries: int
    bytes: int
    invalidated: int
    purged: int
    observed: Observed = Observed()
