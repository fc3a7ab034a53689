"""Writes, and reads, that wait and are carried out under other definitions than they were sent under, or unseen."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import psycopg
import pytest

from tests.e2e.origins import relay_to
from tests.e2e.raw import RawClient, query
from tests.freshness.through import Rows, Through, ask
from tests.servers.edge import run_edge
from tests.servers.postgres import TRUST, Postgres
from tests.servers.process import wait_until

FUNCTION = """
CREATE FUNCTION change_parts() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN UPDATE parts SET name = ''new''; PERFORM pg_advisory_xact_lock(7); RETURN NEW; END'
"""
TRIGGER = "CREATE TRIGGER change_parts AFTER UPDATE ON apart FOR EACH ROW EXECUTE FUNCTION change_parts()"
WRITE = "UPDATE apart SET name = 'written'"
READ = "SELECT name FROM parts"


@pytest.fixture
def beside() -> Iterator[ThreadPoolExecutor]:
    """Carries out what has to wait."""
    with ThreadPoolExecutor(1) as executor:
        yield executor


def waits(through: Through, what: str) -> None:
    """Wait until the origin lets a session wait for a lock of this kind."""
    condition = f"SELECT 1 FROM pg_locks WHERE locktype = '{what}' AND NOT granted AND database = d.oid"
    sql = f"SELECT 1 FROM pg_database d WHERE datname = current_database() AND EXISTS ({condition})"
    wait_until(lambda: bool(through.around(sql)), f"the write waits ({what})")


@pytest.mark.parametrize("in_block", [False, True], ids=["alone", "in a block"])
def test_a_write_that_waited_behind_a_new_trigger(in_block: bool, through: Through, beside: ThreadPoolExecutor) -> None:
    owner, writer, reader, holder = (through.connect() for _ in range(4))
    holder.execute("SELECT pg_advisory_lock(7)")
    owner.execute(FUNCTION)
    for _ in range(3):
        writer.execute(WRITE)
    assert through.prime(lambda: ask(reader, READ)) == [("part",)]
    owner.execute("BEGIN")
    owner.execute(TRIGGER)
    if in_block:
        writer.execute("BEGIN")
    written: Future[psycopg.Cursor] = beside.submit(writer.execute, WRITE)
    waits(through, "relation")
    owner.execute("COMMIT")
    waits(through, "advisory")
    for _ in range(4):
        assert ask(reader, READ) == [("part",)]
    holder.execute("SELECT pg_advisory_unlock(7)")
    written.result(30)
    if in_block:
        for _ in range(4):
            assert ask(reader, READ) == [("part",)]
        writer.execute("COMMIT")
    assert ask(reader, READ) == [("new",)]
    assert through.prime(lambda: ask(reader, READ)) == [("new",)]


GATE = """
CREATE TABLE gate (n int); INSERT INTO gate VALUES (1);
CREATE FUNCTION counted() RETURNS bigint STABLE LANGUAGE sql AS 'SELECT count(*) FROM gate';
CREATE VIEW counts AS SELECT counted() AS n FROM gate
"""
WRITES = "UPDATE parts SET name = ''new''; SELECT pg_advisory_xact_lock(7); SELECT 1::bigint"
MIGRATIONS = {
    "SELECT counted() FROM gate": (
        "LOCK TABLE gate",
        f"CREATE OR REPLACE FUNCTION counted() RETURNS bigint VOLATILE LANGUAGE sql AS '{WRITES}'",
    ),
    "SELECT n FROM counts": (
        f"CREATE FUNCTION changed() RETURNS bigint LANGUAGE sql AS '{WRITES}'",
        "CREATE OR REPLACE VIEW counts AS SELECT changed() AS n",
    ),
}


@pytest.mark.parametrize("in_block", [False, True], ids=["alone", "in a block"])
@pytest.mark.parametrize("question", MIGRATIONS, ids=["function", "view"])
def test_a_read_that_waited_and_writes_by_then(
    question: str, in_block: bool, through: Through, beside: ThreadPoolExecutor
) -> None:
    owner, asker, reader, holder = (through.connect() for _ in range(4))
    holder.execute("SELECT pg_advisory_lock(7)")
    owner.execute(GATE)
    for _ in range(4):
        assert ask(asker, question) == [(1,)]
    assert through.prime(lambda: ask(reader, READ)) == [("part",)]
    owner.execute("BEGIN")
    for statement in MIGRATIONS[question]:
        owner.execute(statement.encode())
    if in_block:
        asker.execute("BEGIN")
    asked: Future[Rows] = beside.submit(ask, asker, question)
    waits(through, "relation")
    assert through.prime(lambda: ask(reader, READ)) == [("part",)], "a read that waits closes nothing"
    owner.execute("COMMIT")
    waits(through, "advisory")
    for _ in range(4):
        assert ask(reader, READ) == [("part",)]
    holder.execute("SELECT pg_advisory_unlock(7)")
    asked.result(30)
    if in_block:
        for _ in range(4):
            assert ask(reader, READ) == [("part",)]
        asker.execute("COMMIT")
    assert ask(reader, READ) == [("new",)]
    assert through.prime(lambda: ask(reader, READ)) == [("new",)]


def test_a_write_that_goes_on_behind_a_connection_that_was_closed_in_good_order(
    postgres: Postgres, database: str
) -> None:
    """Whoever stands between edge and origin closes both sides when the client leaves; the origin does not look."""
    # An edge of its own, for a minute it keeps little of this server.
    with relay_to(postgres.port) as relay, run_edge() as edge:
        cache = edge.create_cache(("127.0.0.1", relay.port), originTls="disable")
        through = Through(cache, postgres, database)
        reader, holder = through.connect(), through.connect()
        through.prime(lambda: ask(reader, READ))
        reader.execute("UPDATE parts SET name = name")
        holder.execute("BEGIN")
        holder.execute("LOCK TABLE parts IN EXCLUSIVE MODE")
        with RawClient(edge.postgres_port) as writer:
            writer.login(user=TRUST.name, database=database, application_name=cache.id)
            writer.send(query("UPDATE parts SET name = 'late'"))
            waits(through, "relation")
        wait_until(lambda: cache.metrics().connections == 2, "the edge has done with the writer")
        through.never_hits(lambda: ask(reader, READ))
        holder.execute("COMMIT")
        wait_until(lambda: ask(reader, READ) == [("late",)], "the write is carried out")
        holder.close()
        reader.close()
