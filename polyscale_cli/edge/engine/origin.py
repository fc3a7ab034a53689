"""One origin inside the engine: its tables, shared by all caches in front of it.

Two caches may stand for the same origin. A write through either must be seen through both, so that tables, versions
and fences belong to the origin, and only scopes, entries and settings to a cache. Where one server is known by two
addresses, there are two origins until a session has asked the server who it is; from then on they are twins, and a
fence on one is a fence on the other.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING, Protocol

from polyscale_cli.edge.engine.fence import Fence, Table
from polyscale_cli.edge.engine.story import UNKNOWN_WRITE, Cause, How, tell

if TYPE_CHECKING:
    from polyscale_cli.edge.engine.analysis import Name
    from polyscale_cli.edge.engine.cachestate import CacheState

QUESTIONS_PER_SECOND = 50
"""About reads that could as well go on without being kept. A question takes the origin some milliseconds, and where
each write may change anything, as with triggers, every read would have to be asked about again after each."""

MOST_QUESTIONS = 200
"""At once, after a while without any."""


MOST_STARTS = 100
"""Starts of servers that are remembered."""

_OTHER_SERVER = Cause(How.SERVER)


class Watcher(Protocol):
    """Whoever has statements under way at an origin whose nature was told by definitions."""

    def definitions_moved(self) -> None:
        """Fence what was sent as a read: it may wait for a lock, and then do what the new definitions say."""


class Origin:
    """What is known of one origin.

    Attributes:
        everything: a table that every answer depends on; fencing it is what an unknown write does. Its version also
            stands for the definitions: names, views, functions, rights.
        contents: a table that every answer depends on, too; fencing it is what a write does that may have changed any
            table, but no definition.
        caches: those in front of it.
        held: the fences that were taken here and are up.
        redefined: how often definitions have moved by what the edge has seen. Unlike the version of ``everything``, no
            purge counts: it says nothing of writes that are under way.
        rights: how often users' rights may have changed, by what the edge has seen: where a server reads them at the
            login, sessions from before and from after need not have the same.
        watchers: are told when definitions move; they take themselves out at their end.
    """

    __slots__ = (
        "_asked_until",
        "_by_server",
        "_called",
        "_clock",
        "_named",
        "_names",
        "_server",
        "_shared_names",
        "_starts",
        "_tables",
        "_twins",
        "caches",
        "contents",
        "everything",
        "held",
        "redefined",
        "rights",
        "watchers",
    )

    def __init__(self, by_server: dict[str, list[Origin]], clock: Callable[[], float]) -> None:
        self.everything = Table(None, self)
        self.contents = Table(None, self)
        self.caches: list[CacheState] = []
        self.held: set[Fence] = set()
        self.redefined = self.rights = 0
        self.watchers: set[Watcher] = set()
        self._by_server = by_server
        self._clock = clock
        self._asked_until = 0.0
        self._server: str | None = None
        self._starts: set[str] = set()
        self._twins: list[Origin] = []
        self._tables: dict[Hashable, Table] = {}
        self._named: dict[Hashable, Name] = {}
        self._names: dict[str, set[tuple[Hashable, Name]]] = {}
        self._called: dict[Hashable, set[Name]] = {}
        self._shared_names: dict[Name, Name] = {}

    def table(self, identity: Hashable) -> Table:
        """Find or make the table with this identity."""
        table = self._tables.get(identity)
        if table is None:
            table = self._tables[identity] = Table(identity, self)
        return table

    def call(self, names: Iterable[tuple[Hashable, Name]]) -> None:
        """Remember names of tables. Old ones stay: a table that was renamed answers to both.

        What stands before schema and table is the place that the table is in, such as one of a server's databases.
        """
        for identity, name in names:
            self._named[identity] = name[:-2]
            self._names.setdefault(name[-1].casefold(), set()).add((identity, name))
            self._called.setdefault(identity, set()).add(name)

    def shared_names(self, names: Iterable[Name]) -> tuple[Name, ...]:
        """Give names in order, and one and the same object for equal ones: footprints are many, and tables are few."""
        return tuple(self._shared_names.setdefault(name, name) for name in sorted(names))

    def called(self, wanted: Name) -> tuple[tuple[Table, ...], set[Name]]:
        """Find the tables that a name may mean, and the names that were met with.

        A bare name is looked for in every schema, a schema in every place, a further part in front of the schema (the
        database) is passed over, and case does not count.
        """
        tail = tuple(part.casefold() for part in wanted[-2:])
        fitting = [
            (identity, name)
            for identity, name in self._names.get(tail[-1], ())
            if tuple(part.casefold() for part in name[-2:][-len(tail) :]) == tail
        ]
        tables = dict.fromkeys(self.table(identity) for identity, _ in fitting)
        return tuple(tables), {name for _, name in fitting}

    def names(self, tables: Iterable[Table]) -> set[Name]:
        """Give every name that tables are known by."""
        return {name for table in tables for name in self._called.get(table.identity, ())}

    def places(self, tables: Iterable[Table]) -> set[Name]:
        """Give the places that tables are in, as far as their names are known."""
        return {self._named[table.identity] for table in tables if table.identity in self._named}

    def nameless(self) -> tuple[Table, ...]:
        """Give the tables of which no name is known: any name may mean them."""
        return tuple(table for identity, table in self._tables.items() if identity not in self._named)

    def fence(
        self, tables: Iterable[Table], *, anything: bool, any_table: bool = False, cause: Cause = UNKNOWN_WRITE
    ) -> Fence:
        """Fence the tables of a write, or all there are, or definitions as well. Call it before the write is sent."""
        if any_table and not anything:
            return Fence(self, (self.contents, *tables), cause)
        return Fence(self, (self.everything, *tables) if anything else tuple(tables), cause)

    @property
    def may_be_asked(self) -> bool:
        """Whether the catalog may be asked one more question about a read (a bucket that leaks with the clock)."""
        return self._asked_until <= self._clock() + (MOST_QUESTIONS - 1) / QUESTIONS_PER_SECOND

    def is_asked(self) -> None:
        """Count a question."""
        self._asked_until = max(self._asked_until, self._clock()) + 1 / QUESTIONS_PER_SECOND

    def with_twins(self, own: tuple[Table, ...]) -> tuple[Table, ...]:
        """Give some of its tables, and the same tables of those that are known to be its twins by now."""
        tables = list(own)
        for twin in self._twins:
            tables += [self._same(twin, table) for table in own]
        return tuple(tables)

    def _same(self, twin: Origin, table: Table) -> Table:
        if table is self.everything:
            return twin.everything
        return twin.contents if table is self.contents else twin.table(table.identity)

    def identify(self, server: str) -> None:
        """Take the origin's own word on which server it is; entries made before it was known may be missing a fence."""
        if server == self._server:
            return
        if self._server is not None:
            self._by_server[self._server].remove(self)  # the address means another server now
        self._server = server
        same = self._by_server.setdefault(server, [])
        same.append(self)
        for origin in same:
            origin._twins = [other for other in same if other is not origin]
            origin._drop(origin.everything, _OTHER_SERVER)
            origin._widen()

    def meet(self, start: str) -> None:
        """Take the origin's own word on when it started.

        One start that was not met before may be that of a server which has lost what it committed last, or what it
        does not log. Several servers in turn behind one address are met once each. What is under way stays what it
        was: nobody has changed the definitions under it.
        """
        if start in self._starts:
            return
        if self._starts:
            self._drop(self.everything, _OTHER_SERVER)
        if len(self._starts) >= MOST_STARTS:
            self._starts.clear()
        self._starts.add(start)

    def move(self, table: Table, cause: Cause = UNKNOWN_WRITE) -> None:
        """Move a table's version and drop what depends on it; if it is ``everything``, definitions have moved."""
        self._drop(table, cause)
        if table is self.everything:
            self.redefined += 1
            self._widen()
            for watcher in tuple(self.watchers):
                watcher.definitions_moved()

    def regrant(self) -> None:
        """Count a change of users' rights, here and under the server's other addresses."""
        for origin in (self, *self._twins):
            origin.rights += 1

    def _widen(self) -> None:
        for fence in self.held:
            fence.widen()

    def _drop(self, table: Table, cause: Cause) -> None:
        table.version += 1
        if table is self.everything or table is self.contents:
            for cache in self.caches:
                cache.invalidate(cause)
        elif table.entries:
            entries, table.entries = table.entries, []
            tell(entries, cause, self._clock())
            for entry in entries:
                if entry.size:
                    entry.scope.cache.invalidated += 1
                    entry.tally.invalidated += 1
                    entry.scope.cache.store.remove(entry)
