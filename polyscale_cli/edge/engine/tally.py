"""A tally: what has happened to the statements of one template.

On a hit it costs one addition; all else is counted on the way to the origin. Whoever wants to know what happened since
the last time takes the difference of two readings, but for samples of time, which are taken away.
"""

from __future__ import annotations

from polyscale_cli.edge.engine.reason import Reason

MOST_SAMPLES = 512
"""Times that are remembered until somebody takes them: of a template that runs more often, the first of each round."""


class Tally:
    """Counted since the edge began; in the memory of the process alone.

    Attributes:
        hits: answered from the cache.
        misses: reads that might have been hits and went to the origin.
        passes: statements that were no candidates, by why.
        kept: answers that became entries, ``kept_bytes`` their bytes.
        held: entries that are in the map now.
        invalidated: entries that went because of writes, ``purged`` by a purge.
        refreshed: answers that were compared with the one before, which no write had dropped; ``changed`` were others.
        would_hit: in a cache that only observes: runs that would have been hits, of which ``would_be_stale`` would not
            have been what the origin said, and which would have saved ``would_save`` seconds of the origin's.
        origin_total: seconds that the origin took, of all runs that were timed, ``origin_runs``.
    """

    __slots__ = (
        "changed",
        "held",
        "hit_seconds",
        "hits",
        "invalidated",
        "kept",
        "kept_bytes",
        "misses",
        "origin_runs",
        "origin_seconds",
        "origin_total",
        "passes",
        "purged",
        "refreshed",
        "would_be_stale",
        "would_hit",
        "would_save",
    )

    def __init__(self) -> None:
        self.hits = self.misses = 0
        self.passes: dict[Reason, int] = {}
        self.kept = self.kept_bytes = self.held = 0
        self.invalidated = self.purged = 0
        self.refreshed = self.changed = 0
        self.would_hit = self.would_be_stale = 0
        self.would_save = self.origin_total = 0.0
        self.origin_runs = 0
        self.origin_seconds: list[float] = []
        self.hit_seconds: list[float] = []

    @property
    def runs(self) -> int:
        """How often a statement of the template was asked for, however it was answered."""
        return self.hits + self.misses + sum(self.passes.values())

    def pass_by(self, reason: Reason) -> None:
        """Count a statement that was no candidate."""
        self.passes[reason] = self.passes.get(reason, 0) + 1

    def took(self, seconds: float) -> None:
        """Note how long the origin took for one, from the request's sending to its complete answer."""
        self.origin_runs += 1
        self.origin_total += seconds
        samples = self.origin_seconds
        if len(samples) < MOST_SAMPLES:
            samples.append(seconds)

    def hit_took(self, seconds: float) -> None:
        """Note how long a hit took, from the request's arrival to its answer's being handed to the system."""
        if len(self.hit_seconds) < MOST_SAMPLES:
            self.hit_seconds.append(seconds)

    def would_have_served(self, seconds: float, *, stale: bool) -> None:
        """Count a read that an entry would have answered, had the cache not only observed, and what it took instead."""
        self.would_hit += 1
        self.would_be_stale += stale
        self.would_save += seconds

    def take_origin(self) -> list[float]:
        """Take the times of the origin since the last time."""
        samples, self.origin_seconds = self.origin_seconds, []
        return samples

    def take_hits(self) -> list[float]:
        """Take the times of hits since the last time."""
        samples, self.hit_seconds = self.hit_seconds, []
        return samples

    def absorb(self, other: Tally) -> None:
        """Add another's counts, and forget its samples: its template is told apart no more."""
        self.hits += other.hits
        self.misses += other.misses
        for reason, count in other.passes.items():
            self.passes[reason] = self.passes.get(reason, 0) + count
        self.kept += other.kept
        self.kept_bytes += other.kept_bytes
        self.invalidated += other.invalidated
        self.purged += other.purged
        self.refreshed += other.refreshed
        self.changed += other.changed
        self.would_hit += other.would_hit
        self.would_be_stale += other.would_be_stale
        self.would_save += other.would_save
        self.origin_runs += other.origin_runs
        self.origin_total += other.origin_total
