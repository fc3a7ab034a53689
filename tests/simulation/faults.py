"""Ways to break the engine, each of which the simulation must find."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

from polyscale_cli.edge.engine import (
    CacheState,
    Engine,
    Entry,
    Fence,
    Fill,
    Origin,
    Purged,
    Scope,
    Selection,
    Settings,
    Table,
    Template,
    engine,
)
from polyscale_cli.edge.engine.purging import PURGED, purge
from polyscale_cli.edge.engine.rules import Decision, Rules
from polyscale_cli.edge.engine.store import Store
from polyscale_cli.edge.engine.tags import Tags
from tests.simulation.world import World

Broken = Callable[..., Any]


def _move_drops_nothing(_origin: Origin, table: Table, _cause: Any = None) -> None:
    table.version += 1


def _moving_nothing(act: Broken) -> Broken:
    """Make a fence's act one that moves no version and drops nothing."""

    def acts(*arguments: Any, **named: Any) -> None:
        with mock.patch.object(Origin, "move"):
            act(*arguments, **named)

    return acts


def _start_fill_unseeing(
    scope: Scope, key: Any, tables: tuple[Table, ...], template: Any = None, _author: str = ""
) -> Fill:
    versions = scope.cache.definitions.version + scope.cache.contents.version + sum(each.version for each in tables)
    fill = scope.fills[key] = Fill(scope, key, tables, versions, template)
    return fill


def _start_fill_knowing_tables_only(
    scope: Scope, key: Any, tables: tuple[Table, ...], template: Any = None, _author: str = ""
) -> Fill | None:
    return None if any(each.fences for each in tables) else _start_fill_unseeing(scope, key, tables, template)


_START_FILL = Scope.start_fill


def _start_fill_telling_nobody(scope: Scope, key: Any, *others: Any) -> Fill | None:
    old = scope.kept.get(key)
    expires = old.expires if old is not None else 0.0
    fill = _START_FILL(scope, key, *others)
    if old is not None:
        old.expires = expires
    return fill


_MAY_BE_SERVED = Entry.may_be_served


def _served_to_nobody(entry: Entry, now: float) -> bool:
    return entry.key not in entry.scope.fills and _MAY_BE_SERVED(entry, now)


def _learn_whatever(learn: Broken) -> Broken:
    return lambda scope, template, resolution, _version: learn(
        scope, template, resolution, scope.cache.definitions.version
    )


def _remove_charging_on(store: Store, entry: Entry, remove: Broken) -> None:
    size = entry.size
    remove(store, entry)
    entry.scope.cache.bytes += size


def _end_calling_nobody(fill: Fill, _entry: Entry | None) -> None:
    fill._over = True
    fill._scope.end_fill(fill)


def _purge_without_moving(state: CacheState, _cause: Any = None) -> int:
    dropped = state.drop_entries(PURGED)
    state.purged += dropped
    return dropped


def _forget_scopes_that_go_on(state: CacheState) -> None:
    for identity in list(state._scopes)[:2]:
        del state._scopes[identity]


def _forget_without_end(engine: Engine, cache_id: str) -> int:
    state = engine._caches.pop(cache_id, None)
    if state is None:
        return 0
    dropped = state.purge()
    state.origin.caches.remove(state)
    return dropped


def _configure_without_purge(engine: Engine, cache_id: str, settings: Settings) -> None:
    engine._settings[cache_id] = settings
    state = engine._caches.get(cache_id)
    if state is not None:
        state._follow(settings)


def _configure_letting_fills_go_on(state: CacheState, settings: Settings) -> None:
    state.drop_entries(PURGED)
    state._follow(settings)
    for scope in state._scopes.values():
        scope.follow_mode()


def _purge_letting_fills_go_on(cache: CacheState, wanted: Selection, *, dry_run: bool = False) -> Purged:
    before = cache.contents.version
    purged = purge(cache, wanted, dry_run=dry_run)
    cache.contents.version = before
    return purged


def _templates_of_very_text(state: CacheState, text: bytes) -> list[Template]:
    known = state.templates.known(state.templates.normal_form(text))
    return [] if known is None else [known]


_DECIDE = Rules.decide


def _decide_without_queries(rules: Rules, template: bytes, _sql: Broken, tables: Broken, ttl: float | None) -> Decision:
    return _DECIDE(rules, template, lambda: None, tables, ttl)


def _keep_where_it_is_served(scope: Scope) -> None:
    scope.kept = scope.entries


def _never_expiring(make: Broken) -> Broken:
    def never(entry: Entry, now: float, seconds: float, habits: object = None) -> None:
        make(entry, now, seconds + 1_000, habits)

    return never


def _haunt_unfenced(haunt: Broken) -> Broken:
    def unfenced(world: World, name: str, places: tuple[int, ...], fence: Fence, fenced: frozenset[int]) -> None:
        haunt(world, name, places, fence, fenced)
        fence.release()

    return unfenced


_REMOVE = Store.remove

FAULTS: dict[str, tuple[tuple[object, str, object], ...]] = {
    "a fence drops nothing": ((Origin, "move", _move_drops_nothing),),
    "an answer is kept whatever has moved": ((Fill, "_sum", lambda fill: fill._versions),),
    "a read sent under a fence fills": (
        (Fence, "release", _moving_nothing(Fence.release)),
        (Scope, "start_fill", _start_fill_unseeing),
    ),
    "a fill sees the fences of its tables only": (
        (Fence, "release", _moving_nothing(Fence.release)),
        (Scope, "start_fill", _start_fill_knowing_tables_only),
    ),
    "entries stay until a write is answered": ((Fence, "__init__", _moving_nothing(Fence.__init__)),),
    "a purge moves no version": ((CacheState, "purge", _purge_without_moving),),
    "a write at one address is not seen at the other": ((Origin, "with_twins", lambda _origin, own: own),),
    "a fence stays as it was when definitions move": ((Fence, "widen", lambda _fence: None),),
    "the catalog is believed whatever has moved": ((Scope, "learn", _learn_whatever(Scope.learn)),),
    "footprints outlive definitions": ((Scope, "footprint", lambda scope, template: scope._footprints.get(template)),),
    "scopes that are forgotten go on": ((CacheState, "_drop_scopes", _forget_scopes_that_go_on),),
    "removed entries stay charged": (
        (Store, "remove", lambda store, entry: _remove_charging_on(store, entry, _REMOVE)),
    ),
    "nobody is told of the end of a fill": ((Fill, "_end", _end_calling_nobody),),
    "a deleted cache goes on": ((Engine, "forget", _forget_without_end),),
    "caching that is switched off leaves entries": ((Engine, "configure", _configure_without_purge),),
    "answers outlive their time": ((Entry, "live", _never_expiring(Entry.live)),),
    "all readers of a popular answer look at it": (
        (Entry, "may_be_served", _served_to_nobody),
        (Scope, "start_fill", _start_fill_telling_nobody),
    ),
    "an answer that is looked at is served for ever": ((Entry, "may_be_served", lambda _entry, _now: True),),
    "what is only observed is served": ((Scope, "follow_mode", _keep_where_it_is_served),),
    "a fill goes on under other settings": ((CacheState, "configure", _configure_letting_fills_go_on),),
    "a fill goes on behind a purge of a part": ((engine, "purge", _purge_letting_fills_go_on),),
    "tags are forgotten": ((Tags, "known", lambda _tags, _name: ()),),
    "a purge knows a query by one spelling": ((CacheState, "templates_of", _templates_of_very_text),),
    "the rule for a query does not count": ((Rules, "decide", _decide_without_queries),),
    "the fence of a lost write comes down at once": ((World, "haunt", _haunt_unfenced(World.haunt)),),
}
"""What is broken, and what of the engine is put in place of what.

A read that is sent under a fence is refused twice over, for the fence and for what moves at its release; only an engine
that does neither is broken.
"""


@contextlib.contextmanager
def broken(fault: str) -> Iterator[None]:
    """Break the engine in this process."""
    with contextlib.ExitStack() as stack:
        for where, name, instead in FAULTS[fault]:
            stack.enter_context(mock.patch.object(where, name, instead))
        yield
