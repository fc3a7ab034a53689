"""A scope: everything that a session's answers depend on besides the SQL."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from polyscale_cli.edge.engine.fill import Fill
from polyscale_cli.edge.engine.footprint import FRESH_SECONDS, NO_TABLES, STALE_SECONDS, Footprint, Resolution

if TYPE_CHECKING:
    from polyscale_cli.edge.engine.cachestate import CacheState
    from polyscale_cli.edge.engine.fence import Table
    from polyscale_cli.edge.engine.store import Entry, Key
    from polyscale_cli.edge.engine.template import Template

MOST_FOOTPRINTS = 20_000


class Scope:
    """What sessions of the same user, database and settings share.

    Attributes:
        entries: the map that a hit reads. What is in it may be served until it expires.
        fills: the latest fill under way for each key.
        shared: whether answers may be kept at all; False for a session whose state nobody can describe, which has a
            scope to itself only so that its writes can be told apart.
    """

    __slots__ = ("_footprints", "cache", "entries", "fills", "identity", "shared")

    def __init__(self, cache: CacheState, identity: Hashable, *, shared: bool) -> None:
        self.cache = cache
        self.identity = identity
        self.shared = shared
        self.entries: dict[Key, Entry] = {}
        self._footprints: dict[Template, Footprint] = {}
        self.fills: dict[Key, Fill] = {}

    def footprint(self, template: Template) -> Footprint | None:
        """Give what the template touches, if the catalog was asked recently enough, or need not be asked."""
        footprint = self._footprints.get(template)
        if footprint is None:
            # The text alone can tell that it is no such read: BEGIN, SET, DO, current_date.
            return None if template.needs_catalog or not template.is_plain_read else NO_TABLES
        cache = self.cache
        if footprint.version == cache.definitions.version and footprint.fresh_until >= cache.clock():
            return footprint
        del self._footprints[template]
        return None

    def is_stale(self, template: Template) -> bool:
        """Whether the catalog should be asked about the template at the next opportunity."""
        footprint = self._footprints.get(template)
        return (
            footprint is None
            or footprint.version != self.cache.origin.everything.version
            or footprint.fresh_until - FRESH_SECONDS + STALE_SECONDS < self.cache.clock()
        )

    def learn(self, template: Template, resolution: Resolution, version: int) -> bool:
        """Take the catalog's answer, unless something may have changed since ``version``, when it was asked.

        Returns whether it was taken.
        """
        everything = self.cache.origin.everything
        if everything.version != version or everything.fences:
            return False
        if len(self._footprints) >= MOST_FOOTPRINTS:
            self._footprints.clear()
        self.cache.origin.call(resolution.names)
        table = self.cache.origin.table
        self._footprints[template] = Footprint(
            reads=tuple(table(identity) for identity in resolution.reads),
            writes=tuple(table(identity) for identity in resolution.writes),
            writes_anything=resolution.writes_anything,
            unsettles=resolution.unsettles,
            refusal=resolution.refusal,
            version=version,
            fresh_until=self.cache.clock() + FRESH_SECONDS,
            keepable=resolution.refusal is None
            and not (resolution.writes or resolution.writes_anything or resolution.unsettles),
        )
        return True

    def fill_under_way(self, key: Key) -> Fill | None:
        """Give the fill that already asks the origin for this key, if its answer will be as good as a new one."""
        fill = self.fills.get(key)
        return fill if fill is not None and fill.is_current() else None

    def is_worth_keeping(self, template: Template, key: Key) -> bool:
        """Whether the answer to a query may be of use again; it is noted that the query was asked."""
        return not template.seldom_again or self.cache.doorkeeper.has_seen(key)

    def start_fill(self, key: Key, tables: tuple[Table, ...], template: Template | None = None) -> Fill | None:
        """Begin to record an answer: call it when the read is sent, not later.

        ``template`` is the one whose answer this is, if it is one's. Returns None where the answer could not be
        admitted anyway.
        """
        everything = self.cache.definitions
        if not self.shared or not self.cache.caches or everything.fences:
            return None
        versions = everything.version
        for table in tables:
            if table.fences:
                return None
            versions += table.version
        fill = self.fills[key] = Fill(self, key, tables, versions, template)
        return fill

    def end_fill(self, fill: Fill) -> None:
        """Forget a fill that is over; a later one for the same key stays."""
        if self.fills.get(fill.key) is fill:
            del self.fills[fill.key]
