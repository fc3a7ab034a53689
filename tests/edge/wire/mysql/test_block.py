"""Transactions that only read: which begin here, what is served in them, and what reaches the origin when."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.engine import Resolution
from polyscale_cli.edge.wire.mysql import packets as p
from polyscale_cli.edge.wire.mysql.block import command_of, inside, outside
from polyscale_cli.edge.wire.mysql.capabilities import Status
from tests.edge.wire.mysql.frames import AUTO, COLUMN, ERROR, MYSQL, READ, WRITE, Session, World, ok, query, rows

IN_TRANSACTION = Status.AUTOCOMMIT | Status.IN_TRANS
READ_ONLY = IN_TRANSACTION | Status.IN_TRANS_READONLY
BEGIN, COMMIT, ROLLBACK = b"BEGIN", b"COMMIT", b"ROLLBACK"
OTHER = b"SELECT v FROM other"
COMMITTED = "READ-COMMITTED"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def session(world: World) -> Session:
    """In READ COMMITTED, with READ kept and OTHER known."""
    found = Session(world, isolation=COMMITTED)
    found.learn(OTHER, Resolution(reads=frozenset({("shop", "other")})))
    for _ in range(2):
        found.ask(READ)
    found.sent.clear()
    return found


@pytest.mark.parametrize("begin", [BEGIN, b" begin work ;", b"START\tTRANSACTION", b"start transaction;"])
@pytest.mark.parametrize("end", [COMMIT, ROLLBACK, b"commit work;"])
def test_a_transaction_of_hits_costs_the_origin_nothing(session: Session, begin: bytes, end: bytes) -> None:
    assert session.ask(begin) == ok(IN_TRANSACTION)
    assert session.ask(READ) == rows(status=IN_TRANSACTION)
    assert session.ask(READ) == rows(status=IN_TRANSACTION)
    assert session.ask(end) == ok()
    assert session.ask(READ) == rows()
    assert session.sent == []


def test_a_transaction_that_only_reads_says_so_in_each_answer(session: Session) -> None:
    assert session.ask(b"START TRANSACTION READ ONLY") == ok(READ_ONLY)
    assert session.ask(READ) == rows(status=READ_ONLY)
    assert session.ask(COMMIT) == ok()


def test_its_begin_reaches_the_origin_before_what_has_to_go_there(session: Session) -> None:
    session.ask(BEGIN)
    session.said.clear()
    session.conversation.client_sent(query(OTHER))
    assert session.sent == [query(BEGIN)]
    session.conversation.origin_sent(ok(IN_TRANSACTION))
    assert session.sent == [query(BEGIN), query(OTHER)]
    session.conversation.origin_sent(rows(b"7", status=IN_TRANSACTION))
    assert session.said == [rows(b"7", status=IN_TRANSACTION)]


def test_what_was_only_read_in_it_is_kept_for_all(world: World, session: Session) -> None:
    session.ask(BEGIN)
    session.conversation.client_sent(query(OTHER))
    session.conversation.origin_sent(ok(IN_TRANSACTION))
    session.conversation.origin_sent(rows(b"7", status=IN_TRANSACTION))
    session.ask(OTHER, rows(b"7", status=IN_TRANSACTION))
    assert not session.reaches_origin(OTHER)
    assert b"".join(session.said) == rows(b"7", status=IN_TRANSACTION)
    other = Session(world, isolation=COMMITTED)
    assert not other.reaches_origin(OTHER)
    assert other.said == [rows(b"7")]
    assert session.reaches_origin(COMMIT, ok()), "the origin's transaction is the origin's to end"


@pytest.mark.parametrize(
    "text",
    [WRITE, b"SELECT v FROM t WHERE id = 1 FOR UPDATE", b"SAVEPOINT a", b"SET @x = 1", b"SELECT NOW()", b"SHOW TABLES"],
)
def test_nothing_is_served_any_more_once_it_does_anything_but_read(session: Session, text: bytes) -> None:
    session.learn(b"SELECT v FROM t WHERE id = 1 FOR UPDATE", Resolution(reads=frozenset({("shop", "t")})))
    session.ask(BEGIN)
    session.conversation.client_sent(query(text))
    session.conversation.origin_sent(ok(IN_TRANSACTION))
    session.conversation.origin_sent(ok(IN_TRANSACTION))
    assert session.sent == [query(BEGIN), query(text)]
    assert session.reaches_origin(READ, rows(status=IN_TRANSACTION))
    session.ask(COMMIT, ok())
    session.ask(READ)
    assert [session.reaches_origin(READ) for _ in range(2)][-1] is False


@pytest.mark.parametrize(
    "begin",
    [
        b"START TRANSACTION WITH CONSISTENT SNAPSHOT",
        b"START TRANSACTION READ WRITE",
        b"BEGIN -- now",
        b"BEGIN /*!40000 WORK */",
        b"SET autocommit = 0",
        b"XA START 'a'",
    ],
)
def test_what_may_fail_or_do_more_than_begin_goes_to_the_origin_and_is_not_served(
    session: Session, begin: bytes
) -> None:
    assert session.reaches_origin(begin, ok(IN_TRANSACTION))
    if session.conversation.session.scope is None:
        session.know(isolation=COMMITTED)
    assert session.reaches_origin(READ, rows(status=IN_TRANSACTION))


@pytest.mark.parametrize("isolation", ["REPEATABLE-READ", "SERIALIZABLE"])
def test_where_one_snapshot_is_for_all_statements_nothing_is_held_or_served(world: World, isolation: str) -> None:
    session = Session(world, isolation=isolation)
    for _ in range(2):
        session.ask(READ)
    assert session.reaches_origin(BEGIN, ok(IN_TRANSACTION))
    assert session.reaches_origin(READ, rows(status=IN_TRANSACTION))


def test_where_transactions_are_not_plain_none_is_held(world: World, session: Session) -> None:
    session.know(isolation=COMMITTED, plain=False)
    assert session.reaches_origin(BEGIN, ok(IN_TRANSACTION))


def test_a_level_that_is_set_within_a_transaction_is_of_the_next(world: World) -> None:
    session = Session(world, autocommit=False)
    session.ask(READ, rows(status=Status.IN_TRANS))
    session.ask(b"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", ok(Status.IN_TRANS))
    session.know(isolation=COMMITTED, autocommit=False, in_transaction=True)
    assert all(session.reaches_origin(READ, rows(b"old", Status.IN_TRANS)) for _ in range(4))
    assert world.cache.entries == 0, "an answer from an old snapshot"
    session.ask(COMMIT, ok(Status(0)))
    assert [session.reaches_origin(READ, rows(status=Status.IN_TRANS)) for _ in range(3)][-1] is False


def test_a_transaction_within_a_transaction_is_the_origins_to_begin(session: Session) -> None:
    session.ask(BEGIN)
    assert session.ask(BEGIN) == ok(IN_TRANSACTION)
    assert session.sent == [], "one of hits is over by another"
    session.conversation.client_sent(query(OTHER))
    session.conversation.origin_sent(ok(IN_TRANSACTION))
    session.conversation.origin_sent(rows(status=IN_TRANSACTION))
    assert session.reaches_origin(BEGIN, ok(IN_TRANSACTION))


def test_a_commit_that_the_origin_need_not_know_is_told_before_what_asks_about_it(session: Session) -> None:
    session.ask(BEGIN)
    session.ask(READ)
    session.ask(COMMIT)
    session.conversation.client_sent(query(b"SELECT ROW_COUNT()"))
    assert session.sent == [query(COMMIT)]
    session.conversation.origin_sent(ok())
    assert session.sent[-1] == query(b"SELECT ROW_COUNT()")


def test_what_asks_about_a_read_in_it_has_both_sent_first(session: Session) -> None:
    session.ask(BEGIN)
    session.ask(READ)
    session.conversation.client_sent(query(b"SHOW WARNINGS"))
    session.conversation.origin_sent(ok(IN_TRANSACTION))
    session.conversation.origin_sent(rows(status=IN_TRANSACTION))
    assert session.sent == [query(BEGIN), query(READ), query(b"SHOW WARNINGS")]


def test_commands_whose_answers_tell_of_it_have_it_begun_first(session: Session) -> None:
    session.ask(BEGIN)
    ping = p.packet(b"\x0e", 0)
    session.conversation.client_sent(ping)
    session.conversation.origin_sent(ok(IN_TRANSACTION))
    assert session.sent == [query(BEGIN), ping]


def test_a_session_that_begins_anew_has_none(session: Session) -> None:
    session.ask(BEGIN)
    session.conversation.client_sent(p.packet(b"\x1f", 0))
    assert session.sent == [p.packet(b"\x1f", 0)]
    session.conversation.origin_sent(ok())
    session.know(isolation=COMMITTED)
    assert session.ask(READ) == rows()


def test_a_client_in_one_is_not_idle(session: Session) -> None:
    session.ask(BEGIN)
    assert not session.conversation.is_idle
    session.ask(COMMIT)
    assert session.conversation.is_idle


def test_the_session_ends_where_the_origin_refuses_to_begin(session: Session) -> None:
    session.ask(BEGIN)
    session.conversation.client_sent(query(WRITE))
    session.conversation.origin_sent(ERROR)
    assert session.ended is not None
    assert b"refused to begin" in session.ended
    assert session.sent[-1] != query(WRITE)


def test_commands_that_come_together_are_taken_one_by_one(session: Session) -> None:
    session.said.clear()
    session.conversation.client_sent(query(BEGIN) + query(READ) + query(COMMIT) + query(READ))
    assert b"".join(session.said) == ok(IN_TRANSACTION) + rows(status=IN_TRANSACTION) + ok() + rows()
    assert session.sent == []


def test_texts_that_are_no_such_command_are_left_alone() -> None:
    for text in (
        b"BEGIN NOT ATOMIC",
        b"BEGIN; COMMIT",
        b"COMMIT AND CHAIN",
        b"ROLLBACK TO a",
        b"COMMIT RELEASE",
        b"END",
    ):
        assert command_of(text) is None, text


@pytest.mark.parametrize("end", [b"\xfe\0\0\2\0\0\0", b"\xfe\0\0\2\0\0\0\3inf"], ids=["usual", "with more"])
@pytest.mark.parametrize("flags", [IN_TRANSACTION, READ_ONLY])
def test_flags_are_found_at_the_end_of_rows_without_an_eof(end: bytes, flags: Status) -> None:
    packets = (b"\x01", COLUMN, p.string(b"5"), p.string(b"7\0\0"), end)
    outer = b"".join(p.packet(one, number + 1) for number, one in enumerate(packets))
    inner = inside(outer, int(flags), deprecates_eof=True)
    assert inner == outer.replace(end, b"\xfe\0\0" + int(flags).to_bytes(2, "little") + end[5:])
    assert outside(inner, deprecates_eof=True) == outer


def test_flags_are_found_behind_the_columns_and_at_the_end() -> None:
    assert inside(rows(), int(READ_ONLY), deprecates_eof=False) == rows(status=READ_ONLY)
    assert outside(rows(status=READ_ONLY), deprecates_eof=False) == rows(status=AUTO)


def test_a_begin_that_mysql_tells_more_of_is_sent_and_its_reads_are_served(world: World) -> None:
    session = Session(world, isolation=COMMITTED, flavour=MYSQL)
    for _ in range(2):
        session.ask(READ)
    told = IN_TRANSACTION | Status.SESSION_STATE_CHANGED
    assert session.ask(BEGIN, ok(told)) == ok(told)
    session.know(isolation=COMMITTED, in_transaction=True)
    assert not session.reaches_origin(READ)
    assert session.said == [rows(status=IN_TRANSACTION)]
    assert session.reaches_origin(COMMIT, ok())
