"""A server that dies while it commits: nobody can say whether it has, and whoever asks is told what it says itself."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import psycopg
import pytest

from tests.freshness.hidden import NAME, NEW
from tests.freshness.schema import OWNERSHIP, SCHEMA
from tests.freshness.through import Rows, Through, ask
from tests.servers.edge import Edge
from tests.servers.postgres import TRUST, Postgres, run_postgres
from tests.servers.process import PATIENCE, wait_until

OLD: Rows = [("old",)]
SLOW = """
CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN NULL; END';
CREATE CONSTRAINT TRIGGER slow AFTER UPDATE ON items DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.name = 'new') EXECUTE FUNCTION slow();
"""
COMMITS = {"before it is written down": ("PgSleep", OLD), "after it is written down": ("SyncRep", NEW)}
"""What the commit waits for, and what is found when the server is back."""


@pytest.fixture(scope="module")
def fragile() -> Iterator[Postgres]:
    """A server to be killed. Commits wait for a standby that does not exist, where a session wants that."""
    with run_postgres("restart_after_crash = on\nsynchronous_standby_names = 'nobody'") as server:
        yield server


@pytest.fixture
def beside(edge: Edge, fragile: Postgres) -> Iterator[Through]:
    """A cache in front of a new database there."""
    database = fragile.create_database()
    fragile.run(SCHEMA, database)
    fragile.run(OWNERSHIP.replace("{owner}", TRUST.name), database)
    fragile.run("CHECKPOINT")  # a commit of its own: this server need not have written the last one down
    cache = edge.create_cache(fragile, originTls="disable")
    made = Through(cache, fragile, database)
    yield made
    for each in made.opened:
        each.close()
    cache.delete()


def has_ended(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return False
    return True


def kill_server(server: Postgres, _writer: int) -> None:
    """The main process, and with it all that it has started."""
    processes = [int(str(pid)) for (pid,) in server.run("SELECT pid FROM pg_stat_activity")]
    server.process.stop(signal.SIGKILL)
    for pid in processes:
        wait_until(partial(has_ended, pid), "the server's processes have noticed")
    server.start()


def kill_session(server: Postgres, writer: int) -> None:
    """The process that commits: the main process ends all others then, and goes on with new ones."""
    before = server.run("SELECT pg_stat_get_bgwriter_stat_reset_time()")
    os.kill(writer, signal.SIGKILL)

    def is_back() -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            return server.run("SELECT pg_stat_get_bgwriter_stat_reset_time()") != before
        return False

    wait_until(is_back, "the server has begun anew")


@pytest.mark.parametrize("kill", [kill_server, kill_session])
@pytest.mark.parametrize("moment", COMMITS)
def test_a_server_that_is_killed_in_mid_commit(
    moment: str, kill: Callable[[Postgres, int], None], beside: Through
) -> None:
    waits_for, found = COMMITS[moment]
    if waits_for == "PgSleep":
        beside.around(SLOW)
    reader, writer = beside.connect(), beside.connect()
    writer.execute(f"SET synchronous_commit = {'local' if waits_for == 'PgSleep' else 'on'}".encode())
    for _ in range(2):  # so that it is known what it writes
        writer.execute("BEGIN")
        writer.execute("UPDATE items SET name = 'old' WHERE id = 1")
        writer.execute("ROLLBACK")
    assert beside.prime(lambda: ask(reader, NAME)) == OLD
    writer.execute("BEGIN")
    writer.execute("UPDATE items SET name = 'new' WHERE id = 1")
    pid = writer.info.backend_pid
    with ThreadPoolExecutor(1) as executor:
        told: Future[psycopg.Cursor] = executor.submit(writer.execute, "COMMIT")
        waiting = f"SELECT 1 FROM pg_stat_activity WHERE pid = {pid} AND wait_event = '{waits_for}'"
        wait_until(lambda: bool(beside.around(waiting)), "it commits")
        for _ in range(4):
            assert ask(reader, NAME) == OLD, "nobody has been told of it, nor can see it"
        kill(beside.postgres, pid)
        with pytest.raises(psycopg.OperationalError) as failure:
            told.result(PATIENCE)
    assert failure.value.sqlstate == "08006"
    assert failure.value.diag.message_detail == "It may or may not have carried out what it was doing."
    for _ in range(2):
        another = beside.connect()
        for _ in range(4):
            assert ask(another, NAME) == found == beside.around(NAME)
    assert beside.prime(lambda: ask(another, "SELECT * FROM apart")), "the write is known to be none of that table"
