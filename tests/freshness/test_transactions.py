"""Writes inside explicit transactions: seen by others exactly from COMMIT on, and never when they are taken back."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.pq import ExecStatus

from tests.freshness.through import Through, ask

NAME = "SELECT name FROM items WHERE id = 1"
PARTS = "SELECT count(*) FROM parts"
OLD, NEW = [("old",)], [("new",)]


def test_others_see_a_transactions_writes_from_its_commit_on(through: Through) -> None:
    reader, writer = through.connect(), through.connect()
    through.prime(lambda: ask(reader, NAME))
    writer.execute("BEGIN")
    writer.execute("UPDATE items SET name = 'new' WHERE id = 1")
    assert ask(writer, NAME) == NEW
    answer, was_hit = through.hit(lambda: ask(reader, NAME))
    assert answer == OLD
    assert was_hit, "nobody sees it yet, so nothing had to be dropped"
    writer.execute("COMMIT")
    assert ask(reader, NAME) == NEW
    assert through.prime(lambda: ask(reader, NAME)) == NEW


def test_what_a_transaction_read_of_its_own_writes_is_never_served(through: Through) -> None:
    reader, writer = through.connect(), through.connect()
    writer.execute("BEGIN")
    writer.execute("UPDATE items SET name = 'new' WHERE id = 1")
    for _ in range(6):
        assert ask(writer, NAME) == NEW
    for _ in range(6):
        assert ask(reader, NAME) == OLD
    writer.execute("ROLLBACK")
    for _ in range(6):
        assert ask(writer, NAME) == OLD


def test_a_read_in_a_transaction_is_never_kept_for_others(through: Through) -> None:
    old, writer, reader = through.connect(), through.connect(), through.connect()
    old.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    assert ask(old, NAME) == OLD
    writer.execute("UPDATE items SET name = 'new' WHERE id = 1")
    for _ in range(6):
        assert ask(old, NAME) == OLD
        assert ask(reader, NAME) == NEW
    old.execute("COMMIT")
    assert ask(old, NAME) == NEW


@pytest.mark.parametrize(
    "isolation", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE", "SERIALIZABLE, READ ONLY, DEFERRABLE"]
)
def test_a_snapshot_is_not_mixed_with_entries(isolation: str, through: Through) -> None:
    """Two tables are written together; a transaction that sees one of them new must see the other new, too."""
    reader, writer = through.connect(), through.connect()
    names = "SELECT name FROM items WHERE id = 1"
    messages = "SELECT count(*) FROM log"
    through.prime(lambda: ask(reader, names))
    through.prime(lambda: ask(reader, messages))
    reader.execute(f"BEGIN ISOLATION LEVEL {isolation}".encode())
    first = ask(reader, names)
    writer.execute("BEGIN; UPDATE items SET name = 'new' WHERE id = 1; INSERT INTO log VALUES ('x'); COMMIT")
    second = ask(reader, messages)
    if isolation == "READ COMMITTED":
        assert (first, second) == (OLD, [(1,)])
    else:
        assert (first, second) == (OLD, [(0,)])
    reader.execute("COMMIT")


def test_rollback_shows_nothing_and_keeps_what_was_cached(through: Through) -> None:
    reader, writer = through.connect(), through.connect()
    through.prime(lambda: ask(reader, NAME))
    writer.execute("BEGIN")
    writer.execute("UPDATE items SET name = 'new' WHERE id = 1")
    writer.execute("ROLLBACK")
    for connection in (reader, writer):
        assert ask(connection, NAME) == OLD


def test_savepoints(through: Through) -> None:
    reader, writer = through.connect(), through.connect()
    through.prime(lambda: ask(reader, NAME))
    through.prime(lambda: ask(reader, PARTS))
    writer.execute("BEGIN")
    writer.execute("UPDATE items SET name = 'new' WHERE id = 1")
    writer.execute("SAVEPOINT a")
    writer.execute("DELETE FROM parts")
    assert ask(writer, PARTS) == [(0,)]
    writer.execute("ROLLBACK TO SAVEPOINT a")
    for _ in range(4):
        assert ask(reader, NAME) == OLD
        assert ask(reader, PARTS) == [(1,)]
    writer.execute("RELEASE SAVEPOINT a")
    writer.execute("COMMIT")
    assert ask(reader, NAME) == NEW
    assert ask(reader, PARTS) == [(1,)]


def test_a_write_after_a_rollback_to_a_savepoint_counts(through: Through) -> None:
    reader, writer = through.connect(), through.connect()
    through.prime(lambda: ask(reader, PARTS))
    writer.execute("BEGIN; SAVEPOINT a; UPDATE items SET n = 5; ROLLBACK TO a")
    writer.execute("DELETE FROM parts")
    writer.execute("COMMIT")
    assert ask(reader, PARTS) == [(0,)]


@pytest.mark.parametrize(
    "end", ["COMMIT", "END", "COMMIT WORK", "commit and no chain", "/* so */ COMMIT -- it", "COMMIT AND CHAIN"]
)
def test_every_way_to_commit(end: str, through: Through) -> None:
    reader, writer = through.connect(), through.connect()
    through.prime(lambda: ask(reader, NAME))
    writer.execute("BEGIN")
    writer.execute("UPDATE items SET name = 'new' WHERE id = 1")
    for _ in range(3):
        assert ask(reader, NAME) == OLD
    writer.execute(end.encode())
    assert ask(reader, NAME) == NEW


def test_a_chained_transaction_is_a_transaction(through: Through) -> None:
    reader, writer = through.connect(), through.connect()
    writer.execute("BEGIN")
    writer.execute("UPDATE items SET name = 'newer' WHERE id = 1")
    writer.execute("COMMIT AND CHAIN")
    through.prime(lambda: ask(reader, NAME))
    writer.execute("UPDATE items SET name = 'new' WHERE id = 1")
    assert ask(reader, NAME) == [("newer",)]
    writer.execute("COMMIT")
    assert ask(reader, NAME) == NEW


def test_commit_and_begin_in_one_text(through: Through) -> None:
    reader, writer = through.connect(), through.connect()
    through.prime(lambda: ask(reader, NAME))
    through.prime(lambda: ask(reader, PARTS))
    writer.execute("BEGIN; UPDATE items SET name = 'new' WHERE id = 1; COMMIT; BEGIN; DELETE FROM parts")
    for _ in range(4):
        assert ask(reader, NAME) == NEW
        assert ask(reader, PARTS) == [(1,)]
    writer.execute("COMMIT")
    assert ask(reader, PARTS) == [(0,)]


def test_a_commit_that_fails_changes_nothing(through: Through) -> None:
    reader, writer = through.connect(), through.connect()
    through.prime(lambda: ask(reader, NAME))
    writer.execute("BEGIN")
    writer.execute("UPDATE items SET name = 'new' WHERE id = 1")
    writer.execute("INSERT INTO deferred VALUES (99)")
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        writer.execute("COMMIT")
    for connection in (writer, reader):
        assert ask(connection, NAME) == OLD


def test_a_commit_of_a_failed_transaction_changes_nothing(through: Through) -> None:
    reader, writer = through.connect(), through.connect()
    through.prime(lambda: ask(reader, NAME))
    writer.execute("BEGIN")
    writer.execute("UPDATE items SET name = 'new' WHERE id = 1")
    with pytest.raises(psycopg.errors.DivisionByZero):
        writer.execute("SELECT 1/0")
    writer.execute("COMMIT")
    for connection in (writer, reader):
        assert ask(connection, NAME) == OLD


def test_an_error_after_a_commit_in_one_text_does_not_hide_the_commit(through: Through) -> None:
    reader, writer = through.connect(), through.connect()
    through.prime(lambda: ask(reader, NAME))
    writer.execute("BEGIN")
    writer.execute("UPDATE items SET name = 'new' WHERE id = 1")
    with pytest.raises(psycopg.errors.DivisionByZero):
        writer.execute("COMMIT; SELECT 1/0")
    assert ask(reader, NAME) == NEW


def test_a_later_rollback_in_one_text_does_not_hide_a_commit(through: Through) -> None:
    reader, writer = through.connect(), through.connect()
    through.prime(lambda: ask(reader, NAME))
    writer.execute("BEGIN")
    writer.execute("UPDATE items SET name = 'new' WHERE id = 1")
    writer.execute("COMMIT; BEGIN; DELETE FROM parts; ROLLBACK")
    assert ask(reader, NAME) == NEW
    assert ask(reader, PARTS) == [(1,)]


def test_a_prepared_transaction_is_seen_when_another_session_commits_it(
    through_two_phase: Through,
) -> None:
    through = through_two_phase
    reader, writer, other = through.connect(), through.connect(), through.connect()
    through.prime(lambda: ask(reader, NAME))
    writer.execute("BEGIN; UPDATE items SET name = 'new' WHERE id = 1; PREPARE TRANSACTION 'fresh'")
    for _ in range(4):
        assert ask(reader, NAME) == OLD
    other.execute("COMMIT PREPARED 'fresh'")
    assert ask(reader, NAME) == NEW


def test_writes_in_a_pipeline_are_seen_when_it_is_synced(through: Through) -> None:
    reader, writer = through.connect(), through.connect()
    through.prime(lambda: ask(reader, NAME))
    through.prime(lambda: ask(reader, PARTS))
    with writer.pipeline() as pipeline:
        writer.execute("SELECT 1")
        writer.execute("UPDATE items SET name = %s WHERE id = 1", ("new",))
        writer.execute("DELETE FROM parts WHERE item = %s", (1,))
        pipeline.sync()
        assert ask(reader, NAME) == NEW
        assert ask(reader, PARTS) == [(0,)]


def test_a_pipelined_transaction_is_seen_from_its_commit_on(through: Through) -> None:
    reader, writer = through.connect(), through.connect()
    through.prime(lambda: ask(reader, NAME))
    with writer.pipeline() as pipeline:
        writer.execute("BEGIN")
        writer.execute("UPDATE items SET name = 'new' WHERE id = 1")
        pipeline.sync()
        for _ in range(4):
            assert ask(reader, NAME) == OLD
        writer.execute("COMMIT")
        pipeline.sync()
        assert ask(reader, NAME) == NEW


def test_a_failed_pipeline_shows_nothing(through: Through) -> None:
    reader, writer = through.connect(), through.connect()
    through.prime(lambda: ask(reader, NAME))
    with pytest.raises(psycopg.errors.DivisionByZero), writer.pipeline():
        writer.execute("UPDATE items SET name = 'new' WHERE id = 1")
        writer.execute("SELECT 1/0")
    for connection in (reader, writer):
        assert ask(connection, NAME) == OLD


def test_statements_before_a_commit_in_a_failed_pipeline_are_seen(through: Through) -> None:
    reader, writer = through.connect(), through.connect()
    through.prime(lambda: ask(reader, NAME))
    with pytest.raises(psycopg.errors.DivisionByZero), writer.pipeline():
        writer.execute("BEGIN")
        writer.execute("UPDATE items SET name = 'new' WHERE id = 1")
        writer.execute("COMMIT")
        writer.execute("SELECT 1/0")
    assert ask(reader, NAME) == NEW


@pytest.mark.parametrize("path", ["STDIN", "STDIN WITH (FORMAT csv)", "STDIN BINARY"])
def test_copy_from(path: str, through: Through) -> None:
    reader, writer = through.connect(), through.connect()
    through.prime(lambda: ask(reader, PARTS))
    with writer.cursor() as cursor, cursor.copy(f"COPY parts (item, name) FROM {path}".encode()) as copy:
        if path.endswith("BINARY"):
            copy.set_types(["int4", "text"])
        for number in range(50):
            if path.endswith("csv)"):
                copy.write(f"{1 + number % 2},x\n")
            else:
                copy.write_row((1 + number % 2, "x"))
        for _ in range(4):
            assert ask(reader, PARTS) == [(1,)], "not committed yet"
    assert ask(reader, PARTS) == [(51,)]


def test_copy_from_that_is_given_up(through: Through) -> None:
    reader, writer = through.connect(), through.connect()
    through.prime(lambda: ask(reader, PARTS))
    with (
        pytest.raises(ZeroDivisionError),
        writer.cursor() as cursor,
        cursor.copy("COPY parts FROM STDIN") as copy,
    ):
        copy.write_row((1, "x"))
        raise ZeroDivisionError
    for connection in (writer, reader):
        assert ask(connection, PARTS) == [(1,)]
    assert through.prime(lambda: ask(reader, PARTS)) == [(1,)]


def test_copy_in_the_extended_protocol(through: Through) -> None:
    """psycopg copies by the simple protocol; libpq's own functions can do it by the other, Sync after Execute."""
    reader, writer = through.connect(), through.connect()
    through.prime(lambda: ask(reader, PARTS))
    pgconn = writer.pgconn
    result = pgconn.exec_params(b"COPY parts FROM STDIN", None)
    assert result.status == ExecStatus.COPY_IN
    pgconn.put_copy_data(b"2\tx\n")
    pgconn.put_copy_end()
    while (each := pgconn.get_result()) is not None:
        assert each.status == ExecStatus.COMMAND_OK
    assert ask(reader, PARTS) == [(2,)]
    assert ask(writer, PARTS) == [(2,)]


def test_copy_in_a_transaction(through: Through) -> None:
    reader, writer = through.connect(), through.connect()
    through.prime(lambda: ask(reader, PARTS))
    writer.execute("BEGIN")
    with writer.cursor() as cursor, cursor.copy("COPY parts FROM STDIN") as copy:
        copy.write_row((1, "x"))
    for _ in range(4):
        assert ask(reader, PARTS) == [(1,)]
    writer.execute("COMMIT")
    assert ask(reader, PARTS) == [(2,)]


def test_copy_out_of_a_statement_that_writes(through: Through) -> None:
    reader, writer = through.connect(), through.connect()
    through.prime(lambda: ask(reader, PARTS))
    with writer.cursor() as cursor, cursor.copy("COPY (DELETE FROM parts RETURNING *) TO STDOUT") as copy:
        assert list(copy.rows()) == [("1", "part")]
    assert ask(reader, PARTS) == [(0,)]


def test_a_session_reads_its_own_writes_always(through: Through) -> None:
    connection = through.connect()
    for value in range(60):
        connection.execute("UPDATE items SET n = %s WHERE id = 1", (value,))
        assert ask(connection, "SELECT n FROM items WHERE id = 1") == [(value,)]
        assert ask(connection, "SELECT n FROM items WHERE id = %s", (1,)) == [(value,)]
        assert ask(connection, "SELECT n FROM items WHERE id = %s", (1,), prepare=True) == [(value,)]


def test_a_client_that_leaves_in_mid_write_hides_nothing(through: Through) -> None:
    """Its statement goes on at the origin, so that a fence must outlive it."""
    reader, blocker, writer = through.connect(), through.connect(), through.connect()
    through.prime(lambda: ask(reader, NAME))
    blocker.execute("BEGIN; SELECT FROM items WHERE id = 1 FOR UPDATE")
    writer.pgconn.send_query(b"UPDATE items SET name = 'new' WHERE id = 1")
    writer.pgconn.flush()
    wait_for_lock(through)
    writer.close()
    for _ in range(4):
        assert ask(reader, NAME) == OLD
    blocker.execute("COMMIT")
    while not through.around("SELECT FROM items WHERE name = 'new'"):
        pass
    for _ in range(4):
        assert ask(reader, NAME) == NEW


def wait_for_lock(through: Through) -> None:
    while not through.around("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE%'"):
        pass


def test_a_read_that_overlaps_a_write_is_not_kept(through: Through) -> None:
    """Sent before the write, answered after it: what it saw may be the world before."""
    reader, writer, other = through.connect(), through.connect(), through.connect()
    slow = "SELECT name, pg_sleep(0) FROM items WHERE id = 1"
    question = "SELECT a.name FROM items a, generate_series(1, 400000) WHERE a.id = 1 LIMIT 1 OFFSET 399999"
    ask(reader, question)
    ask(reader, question)
    for value in range(10):
        reader.pgconn.send_query(question.encode())
        writer.execute("UPDATE items SET name = %s WHERE id = 1", (str(value),))
        while reader.pgconn.get_result() is not None:
            pass
        assert ask(other, question) == [(str(value),)]
        assert ask(reader, question) == [(str(value),)]
    assert ask(reader, slow)[0][0] == "9"
