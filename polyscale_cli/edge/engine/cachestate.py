"""One cache inside the engine: its scopes, tables, templates and counters."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from polyscale_cli.edge.engine.dialect import Dialect
from polyscale_cli.edge.engine.fence import Fence, Table
from polyscale_cli.edge.engine.scope import Scope
from polyscale_cli.edge.engine.store import Store
from polyscale_cli.edge.engine.template import Templates

MOST_SCOPES = 10_000
"""Settings pasted into SET make scopes without end; beyond this the oldest empty ones are dropped."""


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


class CacheState:
    """Everything that the engine knows about one cache.

    Attributes:
        everything: a table that every answer depends on; fencing it is what an unknown write does.
        caches: whether answers are kept at all.
        ttl: seconds.
    """

    __slots__ = (
        "_scopes",
        "_tables",
        "bytes",
        "caches",
        "clock",
        "entry_limit",
        "everything",
        "hits",
        "invalidated",
        "misses",
        "passes",
        "purged",
        "store",
        "templates",
        "ttl",
    )

    def __init__(self, dialect: Dialect, store: Store, clock: Callable[[], float], entry_limit: int) -> None:
        self.store = store
        self.clock = clock
        self.entry_limit = entry_limit
        self.templates = Templates(dialect)
        self.everything = Table(None)
        self.caches = True
        self.ttl = 60.0
        self.bytes = 0
        self.hits = self.misses = self.passes = self.invalidated = self.purged = 0
        self._tables: dict[Hashable, Table] = {}
        self._scopes: dict[Hashable, Scope] = {}

    def table(self, identity: Hashable) -> Table:
        """Find or make the table with this identity."""
        table = self._tables.get(identity)
        if table is None:
            table = self._tables[identity] = Table(identity)
        return table

    def scope(self, identity: Hashable) -> Scope:
        """Find or make the scope that sessions with this identity share."""
        scope = self._scopes.get(identity)
        if scope is None:
            if len(self._scopes) >= MOST_SCOPES:
                self._drop_scopes()
            scope = self._scopes[identity] = Scope(self, identity, shared=True)
        return scope

    def private_scope(self) -> Scope:
        """Make a scope for one session whose state cannot be described; it keeps no answers."""
        return Scope(self, None, shared=False)

    def fence(self, tables: Iterable[Table], *, anything: bool) -> Fence:
        """Fence the tables of a write, or all of the cache. Call it before the write is sent."""
        return Fence(self, (self.everything, *tables) if anything else tables)

    def move(self, table: Table) -> None:
        """Move a table's version and drop what depends on it."""
        table.version += 1
        if table is self.everything:
            self.invalidated += self._drop_all()
        else:
            self.invalidated += len(table.entries)
            for entry in tuple(table.entries):
                self.store.remove(entry)

    def purge(self) -> int:
        """Drop every entry and refuse every fill under way. Returns how many entries went."""
        self.everything.version += 1
        dropped = self._drop_all()
        self.purged += dropped
        return dropped

    @property
    def entries(self) -> int:
        """How many entries are held."""
        return sum(len(scope.entries) for scope in self._scopes.values())

    def metrics(self) -> CacheMetrics:
        """Give the counters as they stand."""
        return CacheMetrics(
            hits=self.hits,
            misses=self.misses,
            passes=self.passes,
            entries=self.entries,
            bytes=self.bytes,
            invalidated=self.invalidated,
            purged=self.purged,
        )

    def _drop_all(self) -> int:
        dropped = 0
        for scope in self._scopes.values():
            dropped += len(scope.entries)
            for entry in tuple(scope.entries.values()):
                self.store.remove(entry)
        return dropped

    def _drop_scopes(self) -> None:
        """Forget the older half. Sessions that still use one keep it; nothing finds its entries to invalidate them,
        so they are removed and the scope keeps no more.
        """
        for identity in list(self._scopes)[: MOST_SCOPES // 2]:
            scope = self._scopes.pop(identity)
            scope.shared = False
            for entry in tuple(scope.entries.values()):
                self.store.remove(entry)
