"""A portal goes on in a transaction block, and is never taken for another."""

from __future__ import annotations

import pytest

from tests.e2e.raw import SYNC, bind, close, execute, parse
from tests.edge.wire.postgres.frames import (
    BEGIN,
    BEGUN,
    BOUND,
    COMMIT,
    COMMITTED,
    PARSED,
    FakeOrigin,
    World,
    back,
    failed,
    ready,
    row,
)


def suspended(value: str, status: str = "T") -> bytes:
    return row(value) + back("s") + ready(status)


@pytest.fixture
def session(primed: FakeOrigin) -> FakeOrigin:
    return primed


GO_ON = execute(limit=1) + SYNC


def test_a_portal_of_an_earlier_request_is_never_an_entry(world: World, session: FakeOrigin) -> None:
    read = parse("SELECT name FROM items") + bind() + execute(limit=1) + SYNC
    for _ in range(3):
        session.ask(read, PARSED + BOUND + suspended("one", "I"))
    for value in ("two", "ii"):
        session.conversation.cache.drop_entries()
        session.ask(BEGIN, BEGUN)
        assert not session.ask(read, PARSED + BOUND + suspended("one"))
        assert not session.ask(GO_ON, suspended(value))
        session.ask(COMMIT, COMMITTED)
    assert not world.session().ask(GO_ON, failed("34000") + ready())


def test_a_portal_that_the_cache_stands_for_is_not_mistaken_for_an_older_one(session: FakeOrigin) -> None:
    older = parse("SELECT name FROM items") + bind() + execute(limit=1) + SYNC
    served = parse("SELECT name FROM parts") + bind() + execute(limit=1) + SYNC
    for request in (older, served, older, served):
        session.ask(request, PARSED + BOUND + suspended("x", "I"))
    session.conversation.cache.drop_entries()
    session.ask(served, PARSED + BOUND + suspended("x", "I"))
    session.ask(BEGIN, BEGUN)
    assert not session.ask(older, PARSED + BOUND + suspended("x"))
    assert session.ask(served, PARSED + BOUND + suspended("x"))
    session.client(GO_ON)
    assert session.passed() == close("", "P") + GO_ON
    session.server(back("3") + failed("34000") + ready("E"))
    assert session.took() == failed("34000") + ready("E")
