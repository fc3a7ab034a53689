"""Purging: dropping entries because somebody says so, all or some, and telling how many went.

Whatever is in doubt goes as well: a purge is asked for by people who know of a change that the edge has not seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from polyscale_cli.edge.engine.rules import is_template_id
from polyscale_cli.edge.engine.story import Cause, How

if TYPE_CHECKING:
    from polyscale_cli.edge.engine.analysis import Name
    from polyscale_cli.edge.engine.cachestate import CacheState
    from polyscale_cli.edge.engine.fence import Table
    from polyscale_cli.edge.engine.store import Entry

PURGED = Cause(How.PURGE)


@dataclass(frozen=True, slots=True)
class Selection:
    """What is to be purged: all that any of these names, or everything where there is none.

    Attributes:
        tables: what depends on them.
        templates: the answers to their statements; each is an id, a normal form, or the SQL of any of the statements.
        queries: the answers to exactly this SQL.
        tags: what was tagged by the comments of its statements.
    """

    tables: tuple[Name, ...] = ()
    templates: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.tables or self.templates or self.queries or self.tags)


EVERYTHING = Selection()


@dataclass(frozen=True, slots=True)
class PurgedTable:
    """What a purge found under one name.

    Attributes:
        name: as it was asked for.
        met: the tables that it may mean, qualified and in order.
        entries: how many depended on them.
        unknown: it was not met with, or not in each place (a server's database) that answers were kept of, so that all
            answers from there are among the entries.
    """

    name: Name
    met: tuple[Name, ...]
    entries: int
    unknown: bool


@dataclass(frozen=True, slots=True)
class PurgedPart:
    """How many entries a purge found under a template, a query or a tag, as it was asked for."""

    name: str
    entries: int


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge dropped, or would drop; an entry that several names mean is counted once in ``entries``."""

    entries: int
    tables: tuple[PurgedTable, ...] = ()
    templates: tuple[PurgedPart, ...] = ()
    queries: tuple[PurgedPart, ...] = ()
    tags: tuple[PurgedPart, ...] = ()


_Found = dict["Entry", None]


def purge(cache: CacheState, wanted: Selection, *, dry_run: bool = False) -> Purged:
    """Drop what is wanted and refuse every fill under way; or only count it."""
    if not wanted:
        return Purged(cache.entries if dry_run else cache.purge())
    found: _Found = {}
    purged = Purged(
        0,
        _find_tables(cache, wanted.tables, found),
        tuple(_part(name, _of_template(cache, name), found) for name in wanted.templates),
        tuple(_part(text, _of_query(cache, text), found) for text in wanted.queries),
        tuple(_part(name, _depending(cache, cache.tags.known(name)), found) for name in wanted.tags),
    )
    if not dry_run:
        # All fills, not those of these names alone: whose answers are of which template or tag is known at the end.
        cache.contents.version += 1
        if wanted.tables:
            # Nor are the definitions believed any longer: whoever changed a table around the edge may have put another
            # in its place.
            cache.definitions.version += 1
        cache.drop(found, PURGED)
        cache.purged += len(found)
        for entry in found:
            entry.tally.purged += 1
    return Purged(len(found), purged.tables, purged.templates, purged.queries, purged.tags)


def _part(name: str, entries: _Found, found: _Found) -> PurgedPart:
    found |= entries
    return PurgedPart(name, len(entries))


def _find_tables(cache: CacheState, names: Sequence[Name], found: _Found) -> tuple[PurgedTable, ...]:
    """Find what depends on the tables of these names.

    A name that was never met with may be that of a partition or an heir that somebody has made since, of any table, so
    that everything goes.
    """
    if not names:
        return ()
    origin = cache.origin
    found |= _depending(cache, origin.nameless())
    everywhere = origin.places({table for entry in cache.all_entries() for table in entry.tables})
    tables = []
    for name in names:
        called, met = origin.called(name)
        elsewhere = everywhere - {one[:-2] for one in met}
        here = _depending(cache, called) if met else cache.all_entries()
        if elsewhere:
            here |= {entry: None for entry in cache.all_entries() if elsewhere & origin.places(entry.tables)}
        found |= here
        shown = tuple(sorted({one[-2:] for one in met}))
        tables.append(PurgedTable(name, shown, len(here), unknown=bool(elsewhere) or not met))
    return tuple(tables)


def _depending(cache: CacheState, tables: Iterable[Table]) -> _Found:
    """Give this cache's entries that depend on any of these tables, each once."""
    return dict.fromkeys(
        entry for table in tables for entry in table.entries if entry.size and entry.scope.cache is cache
    )


def _of_template(cache: CacheState, name: str) -> _Found:
    templates = cache.templates
    text = name.encode("utf-8", "surrogateescape")
    if is_template_id(name) or templates.known(text) is not None:
        template = templates.find(name) or templates.known(text)
        found = [template] if template is not None else []
    else:
        found = cache.templates_of(text)
    entries = {entry: None for template in found for entry in cache.entries_of(template)}
    # Those of templates that were forgotten, and of several statements at once, may be its own.
    return entries | cache.entries_untold() if found or templates.dropped else {}


def _of_query(cache: CacheState, sql: str) -> _Found:
    return cache.entries_of_query(sql.encode("utf-8", "surrogateescape"), unsure=True)
