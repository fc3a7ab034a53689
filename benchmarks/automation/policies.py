"""Who decides how long an answer is kept: the automation, a fixed TTL, or an oracle."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from benchmarks.automation.world import Read
from polyscale_cli.edge.engine import Engine, Settings, Template
from polyscale_cli.edge.engine.automation import TemplateHabits
from polyscale_cli.edge.engine.template import RUNS_BEFORE_KEEPING
from tests.edge.engine.parts import Clock, Words

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


class Automated(Policy):
    """The edge's engine on a virtual clock: what is found in it is a hit, and all else is asked of the origin.

    The origin answers at once, and an answer is the number of its version.
    """

    def __init__(self, cap: float) -> None:
        super().__init__()
        self._clock = Clock(0.0)
        engine = Engine(self._clock, budget_bytes=1 << 30, entry_limit_bytes=1 << 20)
        engine.configure("cache", Settings(ttl_seconds=cap))
        self._cache = engine.cache("cache", Words(), "origin")
        self._scope = self._cache.scope("reader")
        self._tables = (self._cache.origin.table("a"),)
        self._templates: dict[int, Template] = {}
        self._keys: dict[int, bytes] = {}

    def habits(self, template: int) -> TemplateHabits | None:
        """Give what is known of a template by its number; None before its first read."""
        met = self._templates.get(template)
        return met.habits if met is not None else None

    def served(self, read: Read) -> int | None:
        """Give what is kept, as long as the engine lets it be served."""
        self._clock.now = read.at
        key = self._keys.get(read.query)
        if key is None:
            key = self._keys[read.query] = b"read template%s %d" % (b"x" * read.template, read.query)
        entry = self._scope.find(key)
        if entry is not None:
            entry.hits += 1
            return int(entry.response)
        template = self._templates.get(read.template)
        if template is None:
            template = self._templates[read.template] = self._cache.templates.of_text(key)
        runs = template.runs
        template.runs = runs + 1
        if runs >= RUNS_BEFORE_KEEPING and self._scope.is_worth_keeping(template, key):
            fill = self._scope.start_fill(key, self._tables, template)
            if fill is not None:
                fill.admit(b"%d" % read.version)
        return None


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
