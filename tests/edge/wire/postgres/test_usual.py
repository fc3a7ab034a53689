"""The short way of the usual requests ends where the long way ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.wire.postgres.usual import executes_bound, read_usual
from tests.e2e.raw import FLUSH, SYNC, bind, close, describe, execute, parse, query
from tests.edge.wire.postgres.frames import (
    COLUMNS,
    PARSED,
    FakeOrigin,
    World,
    back,
    done,
    extended_answer,
    failed,
    ready,
)

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


def play(case: str, cut: bool, *, seldom: bool = False) -> tuple[list[bool], dict[object, bytes], list[str]]:
    """Ask five times, whole or cut in two: which were hits, what is kept, what the catalog was asked.

    ``seldom`` has the template judged, after the first time, as one whose queries rarely come again.
    """
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
        world.cache.templates.of_text(SELECT.encode()).seldom_again = seldom
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


@pytest.mark.parametrize("case", REQUESTS)
def test_so_it_does_where_a_query_rarely_comes_again(case: str) -> None:
    assert play(case, cut=True, seldom=True) == play(case, cut=False, seldom=True)
    assert play(case, cut=False, seldom=True)[0] == [False, False, False, True, True]


# -- reads whose answers are not kept, and what else may happen before they are answered


def passing(case: str) -> tuple[FakeOrigin, bytes, bytes]:
    """A session that has sent a read whose answer will not be kept; the read, and its answer."""
    before, request, response = REQUESTS[case]
    world = World()
    session = world.session()
    for each in before:
        session.ask(*each)
    for _ in range(2):
        session.ask(request, response)
    world.cache.drop_entries()
    world.cache.templates.of_text(SELECT.encode()).seldom_again = True
    session.client(request)
    assert session.passed() == request
    assert session.conversation._passing
    return session, request, response


NOTICE = back("N", b"SNOTICE\0VNOTICE\0C00000\0Mhear\0\0")
REPORT = back("S", b"application_name\0x\0")


@pytest.mark.parametrize("case", REQUESTS)
def test_an_answer_that_is_not_kept_may_come_in_pieces(case: str) -> None:
    response = REQUESTS[case][2]
    for cut in range(1, len(response)):
        session, request, response = passing(case)
        session.server(response[:cut])
        session.server(response[cut:])
        assert session.took() == response
        # It was asked twice now, and is kept; then it is a hit.
        assert [session.ask(request, response) for _ in range(2)] == [False, True]


@pytest.mark.parametrize("case", REQUESTS)
def test_what_looks_like_its_end_may_be_in_a_row(case: str) -> None:
    session, _, response = passing(case)
    end = done() + ready()
    start = response[: -len(end)]
    ready_in_a_row = back("D", b"\0\1\0\0\0\x0aZ\0\0\0\5Imore")
    looks_done = start + ready_in_a_row[:-4]
    session.server(looks_done)
    assert not session.conversation.is_idle
    session.server(ready_in_a_row[-4:] + end)
    assert session.took() == start + ready_in_a_row + end
    assert session.conversation.is_idle


@pytest.mark.parametrize("case", REQUESTS)
@pytest.mark.parametrize("before", [NOTICE, REPORT])
@pytest.mark.parametrize("apart", [False, True])
def test_other_messages_may_come_with_it(case: str, before: bytes, apart: bool) -> None:
    session, request, response = passing(case)
    if apart:
        session.server(before)
        session.server(response)
    else:
        session.server(before + response)
    assert session.took() == before + response
    assert [session.ask(request, response) for _ in range(2)] == [False, True]


@pytest.mark.parametrize("case", REQUESTS)
def test_it_may_fail(case: str) -> None:
    session, request, response = passing(case)
    error = failed() + ready()
    session.server(error)
    assert session.took() == error
    assert [session.ask(request, response) for _ in range(2)] == [False, True]


@pytest.mark.parametrize("case", REQUESTS)
def test_another_request_may_follow_before_it_is_answered(case: str) -> None:
    session, request, response = passing(case)
    session.client(query("INSERT INTO items VALUES (1)"))
    assert session.passed() == query("INSERT INTO items VALUES (1)")
    session.server(response)
    assert session.took() == response
    assert not session.conversation.is_idle
    session.server(done("INSERT 0 1") + ready())
    session.passed()
    assert session.took() == done("INSERT 0 1") + ready()
    assert [session.ask(request, response) for _ in range(2)] == [False, True]


@pytest.mark.parametrize("case", REQUESTS)
def test_half_of_another_request_may_follow(case: str) -> None:
    session, request, response = passing(case)
    session.client(request[:7])
    session.server(response)
    assert session.took() == response
    session.client(request[7:])
    assert session.passed() == request
    session.server(response)
    assert session.took() == response
    assert session.ask(request, response)


def test_its_client_may_be_slow() -> None:
    session, request, response = passing("query")
    session.conversation.client_is_slow(True)
    session.server(response)
    session.client(request)
    assert session.passed() == b""
    session.conversation.client_is_slow(False)
    assert session.passed() == request
    session.server(response)
    assert session.took() == 2 * response


@pytest.mark.parametrize("leaves", ["client", "origin"])
def test_either_side_may_leave(leaves: str) -> None:
    session, _, response = passing("query")
    if leaves == "client":
        assert session.conversation.client_left() is False
        session.server(response)
        assert session.took() == b""
    else:
        assert b"08006" in session.conversation.origin_left()
