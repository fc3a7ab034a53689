"""What may be answered, and what must hold of the engine at any moment and in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulation.database import DEFINITION, reads
from tests.simulation.wishes import NO_WISH

if TYPE_CHECKING:
    from polyscale_cli.edge.engine import CacheState, Entry, Scope
    from tests.simulation.client import Client
    from tests.simulation.database import State
    from tests.simulation.world import World


class Wrong(AssertionError):
    """The engine did what it must not do."""


def judge_answer(client: Client, query: int, least: State, response: bytes, *, hit: bool) -> None:
    """Hold an answer against all that anybody had been told when it was asked for, and against what this client saw.

    Raises:
        Wrong: it is another query's or another scope's, stale, older than an answer before it, or past its time.
    """
    world = client.world
    answer = world.database.answer(response)
    world.tell(client.name, "is answered" if not hit else "is served", answer.state)
    if answer.query != query or answer.place != client.place:
        raise Wrong(f"{client.name} asked {query} at {client.place} and got {answer.query} of {answer.place}")
    seen = client.seen
    for place in (*reads(query, answer.state[DEFINITION]), DEFINITION):
        version = answer.state[place]
        if version < least[place]:
            raise Wrong(f"stale: {client.name} got version {version} of {place}; {least[place]} had been told of")
        if version < seen[place]:
            raise Wrong(f"backwards: {client.name} got version {version} of {place} after {seen[place]}")
        if version not in world.database.unfenced[place]:
            seen[place] = version
    longest = world.wishes.get(client.state, NO_WISH).longest(query, client.state.ttl)
    if hit and world.now >= answer.at + longest:
        raise Wrong(f"{client.name} was served an answer of {answer.at:g} at {world.now:g}, for {longest:g} s at most")


def judge_engine(world: World) -> None:
    """Count everything anew.

    Raises:
        Wrong: what is counted differs from what is there, an entry is in the map that may not be served, or one does
            not know its tables.
    """
    held = [entry for state in world.states for scope in _scopes(state) for entry in scope.kept.values()]
    store = world.engine._store
    queue = []
    entry = store._oldest
    while entry is not None:
        queue.append(entry)
        entry = entry.newer
    if len(queue) != len(held) or set(map(id, queue)) != set(map(id, held)):
        raise Wrong(f"{len(queue)} entries in the queue of eviction, {len(held)} in the maps")
    if store.used != sum(each.size for each in held) or store.used > store.budget:
        raise Wrong(f"{store.used} bytes charged of {store.budget}; {sum(each.size for each in held)} held")
    charged = dict.fromkeys(world.states, 0)
    dependent: dict[object, int] = {}
    for each in held:
        _judge_entry(world, each)
        charged[each.scope.cache] += each.size
        for table in each.tables:
            dependent[table] = dependent.get(table, 0) + 1
    for state, size in charged.items():
        if state.bytes != size:
            raise Wrong(f"a cache is charged {state.bytes} bytes for {size}")
        _judge_cache(state)
    for origin in world.origins:
        for table in origin._tables.values():
            if table.held != dependent.get(table, 0):
                raise Wrong(f"table {table.identity} counts {table.held} entries of {dependent.get(table, 0)}")


def _judge_cache(state: CacheState) -> None:
    held = sum(tally.held for tally in (*(template.tally for template in state.templates.all()), *state.unlisted()))
    if held != state.entries:
        raise Wrong(f"templates count {held} entries of {state.entries}")
    if state.observes and any(scope.entries for scope in _scopes(state)):
        raise Wrong("a cache that only observes has what may be served")


def _judge_entry(world: World, entry: Entry) -> None:
    if entry.scope.kept.get(entry.key) is not entry or not entry.size:
        raise Wrong("an entry that was removed is in the map")
    cache = entry.scope.cache
    if not cache.caches or not entry.scope.shared or cache.definitions.fences or cache.contents.fences:
        raise Wrong("an entry is in the map of a cache that may serve nothing")
    if any(table.fences for table in entry.tables):
        raise Wrong("an entry is in the map whose table is fenced")
    if any(entry not in table.entries for table in entry.tables):
        raise Wrong("a table does not know an entry that depends on it")
    answer = world.database.answer(entry.response)
    known = {table.identity for table in entry.tables}
    if not known.issuperset(reads(answer.query, answer.state[DEFINITION])):
        raise Wrong(f"an answer that reads {reads(answer.query, answer.state[DEFINITION])} was kept for {known}")


def judge_rest(world: World) -> None:
    """When all has come to its end, nothing may be left over.

    Raises:
        Wrong: a fence or a fill stayed.
    """
    for origin in world.origins:
        for table in (origin.everything, origin.contents, *origin._tables.values()):
            if table.fences:
                raise Wrong(f"a fence on {table.identity} stays for ever")
    for state in world.states:
        if any(scope.fills for scope in _scopes(state)):
            raise Wrong("a fill stays for ever")


def _scopes(state: CacheState) -> list[Scope]:
    return list(state._scopes.values())
