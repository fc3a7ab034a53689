"""Writes that do not end as they should: cancelled, cut off, refused at the last moment, or still under way."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import partial

import pytest

from tests.e2e.raw import RawClient, errors, query, rows
from tests.freshness.arena import BASE, Arena
from tests.freshness.through import MOST_RUNS, Through, ask
from tests.freshness.ways import Answer, Question, run, send
from tests.servers.process import wait_until

NAME = Question("SELECT name FROM items WHERE id = 1")
PARTS = Question("SELECT count(*) FROM parts")
OLD, NEW, NONE = Answer((("old",),)), Answer((("new",),)), Answer((("0",),))
UPDATE = "UPDATE items SET name = 'new' WHERE id = 1"
HALVES = """
CREATE PROCEDURE halves() LANGUAGE plpgsql AS
  'BEGIN DELETE FROM parts; COMMIT; UPDATE items SET name = ''new''; PERFORM pg_sleep(60); END';
CREATE PROCEDURE broken() LANGUAGE plpgsql AS
  'BEGIN DELETE FROM parts; COMMIT; UPDATE items SET name = ''new''; PERFORM 1/0; END';
"""
"""Both have committed a half when they end."""


@pytest.fixture
def place(arena: Arena) -> Iterator[Arena]:
    """A place with the usual tables, of which two answers are cached."""
    with arena.place():
        run(arena.client("writer"), BASE + HALVES)
        for question in (NAME, PARTS):
            arena.through.prime(partial(question.plainly, arena.client("reader")))
        yield arena


def sleeps(place: Arena) -> int | None:
    """The server's process that is asleep in the second half, once there is one."""
    sql = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
    found = rows(send(place.client("around"), query(sql)))
    return int(found[0][0] or 0) if found else None


def begin_halves(place: Arena, writer: RawClient) -> None:
    """Have the first half committed and the second under way."""
    writer.send(query("CALL halves()"))
    wait_until(lambda: sleeps(place) is not None, "the procedure is in its second half")


def is_as_directly(place: Arena) -> None:
    reader, direct = place.client("reader"), place.client("directly")
    for question in (NAME, PARTS):
        for _ in range(3):
            assert question.plainly(reader) == question.plainly(direct)


def test_a_procedures_first_half_is_seen_while_it_is_at_its_second(place: Arena) -> None:
    writer = place.client("writer")
    begin_halves(place, writer)
    assert PARTS.plainly(place.client("reader")) == NONE
    is_as_directly(place)
    run(place.client("around"), f"SELECT pg_cancel_backend({sleeps(place)})")
    assert errors(writer.until("Z")) == ["57014"]
    is_as_directly(place)


def test_a_procedure_that_fails_has_written_its_first_half(place: Arena) -> None:
    assert errors(send(place.client("writer"), query("CALL broken()"))) == ["22012"]
    assert PARTS.plainly(place.client("reader")) == NONE
    is_as_directly(place)


def test_a_procedure_that_takes_too_long_has_written_its_first_half(place: Arena) -> None:
    run(place.client("writer"), "SET statement_timeout = 1000")
    assert errors(send(place.client("writer"), query("CALL halves()"))) == ["57014"]
    assert PARTS.plainly(place.client("reader")) == NONE
    is_as_directly(place)


def test_a_procedure_that_its_client_cancels_has_written_its_first_half(place: Arena) -> None:
    writer = place.client("writer")
    begin_halves(place, writer)
    with RawClient(place.through.cache.edge.postgres_port) as canceller:
        canceller.send(struct.pack("!ii", 8 + len(writer.key), 80877102) + writer.key)
        canceller.rest()
    assert errors(writer.until("Z")) == ["57014"]
    assert PARTS.plainly(place.client("reader")) == NONE
    is_as_directly(place)


def test_a_procedure_whose_process_is_ended_has_written_its_first_half(place: Arena) -> None:
    writer = place.client("going")
    run(writer, f"SET search_path = {place.schema}")
    begin_halves(place, writer)
    run(place.client("around"), f"SELECT pg_terminate_backend({sleeps(place)}, 10000)")
    assert errors(writer.rest()) == ["57P01"]
    place.forget("going")
    assert PARTS.plainly(place.client("reader")) == NONE
    is_as_directly(place)


def test_a_procedure_whose_client_dies_has_written_its_first_half(place: Arena) -> None:
    writer = place.client("going")
    run(writer, f"SET search_path = {place.schema}")
    begin_halves(place, writer)
    place.forget("going")
    assert PARTS.plainly(place.client("reader")) == NONE
    run(place.client("around"), f"SELECT pg_cancel_backend({sleeps(place)})")
    is_as_directly(place)


def test_a_commit_that_nobody_waits_for_is_seen(place: Arena) -> None:
    """Its client is gone before it is answered. Once the database shows the new, nobody is shown the old."""
    reader, direct, writer = place.client("reader"), place.client("directly"), place.client("going")
    run(writer, f"SET search_path = {place.schema}", "BEGIN", UPDATE)
    writer.send(query("COMMIT"))
    place.forget("going")
    wait_until(lambda: NAME.plainly(direct) == NEW, "the transaction is committed")
    for _ in range(MOST_RUNS):
        assert NAME.plainly(reader) == NEW


@pytest.mark.parametrize("ending", ["the client dies", "the process is ended"])
def test_a_block_that_is_cut_off_shows_nothing(ending: str, place: Arena) -> None:
    reader, writer = place.client("reader"), place.client("going")
    run(writer, f"SET search_path = {place.schema}", "BEGIN", UPDATE)
    ((pid,),) = rows(send(writer, query("SELECT pg_backend_pid()")))
    if ending == "the process is ended":
        run(place.client("around"), f"SELECT pg_terminate_backend({pid}, 10000)")
    place.forget("going")
    for _ in range(MOST_RUNS):
        assert NAME.plainly(reader) == OLD
    gone = query(f"SELECT count(*) FROM pg_stat_activity WHERE pid = {pid}")
    wait_until(lambda: rows(send(place.client("around"), gone)) == [["0"]], "the process has ended")
    is_as_directly(place)


@pytest.mark.parametrize("mode", ["READ ONLY", "ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE"])
def test_a_write_that_a_block_forbids_changes_nothing(mode: str, place: Arena) -> None:
    reader, writer = place.client("reader"), place.client("writer")
    run(writer, f"BEGIN TRANSACTION {mode}", NAME.sql)
    assert errors(send(writer, query(UPDATE))) == ["25006"]
    run(writer, "ROLLBACK")
    for client in (reader, writer):
        assert [NAME.plainly(client) for _ in range(4)] == [OLD] * 4


def test_a_write_that_waits_too_long_for_a_lock_changes_nothing(place: Arena) -> None:
    writer, holder = place.client("writer"), place.client("holder")
    run(holder, "BEGIN", "SELECT * FROM items FOR UPDATE")
    run(writer, "SET lock_timeout = 50")
    assert errors(send(writer, query(UPDATE))) == ["55P03"]
    run(holder, "COMMIT")
    is_as_directly(place)


def test_a_block_that_cannot_be_serialised_changes_nothing(place: Arena) -> None:
    writer, other = place.client("writer"), place.client("holder")
    run(writer, "BEGIN ISOLATION LEVEL SERIALIZABLE", "SELECT count(*) FROM items", "INSERT INTO parts VALUES (7)")
    run(
        other,
        "BEGIN ISOLATION LEVEL SERIALIZABLE",
        "SELECT count(*) FROM parts",
        "INSERT INTO items VALUES (7)",
        "COMMIT",
    )
    told = [*send(writer, query("SELECT count(*) FROM items")), *send(writer, query("COMMIT"))]
    assert errors(told)[0] == "40001"
    is_as_directly(place)


def test_a_snapshot_that_another_session_lends_is_not_mixed_with_entries(place: Arena) -> None:
    """What its borrower reads may be older than what is cached, and is nobody else's."""
    lender, borrower, reader = place.client("holder"), place.client("writer"), place.client("reader")
    run(lender, "BEGIN ISOLATION LEVEL REPEATABLE READ")
    ((snapshot,),) = rows(send(lender, query("SELECT pg_export_snapshot()")))
    run(place.client("superuser"), UPDATE)
    assert place.through.prime(partial(NAME.plainly, reader)) == NEW
    run(borrower, "BEGIN ISOLATION LEVEL REPEATABLE READ", f"SET TRANSACTION SNAPSHOT '{snapshot}'")
    for _ in range(MOST_RUNS):
        assert NAME.plainly(borrower) == OLD
        assert NAME.plainly(reader) == NEW
    run(borrower, "COMMIT")
    run(lender, "COMMIT")
    assert [NAME.plainly(each) for each in (borrower, lender, reader)] == [NEW] * 3


@pytest.mark.parametrize(("on_commit", "left"), [("PRESERVE ROWS", "1"), ("DELETE ROWS", "0"), ("DROP", None)])
def test_what_a_temporary_table_does_on_commit_is_the_servers(on_commit: str, left: str | None, place: Arena) -> None:
    asker, reader = place.client("writer"), place.client("reader")
    question = Question("SELECT count(*) FROM passing")
    for _ in range(2):
        run(
            asker, "BEGIN", f"CREATE TEMP TABLE passing (n int) ON COMMIT {on_commit}", "INSERT INTO passing VALUES (1)"
        )
        assert [question.plainly(asker).rows for _ in range(4)] == [(("1",),)] * 4
        run(asker, "COMMIT")
        for _ in range(4):
            assert question.plainly(asker) == (Answer(error="42P01") if left is None else Answer(((left,),)))
            assert question.plainly(reader).error == "42P01"
        run(asker, "DISCARD TEMP")


def test_prepared_transactions_end_in_whatever_session(through_two_phase: Through) -> None:
    """Transactions of data and of definitions, which another session than their own commits or rolls back."""
    through = through_two_phase
    reader, writer, other = through.connect(), through.connect(), through.connect()
    name, parts = "SELECT name FROM items WHERE id = 1", "SELECT * FROM parts"
    for end, answers in (("ROLLBACK", ("old", 2)), ("COMMIT", ("new", 3))):
        through.prime(lambda: ask(reader, name))
        through.prime(lambda: ask(reader, parts))
        for statement in ("BEGIN", UPDATE, "ALTER TABLE parts ADD more int", "PREPARE TRANSACTION 'later'"):
            writer.execute(statement.encode())
        other.execute(f"{end} PREPARED 'later'".encode())
        for connection in (reader, writer, other):
            for _ in range(3):
                assert ask(connection, name) == [(answers[0],)]
                assert len(ask(connection, parts)[0]) == answers[1]
