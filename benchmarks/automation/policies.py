"""Who decides how long an answer is kept: the automation, a fixed TTL, or an oracle."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from benchmarks.automation.world import Read
from polyscale_cli.edge.engine.automation import CacheHabits, QueryEvidence, TemplateHabits
from polyscale_cli.edge.engine.template import RUNS_BEFORE_KEEPING

ORIGIN_SECONDS = 0.002
"""What the origin takes for an answer. It is used to refresh ahead; answers arrive at once here."""

LEARNT = 600.0
"""Seconds, after which what there is to be learnt of a new cache counts as learnt."""


@dataclass(slots=True)
class Count:
    """What clients got.

    Attributes:
        reads: answers, all of them.
        hits: those that came from the cache.
        stale: those among the hits that were no longer true.
    """

    reads: int = 0
    hits: int = 0
    stale: int = 0

    @property
    def hit_ratio(self) -> float:
        """Hits among all answers."""
        return self.hits / self.reads if self.reads else 0.0

    @property
    def stale_share(self) -> float:
        """Stale answers among all answers."""
        return self.stale / self.reads if self.reads else 0.0

    @property
    def stale_hits(self) -> float:
        """Stale answers among the hits."""
        return self.stale / self.hits if self.hits else 0.0


class Policy(ABC):
    """Answers reads from what it has kept, or from the origin.

    Attributes:
        count: of all reads.
        learnt: of those after ``LEARNT``.
    """

    def __init__(self) -> None:
        self.count = Count()
        self.learnt = Count()

    def read(self, read: Read) -> bool:
        """Answer one read. Returns whether it was a hit."""
        version = self.served(read)
        for count in (self.count, self.learnt) if read.at >= LEARNT else (self.count,):
            count.reads += 1
            if version is not None:
                count.hits += 1
                count.stale += version != read.version
        return version is not None

    @abstractmethod
    def served(self, read: Read) -> int | None:
        """Give the version of the data that the cache serves; None where the origin is asked."""


@dataclass(slots=True)
class Kept:
    """An answer as the edge keeps it; the moments are on the virtual clock."""

    version: int
    sent: float
    look: float
    expires: float
    own: QueryEvidence | None
    hits: int = 0


class Automated(Policy):
    """The edge's own automation, driven as the engine drives it.

    Attributes:
        habits: of each template by its number.
    """

    def __init__(self, cap: float) -> None:
        super().__init__()
        self.habits: dict[int, TemplateHabits] = {}
        self._cap = cap
        self._cache = CacheHabits()
        self._kept: dict[int, Kept] = {}
        self._runs: dict[int, int] = {}

    def served(self, read: Read) -> int | None:
        """Give what is kept, as long as the automation lets it be served."""
        kept = self._kept.get(read.query)
        if kept is not None and (read.at < kept.look or (read.at < kept.expires and not self._refreshes(kept, read))):
            kept.hits += 1
            return kept.version
        self._miss(read, kept)
        return None

    def _refreshes(self, kept: Kept, read: Read) -> bool:
        age = read.at - kept.sent
        look = self.habits[read.template].next_look(age, kept.expires - kept.sent, kept.hits, kept.own)
        kept.look = kept.sent + look
        return look <= age

    def _miss(self, read: Read, kept: Kept | None) -> None:
        habits = self.habits.get(read.template)
        if habits is None:
            habits = self.habits[read.template] = TemplateHabits(self._cache)
        habits.origin_took(ORIGIN_SECONDS)
        own = None
        if kept is not None:
            own = habits.refreshed(kept.sent, read.at, kept.version != read.version, kept.own)
        runs = self._runs[read.template] = self._runs.get(read.template, 0) + 1
        if runs <= RUNS_BEFORE_KEEPING:
            return
        ttl = min(habits.ttl(own), self._cap)
        if ttl > 0 or habits.should_probe(read.at):
            look = habits.first_look(ttl, own)
            self._kept[read.query] = Kept(read.version, read.at, read.at + look, read.at + ttl, own)
        else:
            self._kept.pop(read.query, None)


class Fixed(Policy):
    """One TTL for everything."""

    def __init__(self, ttl: float) -> None:
        super().__init__()
        self.ttl = ttl
        self._kept: dict[int, tuple[float, int]] = {}

    def served(self, read: Read) -> int | None:
        """Give what is kept, until it is too old."""
        expires, version = self._kept.get(read.query, (0.0, 0))
        if read.at < expires:
            return version
        self._kept[read.query] = (read.at + self.ttl, read.version)
        return None


class Oracle(Policy):
    """Knows of each change: never stale, and asks the origin only after one."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[int, int] = {}

    def served(self, read: Read) -> int | None:
        """Give what is kept, as long as it is true."""
        if self._kept.get(read.query) == read.version:
            return read.version
        self._kept[read.query] = read.version
        return None
