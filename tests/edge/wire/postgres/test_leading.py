"""BEGIN in one request with the statement behind it, and commands that were prepared: pgjdbc's way."""

from __future__ import annotations

import pytest

from tests.e2e.raw import SYNC, bind, describe, execute, message, parse
from tests.edge.wire.postgres.frames import (
    BOUND,
    PARSED,
    UPDATE,
    USUAL,
    FakeOrigin,
    World,
    back,
    done,
    extended_answer,
    failed,
    ready,
)

FLUSH = message("H")
NO_DATA = back("n")
BEGIN = parse("BEGIN") + bind() + execute()
BEGUN = PARSED + BOUND + done("BEGIN")
COMMIT = parse("COMMIT") + bind() + execute() + SYNC
COMMITTED = PARSED + BOUND + done("COMMIT") + ready()
WRITE = parse("UPDATE items SET name = 'new'") + bind() + execute() + SYNC


def inside(response: bytes) -> bytes:
    """An answer as it is in a block."""
    return response[:-1] + b"T"


@pytest.fixture
def session(world: World) -> FakeOrigin:
    session = world.session()
    session.ask(UPDATE, done("UPDATE 0") + ready())
    session.prime(USUAL, extended_answer("old"))
    return session


def prepare(session: FakeOrigin, name: str, text: str) -> None:
    session.ask(parse(text, name) + SYNC, PARSED + ready())


def test_a_block_that_begins_with_a_hit_costs_the_origin_nothing(session: FakeOrigin) -> None:
    for _ in range(2):
        assert session.ask(BEGIN + USUAL, BEGUN + inside(extended_answer("old")))
        assert session.ask(USUAL, inside(extended_answer("old")))
        assert session.ask(COMMIT, COMMITTED)
    assert session.began == []
    assert session.ask(USUAL, extended_answer("old"))


@pytest.mark.parametrize("described", [b"", describe()])
def test_a_begin_that_was_prepared(described: bytes, session: FakeOrigin) -> None:
    for name, text in (("b", "BEGIN"), ("c", "COMMIT"), ("r", "SELECT name FROM items")):
        prepare(session, name, text)
    read = bind(statement="r") + execute() + SYNC
    for _ in range(3):
        session.ask(read, extended_answer("old", parse=False))
    begun, ended = BOUND + (NO_DATA if described else b""), BOUND + (NO_DATA if described else b"")
    request = bind(statement="b") + described + execute() + read
    assert session.ask(request, begun + done("BEGIN") + inside(extended_answer("old", parse=False)))
    assert session.ask(bind(statement="c") + described + execute() + SYNC, ended + done("COMMIT") + ready())
    assert session.ask(bind(statement="b") + described + execute() + SYNC, begun + done("BEGIN") + ready("T"))
    assert session.ask(read, inside(extended_answer("old", parse=False)))
    assert session.began == []


def test_a_block_that_begins_with_a_miss_begins_at_the_origin(session: FakeOrigin) -> None:
    other = parse("SELECT name FROM parts") + bind() + execute() + SYNC
    for _ in range(2):
        session.client(BEGIN + other)
        assert session.passed() == other
        assert session.took() == BEGUN
        session.server(inside(extended_answer("part")))
        assert session.took() == inside(extended_answer("part"))
        session.ask(COMMIT, COMMITTED)
        session.reply_to_questions()
    assert session.began == ["BEGIN"] * 2
    assert session.ask(BEGIN + other, BEGUN + inside(extended_answer("part"))), "it was kept"


def test_a_write_waits_for_the_begin_before_it(world: World, session: FakeOrigin) -> None:
    session.client(BEGIN + WRITE)
    assert WRITE not in session.sent
    assert session.passed() == WRITE
    assert session.began == ["BEGIN"]
    session.server(PARSED + BOUND + done("UPDATE 1") + ready("T"))
    assert session.took() == BEGUN + PARSED + BOUND + done("UPDATE 1") + ready("T")
    assert world.cache.origin.table((1, 100)).fences == 0
    session.client(COMMIT)
    assert world.cache.origin.table((1, 100)).fences == 1
    session.passed()
    session.server(COMMITTED)
    assert session.took() == COMMITTED
    assert not session.ask(USUAL, extended_answer("new"))


def test_what_fails_behind_a_begin_fails_its_block(session: FakeOrigin) -> None:
    wrong = parse("SELECT nothing FROM items") + bind() + execute() + SYNC
    session.client(BEGIN + wrong)
    assert session.passed() == wrong
    session.server(failed("42703"), ready("E"))
    assert session.took() == BEGUN + failed("42703") + ready("E")
    assert not session.ask(USUAL, failed("25P02") + ready("E"))


def test_the_unnamed_statement_behind_a_begin_is_the_clients(session: FakeOrigin) -> None:
    """The origin has never got it, so it is given it before it is used."""
    begun = parse("BEGIN") + bind() + execute() + parse("SELECT 1", "other") + SYNC
    session.client(begun)
    assert session.passed() == parse("SELECT 1", "other") + SYNC
    session.server(PARSED, ready("T"))
    assert session.took() == BEGUN + PARSED + ready("T")
    again = bind() + execute() + SYNC
    session.client(again)
    assert session.passed() == parse("BEGIN") + again


@pytest.mark.parametrize(
    "begin",
    [
        parse("BEGIN ISOLATION LEVEL REPEATABLE READ") + bind() + execute(),
        parse("BEGIN", "named") + bind(statement="named") + execute(),
        parse("BEGIN") + bind(portal="p") + execute("p"),
        bind(statement="missing") + execute(),
        bind(statement="r") + execute(),
        BEGIN + execute(),
        execute(),
    ],
)
def test_what_is_no_begin_that_can_be_held_goes_as_it_is(begin: bytes, session: FakeOrigin) -> None:
    prepare(session, "r", "SELECT name FROM items")
    session.client(begin + WRITE)
    assert session.passed().endswith(WRITE)
    assert session.took() in (b"", BEGUN)


def test_a_begin_whose_end_is_not_yet_to_be_seen_goes_as_it_is(session: FakeOrigin) -> None:
    session.client(BEGIN + FLUSH)
    assert session.passed() == BEGIN + FLUSH
    assert session.took() == b""


def test_a_prepared_begin_that_is_gone_is_none(session: FakeOrigin) -> None:
    prepare(session, "b", "BEGIN")
    session.ask(message("C", b"Sb\0") + SYNC, back("3") + ready())
    request = bind(statement="b") + execute() + SYNC
    assert not session.ask(request, failed("26000") + ready())
