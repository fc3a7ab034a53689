"""Versions and fences: how a write keeps old answers out.

A write's tables are fenced from before it is sent to the origin until the origin has answered. Taking a fence drops
the entries of its tables and moves their versions; releasing it moves them again. A fill records the versions when
its read is sent and is admitted only if no table was fenced then and none has moved since.

Why both moves: a read that is sent while the fence is up may see the world before the commit, and be answered after
the release. It is refused for being sent under a fence, and again because the release moved the version. Leases in
"Scaling Memcache at Facebook" (Nishtala et al., NSDI 2013, section 3.2.1) are the same idea with a token.

Versions only grow, so that "none of these has moved" is one comparison of sums.

Which tables a write changes is told by definitions. A write that waits for a lock is carried out under those of the
time when it gets it: a trigger may have come meanwhile; and what a trigger's function does may change at any moment,
for no lock is in the way. So fences that are held when definitions move widen to all tables there are. The same
brings them to an address of the server that nobody knew when they were taken. Nor need a read still be one when its
turn comes: those that are under way are fenced from then on as writes of any table (``Origin.watchers``).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from polyscale_cli.edge.engine.story import UNKNOWN_WRITE, Cause

if TYPE_CHECKING:
    from polyscale_cli.edge.engine.origin import Origin
    from polyscale_cli.edge.engine.store import Entry

LOST_SECONDS = 60.0
"""How long the tables of a write stay fenced whose connection broke, for the origin may still be carrying it out."""


class Table:
    """One table of one origin, or the whole of it (``Origin.everything``).

    Attributes:
        identity: what the wire knows it by, the same for every session.
        version: moves when a fence is taken and again when it is released.
        fences: how many are held now.
        entries: the entries that depend on it, and some that were removed since (of size 0): a list that is swept now
            and then costs a miss less than a set of which each entry must be taken out.
        held: how many of them are held.
    """

    __slots__ = ("entries", "fences", "held", "identity", "origin", "version")

    def __init__(self, identity: Hashable, origin: Origin) -> None:
        self.identity = identity
        self.origin = origin
        self.version = 0
        self.fences = 0
        self.entries: list[Entry] = []
        self.held = 0

    def sweep(self) -> None:
        """Forget entries that were removed."""
        self.entries = [entry for entry in self.entries if entry.size]


class Fence:
    """A fence that is up until ``release``; releasing twice is once. ``cause`` is what becomes of what it drops."""

    __slots__ = ("_fenced", "_origin", "_own")

    def __init__(self, origin: Origin, own: tuple[Table, ...], cause: Cause = UNKNOWN_WRITE) -> None:
        self._origin = origin
        self._own = own
        self._fenced = origin.with_twins(own)
        for table in self._fenced:
            table.fences += 1
            table.origin.move(table, cause)
        origin.held.add(self)

    def widen(self) -> None:
        """Fence all tables as well, at every address that is known by now: definitions have moved.

        Nothing is left to be dropped, and no fill under way will be admitted, for every answer depends on those.
        """
        origin = self._origin
        if origin.everything not in self._own and origin.contents not in self._own:
            self._own = (*self._own, origin.contents)
        already = set(self._fenced)
        more = tuple(table for table in origin.with_twins(self._own) if table not in already)
        for table in more:
            table.fences += 1
        self._fenced += more

    def release(self) -> None:
        """Take the fence down; the tables' versions move once more."""
        if self not in self._origin.held:
            return
        self._origin.held.remove(self)
        for table in self._fenced:
            table.fences -= 1
        for table in self._fenced:
            table.origin.move(table)


def release_all(fences: Iterable[Fence]) -> None:
    """Take several down."""
    for fence in fences:
        fence.release()
