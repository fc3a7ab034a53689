"""One session: what a wire does with the engine, as a generator that stops wherever others may come in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.simulation.database import DEFINITION, TABLES, USUAL, Answer, reads, writes
from tests.simulation.ghost import EVERYWHERE, Life, spread, stands_for
from tests.simulation.judge import Wrong, judge_answer
from tests.simulation.statements import KEYS, READ_TEXTS, WRITE_TEXTS, resolution

if TYPE_CHECKING:
    from polyscale_cli.edge.engine import CacheState, Entry, Fence, Fill, Footprint, Scope, Template
    from tests.simulation.database import State
    from tests.simulation.world import World


class Ticket:
    """A place among those who wait for another's fill. ``lapsed`` once nobody stands there any more."""

    __slots__ = ("called", "client", "given", "lapsed", "least", "query")

    def __init__(self, client: Client, query: int, least: State) -> None:
        self.client = client
        self.query = query
        self.least = least
        self.called = self.lapsed = self.given = False

    def __call__(self, entry: Entry | None) -> None:
        """Serve at once, as the wire does: a moment later the entry may be gone."""
        if self.lapsed:
            return
        self.called = True
        if entry is not None:
            self.given = True
            self.client.world.count("joined")
            self.client.serve(self.query, self.least, entry)
        next(self.client.life, None)


class Client:
    """A session at one cache, in one scope.

    Attributes:
        place: of which its answers must be.
        writing: a write of its own is under way.
        seen: the newest versions that it was answered.
        life: all that it does.
    """

    __slots__ = ("life", "name", "place", "scope", "seen", "state", "templates", "world", "writes", "writing")

    def __init__(self, world: World, name: str, state: CacheState, cache: object) -> None:
        self.world = world
        self.name = name
        self.state = state
        self.place: tuple[object, ...] = (cache, "me")
        self.scope: Scope = state.scope(self.place)
        self.writing = False
        self.seen = [0] * (TABLES + 1)
        self.life: Life = self._live()
        # Nobody is served before the server has said who it is.
        state.origin.identify("the server")
        self.templates: list[Template] = [state.templates.of_statement(text) for text in READ_TEXTS]
        self.writes: list[Template] = [state.templates.of_statement(text) for text in WRITE_TEXTS]

    def _live(self) -> Life:
        world = self.world
        while not world.closing:
            act: Callable[[Client], Life] = world.pick(world.deeds)
            yield from act(self)
            yield

    def know(self) -> None:
        """Learn all at once what the statements touch."""
        if self.state.definitions.fences or self.scope.footprint(self.templates[0]) is not None:
            return
        definition = self.world.database.now[DEFINITION]
        version = self.state.definitions.version
        for query, template in enumerate(self.templates):
            self._learn(template, reads(query, definition), (), version)
        for table, template in enumerate(self.writes):
            self._learn(template, (), writes((table,), definition), version)

    def _learn(self, template: Template, touched: tuple[int, ...], changed: tuple[int, ...], version: int) -> bool:
        return self.scope.learn(template, resolution(touched, changed), version)

    def settle(self) -> Life:
        """Change the settings that the scope is made of, sometimes to such as cannot be described."""
        yield
        settings = self.world.pick(("me", "you", "1", "2", "3", ""))
        self.place = (self.place[0], settings)
        self.scope = self.state.scope(self.place) if settings else self.state.private_scope()
        self.world.tell(self.name, "settles in scope", settings)

    # -- reads -----------------------------------------------------------------------------------------------------

    def read(self) -> Life:
        """Ask for one of the queries."""
        return self.ask(self.world.pick(self.world.queries))

    def ask(self, query: int) -> Life:
        """Ask for a query: a hit, somebody else's answer, or a trip to the database."""
        world, state, scope = self.world, self.state, self.scope
        least = world.least(state, query)
        template, key = self.templates[query], KEYS[query]
        waited = False
        while True:
            footprint = scope.footprint(template)
            if footprint is None or not scope.shared or not state.caches:
                yield from self._ask_database(query, least, None)
                if footprint is None and scope.is_stale(template) and scope.is_worth_asking(template):
                    yield from self._ask_catalog(template, query, None)
                return
            entry = scope.find(key)
            if entry is not None:
                world.count("hit")
                self.serve(query, least, entry)
                return
            under_way = None if waited else scope.fill_under_way(key)
            if under_way is None:
                self._judge_look(query)
                break
            ticket = Ticket(self, query, least)
            yield from self._wait(ticket, under_way)
            if ticket.given:
                return
            waited = True
        fill = None
        if scope.is_worth_keeping(template, key):
            fill = scope.start_fill(key, footprint.reads, template)
        yield from self._ask_database(query, least, fill)

    def _wait(self, ticket: Ticket, fill: Fill) -> Life:
        world = self.world
        world.tell(self.name, "waits for another's", ticket.query)
        fill.wait(ticket)
        try:
            while not ticket.called:
                yield
                if not ticket.called and not world.closing and world.random() < 0.02:
                    world.tell(self.name, "waits no longer")
                    return
        finally:
            ticket.lapsed = True

    def _judge_look(self, query: int) -> None:
        """Hold it against the promise of looks: one reader asks anew, the others are served meanwhile."""
        scope, key = self.scope, KEYS[query]
        entry, fill = scope.entries.get(key), scope.fills.get(key)
        if entry is None or entry.until <= self.world.now:
            return
        self.world.count("looked")
        self.world.tell(self.name, "looks anew at", query)
        if fill is not None and fill.is_current():
            raise Wrong(f"{self.name} looks at an answer that another looks at")

    def serve(self, query: int, least: State, entry: Entry) -> None:
        """Answer with an entry."""
        if self.state.observes:
            raise Wrong(f"{self.name} was served an answer although the cache only observes")
        entry.hits += self.world.crowd
        entry.tally.hits += self.world.crowd
        judge_answer(self, query, least, entry.response, hit=True)

    def _ask_database(self, query: int, least: State, fill: Fill | None) -> Life:
        """Read at the database, which looks somewhere between the question and the answer."""
        world, database = self.world, self.world.database
        world.tell(self.name, "asks for", query, "to keep it" if fill is not None else "")
        place = self.place
        try:
            yield
            state = tuple(database.now)
            yield
            chance = world.random()
            if chance < 0.2:
                if chance < 0.1 and fill is not None:
                    world.tell(self.name, "is too slow for others to wait")
                    fill.abandon()
                yield
            padding = 200 if chance > 0.95 else int(chance * USUAL)
            response = database.respond(Answer(query, place, state, world.now), padding)
            if fill is not None:
                answer = database.answer(response)
                before, answer.at = answer.at, world.now
                kept = fill.admit(response)
                if kept is None:
                    answer.at = before
                world.count("kept" if kept is not None else "not kept")
                world.tell(self.name, "has its answer", "kept" if kept is not None else "not kept", state)
            judge_answer(self, query, least, response, hit=False)
        finally:
            if fill is not None:
                fill.abandon()

    def _ask_catalog(self, template: Template, query: int | None, table: int | None) -> Life:
        """Ask what a template touches; the catalog looks somewhere between the question and the answer."""
        scope, state = self.scope, self.state
        version = state.origin.everything.version
        scope.ask(template)
        yield from self.world.dawdle()
        definition = self.world.database.now[DEFINITION]
        yield from self.world.dawdle()
        scope.was_answered(template)
        touched = reads(query, definition) if query is not None else ()
        changed = writes((table,), definition) if table is not None else ()
        learnt = self._learn(template, touched, changed, version)
        self.world.tell(self.name, "learns" if learnt else "cannot learn", template.text.decode(), touched or changed)

    # -- writes ----------------------------------------------------------------------------------------------------

    def write(self) -> Life:
        """Write one table by a statement of its own."""
        yield from self._write((int(self.world.random() * TABLES),))

    def write_several(self) -> Life:
        """Write some tables in a transaction, whose fence is taken at its COMMIT."""
        random = self.world.random
        yield from self._write(tuple(sorted({int(random() * TABLES) for _ in range(3)})), in_block=True)

    def _write(self, tables: tuple[int, ...], *, in_block: bool = False) -> Life:
        state, scope, world = self.state, self.scope, self.world
        touched: set[int] = set()
        redefined: int | None = None
        anything = any_table = False
        for table in tables:
            footprint: Footprint | None = scope.footprint(self.writes[table])
            if footprint is None and world.random() < 0.5:
                yield from self._ask_catalog(self.writes[table], None, table)
                footprint = scope.footprint(self.writes[table])
            if redefined is None:
                redefined = state.origin.redefined
            if footprint is None:
                # Nothing is known of it; whether it may define something is.
                any_table = True
                anything = anything or world.random() < 0.5
            else:
                touched.update(int(str(each.identity)) for each in footprint.writes)
            if in_block:
                yield
        if state.origin.redefined != redefined:
            any_table = True  # what was noted first may be more by now
        fence = state.origin.fence(
            [state.origin.table(each) for each in touched], anything=anything, any_table=any_table
        )
        fenced = EVERYWHERE if anything or any_table else frozenset(touched)
        world.tell(self.name, "writes", tables, "fencing", "all" if fenced is EVERYWHERE else sorted(touched))
        yield from self._carry_out(tables, fence, fenced)

    def define(self) -> Life:
        """Change the definition."""
        state = self.state
        fence = state.origin.fence((), anything=True)
        self.world.tell(self.name, "changes the definition")
        yield from self._carry_out((DEFINITION,), fence, EVERYWHERE)

    def write_unknown(self) -> Life:
        """Write by a statement of which only the database knows what it does."""
        state, world = self.state, self.world
        anything = world.random() < 0.5
        fence = state.origin.fence((), anything=anything, any_table=True)
        tables = tuple(sorted({int(world.random() * TABLES) for _ in range(2)}))
        world.tell(self.name, "writes in a way that nobody knows", tables)
        yield from self._carry_out(tables, fence, EVERYWHERE)

    def _carry_out(self, places: tuple[int, ...], fence: Fence, fenced: frozenset[int]) -> Life:
        """Have a write carried out, somewhere between its sending and its answer, under its fence."""
        world = self.world
        changed: list[tuple[int, int]] | None = None
        self.writing = True
        try:
            yield from world.dawdle()
            if world.random() < 0.9:
                changed = world.database.commit(spread(places, world), stands_for(fence, fenced))
            yield from world.dawdle()
        except GeneratorExit:
            world.haunt(self.name, places if changed is None else (), fence, fenced)
            raise
        fence.release()
        self.writing = False
        world.tell(self.name, "is told that it has written" if changed else "is refused", changed or "")
        world.acknowledge(changed or [])
