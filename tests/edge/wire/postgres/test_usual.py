"""The short way of the usual requests ends where the long way ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.wire.postgres.usual import executes_bound, read_usual
from tests.e2e.raw import FLUSH, SYNC, bind, close, describe, execute, parse, query
from tests.edge.wire.postgres.frames import COLUMNS, PARSED, FakeOrigin, World, done, extended_answer, ready

SELECT = "SELECT name FROM items"
USUAL = {
    "query": (query(SELECT), (SELECT.encode(), True)),
    "parse, bind, execute": (parse(SELECT) + bind() + execute() + SYNC, (SELECT.encode(), False)),
    "parse, bind, describe, execute": (
        parse(SELECT) + bind() + describe() + execute() + SYNC,
        (SELECT.encode(), False),
    ),
    "with parameters": (parse(SELECT) + bind("a", "b") + execute() + SYNC, (SELECT.encode(), False)),
    "with a name": (parse(SELECT, "s") + bind(statement="s") + execute() + SYNC, None),
    "bound to another": (parse(SELECT) + bind(statement="s") + execute() + SYNC, None),
    "with a portal": (parse(SELECT) + bind(portal="p") + execute("p") + SYNC, None),
    "with a limit": (parse(SELECT) + bind() + execute(limit=1) + SYNC, None),
    "twice": (2 * (parse(SELECT) + bind() + execute()) + SYNC, None),
    "two queries": (query(SELECT) + query(SELECT), None),
    "without its sync": (parse(SELECT) + bind() + execute(), None),
    "with a flush": (parse(SELECT) + bind() + execute() + FLUSH, None),
    "described before": (parse(SELECT) + describe(kind="S") + bind() + execute() + SYNC, None),
    "closed after": (parse(SELECT) + bind() + execute() + close("") + SYNC, None),
    "parse alone": (parse(SELECT) + SYNC, None),
    "cut": ((parse(SELECT) + bind() + execute() + SYNC)[:-1], None),
    "a cut query": (query(SELECT)[:-1], None),
    "too long": (query("SELECT '" + "x" * 20_000 + "'"), None),
}


@pytest.mark.parametrize("case", USUAL)
def test_what_is_usual_is_recognised(case: str) -> None:
    data, expected = USUAL[case]
    assert read_usual(data) == expected


@pytest.mark.parametrize(
    ("data", "is_one"),
    [
        (bind(statement="s") + execute() + SYNC, True),
        (bind("a", statement="s") + describe() + execute() + SYNC, True),
        (bind(statement="s") + execute(limit=5) + SYNC, False),
        (bind(statement="s") + execute() + execute() + SYNC, False),
        (bind(statement="s") + execute() + bind(statement="w") + execute() + SYNC, False),
        (bind(statement="s") + execute(), False),
        (bind(statement="s") + SYNC, False),
        (bind(statement="s") + describe("s", "S") + execute() + SYNC, False),
    ],
)
def test_a_bound_statement_executed_once(data: bytes, is_one: bool) -> None:
    assert executes_bound(data) is is_one


@given(st.binary(max_size=80), st.sampled_from([b"", b"Q", b"P", b"B", parse(SELECT), bind(), query(SELECT)]))
def test_noise_raises_nothing(data: bytes, start: bytes) -> None:
    if start + data:
        read_usual(start + data)
        executes_bound(start + data)


NAMED = parse(SELECT, "s") + SYNC
REQUESTS: dict[str, tuple[list[tuple[bytes, bytes]], bytes, bytes]] = {
    "query": ([], query(SELECT), COLUMNS + done() + ready()),
    "unnamed": ([], parse(SELECT) + bind() + execute() + SYNC, extended_answer("x")),
    "named": ([(NAMED, PARSED + ready())], bind(statement="s") + execute() + SYNC, extended_answer("x", parse=False)),
}


def play(case: str, cut: bool) -> tuple[list[bool], dict[object, bytes], list[str]]:
    """Ask five times, whole or cut in two: which were hits, what is kept, what the catalog was asked."""
    before, request, response = REQUESTS[case]
    world = World()
    session: FakeOrigin = world.session()
    for each in before:
        session.ask(*each)
    hits = []
    for _ in range(5):
        if cut:
            session.client(request[:3])
            session.client(request[3:])
        else:
            session.client(request)
        passed = session.passed()
        hits.append(not passed)
        if passed:
            assert passed == request
            session.server(response)
        assert session.took() == response
    kept: dict[object, bytes] = {}
    for scope in world.cache._scopes.values():
        kept.update({key: entry.response for key, entry in scope.entries.items()})
    metrics = world.engine.metrics("one")
    assert metrics.hits == sum(hits)
    assert metrics.hits + metrics.misses + metrics.passes == 5
    return hits, kept, session.questions[1:]


@pytest.mark.parametrize("case", REQUESTS)
def test_a_request_in_two_pieces_ends_where_it_ends_in_one(case: str) -> None:
    assert play(case, cut=True) == play(case, cut=False)
    assert play(case, cut=False)[0] == [False, False, True, True, True]
