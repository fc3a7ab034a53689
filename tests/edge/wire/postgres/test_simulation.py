"""Several sessions at once against a small server, in every order that Hypothesis can think of.

What is asked: every answer is the one that the server itself would give, but for the numbers; every number is at least
what any client had been told before the question was sent, and at most what is committed; nobody waits for ever; no
fence is left behind.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.wire.postgres.messages import error_response
from tests.e2e.raw import SYNC, bind, close, execute, parse, query
from tests.edge.wire.postgres.frames import FakeOrigin, World, ready
from tests.edge.wire.postgres.server_model import Backend, Database, Place

READS = ["SELECT v FROM a", "SELECT v FROM b", "SELECT a.v, b.v FROM a, b"]
WRITES = ["UPDATE a SET v = v + 1", "UPDATE b SET v = v + 1"]
OTHERS = ["BEGIN", "COMMIT", "ROLLBACK", "SELECT 1/0", "SET search_path = two", "SET search_path = public"]
SEVERAL = [
    "UPDATE a SET v = v + 1; UPDATE b SET v = v + 1",
    "BEGIN; UPDATE a SET v = v + 1; COMMIT",
    "BEGIN; SET search_path = two; ROLLBACK; SELECT v FROM a",
    "SET search_path = two; UPDATE a SET v = v + 1",
    "UPDATE b SET v = v + 1; SELECT 1/0",
    "COMMIT; UPDATE a SET v = v + 1",
    "BEGIN; UPDATE a SET v = v + 1; COMMIT; SELECT 1/0",
    "UPDATE a SET v = v + 1; ROLLBACK",
    "SET search_path = two; COMMIT; ROLLBACK",
]
CANCELLED = error_response("ERROR", "57014", "canceling statement due to user request") + ready()
ANY = [*READS, *WRITES, *OTHERS]


def extended(*texts: str) -> bytes:
    return b"".join(parse(text) + bind() + execute() for text in texts) + SYNC


REQUESTS = st.one_of(
    st.sampled_from(READS).map(query),
    st.sampled_from(READS).map(extended),
    st.sampled_from(READS).map(lambda text: parse(text, "s") + SYNC),
    st.just(bind(statement="s") + execute() + SYNC),
    st.just(bind() + execute() + SYNC),
    st.just(close("s") + SYNC),
    st.just(SYNC),
    st.sampled_from(ANY).map(query),
    st.sampled_from(ANY).map(extended),
    st.sampled_from(WRITES).map(lambda text: parse(text, "w") + bind(statement="w") + execute() + close("w") + SYNC),
    st.sampled_from(SEVERAL).map(query),
    st.tuples(st.sampled_from(ANY), st.sampled_from(ANY)).map(lambda texts: extended(*texts)),
    st.tuples(st.sampled_from(READS), st.sampled_from(ANY)).map(
        lambda texts: close("s") + parse(texts[0], "s") + bind(statement="s") + execute() + extended(texts[1])
    ),
)


KNOWN = [
    *(request for text in READS for request in (query(text), query(text), extended(text), extended(text))),
    *(query(text) for text in WRITES),
]


@dataclass(slots=True)
class Asked:
    """A request that a client has begun to send, and the least that it may be answered."""

    request: bytes
    least: dict[Place, int]


@dataclass(slots=True)
class Client:
    """A client, its conversation, its server process, and a shadow of that: what the process would say alone."""

    origin: FakeOrigin
    backend: Backend
    shadow: Backend
    requests: deque[bytes]
    unsent: bytes = b""
    got: bytes = b""
    asked: deque[Asked] = field(default_factory=deque)
    gone: bool = False


class Simulation:
    """The world, moved one step at a time."""

    def __init__(self, scripts: list[list[bytes]]) -> None:
        self.world = World()
        self.database = Database()
        self.told: dict[Place, int] = dict.fromkeys(self.database.committed, 0)
        self.clients: list[Client] = []
        for script in scripts:
            origin = FakeOrigin(self.world.cache)
            client = Client(origin, Backend(self.database), Backend(Database()), deque(script))
            self.clients.append(client)
            origin.conversation.start(ready())
            while not origin.received:
                self.serve(client)
                self.deliver(client, 1 << 20)
            assert origin.took() == ready()
        # All is known by now that can be known, so that reads can be hits from the start.
        scripted, self.clients[0].requests = self.clients[0].requests, deque(KNOWN)
        self.finish([self.clients[0]])
        self.clients[0].requests = scripted

    def step(self, who: int, what: str, size: int) -> None:
        client = self.clients[who % len(self.clients)]
        if what == "send":
            self.send(client, size)
        elif what == "push":
            self.send(client, size, pipelined=True)
        elif what == "serve":
            self.serve(client)
        elif what == "deliver":
            self.deliver(client, size)
        elif what == "tick":
            client.origin.fire(1.0)
        elif what == "cancel" and not client.gone:
            client.origin.conversation.cancel()
        elif what == "age":
            self.world.now += 31
        elif what == "leave" and not client.gone:
            self.part(client)
            if not client.origin.conversation.client_left():
                client.backend = Backend(self.database)
        elif what == "lose" and not client.gone:
            self.part(client)
            client.origin.conversation.origin_left()
            client.backend = Backend(self.database)
        self.judge()

    def send(self, client: Client, size: int, *, pipelined: bool = False) -> bool:
        """Send some of what the client has to say; a new request is begun when the last is answered, or out."""
        if not client.unsent:
            if not client.requests or len(client.asked) > (2 if pipelined else 0):
                return False
            client.unsent = client.requests.popleft()
            client.asked.append(Asked(client.unsent, dict(self.told)))
        piece, client.unsent = client.unsent[:size], client.unsent[size:]
        client.origin.client(piece)
        return True

    def part(self, client: Client) -> None:
        """A client says and hears no more."""
        self.judge()
        client.gone = True
        client.requests.clear()
        client.asked.clear()
        client.unsent = client.got = b""
        client.backend.inbox += client.origin.sent
        client.origin.sent = b""

    def serve(self, client: Client) -> bool:
        """Have the server carry out one message."""
        client.backend.inbox += client.origin.sent
        client.origin.sent = b""
        if not client.backend.busy:
            return False
        client.backend.step()
        return True

    def deliver(self, client: Client, size: int) -> bool:
        """Bring some of what the server has said to the edge."""
        out = client.backend.out
        if not out:
            return False
        if size == TOGETHER:
            # All at once, as a network brings it that was slow for a moment.
            told = {place: max(each.get(place, 0) for _, each in out) for place in self.told}
            out[:] = [(b"".join(each for each, _ in out), told)]
        answer, told = out[0]
        if size < len(answer):
            out[0] = (answer[size:], told)
            client.origin.server(answer[:size])
            return True
        del out[0]
        client.origin.server(answer)
        for place, value in told.items():
            self.told[place] = max(self.told[place], value)
        return True

    def judge(self) -> None:
        """Look at what clients have got."""
        for client in self.clients:
            client.got += b"" if client.gone else client.origin.took()
            while client.asked and (end := answer_end(client.got)):
                answer, client.got = client.got[:end], client.got[end:]
                self.judge_one(client, client.asked.popleft(), answer)

    def judge_one(self, client: Client, asked: Asked, answer: bytes) -> None:
        shadow = client.shadow
        if answer == CANCELLED:
            assert shadow._status == "I", "a block would have failed"
            return
        own = {place: shadow.pending.get(place, 0) for place in self.told}
        shadow.inbox += asked.request
        while shadow.busy:
            shadow.step()
        expected = b"".join(each for each, _ in shadow.out)
        shadow.out.clear()
        assert masked(answer) == masked(expected), (asked.request, answer, expected)
        for schema, table, number in re.findall(rb"(public|two)\.([ab]):(\d{6})", answer):
            place = (schema.decode(), table.decode())
            assert int(number) >= asked.least[place], ("stale", asked.request, answer)
            most = self.database.committed[place] + own[place] + 10
            assert int(number) <= most, ("from the future", asked.request, answer)

    def finish(self, clients: list[Client] | None = None) -> None:
        """Let everything come to its end."""
        for _ in range(10_000):
            moved = False
            for client in clients or self.clients:
                moved |= self.send(client, 1 << 20)
                moved |= self.serve(client)
                moved |= self.deliver(client, 1 << 20)
            self.judge()
            if not moved:
                for client in self.clients:
                    if client.origin.timers:
                        client.origin.fire(60.0)
                        moved = True
                if not moved and not any(client.origin.sent or client.backend.out for client in self.clients):
                    break
        assert not any(client.asked or client.got for client in self.clients), "somebody waits for ever"
        assert not any(client.requests for client in clients or self.clients)
        assert all(client.origin.held == 0 or client.gone for client in self.clients)
        origin = self.world.cache.origin
        if not any(client.backend.pending for client in self.clients):
            assert origin.everything.fences == origin.contents.fences == 0
            assert all(table.fences == 0 for table in origin._tables.values())


def masked(answer: bytes) -> bytes:
    return re.sub(rb":\d{6}", b":######", answer)


def answer_end(data: bytes) -> int:
    """Where the first answer ends, behind its ReadyForQuery; 0 while it is not whole."""
    at = 0
    while len(data) - at >= 5:
        end = at + 1 + int.from_bytes(data[at + 1 : at + 5], "big")
        if end > len(data):
            return 0
        if data[at] == 0x5A:
            return end
        at = end
    return 0


TOGETHER = 1 << 21
STEPS = st.tuples(
    st.integers(0, 2),
    st.sampled_from(
        ["send", "send", "push", "serve", "serve", "deliver", "deliver", "tick", "age", "cancel", "leave", "lose"]
    ),
    st.sampled_from([1, 7, 30, 1 << 20, 1 << 20, TOGETHER]),
)


@given(st.lists(st.lists(REQUESTS, max_size=12), min_size=1, max_size=3), st.lists(STEPS, max_size=150))
def test_every_answer_is_what_the_server_would_say(
    scripts: list[list[bytes]], steps: list[tuple[int, str, int]]
) -> None:
    simulation = Simulation(scripts)
    for who, what, size in steps:
        simulation.step(who, what, size)
    simulation.finish()


FEW = st.one_of(
    st.sampled_from(READS[:1]).map(query),
    st.sampled_from(READS[:1]).map(extended),
    st.sampled_from(WRITES[:1]).map(query),
    st.sampled_from(["BEGIN", "COMMIT", "ROLLBACK"]).map(query),
)


@given(st.lists(st.lists(FEW, min_size=4, max_size=16), min_size=2, max_size=3), st.lists(STEPS, max_size=200))
def test_one_table_read_and_written_by_all(scripts: list[list[bytes]], steps: list[tuple[int, str, int]]) -> None:
    """Fewer things to say, so that the same thing is said at the same time."""
    simulation = Simulation(scripts)
    for who, what, size in steps:
        simulation.step(who, what, size)
    simulation.finish()


def test_the_simulation_hits() -> None:
    """Else it would judge nothing but the server."""
    simulation = Simulation([[query(READS[0])] * 6, [query(READS[0]), *[extended(READS[0])] * 5]])
    simulation.finish()
    assert simulation.world.engine.metrics("one").hits >= 9


BREAKS: dict[str, tuple[str, object]] = {
    "fences that drop nothing": ("polyscale_cli.edge.engine.origin.Origin.move", lambda *_: None),
    "writes that nobody notes": (
        "polyscale_cli.edge.wire.postgres.effects.Effects._note_footprint",
        lambda *_, **__: False,
    ),
    "changes of settings that nobody notes": (
        "polyscale_cli.edge.wire.postgres.session_scope.SessionScope.want",
        lambda *_: None,
    ),
}


@pytest.mark.parametrize("fault", BREAKS)
def test_the_simulation_finds_a_broken_edge(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*BREAKS[fault])
    change = query("SET search_path = two") if "settings" in fault else query(WRITES[0])
    with pytest.raises(AssertionError):
        simulation = Simulation([[query(READS[0])] * 3, [change, query(READS[0]), query(READS[0])]])
        simulation.finish([simulation.clients[0]])
        simulation.finish()
