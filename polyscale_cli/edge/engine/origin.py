"""One origin inside the engine: its tables, shared by all caches in front of it.

Two caches may stand for the same origin. A write through either must be seen through both, so that tables, versions
and fences belong to the origin, and only scopes, entries and settings to a cache.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from polyscale_cli.edge.engine.fence import Fence, Table

if TYPE_CHECKING:
    from polyscale_cli.edge.engine.cachestate import CacheState


class Origin:
    """What is known of one origin.

    Attributes:
        everything: a table that every answer depends on; fencing it is what an unknown write does. Its version also
            stands for the definitions: names, views, functions, rights.
        caches: those in front of it.
    """

    __slots__ = ("_tables", "caches", "everything")

    def __init__(self) -> None:
        self.everything = Table(None)
        self.caches: list[CacheState] = []
        self._tables: dict[Hashable, Table] = {}

    def table(self, identity: Hashable) -> Table:
        """Find or make the table with this identity."""
        table = self._tables.get(identity)
        if table is None:
            table = self._tables[identity] = Table(identity)
        return table

    def fence(self, tables: Iterable[Table], *, anything: bool) -> Fence:
        """Fence the tables of a write, or all there are. Call it before the write is sent."""
        return Fence(self, (self.everything, *tables) if anything else tables)

    def move(self, table: Table) -> None:
        """Move a table's version and drop what depends on it."""
        table.version += 1
        if table is self.everything:
            for cache in self.caches:
                cache.invalidated += cache.drop_entries()
        else:
            entries, table.entries = table.entries, []
            for entry in entries:
                if entry.size:
                    entry.scope.cache.invalidated += 1
                    entry.scope.cache.store.remove(entry)
