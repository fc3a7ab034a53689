"""A fill: one answer on its way from the origin, which may become an entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from polyscale_cli.edge.engine.store import Entry

if TYPE_CHECKING:
    from polyscale_cli.edge.engine.fence import Table
    from polyscale_cli.edge.engine.scope import Scope
    from polyscale_cli.edge.engine.store import Key
    from polyscale_cli.edge.engine.template import Template

Waiter = Callable[[Entry | None], None]


class Fill:
    """Ends once, by ``admit`` or ``abandon``. Identical misses may wait for it meanwhile.

    Attributes:
        sent: when the read was sent, on the engine's clock.
        ttl: seconds, by a rule; None where automation decides.
        author: whose read it is.
        old: the answer of before, which has expired or is looked at anew, if it is still there.
        rehearsed: in a cache that only observes, the entry that would have been served in the answer's place.
    """

    __slots__ = (
        "_over",
        "_scope",
        "_tables",
        "_template",
        "_versions",
        "_waiters",
        "author",
        "key",
        "old",
        "rehearsed",
        "sent",
        "ttl",
    )

    def __init__(
        self, scope: Scope, key: Key, tables: tuple[Table, ...], versions: int, template: Template | None = None
    ) -> None:
        self.key = key
        self._scope = scope
        self._tables = tables
        self._versions = versions
        self._template = template
        self._waiters: list[Waiter] | None = None
        self._over = False
        self.sent = scope.cache.clock()
        self.ttl: float | None = None
        self.author = ""
        self.old: Entry | None = None
        self.rehearsed: Entry | None = None

    def _sum(self) -> int:
        cache = self._scope.cache
        versions = cache.definitions.version + cache.contents.version
        for table in self._tables:
            versions += table.version
        return versions

    def is_current(self) -> bool:
        """Whether nothing that the answer depends on was fenced since the read was sent."""
        return not self._over and self._sum() == self._versions

    def wait(self, waiter: Waiter) -> None:
        """Have ``waiter`` called when the fill is over: with the entry, or with None, and then it must ask itself.

        Sound only while ``is_current()``: then every write that anybody has been told of is in the answer.
        """
        if self._waiters is None:
            self._waiters = []
        self._waiters.append(waiter)

    @property
    def reads_tables(self) -> bool:
        """Whether the answer depends on any table."""
        return bool(self._tables)

    @property
    def has_waiters(self) -> bool:
        """Whether anybody else depends on this answer's coming soon."""
        return bool(self._waiters)

    def admit(self, response: bytes) -> Entry | None:
        """Make the complete answer an entry, if it is still current, fits, and may live."""
        if self._over:
            return None
        scope = self._scope
        cache = scope.cache
        entry = None
        if self._sum() == self._versions and cache.caches and scope.shared and len(response) <= cache.entry_limit:
            if self.rehearsed is None:
                entry = self._keep(response)
            else:
                self.rehearsed.tally.would_have_served(
                    cache.clock() - self.sent, stale=self.rehearsed.response != response
                )
        self._end(entry)
        return entry

    def _keep(self, response: bytes) -> Entry | None:
        cache, template = self._scope.cache, self._template
        now = cache.clock()
        tally = cache.several if template is None else template.tally
        entry = Entry(self._scope, self.key, response, self._tables, expires=now, tally=tally)
        entry.sent, entry.author = self.sent, self.author
        if self.ttl is not None:
            entry.live(now, self.ttl)
        elif template is None:
            entry.live(now, min(cache.ttl, cache.habits.ttl))
        else:
            self._live_by_habits(entry, template, response, now)
        if not cache.store.add(entry):
            return None
        tally.kept += 1
        tally.kept_bytes += len(response)
        if template is not None:
            template.kept(entry)
        return entry if entry.expires > now else None

    def _live_by_habits(self, entry: Entry, template: Template, response: bytes, now: float) -> None:
        """Have automation say how long an answer lives, from what it and the one before it have shown."""
        habits, old = template.habits, self.old
        habits.origin_took(now - self.sent)
        # One that was removed meanwhile fell to a write, a purge or want of room: it says nothing of other changes.
        if old is not None and old.size:
            changed = old.response != response
            template.tally.refreshed += 1
            template.tally.changed += changed
            entry.evidence = habits.refreshed(old.sent, self.sent, changed, old.evidence)
        ttl = min(self._scope.cache.ttl, habits.ttl(entry.evidence))
        entry.live(now, ttl, habits if ttl > 0 else None)

    def abandon(self) -> None:
        """Give up: the answer failed, grew too large, or its client is too slow for others to wait."""
        if not self._over:
            self._end(None)

    def _end(self, entry: Entry | None) -> None:
        self._over = True
        self._scope.end_fill(self)
        if self._waiters is not None:
            waiters, self._waiters = self._waiters, None
            for waiter in waiters:
                waiter(entry)
