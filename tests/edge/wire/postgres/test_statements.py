"""Prepared statements and portals, as clients name them and as a hit leaves them."""

from __future__ import annotations

import pytest

from tests.e2e.raw import FLUSH, SYNC, bind, close, describe, execute, parse, query
from tests.edge.wire.postgres.frames import (
    BOUND,
    CLOSED,
    COLUMNS,
    ITEM,
    PARSED,
    UPDATE,
    USUAL,
    FakeOrigin,
    World,
    answer,
    back,
    done,
    extended_answer,
    failed,
    ready,
    row,
)


def test_several_executes_before_one_sync(world: World, session: FakeOrigin) -> None:
    request = b"".join(
        parse(text) + bind() + execute() for text in ("SELECT name FROM items", "SELECT name FROM parts")
    )
    request += SYNC
    response = 2 * (PARSED + BOUND + row("x") + done()) + ready()
    session.prime(request, response)
    world.session().ask(query("DELETE FROM parts"), done("DELETE 1") + ready())
    assert not session.ask(request, response)


def test_several_executes_of_which_one_writes_are_never_kept(session: FakeOrigin) -> None:
    request = b"".join(parse(text) + bind() + execute() for text in ("SELECT name FROM items", "DELETE FROM parts"))
    request += SYNC
    for _ in range(5):
        assert not session.ask(request, PARSED + BOUND + done() + PARSED + BOUND + done("DELETE 1") + ready())


def test_a_named_statement(world: World, session: FakeOrigin) -> None:
    other = world.session()
    for each in (session, other):
        assert not each.ask(
            parse("SELECT name FROM items", "s") + describe("s", "S") + SYNC, PARSED + COLUMNS + ready()
        )
    read = bind(statement="s") + execute() + SYNC
    session.prime(read, extended_answer("old", parse=False))
    assert other.ask(read, extended_answer("old", parse=False))
    third = world.session()
    third.ask(parse("SELECT name FROM items", "other name") + SYNC, PARSED + ready())
    assert third.ask(bind(statement="other name") + execute() + SYNC, extended_answer("old", parse=False))


def test_a_statement_that_was_redefined_is_another(session: FakeOrigin) -> None:
    session.ask(parse("SELECT name FROM items", "s") + SYNC, PARSED + ready())
    read = bind(statement="s") + execute() + SYNC
    session.prime(read, extended_answer("old", parse=False))
    session.ask(close("s") + parse("SELECT name FROM parts", "s") + SYNC, CLOSED + PARSED + ready())
    assert not session.ask(read, extended_answer("part", parse=False))
    session.ask(read, extended_answer("part", parse=False))
    assert session.ask(read, extended_answer("part", parse=False))


def test_a_parse_that_fails_leaves_the_statement_as_it_was(session: FakeOrigin) -> None:
    session.ask(parse("SELECT name FROM items", "s") + SYNC, PARSED + ready())
    read = bind(statement="s") + execute() + SYNC
    session.prime(read, extended_answer("old", parse=False))
    session.ask(parse("SELECT name FROM parts", "s") + SYNC, failed("42P05", "already exists") + ready())
    assert session.ask(read, extended_answer("old", parse=False))


def test_what_follows_an_error_before_the_sync_was_not_done(session: FakeOrigin) -> None:
    session.ask(parse("SELECT broken", "a") + parse("SELECT name FROM items", "s") + SYNC, failed("42703") + ready())
    for _ in range(4):
        assert not session.ask(bind(statement="s") + execute() + SYNC, failed("26000") + ready())


def test_describe_before_bind(session: FakeOrigin) -> None:
    """libpq's PQsendPrepare and PQsendDescribePrepared; asyncpg, pgjdbc and postgres.js do it with Flush."""
    session.client(parse("SELECT name FROM items", "s"), describe("s", "S"), FLUSH)
    assert session.passed() == parse("SELECT name FROM items", "s") + describe("s", "S") + FLUSH
    parameters = back("t", b"\0\0")
    session.server(PARSED, parameters, COLUMNS)
    assert session.took() == PARSED + parameters + COLUMNS
    session.client(bind(statement="s"), execute(), SYNC)
    assert session.passed() == bind(statement="s") + execute() + SYNC
    session.server(BOUND, row("old"), done(), ready())
    assert session.took() == BOUND + row("old") + done() + ready()
    read = bind(statement="s") + execute() + SYNC
    session.ask(read, extended_answer("old", parse=False))
    assert session.ask(read, extended_answer("old", parse=False))


def test_messages_without_a_sync_are_sent_on_after_a_moment(session: FakeOrigin) -> None:
    session.client(parse("SELECT name FROM items"), bind())
    assert session.passed() == b""
    session.fire(0.01)
    assert session.passed() == parse("SELECT name FROM items") + bind()
    session.server(PARSED, BOUND)
    assert session.took() == PARSED + BOUND
    session.client(execute(), SYNC)
    assert session.passed() == execute() + SYNC
    session.server(row("old"), done(), ready())
    assert session.took() == row("old") + done() + ready()


def test_a_portal_that_is_suspended(world: World, session: FakeOrigin) -> None:
    """A write that hands out its rows piece by piece is fenced until its transaction is over."""
    table = world.cache.origin.table((1, 100))
    session.client(parse("UPDATE items SET n = 1 RETURNING id"), bind(), execute(limit=1), FLUSH)
    session.passed()
    assert table.fences == 1
    session.server(PARSED, BOUND, row("1"), back("s"))
    assert table.fences == 1
    session.client(execute(limit=1), SYNC)
    assert session.passed() == execute(limit=1) + SYNC
    session.server(row("2"), done("UPDATE 2"))
    assert table.fences > 0
    session.server(ready())
    assert table.fences == 0


def test_a_fetch_of_so_many_rows_is_kept_as_such(session: FakeOrigin) -> None:
    request = parse("SELECT name FROM items") + bind() + execute(limit=1) + SYNC
    session.prime(request, PARSED + BOUND + row("old") + back("s") + ready())
    assert not session.ask(USUAL, extended_answer("old", "two"))
    assert session.ask(USUAL, extended_answer("old", "two"))


def test_the_unnamed_statement_is_restored_after_a_hit(session: FakeOrigin) -> None:
    session.prime(USUAL, extended_answer("old"))
    other = parse("SELECT name FROM parts") + bind() + execute() + SYNC
    session.ask(other, extended_answer("part"))
    assert session.ask(USUAL, extended_answer("old"))
    session.client(bind(), execute(), SYNC)
    assert session.passed() == parse("SELECT name FROM items") + bind() + execute() + SYNC
    session.server(PARSED, BOUND, row("old"), done(), ready())
    assert session.took() == BOUND + row("old") + done() + ready()
    session.client(bind(), execute(), SYNC)
    assert session.passed() in (b"", bind() + execute() + SYNC), "it is there now"


def test_the_unnamed_statement_is_dropped_after_a_query_from_the_cache(session: FakeOrigin) -> None:
    session.prime(ITEM, answer("old"))
    session.ask(parse("SELECT name FROM parts") + bind() + execute() + SYNC, extended_answer("part"))
    assert session.ask(ITEM, answer("old"))
    session.client(bind(), execute(), SYNC)
    assert session.passed() == close("") + bind() + execute() + SYNC
    session.server(CLOSED, failed("26000"), ready())
    assert session.took() == failed("26000") + ready()


def test_a_parse_that_fails_drops_the_unnamed_statement_before_it(session: FakeOrigin) -> None:
    session.ask(USUAL, extended_answer("old"))
    wrong = parse("SELECT name FROM items") + parse("SELECT nothing FROM items") + SYNC
    session.ask(wrong, PARSED + failed("42703") + ready())
    # The origin has none now, and what it says to a Bind is what the client must hear.
    session.ask(bind() + execute() + SYNC, failed("26000") + ready())


def test_a_parse_that_is_skipped_drops_nothing(session: FakeOrigin) -> None:
    session.prime(USUAL, extended_answer("old"))
    session.ask(query("SELECT 1 FROM items"), answer("1"))
    assert session.ask(USUAL, extended_answer("old")), "so that only the client knows of the unnamed statement"
    session.ask(parse("SELEC 1", "named") + parse("SELECT name FROM parts") + SYNC, failed("42601") + ready())
    session.client(bind() + execute() + SYNC)
    assert session.passed() == parse("SELECT name FROM items") + bind() + execute() + SYNC


def drop_at_the_origin(session: FakeOrigin) -> None:
    """Have the edge ask a question of its own, which is a Query and drops the unnamed statement."""
    asked = len(session.questions)
    session.ask(parse("SELECT name FROM parts", "s") + bind(statement="s") + execute() + SYNC, extended_answer("x"))
    session.ask(bind(statement="s") + execute() + SYNC, extended_answer("x", parse=False))
    assert len(session.questions) > asked


def test_a_parse_behind_which_the_request_fails_is_kept(session: FakeOrigin) -> None:
    request = parse("SELECT name FROM items") + bind() + execute() + parse("SELECT nothing") + SYNC
    session.ask(request, PARSED + BOUND + failed() + ready())
    drop_at_the_origin(session)
    session.client(bind() + execute() + SYNC)
    assert session.passed() == parse("SELECT name FROM items") + bind() + execute() + SYNC


def test_a_parse_that_fails_leaves_what_a_request_behind_it_makes(session: FakeOrigin) -> None:
    wrong, right = parse("SELECT nothing FROM items") + SYNC, parse("SELECT name FROM items") + SYNC
    session.ask(wrong + right, failed("42703") + ready() + PARSED + ready())
    drop_at_the_origin(session)
    session.client(bind() + execute() + SYNC)
    assert session.passed() == parse("SELECT name FROM items") + bind() + execute() + SYNC


def test_a_notice_of_the_edges_own_parse_is_its_own(session: FakeOrigin) -> None:
    session.prime(USUAL, extended_answer("old"))
    session.ask(query("SELECT 1 FROM items"), answer("1"))
    assert session.ask(USUAL, extended_answer("old"))
    session.client(bind() + execute() + SYNC)
    session.passed()
    session.server(back("N", b"SNOTICE\0\0") + PARSED + BOUND + row("old") + done() + ready())
    assert session.took() == BOUND + row("old") + done() + ready()


def test_a_restoration_in_the_middle_of_a_request_is_told_from_what_the_client_asked(session: FakeOrigin) -> None:
    session.prime(USUAL, extended_answer("old"))
    session.ask(query("SELECT 1 FROM items"), answer("1"))
    assert session.ask(USUAL, extended_answer("old"))
    session.client(close("s0") + FLUSH)
    assert session.passed() == close("s0") + FLUSH
    session.client(bind() + execute() + SYNC)
    assert session.passed() == parse("SELECT name FROM items") + bind() + execute() + SYNC
    session.server(CLOSED + PARSED + BOUND + row("old") + done() + ready())
    assert session.took() == CLOSED + BOUND + row("old") + done() + ready()


def test_a_restoration_that_fails_fails_as_the_request_would(session: FakeOrigin) -> None:
    session.prime(USUAL, extended_answer("old"))
    session.ask(query("SELECT 1 FROM items"), answer("1"))
    assert session.ask(USUAL, extended_answer("old"))
    session.client(bind(), execute(), SYNC)
    session.passed()
    session.server(failed("25P02"), ready())
    assert session.took() == failed("25P02") + ready()


def test_the_last_parse_of_a_pipeline_that_was_a_hit_is_the_unnamed_statement(world: World) -> None:
    one, other = world.session(), world.session()
    both = (
        parse("SELECT name FROM items")
        + bind()
        + execute()
        + parse("SELECT name FROM parts")
        + bind()
        + execute()
        + SYNC
    )
    response = extended_answer("old")[: -len(ready())] + extended_answer("part")
    one.prime(both, response)
    assert other.ask(both, response)
    other.client(bind() + execute() + SYNC)
    assert other.passed() == parse("SELECT name FROM parts") + bind() + execute() + SYNC


BOUND_READ = bind(statement="s") + execute() + SYNC


@pytest.fixture
def bound(session: FakeOrigin) -> FakeOrigin:
    """A session in which the prepared statement s is served, more than once."""
    session.ask(parse("SELECT name FROM items", "s") + SYNC, PARSED + ready())
    for _ in range(2):
        session.ask(BOUND_READ, extended_answer("old", parse=False))
    for _ in range(3):
        assert session.ask(BOUND_READ, extended_answer("old", parse=False))
    return session


@pytest.mark.parametrize(
    "steps",
    [
        [(close("s") + parse("SELECT name FROM parts", "s") + SYNC, CLOSED + PARSED + ready())],
        [
            (query("DEALLOCATE s"), done("DEALLOCATE") + ready()),
            (parse("SELECT name FROM parts", "s") + SYNC, PARSED + ready()),
        ],
        [(query("DEALLOCATE ALL; PREPARE s AS SELECT name FROM parts"), done("PREPARE") + ready())],
        [(query("SET search_path = two"), done("SET") + ready())],
        [(UPDATE, done("UPDATE 1") + ready())],
        [(query("ALTER TABLE items ADD x int"), done("ALTER TABLE") + ready())],
    ],
)
def test_it_is_not_when_it_means_something_else(steps: list[tuple[bytes, bytes]], bound: FakeOrigin) -> None:
    for request, response in steps:
        bound.ask(request, response)
    assert not bound.ask(BOUND_READ, extended_answer("new", parse=False))


def test_nor_when_its_entry_has_expired(world: World, bound: FakeOrigin) -> None:
    world.now += 61
    assert not bound.ask(BOUND_READ, extended_answer("new", parse=False))


def test_nor_when_another_has_written(world: World, bound: FakeOrigin) -> None:
    world.session().ask(UPDATE, done("UPDATE 1") + ready())
    assert not bound.ask(BOUND_READ, extended_answer("new", parse=False))


def test_nor_after_a_purge(world: World, bound: FakeOrigin) -> None:
    world.engine.purge("one")
    assert not bound.ask(BOUND_READ, extended_answer("new", parse=False))
