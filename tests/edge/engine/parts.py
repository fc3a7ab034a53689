"""Small parts for tests of the engine: a clock to turn by hand, a dialect of one-word statements, a cache."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from polyscale_cli.edge.engine import (
    Analysis,
    CacheState,
    Engine,
    Entry,
    Fill,
    Key,
    Resolution,
    Scope,
    Settings,
    Template,
)
from polyscale_cli.edge.engine.fence import Table
from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.engine.store import LARGEST_PART, Store

KIB = 1024


@dataclass(slots=True)
class Clock:
    """Seconds, as long as nobody turns it."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


class Words:
    """A dialect in which a statement reads the tables that it names: ``read a b``."""

    def normalise(self, text: bytes) -> bytes:
        return text.rstrip(b"0123456789")

    def because(self, text: bytes, reason: Reason) -> tuple[str, ...]:
        return ()

    def text_of(self, key: Key) -> bytes | None:
        return key if isinstance(key, bytes) else key[0]

    def analyse(self, text: bytes) -> Analysis:
        return Analysis(reads=tuple((word,) for word in self.normalise(text).decode().split()[1:]))


@dataclass(slots=True)
class Bench:
    """An engine with one cache, and short ways to what a wire does with it."""

    budget: int = 1 << 20
    limit: int = 64 * KIB
    largest_part: float = LARGEST_PART
    clock: Clock = field(default_factory=Clock)
    engine: Engine = field(init=False)
    cache: CacheState = field(init=False)
    scope: Scope = field(init=False)

    def __post_init__(self) -> None:
        self.engine = Engine(self.clock, budget_bytes=self.budget, entry_limit_bytes=self.limit)
        self.engine._store = Store(self.budget, self.largest_part)
        self.engine.configure("one", Settings(ttl_seconds=60))
        self.cache = self.engine.cache("one", Words(), "origin")
        self.scope = self.cache.scope("me")

    def table(self, name: Hashable) -> Table:
        return self.cache.origin.table(name)

    def fill(self, key: bytes, *tables: Hashable) -> Fill | None:
        """Send a read on."""
        return self.scope.start_fill(key, tuple(self.table(name) for name in tables))

    def put(self, key: bytes, *tables: Hashable, response: bytes = b"answer") -> Entry | None:
        """Send a read on and have it answered."""
        fill = self.fill(key, *tables)
        assert fill is not None
        return fill.admit(response)

    def holds(self, key: bytes) -> bool:
        """Whether a hit would find it."""
        entry = self.scope.entries.get(key)
        return entry is not None and entry.expires > self.clock()

    def template(self, text: bytes = b"read a") -> Template:
        return self.cache.templates.of_text(text)

    def learn(self, template: Template, *, at: int | None = None) -> bool:
        """Have the catalog say that a template reads table a."""
        version = self.cache.origin.everything.version if at is None else at
        return self.scope.learn(template, Resolution(reads=frozenset({"a"})), version)
