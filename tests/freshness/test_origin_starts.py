"""An origin that has begun anew, and names that mean something new: what was before is not served on."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.freshness.through import Through, ask
from tests.servers.edge import Edge
from tests.servers.postgres import TRUST, Postgres, run_postgres

COUNT = "SELECT count(*) FROM unlogged"
SETUP = "CREATE UNLOGGED TABLE unlogged (x int); INSERT INTO unlogged VALUES (1); GRANT ALL ON unlogged TO public"


@pytest.fixture(scope="module")
def fragile() -> Iterator[Postgres]:
    """A server to be killed."""
    with run_postgres("restart_after_crash = on") as server:
        yield server


@pytest.fixture
def beside(edge: Edge, fragile: Postgres) -> Iterator[Through]:
    """A cache in front of it."""
    fragile.run(f"DROP TABLE IF EXISTS unlogged; {SETUP}", "app")
    fragile.run("CHECKPOINT")  # a commit of its own: this server need not have written the last one down
    cache = edge.create_cache(fragile, originTls="disable")
    made = Through(cache, fragile, "app")
    yield made
    for each in made.opened:
        each.close()
    cache.delete()


def cut_off(server: Postgres) -> None:
    server.crash()
    server.start()


def kill_one_process(server: Postgres) -> None:
    """The main process ends all others then, and goes on with new ones."""
    with (
        psycopg.connect(server.dsn(), autocommit=True) as one,
        psycopg.connect(server.dsn(), autocommit=True) as other,
    ):
        os.kill(one.info.backend_pid, signal.SIGKILL)
        # Until it has noticed, it lets people in.
        with contextlib.suppress(psycopg.OperationalError):
            other.execute("SELECT pg_sleep(60)")
    server.process.wait_ready(server.answers)


@pytest.mark.parametrize("crash", [cut_off, kill_one_process])
def test_what_a_crash_has_emptied_is_not_served_on(crash: Callable[[Postgres], None], beside: Through) -> None:
    one = beside.connect()
    assert beside.prime(lambda: ask(one, COUNT)) == [(1,)]
    crash(beside.postgres)
    other = beside.connect()
    assert ask(other, COUNT) == beside.around(COUNT) == [(0,)]
    assert beside.prime(lambda: ask(other, COUNT)) == [(0,)]
    third = beside.connect()
    assert beside.hit(lambda: ask(third, COUNT)) == ([(0,)], True)


def test_a_new_role_of_an_old_name_is_another(through: Through) -> None:
    who = "SELECT current_user, session_user, name FROM items WHERE id = 1"
    name, denied = TRUST.name, "SELECT count(*) FROM parts"
    through.around("REVOKE ALL ON parts FROM public")
    one = through.connect()
    through.prime(lambda: ask(one, who))
    through.prime(lambda: ask(one, denied))
    try:
        through.postgres.run(f"ALTER ROLE {name} RENAME TO before; CREATE ROLE {name} LOGIN")
        through.around(f"GRANT SELECT ON items TO {name}")
        other = through.connect()
        for _ in range(4):
            assert ask(other, who) == [(name, name, "old")]
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                ask(other, denied)
            assert ask(one, who) in ([("before", "before", "old")], [(name, name, "old")])
    finally:
        through.around(f"DROP OWNED BY {name}")
        through.postgres.run(f"DROP ROLE {name}; ALTER ROLE before RENAME TO {name}")


def test_a_new_database_of_an_old_name_is_another(through: Through) -> None:
    one = through.connect()
    assert through.prime(lambda: ask(one, "SELECT name FROM items WHERE id = 1")) == [("old",)]
    one.close()
    through.postgres.drop_database(through.database)
    through.postgres.run(f"CREATE DATABASE {through.database} TEMPLATE freshness_template STRATEGY file_copy")
    through.around("UPDATE items SET name = 'another'")
    other = through.connect()
    assert ask(other, "SELECT name FROM items WHERE id = 1") == [("another",)]
