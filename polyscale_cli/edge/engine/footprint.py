"""What a statement touches once the catalog has been asked: tables by identity, no longer by name."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from polyscale_cli.edge.engine.analysis import Name
from polyscale_cli.edge.engine.fence import Table
from polyscale_cli.edge.engine.reason import Reason

if TYPE_CHECKING:
    from polyscale_cli.edge.engine.template import Template

MOST_FOOTPRINTS = 100_000
"""Of all scopes of a cache together."""

FRESH_SECONDS = 60.0
"""How long the catalog's word is taken. It bounds how long a definition that was changed around the edge goes unseen,
and so must not be longer than the default TTL, which makes the same promise for data."""

STALE_SECONDS = FRESH_SECONDS / 2
"""From this age on it is asked again as soon as the session is idle, so that a busy template never runs out."""


@dataclass(frozen=True, slots=True)
class Powers:
    """What the functions that users have made may do, wherever they are called from.

    Attributes:
        hide_writes: a read may call one that writes, without its text showing a call.
        define: some may change definitions.
        version: of ``Origin.everything`` when the catalog was asked.
        hindrances: names of those that statements may call unseen, whose answers are not kept for that.
    """

    hide_writes: bool
    define: bool
    version: int
    hindrances: tuple[str, ...] = ()

    def beside(self, other: Powers) -> Powers:
        """Add the hindrances that were told of under the same version, for the sake of another statement."""
        return replace(self, hindrances=tuple(sorted({*self.hindrances, *other.hindrances})))


@dataclass(frozen=True, slots=True)
class Resolution:
    """The catalog's answer about one statement, in terms any database can give.

    Attributes:
        reads: identities of all tables that the answer depends on, views seen through.
        writes: identities of all tables that may change, cascades seen through.
        writes_anything: what it changes cannot be told; definitions may be among it.
        writes_any_table: which tables it changes cannot be told, but it changes no definition.
        unsettles: it may leave session state behind.
        refusal: why its answer must not be kept.
        names: identity and name of the tables, with every other name that a purge may mean them by: the place they are
            in (a server's database), schema, and table.
        shows: names of the tables and views whose rows the answer shows, and of the tables that these are parts of:
            what a rule for a table may be about. Not of those that only take such rows along when theirs go.
    """

    reads: frozenset[Hashable] = frozenset()
    writes: frozenset[Hashable] = frozenset()
    writes_anything: bool = False
    writes_any_table: bool = False
    unsettles: bool = False
    refusal: Reason | None = None
    names: frozenset[tuple[Hashable, Name]] = frozenset()
    shows: frozenset[Name] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Footprint:
    """A resolution whose tables are the engine's own objects.

    Attributes:
        version: of ``Origin.everything`` when the catalog was asked; another one means that definitions may have
            changed since.
        fresh_until: on the engine's clock.
        keepable: its answer may be kept: it is not refused, writes nothing and leaves the session as it was.
        shows: see ``Resolution``; in order.
    """

    reads: tuple[Table, ...]
    writes: tuple[Table, ...]
    writes_anything: bool
    writes_any_table: bool
    unsettles: bool
    refusal: Reason | None
    version: int
    fresh_until: float
    keepable: bool
    shows: tuple[Name, ...]


NO_TABLES = Footprint(
    (),
    (),
    writes_anything=False,
    writes_any_table=False,
    unsettles=False,
    refusal=None,
    version=0,
    fresh_until=0,
    keepable=True,
    shows=(),
)
"""Of a read that names no table and calls no function."""


class Footprints:
    """All that is known in a cache's scopes, in the order in which it was learnt, so that the outdated can go.

    Of a program that pastes names into its SQL, or sets what nobody else sets, hardly any is ever asked for again; and
    each keeps its template.
    """

    __slots__ = ("_learnt",)

    def __init__(self) -> None:
        self._learnt: deque[tuple[dict[Template, Footprint], Template, Footprint]] = deque()

    def add(self, known: dict[Template, Footprint], template: Template, footprint: Footprint, now: float) -> None:
        """Put a footprint among those that a scope knows; what is no longer believed goes, in whatever scope it is."""
        learnt = self._learnt
        while learnt and (learnt[0][2].fresh_until < now or len(learnt) >= MOST_FOOTPRINTS):
            theirs, old, outdated = learnt.popleft()
            if theirs.get(old) is outdated:
                del theirs[old]
        known[template] = footprint
        learnt.append((known, template, footprint))
