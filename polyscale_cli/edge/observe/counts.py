"""What was counted of a template or of a whole cache, in a span of time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import add, sub
from typing import NamedTuple

from polyscale_cli.edge.engine.tally import Tally
from polyscale_cli.edge.observe.sketch import Sketch


class Numbers(NamedTuple):
    """Numbers that add up. Those of a ``Tally``, and ``saved``: seconds that hits took less than the origin would have.

    ``would_hit``, ``would_be_stale`` and ``would_save`` are of a cache that only observes.
    """

    hits: float = 0
    misses: float = 0
    passes: float = 0
    kept: float = 0
    kept_bytes: float = 0
    invalidated: float = 0
    purged: float = 0
    refreshed: float = 0
    changed: float = 0
    would_hit: float = 0
    would_be_stale: float = 0
    would_save: float = 0
    origin_runs: float = 0
    origin_total: float = 0
    saved: float = 0

    @classmethod
    def of(cls, tally: Tally) -> Numbers:
        """Read a tally as it stands."""
        return cls(
            tally.hits,
            tally.misses,
            sum(tally.passes.values()),
            tally.kept,
            tally.kept_bytes,
            tally.invalidated,
            tally.purged,
            tally.refreshed,
            tally.changed,
            tally.would_hit,
            tally.would_be_stale,
            tally.would_save,
            tally.origin_runs,
            tally.origin_total,
        )

    @classmethod
    def total(cls, all_of_them: Iterable[Numbers]) -> Numbers:
        """Add up at least one."""
        return cls._make(map(sum, zip(*all_of_them, strict=True)))

    def plus(self, other: Numbers) -> Numbers:
        """Add each to its like."""
        return Numbers._make(map(add, self, other))

    def minus(self, other: Numbers) -> Numbers:
        """Take each from its like."""
        return Numbers._make(map(sub, self, other))


NONE = Numbers()


@dataclass(slots=True)
class Counts:
    """Numbers, passes by the code of their reason, and times of the origin and of hits.

    Sketches are of samples: where a template runs very often, not every run is timed.
    """

    numbers: Numbers = NONE
    reasons: dict[str, int] = field(default_factory=dict)
    origin: Sketch = field(default_factory=Sketch)
    hit: Sketch = field(default_factory=Sketch)

    @property
    def runs(self) -> float:
        """How many statements there were, however they were answered."""
        return self.numbers.hits + self.numbers.misses + self.numbers.passes

    def add(self, other: Counts) -> None:
        """Take another's in."""
        self.numbers = self.numbers.plus(other.numbers)
        self.add_reasons(other.reasons)
        self.origin.merge(other.origin)
        self.hit.merge(other.hit)

    def add_reasons(self, reasons: dict[str, int]) -> None:
        """Take passes in, by their reason."""
        for reason, count in reasons.items():
            self.reasons[reason] = self.reasons.get(reason, 0) + count

    def main_reason(self) -> str | None:
        """Give the code of why most of the passes were ones."""
        return max(self.reasons, key=lambda code: (self.reasons[code], code), default=None)
