"""Rights that change while sessions are open: what is refused or shown next is what the server would say."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.security.serving import Enter, ask, until_served
from tests.servers.edge import Edge, EdgeCache
from tests.servers.postgres import SCRAM, Postgres, Role

READ = "SELECT v FROM items"
GIVEN = "SELECT v FROM rights"
MANY = [("one",), ("two",)]
BOSS, WORKER = Role("boss", "", ""), Role("worker", "", "")
ROLES = "CREATE ROLE boss LOGIN SUPERUSER IN ROLE visitors; CREATE ROLE worker LOGIN IN ROLE visitors; CREATE ROLE team"
FRESH = """
DROP OWNED BY worker, team, boss CASCADE; DROP TABLE IF EXISTS items, rights CASCADE;
DROP SCHEMA IF EXISTS worker CASCADE;
ALTER ROLE worker LOGIN INHERIT NOSUPERUSER; REVOKE team, pg_read_all_data FROM worker;
GRANT ALL ON SCHEMA public TO public;
CREATE TABLE items (v text); INSERT INTO items VALUES ('one'), ('two'); CREATE VIEW shown AS SELECT v FROM items;
CREATE TABLE rights AS TABLE items;
CREATE SCHEMA worker; CREATE TABLE worker.items AS SELECT 'the worker''s' AS v;
GRANT USAGE ON SCHEMA worker TO worker; GRANT SELECT ON worker.items TO worker
"""


@pytest.fixture(scope="module")
def shared_database(open_postgres: Postgres) -> Iterator[str]:
    """One for the module; each test has a cache of its own in front of it."""
    name = open_postgres.create_database()
    open_postgres.run(ROLES)
    yield name
    open_postgres.drop_database(name)
    open_postgres.run("DROP ROLE boss, worker, team")


@pytest.fixture
def database(open_postgres: Postgres, shared_database: str) -> str:
    """The tables and rights as they are at the start of a test."""
    open_postgres.run(FRESH, shared_database)
    return shared_database


@pytest.fixture
def boss(enter: Enter) -> psycopg.Connection:
    """A superuser's session through the cache."""
    return enter(BOSS)


REVOCATIONS = {
    "the right": ("GRANT SELECT ON rights TO worker", "REVOKE SELECT ON rights FROM worker"),
    "the right of a group": (
        "GRANT team TO worker; GRANT SELECT ON rights TO team",
        "REVOKE SELECT ON rights FROM team",
    ),
    "membership": ("GRANT team TO worker; GRANT SELECT ON rights TO team", "REVOKE team FROM worker"),
    "membership, by ALTER GROUP": (
        "GRANT team TO worker; GRANT SELECT ON rights TO team",
        "ALTER GROUP team DROP USER worker",
    ),
    "inheritance of a group's rights": (
        "GRANT team TO worker; GRANT SELECT ON rights TO team",
        "ALTER ROLE worker NOINHERIT",
    ),
    "the right of everybody": ("GRANT SELECT ON rights TO public", "REVOKE ALL ON rights FROM public"),
    "a column": ("GRANT SELECT (v) ON rights TO worker", "REVOKE SELECT (v) ON rights FROM worker"),
    "all that was granted": ("GRANT SELECT ON rights TO worker", "DROP OWNED BY worker"),
    "being above all rights": ("ALTER ROLE worker SUPERUSER", "ALTER ROLE worker NOSUPERUSER"),
    "reading everything": ("GRANT pg_read_all_data TO worker", "REVOKE pg_read_all_data FROM worker"),
    "the schema": (
        "GRANT SELECT ON rights TO worker",
        "REVOKE USAGE ON SCHEMA public FROM public",
    ),
    "ownership": ("ALTER TABLE rights OWNER TO worker", "ALTER TABLE rights OWNER TO boss"),
    "in a block": ("GRANT SELECT ON rights TO worker", "DO $$ BEGIN REVOKE SELECT ON rights FROM worker; END $$"),
    "policies": (
        "GRANT SELECT ON rights TO worker",
        "ALTER TABLE rights ENABLE ROW LEVEL SECURITY",
    ),
}


@pytest.mark.parametrize("case", REVOCATIONS)
def test_what_is_taken_away_is_gone_at_once(
    case: str, cache: EdgeCache, boss: psycopg.Connection, enter: Enter, open_postgres: Postgres
) -> None:
    worker = enter(WORKER)
    grant, revoke = REVOCATIONS[case]
    boss.execute(grant.encode())
    assert until_served(cache, worker, GIVEN) == MANY
    boss.execute(revoke.encode())
    for _ in range(4):
        if case == "policies":
            assert ask(worker, GIVEN) == []
        else:
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedTable)):
                ask(worker, GIVEN)


def test_what_is_taken_away_from_another_database_is_gone_at_once(
    cache: EdgeCache, edge: Edge, boss: psycopg.Connection, enter: Enter, open_postgres: Postgres
) -> None:
    """Roles belong to the server: who is in which group may be changed in any database, and by any cache."""
    worker = enter(WORKER)
    boss.execute("GRANT SELECT ON rights TO team")
    beside = edge.create_cache(open_postgres, originTls="disable")
    try:
        elsewhere = [enter(BOSS, "postgres"), enter(BOSS, "app", beside)]
        for other in elsewhere:
            other.execute("GRANT team TO worker")
            assert until_served(cache, worker, GIVEN) == MANY
            other.execute("REVOKE team FROM worker")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                ask(worker, GIVEN)
    finally:
        beside.delete()


def test_a_role_that_may_log_in_no_more_keeps_its_session_as_directly(
    cache: EdgeCache, boss: psycopg.Connection, enter: Enter, database: str, open_postgres: Postgres
) -> None:
    boss.execute("GRANT SELECT ON rights TO worker")
    worker = enter(WORKER)
    until_served(cache, worker, GIVEN)
    boss.execute("ALTER ROLE worker NOLOGIN")
    assert ask(worker, GIVEN) == MANY
    for url in (
        cache.url(WORKER, database, sslmode="disable"),
        open_postgres.url(WORKER, database, "?sslmode=disable"),
    ):
        with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
            psycopg.connect(url)


def test_a_role_that_is_dropped_reads_no_more_than_directly(
    cache: EdgeCache, boss: psycopg.Connection, enter: Enter, database: str, open_postgres: Postgres
) -> None:
    """PostgreSQL leaves the session alive, and asks for rights by an object id that nobody has."""
    open_postgres.run("CREATE ROLE doomed LOGIN IN ROLE visitors")
    boss.execute("GRANT SELECT ON rights TO doomed")
    role = Role("doomed", "", "")
    worker = enter(role)
    with psycopg.connect(open_postgres.url(role, database), autocommit=True) as direct:
        until_served(cache, worker, GIVEN)
        boss.execute("REVOKE ALL ON rights FROM doomed; DROP ROLE doomed")
        for session in (direct, worker):
            with pytest.raises(psycopg.Error) as refused:
                ask(session, GIVEN)
            assert refused.value.sqlstate == "42501"
    open_postgres.run("CREATE ROLE doomed LOGIN IN ROLE visitors")
    try:
        again = enter(role)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(again, GIVEN)
        again.close()
    finally:
        worker.close()
        open_postgres.run("DROP ROLE doomed")


BECOMING = {
    "SET ROLE": ("SET ROLE worker", "RESET ROLE"),
    "SET LOCAL ROLE": ("BEGIN; SET LOCAL ROLE worker", "COMMIT"),
    "SET ROLE undone": ("BEGIN; SET ROLE worker", "ROLLBACK"),
    "set_config": ("SELECT set_config('role', 'worker', false)", "RESET ALL; SET ROLE NONE"),
    "SET SESSION AUTHORIZATION": ("SET SESSION AUTHORIZATION worker", "RESET SESSION AUTHORIZATION"),
    "SET SESSION AUTHORIZATION in a block": ("BEGIN; SET LOCAL SESSION AUTHORIZATION 'worker'", "ROLLBACK"),
    "DISCARD ALL": ("SET SESSION AUTHORIZATION worker", "DISCARD ALL"),
    "a DO block": ("DO $$ BEGIN SET ROLE worker; END $$", "SET ROLE NONE"),
    "a comment before": ('/* as */ SET /* the */ ROLE /* role */ "worker"', "RESET ROLE"),
    "several statements": ("SELECT 1; SET ROLE worker; SELECT 2", "SELECT 1; RESET ROLE"),
}


@pytest.mark.parametrize("case", BECOMING)
def test_a_session_that_becomes_somebody_else_is_served_nothing_of_its_own(
    case: str, cache: EdgeCache, boss: psycopg.Connection, enter: Enter
) -> None:
    become, back = BECOMING[case]
    assert until_served(cache, boss, READ) == MANY
    boss.execute(become.encode())
    for _ in range(4):
        assert ask(boss, READ) == [("the worker's",)]
    boss.execute(back.encode())
    for _ in range(4):
        assert ask(boss, READ) == MANY
    assert ask(enter(WORKER), READ) == [("the worker's",)]


@pytest.mark.parametrize(
    ("options", "shown"),
    [("-c role=worker", "the worker's"), ("--role=worker", "the worker's"), ("-c search_path=worker", "the worker's")],
)
def test_what_a_startup_sets_counts_from_the_first_read(
    cache: EdgeCache, boss: psycopg.Connection, enter: Enter, options: str, shown: str
) -> None:
    assert until_served(cache, boss, READ) == MANY
    other = enter(BOSS, options=options)
    for _ in range(4):
        assert ask(other, READ) == [(shown,)]
        assert ask(boss, READ) == MANY


def test_rows_that_a_policy_hides_are_served_to_nobody_else(
    cache: EdgeCache, boss: psycopg.Connection, enter: Enter
) -> None:
    worker, other = enter(WORKER), enter(SCRAM)
    boss.execute("GRANT SELECT ON items, shown TO public; ALTER TABLE items ENABLE ROW LEVEL SECURITY")
    boss.execute("UPDATE items SET v = CASE v WHEN 'one' THEN 'worker' ELSE 'app_scram' END")
    boss.execute("CREATE POLICY own ON items USING (v = current_user); ALTER VIEW shown SET (security_invoker)")
    for _ in range(4):
        for text in ("SELECT v FROM public.items", "SELECT v FROM shown", "TABLE public.items"):
            assert sorted(ask(boss, text)) == [("app_scram",), ("worker",)]
            assert ask(worker, text) == [("worker",)]
            assert ask(other, text) == [("app_scram",)]


def test_an_encoding_of_the_startup_shapes_what_is_served(
    cache: EdgeCache, boss: psycopg.Connection, enter: Enter
) -> None:
    boss.execute("DELETE FROM items; INSERT INTO items VALUES ('é'); GRANT SELECT ON items TO public")
    for _ in range(4):
        for encoding in ("UTF8", "LATIN1", "WIN1252"):
            session = enter(SCRAM, client_encoding=encoding)
            assert ask(session, READ) == [("é",)]
            session.close()
