"""Transaction blocks: what is held back, what is served in them, and what ends that."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.engine import Settings
from tests.e2e.raw import SYNC, TERMINATE, bind, execute, parse, query
from tests.edge.wire.postgres.frames import (
    BEGIN,
    BEGUN,
    BOUND,
    COLUMNS,
    COMMIT,
    COMMITTED,
    ITEM,
    PARSED,
    PART,
    ROLLBACK,
    ROLLED_BACK,
    UPDATE,
    FakeOrigin,
    World,
    answer,
    back,
    done,
    extended,
    extended_answer,
    failed,
    ready,
    row,
)


def inside(*values: str) -> bytes:
    """An answer as it is in a block."""
    return answer(*values)[:-1] + b"T"


@pytest.fixture
def session(primed: FakeOrigin) -> FakeOrigin:
    return primed


# -- what is served


def test_a_block_of_hits_costs_the_origin_nothing(session: FakeOrigin) -> None:
    assert session.ask(BEGIN, BEGUN)
    assert session.ask(ITEM, inside("old"))
    assert session.ask(PART, inside("part"))
    idle = [session.conversation.is_idle]
    assert session.ask(COMMIT, COMMITTED)
    idle.append(session.conversation.is_idle)
    assert idle == [False, True]
    assert session.ask(ITEM, answer("old"))
    assert session.began == []


@pytest.mark.parametrize("end", [(COMMIT, COMMITTED), (ROLLBACK, ROLLED_BACK)])
def test_an_empty_block_costs_nothing(end: tuple[bytes, bytes], session: FakeOrigin) -> None:
    assert session.ask(BEGIN, BEGUN)
    assert session.ask(*end)
    assert session.began == []


def test_the_extended_protocol_is_served_too(session: FakeOrigin) -> None:
    read = extended("SELECT name FROM items")
    for _ in range(2):
        session.ask(read, extended_answer("old"))
    assert session.ask(extended("BEGIN"), PARSED + BOUND + BEGUN)
    assert session.ask(read, extended_answer("old")[:-1] + b"T")
    assert session.ask(extended("COMMIT"), PARSED + BOUND + COMMITTED)


def test_a_prepared_statement_is_served(session: FakeOrigin) -> None:
    session.ask(parse("SELECT name FROM items", "s") + SYNC, PARSED + ready())
    read, response = bind(statement="s") + execute() + SYNC, extended_answer("old", parse=False)
    session.ask(read, response)
    session.ask(read, response)
    assert session.ask(BEGIN, BEGUN)
    assert session.ask(read, response[:-1] + b"T")


def test_requests_may_come_in_pieces(session: FakeOrigin) -> None:
    for request, response in ((BEGIN, BEGUN), (ITEM, inside("old")), (COMMIT, COMMITTED)):
        session.client(request[:4])
        session.client(request[4:])
        assert session.took() == response
    assert session.sent == b""


def test_requests_may_come_together(session: FakeOrigin) -> None:
    session.client(BEGIN, ITEM, COMMIT, ITEM)
    assert session.took() == BEGUN + inside("old") + COMMITTED + answer("old")
    assert session.sent == b""


# -- what opens the block at the origin


def test_a_miss_sends_the_begin_first(session: FakeOrigin) -> None:
    for _ in range(2):
        session.ask(query("SELECT name FROM items WHERE id = 1"), answer("one"))
    other = query("SELECT name FROM items WHERE id = 2")
    session.ask(BEGIN, BEGUN)
    session.client(other)
    assert session.sent == BEGIN + other
    session.sent = b""
    session.server(BEGUN + inside("other"))
    assert session.took() == inside("other"), "what answers the edge's own BEGIN is not for the client"


def test_reads_go_on_being_served_while_the_block_has_only_read(session: FakeOrigin) -> None:
    other = query("SELECT name FROM items WHERE name = 'x'")
    for _ in range(2):
        session.ask(other, answer("x"))
    session.conversation.cache.drop_entries()
    session.ask(BEGIN, BEGUN)
    assert not session.ask(other, inside("x"))
    assert session.ask(other, inside("x")), "it was kept although a block is open"
    assert not session.ask(ITEM, inside("old"))
    assert session.ask(ITEM, inside("old"))
    assert not session.ask(COMMIT, COMMITTED), "the origin's block is the origin's to end"
    assert session.ask(other, answer("x")), "outside of the block, too"


SPENDERS = {
    "a write": (UPDATE, done("UPDATE 1") + ready("T")),
    "a setting": (query("SET LOCAL search_path = x"), done("SET") + ready("T")),
    "a lock": (query("SELECT name FROM items FOR UPDATE"), inside("old")),
    "a savepoint": (query("SAVEPOINT a"), done("SAVEPOINT") + ready("T")),
    "a function that may write": (query("SELECT writes()"), inside("1")),
    "a level": (query("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"), done("SET") + ready("T")),
    "a read of something unknown": (query("SELECT name FROM views_of_everything"), inside("?")),
    "several statements": (query("SELECT 1; SELECT 2"), answer("1")[:-6] + inside("2")),
}


@pytest.mark.parametrize("spender", SPENDERS)
def test_nothing_is_served_after(spender: str, world: World, session: FakeOrigin) -> None:
    session.ask(BEGIN, BEGUN)
    assert session.ask(ITEM, inside("old"))
    assert not session.ask(*SPENDERS[spender])
    for _ in range(3):
        assert not session.ask(ITEM, inside("new")), spender
    session.client(ROLLBACK)
    assert session.passed() == ROLLBACK
    session.server(ROLLED_BACK)
    session.passed()
    session.took()
    other = world.session()
    for _ in range(3):
        other.ask(ITEM, answer("old"))  # were one of the answers inside kept, this would be another


def test_its_own_writes_are_fenced_at_its_commit(world: World, session: FakeOrigin) -> None:
    reader = world.session()
    items = world.cache.origin.table((1, 100))
    session.ask(BEGIN, BEGUN)
    session.ask(UPDATE, done("UPDATE 1") + ready("T"))
    assert items.fences == 0, "nobody else sees it yet"
    assert reader.ask(ITEM, answer("old"))
    session.client(COMMIT)
    assert items.fences == 1
    session.passed()
    session.server(COMMITTED)
    assert items.fences == 0
    assert not reader.ask(ITEM, answer("new"))


def test_a_failed_block_is_the_origins(session: FakeOrigin) -> None:
    session.ask(BEGIN, BEGUN)
    assert not session.ask(query("SELECT 1/0"), failed() + ready("E"))
    refused = failed("25P02", "current transaction is aborted") + ready("E")
    assert not session.ask(ITEM, refused)
    assert not session.ask(ROLLBACK, ROLLED_BACK)
    assert session.ask(ITEM, answer("old"))


def test_what_must_come_before_the_first_query_is_refused_after_a_hit(session: FakeOrigin) -> None:
    session.ask(BEGIN, BEGUN)
    session.ask(ITEM, inside("old"))
    session.ask(query("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"), failed("25001") + ready("E"))
    assert session.began == ["BEGIN;SELECT"]


def test_and_is_accepted_where_it_is_first(session: FakeOrigin) -> None:
    session.ask(BEGIN, BEGUN)
    session.ask(query("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"), done("SET") + ready("T"))
    assert session.began == ["BEGIN"]
    assert not session.ask(ITEM, inside("old"))


def test_a_begin_in_a_block_is_the_origins_to_warn_of(session: FakeOrigin) -> None:
    session.ask(BEGIN, BEGUN)
    warning = back("N", b"SWARNING\0C25001\0Malready\0\0") + done("BEGIN") + ready("T")
    assert not session.ask(BEGIN + b"", warning)


# -- where nothing is held


@pytest.mark.parametrize("level", ["repeatable read", "serializable", "read uncommitted", ""])
def test_a_session_of_another_level_is_left_alone(level: str, world: World) -> None:
    session = FakeOrigin(world.cache)
    session.base["isolation"] = level
    session.login()
    session.prime(ITEM, answer("old"))
    assert not session.ask(BEGIN, BEGUN)
    for _ in range(3):
        assert not session.ask(ITEM, inside("old"))
    session.ask(ROLLBACK, ROLLED_BACK)
    assert session.ask(query("BEGIN ISOLATION LEVEL READ COMMITTED"), BEGUN)


@pytest.mark.parametrize(
    "change",
    [
        "SET default_transaction_isolation = 'serializable'",
        "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "SELECT set_config('default_transaction_isolation', 'serializable', false)",
    ],
)
def test_a_session_may_change_its_level(change: str, session: FakeOrigin) -> None:
    session.ask(query(change), done("SET") + ready())
    assert not session.ask(BEGIN, BEGUN)
    session.ask(ROLLBACK, ROLLED_BACK)
    session.ask(query("RESET ALL"), done("RESET") + ready())
    assert session.ask(BEGIN, BEGUN)


def test_nothing_is_held_while_answers_are_due(session: FakeOrigin) -> None:
    session.client(UPDATE)
    session.client(BEGIN)
    assert session.passed() == UPDATE + BEGIN


def test_nothing_is_held_for_a_cache_that_is_off(world: World, session: FakeOrigin) -> None:
    world.engine.configure("one", Settings(caches=False, ttl_seconds=60))
    assert not session.ask(BEGIN, BEGUN)


def test_nothing_is_held_for_a_session_that_listens(session: FakeOrigin) -> None:
    # A notification comes between transactions (manual, NOTIFY), and the origin knows nothing of a BEGIN that is held.
    assert not session.ask(query("LISTEN news"), done("LISTEN") + ready())
    assert not session.ask(BEGIN, BEGUN)


# -- ends


@pytest.mark.parametrize("leaves", ["client", "origin"])
def test_either_side_may_leave_a_held_block(leaves: str, session: FakeOrigin) -> None:
    session.ask(BEGIN, BEGUN)
    if leaves == "client":
        assert session.conversation.client_left() is False
        assert session.sent == TERMINATE
    else:
        assert b"08006" in session.conversation.origin_left()


@pytest.mark.parametrize("with_read", [False, True])
def test_a_begin_that_is_refused_after_all_ends_the_session(with_read: bool, session: FakeOrigin) -> None:
    """And what would have been carried out outside of the block is not sent."""
    for _ in range(2):
        session.ask(query("SELECT name FROM items WHERE id = 1"), answer("one"))
    read = query("SELECT name FROM items WHERE id = 2") if with_read else b""
    session.ask(BEGIN, BEGUN)
    session.client(read, UPDATE, COMMIT)
    assert session.sent == BEGIN + read
    session.sent = b""
    session.server(failed("57P01") + ready())
    session.server(answer("two") if with_read else b"")
    assert session.ended is not None
    assert session.sent == b""


def test_what_may_write_follows_a_begin_that_is_answered(world: World, session: FakeOrigin) -> None:
    reader = world.session()
    session.ask(BEGIN, BEGUN)
    session.client(UPDATE, COMMIT)
    assert session.sent == BEGIN
    assert reader.ask(ITEM, answer("old"))
    session.sent = b""
    session.server(BEGUN)
    assert session.sent == UPDATE + COMMIT
    session.server(done("UPDATE 1") + ready("T") + COMMITTED)
    assert session.took() == done("UPDATE 1") + ready("T") + COMMITTED
    assert not reader.ask(ITEM, answer("new"))


def test_what_waits_for_a_begin_goes_on_where_the_read_behind_it_failed(session: FakeOrigin) -> None:
    """Both answers may come at once."""
    wrong = query("SELECT nope")
    session.client(BEGIN, wrong, UPDATE, ROLLBACK)
    assert session.sent == BEGIN + wrong
    session.sent = b""
    session.server(BEGUN + failed("42703") + ready("E"))
    assert session.sent == UPDATE + ROLLBACK
    session.server(failed("25P02") + ready("E") + ROLLED_BACK)
    assert session.took() == BEGUN + failed("42703") + ready("E") + failed("25P02") + ready("E") + ROLLED_BACK


def test_a_write_may_be_streamed_behind_a_begin(session: FakeOrigin) -> None:
    large = query(f"UPDATE items SET name = '{'x' * (1 << 20)}'")
    session.ask(BEGIN, BEGUN)
    for start in range(0, len(large), 100_000):
        session.client(large[start : start + 100_000])
    assert session.sent == BEGIN
    assert session.held == 1
    session.server(BEGUN)
    assert session.sent == BEGIN + large
    assert session.held == 0
    session.server(done("UPDATE 1") + ready("T"))
    assert session.took() == done("UPDATE 1") + ready("T")


# -- cancelling


@pytest.mark.parametrize("opened", [False, True])
def test_a_read_that_waits_in_a_block_is_cancelled_by_the_origin(
    opened: bool, world: World, session: FakeOrigin
) -> None:
    """An error makes a block a failed one, which the edge cannot do by itself."""
    other = world.session()
    slow = query("SELECT name FROM parts WHERE id = 2")
    for _ in range(2):
        other.ask(query("SELECT name FROM parts WHERE id = 1"), answer("one"))
        session.ask(query("SELECT name FROM items WHERE id = 1"), answer("one"))
    other.client(slow)
    session.ask(BEGIN, BEGUN)
    if opened:
        session.ask(query("SELECT name FROM items WHERE id = 2"), inside("two"))
    session.client(slow)
    assert session.sent == b"", "it waits for the other's"
    assert session.conversation.cancel() is False
    assert session.passed() == slow
    session.server(failed("57014") + ready("E"))
    assert session.took() == failed("57014") + ready("E")
    assert session.ask(ROLLBACK, ROLLED_BACK) is False


def test_entries_go_stale_inside_a_block_as_outside(world: World, session: FakeOrigin) -> None:
    session.ask(BEGIN, BEGUN)
    assert session.ask(ITEM, inside("old"))
    writer = world.session()
    writer.ask(UPDATE, done("UPDATE 1") + ready())
    assert not session.ask(ITEM, COLUMNS + row("new") + done() + ready("T"))


def test_what_waits_for_a_begin_goes_on_although_what_follows_the_begin_has_failed(session: FakeOrigin) -> None:
    fails = query("SELECT 1/0 FROM items")
    for _ in range(2):
        session.ask(fails, failed() + ready())
    session.client(BEGIN, fails, UPDATE)
    session.reply_to_questions()
    assert session.sent == BEGIN + fails
    session.sent = b""
    session.server(BEGUN + failed() + ready("E"))
    assert session.took() == BEGUN + failed() + ready("E")
    assert session.sent == UPDATE
