"""The engine, its caches, who is there, and what befalls them; a seed decides all of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from polyscale_cli.edge.engine import CacheState, Engine, Fence, Origin, Selection, Settings
from polyscale_cli.edge.engine.identity import template_id
from polyscale_cli.edge.engine.store import Store
from tests.simulation.client import Client
from tests.simulation.database import DEFINITION, TABLES, Database, State, reads
from tests.simulation.ghost import Ghost, Life
from tests.simulation.judge import Wrong, judge_engine, judge_rest
from tests.simulation.statements import KEYS, READ_TEXTS, TAGS, Numbered
from tests.simulation.wishes import NO_WISH, Wish

T = TypeVar("T")
Deed = Callable[[Client], Life]

CACHES = {"one": "an address", "two": "an address", "three": "another address"}
"""Three caches of one server, which is known by two addresses."""

FEW_CACHES = (("one",), ("one", "two"), ("one", "three"), ("one", "two", "three"))
FEW_QUERIES = ((0,), (0, 2), (3,), (0, 3), (0, 1, 2, 3, 4))
NAMES = tuple(("public", name) for name in "abcd")
ENTRY_LIMIT = 100
BUDGETS = (1_120, 2_240, 1 << 20)
"""Enough for two entries, for four, and for all."""

MOST_PLAYERS = 8
ROUNDS = 500
"""More than anybody needs to come to an end."""

USUAL: tuple[Deed, ...] = (*(Client.read,) * 6, *(Client.write,) * 2)
SPECIAL: tuple[Deed, ...] = (Client.write_several, Client.define, Client.write_unknown, Client.settle)


class World:
    """All there is in one run.

    Attributes:
        now: seconds, on the engine's clock.
        closing: nobody begins anything new.
        caches, queries: those that are used in this run.
        deeds: what clients do in this run, the frequent more often.
        story: what happened, if it is to be told.
        counts: how often what happened.
        states: all caches, those that were deleted too.
        crowd: how many readers each stands for: of many, an answer is popular.
        wishes: what people want of each cache.
    """

    def __init__(self, seed: int, *, tells: bool = False) -> None:
        generator = random.Random(seed)
        self.random = generator.random
        self.story: list[str] | None = [] if tells else None
        self.counts: dict[str, int] = {}
        self.now = 1000.0
        self.closing = False
        self._varied = self.random() < 0.4
        self.database = Database(repeats=self.random() < 0.8)
        budget = self.pick(BUDGETS)
        self.engine = Engine(lambda: self.now, budget_bytes=budget, entry_limit_bytes=ENTRY_LIMIT)
        self.engine._store = Store(budget, largest_part=0.6)
        self.states: list[CacheState] = []
        self.origins: list[Origin] = []
        self.caches = self.pick(FEW_CACHES)
        self.queries = self.pick(FEW_QUERIES)
        self.deeds = (*USUAL, *self._some(SPECIAL))
        self.crowd = self.pick((1, 1, 40)) if self._varied else 1
        self.wishes: dict[CacheState, Wish] = {}
        self._wished: dict[str, Wish] = {}
        self._query_floors: dict[tuple[CacheState, int], list[int]] = {}
        self._told = [0] * (TABLES + 1)
        self._floors: dict[CacheState, list[int]] = {}
        self._events = self._some((*EVENTS, World.write_around_and_purge_part) if self._varied else EVENTS)
        self._calm = 0.9 + 0.1 * self.random() if self._events else 1.0
        self._players: list[Client | Ghost] = []
        self._born = 0
        self._know = self.random() < 0.4
        self._slowness = self.pick((0.0, 0.0, 0.8))
        seldom, together = self.random() < 0.1, self.random() < 0.3
        for _ in range(2 + int(4 * self.random())):
            self._players.append(client := self._client("one" if together else self.pick(self.caches)))
            for template in client.templates:
                template.seldom_again = seldom

    def pick(self, among: Sequence[T]) -> T:
        """Choose one."""
        return among[int(self.random() * len(among))]

    def _some(self, among: Sequence[T]) -> tuple[T, ...]:
        """Choose each or not."""
        return tuple(each for each in among if self.random() < 0.5)

    def tell(self, *words: object) -> None:
        """Add a line to the story."""
        if self.story is not None:
            self.story.append(f"{self.now:8.2f}  " + " ".join(str(word) for word in words))

    def count(self, what: str) -> None:
        """Count that something happened."""
        self.counts[what] = self.counts.get(what, 0) + 1

    # -- the course of a run ---------------------------------------------------------------------------------------

    def run(self, steps: int) -> None:
        """Let so many steps be taken in turn, then let everything come to its end.

        Raises:
            Wrong: the engine did what it must not do.
        """
        half = steps // 2
        for step in range(steps):
            if self.random() > self._calm:
                self.pick(self._events)(self)
            if self.crowd > 1 and self.random() < 0.1:
                self.now += 1.5  # long enough for a popular answer to be looked at
            player = self.pick(self._players)
            if next(player.life, self) is self:
                self._players.remove(player)
            if step == half:
                judge_engine(self)
        self._finish()
        judge_engine(self)
        judge_rest(self)
        self._serve_again()
        self.counts["evicted"] = self.engine.evicted

    def _finish(self) -> None:
        """Let everybody end what they have begun."""
        self.closing = True
        for _ in range(ROUNDS):
            if not self._players:
                return
            self._players = [player for player in self._players if next(player.life, self) is not self]
        raise Wrong(f"{self._players[0].name} waits for ever")

    def _serve_again(self) -> None:
        """Ask one cache until it serves a hit: nothing that happened may keep it from that."""
        client = self._client(self.pick(self.caches))
        self.now += 10
        before = self.counts.get("hit", 0)
        query = self.pick(self.queries)
        if not client.state.serves or not self.wishes[client.state].longest(query, client.state.ttl):
            return
        for _ in range(ROUNDS):
            for _ in client.ask(query):
                pass
            if self.counts.get("hit", 0) > before:
                return
            entry = client.scope.kept.get(KEYS[query])
            if not client.templates[query].habits.ttl(entry.evidence if entry is not None else None):
                return  # automation may have seen nothing but changes
        raise Wrong(f"a cache serves query {query} no more")

    def _client(self, cache: str) -> Client:
        state = self.engine.cache(cache, Numbered(), CACHES[cache])
        if state not in self.states:
            self.states.append(state)
            self.wishes[state] = self._wished.get(cache, NO_WISH)
            if state.origin not in self.origins:
                self.origins.append(state.origin)
        self._born += 1
        client = Client(self, f"client {self._born}", state, (cache, self.states.index(state)))
        self.tell(client.name, "comes to cache", cache)
        if self._know:
            client.know()
        return client

    # -- the database ----------------------------------------------------------------------------------------------

    def least(self, state: CacheState, query: int) -> State:
        """What a read that begins now at this cache must see: what anybody was told of, and what a purge cured."""
        floors = (self._floors.get(state), self._query_floors.get((state, query)))
        return tuple(map(max, self._told, *(floor for floor in floors if floor is not None), self._told))

    def dawdle(self) -> Life:
        """Take a step, or in some runs several."""
        yield
        while self.random() < self._slowness:
            yield

    def acknowledge(self, changed: list[tuple[int, int]]) -> None:
        """Somebody has been told that these versions are written."""
        told = self._told
        for place, version in changed:
            told[place] = max(told[place], version)

    def haunt(self, name: str, places: tuple[int, ...], fence: Fence, fenced: frozenset[int]) -> None:
        """Leave a write of a lost session at the database, and its fence."""
        self.count("haunted")
        self._players.append(Ghost(self, name, places, fence, fenced))

    # -- what befalls it -------------------------------------------------------------------------------------------

    def let_time_pass(self) -> None:
        """A moment, or until footprints are stale, or until everything has expired."""
        self.now += self.pick((0.01, 1.5, 31.0, 61.0))
        self.tell("time passes")

    def write_around(self) -> None:
        """Write without the edge."""
        self.tell("around the edge, writes", self.database.commit((int(self.random() * TABLES),), frozenset()))

    def write_around_and_purge(self) -> None:
        """Write without the edge, and make up for it."""
        self.write_around()
        self.pick((World.purge, World.purge_tables))(self)

    def purge(self) -> None:
        """Purge a cache."""
        cache = self.pick(self.caches)
        counted = self.engine.purge(cache, dry_run=True)
        purged = self.engine.purge(cache)
        self.tell("purges cache", cache, purged.entries)
        self._purged(cache, range(TABLES + 1), agrees=purged == counted)

    def purge_tables(self) -> None:
        """Purge what depends on some tables."""
        cache = self.pick(self.caches)
        tables = [table for table in range(TABLES) if self.random() < 0.4] or [0]
        names = [NAMES[table][-self.pick((1, 2)) :] for table in tables]
        counted = self.engine.purge(cache, Selection(tuple(names)), dry_run=True)
        purged = self.engine.purge(cache, Selection(tuple(names)))
        self.tell("purges of cache", cache, "tables", tables, purged.entries)
        self._purged(cache, tables, agrees=purged == counted)

    def write_around_and_purge_part(self) -> None:
        """Write without the edge, and purge answers to some queries, by their text, by their template, or by a tag."""
        cache = self.pick(self.caches)
        query = self.pick(self._under_way(cache) or self.queries)
        table = self.pick(reads(query, self.database.now[DEFINITION]))
        self.tell("around the edge, writes", self.database.commit((table,), frozenset()))
        text = READ_TEXTS[query].decode()
        tag = self.pick(("low", "high"))
        selection, queries = self.pick(
            (
                (Selection(queries=(text + " ;",)), {query}),
                (Selection(templates=(text,)), {query}),
                (Selection(templates=(template_id(text.encode()),)), {query}),
                (Selection(tags=(tag,)), {each for each, tags in enumerate(TAGS) if tag in tags}),
            )
        )
        state = self.engine.state(cache)
        stays = self._held(state) - queries
        counted = self.engine.purge(cache, selection, dry_run=True)
        purged = self.engine.purge(cache, selection)
        self.tell("purges of cache", cache, selection, purged.entries)
        self.count("purged in part")
        if purged != counted or self._held(state) != stays:
            raise Wrong("a purge of some queries drops others, or leaves some, or counts them wrongly")
        if state is not None:
            for each in queries:
                self._query_floors[state, each] = [*self.database.now]

    def _under_way(self, cache: str) -> tuple[int, ...]:
        """Give the queries whose answers are on their way to a cache: purging those is the hardest."""
        state = self.engine.state(cache)
        scopes = state._scopes.values() if state is not None else ()
        return tuple(KEYS.index(key) for scope in scopes for key in scope.fills)

    def _held(self, state: CacheState | None) -> set[int]:
        """Give the queries whose answers are held."""
        entries = state.all_entries() if state is not None else ()
        return {self.database.answer(entry.response).query for entry in entries}

    def _purged(self, cache: str, places: Sequence[int], *, agrees: bool) -> None:
        if not agrees:
            raise Wrong("a purge drops what a dry run did not count, or less")
        for state in self.states:
            if state is self.engine._caches.get(cache):
                floor = self._floors.setdefault(state, [0] * (TABLES + 1))
                for place in places:
                    floor[place] = self.database.now[place]

    def configure(self) -> None:
        """Change a cache's settings."""
        cache, caches, ttl = self.pick(self.caches), self.random() < 0.7, self.pick((5.0, 60.0))
        observes, wish = self._varied and self.random() < 0.2, self._wish()
        words = "does not cache" if not caches else "only observes" if observes else "caches"
        self.tell("sets cache", cache, words, ttl, wish)
        self.count("configured")
        self._wished[cache] = wish
        state = self.engine.state(cache)
        if state is not None:
            self.wishes[state] = wish
        settings = Settings(caches=caches, ttl_seconds=ttl, observes=observes, rules=wish.rules())
        self.engine.configure(cache, settings)

    def _wish(self) -> Wish:
        if not self._varied or self.random() < 0.4:
            return NO_WISH
        queries, templates = (
            tuple((query, self.pick((0, 2, 600))) for query in self.queries if self.random() < 0.3) for _ in range(2)
        )
        return Wish(queries, templates, self.random() < 0.7)

    def delete(self) -> None:
        """Delete a cache; its name may be used again, and those who are there stay where they are."""
        cache = self.pick(self.caches)
        self.tell("deletes cache", cache)
        self.engine.forget(cache)
        self._wished.pop(cache, None)

    def come(self) -> None:
        """One more client comes, perhaps the first at its address."""
        if len(self._players) < MOST_PLAYERS:
            self._players.append(self._client(self.pick(self.caches)))

    def lose(self) -> None:
        """A client's connection is lost, in the middle of a write if there is one; another comes, here or there."""
        clients = [player for player in self._players if isinstance(player, Client)]
        client = self.pick([client for client in clients if client.writing] or clients)
        self.tell(client.name, "is lost")
        self._players.remove(client)
        client.life.close()
        self._players.append(self._client(self.pick(self.caches)))


EVENTS: tuple[Callable[[World], None], ...] = (
    World.let_time_pass,
    World.write_around,
    World.write_around_and_purge,
    World.purge,
    World.purge_tables,
    World.come,
    World.configure,
    World.delete,
    World.lose,
)
