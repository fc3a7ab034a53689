"""A minute of statistics: while it is counted, and as it is handed on to be kept."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

from polyscale_cli.edge.engine import Reason, Template
from polyscale_cli.edge.observe.counts import Counts
from polyscale_cli.edge.observe.redaction import shown

MOST_TOLD = 100
"""Templates of a cache that a minute tells apart when it is kept: half of them by the origin's time, the rest by their
runs. All others are part of the cache's total alone."""

MOST_NAMES = 50
"""Tables that are named of a template."""

LONGEST_NAME = 200
"""Characters of such a name."""

_NO_READS = (Reason.NOT_A_READ, Reason.NOT_UNDERSTOOD, Reason.SEVERAL_STATEMENTS, Reason.WRITES)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a template by its text.

    Attributes:
        id: 16 hexadecimal digits.
        sql: without values, cut to some kB.
        tables: that it names.
        is_read: it is a query.
        refusal: the code of why its text alone keeps it from the cache.
    """

    id: str
    sql: str
    tables: tuple[str, ...]
    is_read: bool
    refusal: str | None


def facts_of(identity: str, template: Template) -> Facts:
    """Gather what is known of a template."""
    analysis = template.analysis
    named = (name for name in (*analysis.reads, *analysis.writes) if name not in analysis.maybe)
    names = dict.fromkeys(".".join(name)[:LONGEST_NAME] for name in named)
    return Facts(
        id=identity,
        sql=shown(template.text),
        tables=tuple(names)[:MOST_NAMES],
        is_read=analysis.refusal not in _NO_READS,
        refusal=analysis.refusal.name if analysis.refusal is not None else None,
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What one template did. ``last_run`` is in seconds since 1970, by the clock on the wall."""

    facts: Facts
    counts: Counts
    last_run: float


@dataclass(frozen=True, slots=True)
class CacheRecord:
    """What a cache did.

    Attributes:
        total: of everything.
        told: of templates that are told apart.
        untold: how many templates had runs and are not.
        forgotten: how many the engine forgot meanwhile, because there were too many.
    """

    total: Counts
    told: tuple[Told, ...]
    untold: int
    forgotten: int


@dataclass(frozen=True, slots=True)
class MinuteRecord:
    """A whole minute, ``at`` its first second since 1970; caches by their ids."""

    at: int
    caches: dict[str, CacheRecord]


@dataclass(slots=True)
class Activity:
    """What one template did so far."""

    id: str
    template: Template
    counts: Counts
    last_run: float = 0.0


@dataclass(slots=True)
class CacheMinute:
    """A cache's part of the minute that is being counted; activities by their templates' ids."""

    total: Counts = field(default_factory=Counts)
    activities: dict[str, Activity] = field(default_factory=dict)
    forgotten: int = 0

    def record(self) -> CacheRecord:
        """Give it as it is handed on, and told."""
        told = tuple(Told(facts_of(one.id, one.template), one.counts, one.last_run) for one in self._chosen())
        return CacheRecord(self.total, told, len(self.activities) - len(told), self.forgotten)

    def summary(self) -> CacheRecord:
        """Give the same without what templates did."""
        return CacheRecord(self.total, (), max(0, len(self.activities) - MOST_TOLD), self.forgotten)

    def _chosen(self) -> list[Activity]:
        rows = list(self.activities.values())
        if len(rows) <= MOST_TOLD:
            return rows
        # Of numbers and places alone, for there may be thousands and nobody is served meanwhile.
        numbers = [(place, one.counts.numbers) for place, one in enumerate(rows)]
        slowest = heapq.nlargest(MOST_TOLD // 2, [(n.origin_total, place) for place, n in numbers if n.origin_total])
        busiest = heapq.nlargest(MOST_TOLD, [(n.hits + n.misses + n.passes, place) for place, n in numbers])
        places = dict.fromkeys(place for _, place in (*slowest, *busiest))
        return [rows[place] for place in tuple(places)[:MOST_TOLD]]


@dataclass(slots=True)
class Minute:
    """The minute that is being counted."""

    at: int
    caches: dict[str, CacheMinute] = field(default_factory=dict)

    def record(self) -> MinuteRecord:
        """Give it as it is handed on."""
        return MinuteRecord(self.at, {name: one.record() for name, one in self.caches.items()})
