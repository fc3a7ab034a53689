"""Where a question to the catalog would be part of the client's transaction, and what is done about it."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.engine import Resolution
from polyscale_cli.edge.wire.mysql.capabilities import Status
from polyscale_cli.edge.wire.mysql.flavour import Flavour
from tests.edge.wire.mysql.frames import ERROR, MARIADB, MYSQL, READ, Session, World, ok, query, rows

IN_TRANSACTION = Status.AUTOCOMMIT | Status.IN_TRANS
BEGIN, COMMIT = b"BEGIN", b"COMMIT"
NEW = b"UPDATE other SET w = 1"
ROLLBACK = query(b"ROLLBACK AND NO CHAIN NO RELEASE")


@pytest.fixture
def world() -> World:
    return World()


def asked(session: Session, text: bytes = NEW) -> bool:
    """Send a text; whether the catalog is asked before it."""
    session.conversation.client_sent(query(text))
    return b"information_schema" in session.sent[-1]


def test_in_a_snapshot_a_statement_goes_unasked_as_one_that_may_write_any_table(world: World) -> None:
    session = Session(world, flavour=MYSQL)
    session.ask(BEGIN, ok(IN_TRANSACTION))
    assert not asked(session)
    assert session.sent[-1] == query(NEW)
    assert world.cache.contents.fences == 1


def test_what_went_unasked_is_asked_about_once_the_transaction_is_over(world: World) -> None:
    session, other = Session(world, flavour=MYSQL), Session(world, flavour=MYSQL)
    session.ask(BEGIN, ok(IN_TRANSACTION))
    session.ask(NEW, ok(IN_TRANSACTION))
    session.ask(COMMIT, ok())
    for _ in range(2):
        other.ask(READ)
    assert not other.reaches_origin(READ)
    assert asked(session, READ), "it may have left something behind, so that nothing is served before"
    said = len(session.said)
    session.conversation.origin_sent(ERROR)
    assert session.said[said:] == [rows()]


@pytest.mark.parametrize(
    ("flavour", "isolation"),
    [(MYSQL, "READ-COMMITTED"), (MARIADB, "REPEATABLE-READ")],
    ids=["a snapshot for each statement", "definitions that know no snapshots"],
)
def test_where_it_does_no_harm_it_is_asked_in_the_transaction(world: World, flavour: Flavour, isolation: str) -> None:
    session = Session(world, flavour=flavour, isolation=isolation)
    session.conversation.client_sent(query(b"START TRANSACTION READ WRITE"))
    session.conversation.origin_sent(ok(IN_TRANSACTION))
    assert asked(session)


def test_a_transaction_that_a_question_opens_is_rolled_back_before_the_statement_is_sent(world: World) -> None:
    session = Session(world, flavour=MYSQL, autocommit=False)
    assert asked(session)
    session.conversation.origin_sent(rows(status=Status.IN_TRANS))
    assert session.sent[1:] == [ROLLBACK]
    session.conversation.origin_sent(ok(Status(0)))
    assert len(session.sent) == 3
    assert session.said == []


def test_a_transaction_that_was_open_before_a_question_stays(world: World) -> None:
    session = Session(world, flavour=MYSQL, autocommit=False, isolation="READ-COMMITTED")
    session.ask(READ, rows(status=Status.IN_TRANS))
    assert asked(session)
    session.conversation.origin_sent(rows(status=Status.IN_TRANS))
    assert ROLLBACK not in session.sent


@pytest.mark.parametrize("unsettles", [False, True])
def test_what_others_have_been_told_since_is_not_asked_again(world: World, *, unsettles: bool) -> None:
    session, other = Session(world, flavour=MYSQL), Session(world, flavour=MYSQL)
    session.ask(BEGIN, ok(IN_TRANSACTION))
    session.ask(NEW, ok(IN_TRANSACTION))
    session.ask(COMMIT, ok())
    other.learn(NEW, Resolution(writes=frozenset({("shop", "other")}), unsettles=unsettles))
    before = len(session.sent)
    session.conversation.client_sent(query(READ))
    assert (session.sent[before:] == [query(READ)]) is not unsettles
    assert b"information_schema.TABLES" not in session.sent[-1]
    if unsettles:
        session.know()
        assert session.conversation.session.scope is not other.conversation.session.scope


def test_what_went_unasked_in_several_sessions_is_asked_by_one(world: World) -> None:
    sessions = [Session(world, flavour=MYSQL) for _ in range(3)]
    for session in sessions:
        session.ask(BEGIN, ok(IN_TRANSACTION))
        session.ask(NEW, ok(IN_TRANSACTION))
        session.ask(COMMIT, ok())
        session.sent.clear()
    for session in sessions:
        session.conversation.client_sent(query(READ))
    assert [len(session.sent) for session in sessions] == [1, 0, 0]
    sessions[0].learn(NEW, Resolution(writes=frozenset({("shop", "other")})))
    sessions[0].conversation.origin_sent(ERROR)
    sent = [each for session in sessions for each in session.sent]
    assert query(READ) in sent
    assert sum(b"information_schema" in each for each in sent) == 1
