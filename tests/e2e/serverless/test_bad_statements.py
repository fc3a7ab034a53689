"""Statements that fail, that take too long or too much, and that try to leave something behind them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.serverless.asking import Asker
from tests.servers.edge import Edge, run_edge
from tests.servers.postgres import MD5, SUPERUSER, Postgres

ROWS = "SELECT n, name FROM items"
STATE = """
SELECT current_user::text AS who, session_user::text AS by, current_schemas(false)::text[] AS path,
    (SELECT array_agg(name || '=' || setting ORDER BY name) FROM pg_settings WHERE context IN ('user', 'superuser')
        AND name NOT LIKE '%.%') AS settings,
    (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory') AS locks,
    (SELECT count(*) FROM pg_prepared_statements WHERE name <> '') AS prepared,
    (SELECT count(*) FROM pg_cursors WHERE is_holdable) AS cursors,
    (SELECT count(*) FROM pg_listening_channels()) AS channels,
    (SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()) AS temporary,
    nullif(current_setting('app.tenant', true), '') AS tenant
"""


@pytest.fixture(scope="module")
def single() -> Iterator[Edge]:
    """An edge with one connection for each user, so that whoever comes next has the one of who came before."""
    with run_edge("--sql-connections=1", "--sql-timeout=5") as running:
        yield running


@pytest.fixture(scope="module")
def place(single: Edge, postgres: Postgres) -> Iterator[Asker]:
    """A superuser, who may do the worst."""
    database = postgres.create_database()
    postgres.run(
        "CREATE TABLE items (n int, name text); INSERT INTO items VALUES (1, 'Zoë');"
        " GRANT SELECT ON items TO public; CREATE FUNCTION tell() RETURNS int LANGUAGE plpgsql AS"
        " $$BEGIN FOR n IN 1..1000 LOOP RAISE NOTICE 'told % times', n; END LOOP; RETURN 1; END$$",
        database,
    )
    yield Asker(single.create_cache(postgres), SUPERUSER, "none", database)
    postgres.drop_database(database)


@pytest.fixture
def asker(place: Asker) -> Iterator[Asker]:
    """After each test the session is as it was, and answers."""
    before = place.rows(STATE)
    yield place
    assert place.rows(STATE) == before
    assert place.rows(ROWS) == [{"n": 1, "name": "Zoë"}]
    assert "Traceback" not in place.cache.edge.log


@pytest.mark.parametrize(
    "sql",
    [
        f"SET ROLE {MD5.name}",
        f"SET SESSION AUTHORIZATION {MD5.name}",
        f"SET SESSION AUTHORIZATION {MD5.name}; SET ROLE {MD5.name}; SELECT 1 AS n",
        f"BEGIN; SET LOCAL ROLE {MD5.name}; COMMIT",
        "SET search_path TO nowhere",
        "SELECT set_config('search_path', 'nowhere', false)",
        "DO $$BEGIN SET search_path TO nowhere; END$$",
        "SET work_mem = '1MB'; SET app.tenant = '7'",
        "SET default_transaction_read_only = on",
        "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE READ ONLY",
        "SET statement_timeout = 1",
        "SET DateStyle TO German; SET bytea_output TO escape; SET TimeZone TO 'Asia/Tokyo'",
        "SET standard_conforming_strings TO off",
        "CREATE TEMPORARY TABLE items (n text, name text)",
        "CREATE TEMPORARY VIEW shown AS SELECT 2 AS n",
        "SELECT pg_advisory_lock(1)",
        "LISTEN news",
        "PREPARE mine AS SELECT 1",
        "BEGIN; DECLARE kept CURSOR WITH HOLD FOR SELECT n FROM items; COMMIT",
        "DISCARD ALL",
        "DEALLOCATE ALL",
        "CLOSE ALL; UNLISTEN *; RESET ALL",
        "NOTIFY news, 'x'",
        "LOAD 'plpgsql'",
        "COMMIT",
        "ROLLBACK",
        "SELECT tell()",
        "-- nothing",
        " ; ; ",
    ],
)
def test_nothing_stays_of_what_a_request_sets(asker: Asker, sql: str) -> None:
    answer = asker.ask(sql)
    assert answer.status_code == 200, answer.text
    answer.json()


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("SELECT 1/0", "22012"),
        ("SELECT nothing", "42703"),
        ("FROBNICATE", "42601"),
        ("SELECT 1; SELECT 1/0; SELECT 2", "22012"),
        ("INSERT INTO items VALUES (2, 'two'); SELECT 1/0", "22012"),
        ("VACUUM items; SELECT 1", "25001"),
        ("BEGIN", "TRANSACTION_LEFT_OPEN"),
        ("BEGIN; DELETE FROM items", "TRANSACTION_LEFT_OPEN"),
        ("BEGIN; COMMIT AND CHAIN", "TRANSACTION_LEFT_OPEN"),
        ("BEGIN; SAVEPOINT a; SELECT nothing", "42703"),
        ("DO $$BEGIN RAISE EXCEPTION 'no' USING ERRCODE = 'ZZ001'; END$$", "ZZ001"),
        ("SELECT pg_cancel_backend(pg_backend_pid())", "57014"),
        ("SET client_encoding TO latin1", "22021"),
        ("SET client_encoding TO latin1; SELECT name FROM items", "22021"),
    ],
)
def test_what_the_database_refuses_is_told_in_its_words(asker: Asker, sql: str, code: str) -> None:
    answer = asker.ask(sql)
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text


@pytest.mark.parametrize(
    "sql",
    [
        "COPY items FROM STDIN",
        "COPY items TO STDOUT",
        "COPY (SELECT n FROM items, generate_series(1, 100000)) TO STDOUT; SELECT 1",
        "SELECT 1; COPY items FROM STDIN; SELECT 2",
    ],
)
def test_copies_from_and_to_the_client_are_refused(asker: Asker, sql: str) -> None:
    answer = asker.ask(sql)
    assert answer.status_code == 422, answer.text
    assert "COPY" in answer.json()["message"]


@pytest.mark.parametrize("sql", ["SELECT pg_sleep(30)", "BEGIN; LOCK TABLE items; SELECT pg_sleep(30); COMMIT"])
def test_what_takes_too_long_is_cancelled(asker: Asker, sql: str) -> None:
    answer = asker.ask(sql)
    assert (answer.status_code, answer.json()["code"]) == (504, "STATEMENT_TIMEOUT")


@pytest.mark.parametrize(
    "whom",
    ["pid = pg_backend_pid()", "usename = current_user AND datname = current_database()"],
    ids=["itself", "all"],
)
def test_a_statement_that_ends_connections_is_an_error_and_there_are_others(asker: Asker, whom: str) -> None:
    other = Asker(asker.cache, MD5.name, MD5.password, asker.database)
    assert other.rows(ROWS)
    for _ in range(2):
        answer = asker.ask(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {whom}")
        assert (answer.status_code, answer.json()["code"]) == (502, "ORIGIN_LOST"), answer.text
        assert asker.rows("SELECT n + 1 AS n FROM items") == [{"n": 2}]
    assert other.rows(ROWS)
