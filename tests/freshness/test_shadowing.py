"""Temporary tables that stand before others of their name, however they were made: only their session sees them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import psycopg
import pytest

from tests.freshness.through import Through, ask
from tests.servers.postgres import TRUST

COUNT = "SELECT count(*) FROM parts"
SHARED, OWN = [(1,)], [(0,)]
RUNS = 4
PATH = "SET search_path = pg_temp, public"

SHADOWS = {
    "said": ("CREATE TEMP TABLE parts (x int)",),
    "said at length": ("CREATE LOCAL TEMPORARY TABLE parts (x int)",),
    "by schema": ("CREATE TABLE pg_temp.parts (x int)",),
    "by schema in capitals": ("CREATE TABLE PG_TEMP.parts (x int)",),
    "by schema in quotes": ('CREATE TABLE "pg_temp".parts (x int)',),
    "by schema, from a query": ('CREATE TABLE "pg_temp".parts AS SELECT 1 LIMIT 0',),
    "by schema, into": ('SELECT 1 AS x INTO "pg_temp".parts LIMIT 0',),
    "a view": ('CREATE VIEW "pg_temp".parts AS SELECT WHERE false',),
    "by path": (PATH, "CREATE TABLE parts (x int)"),
    "by path, reset": (PATH, "CREATE TABLE parts (x int)", "RESET search_path"),
    "by path in quotes": ("SET search_path = \"pg_temp\", 'public'", "CREATE TABLE parts (x int)"),
    "by path, discarded": ("DISCARD ALL", PATH, "CREATE TABLE parts (x int)", "SET search_path TO DEFAULT"),
    "by path, from a query": (PATH, "CREATE TABLE parts AS SELECT 1 LIMIT 0", "RESET search_path"),
    "by path, into": (PATH, "SELECT 1 AS x INTO parts LIMIT 0", "RESET search_path"),
    "by a path of configuration": (
        "SELECT set_config('search_path', 'pg_temp, public', false)",
        "CREATE TABLE parts (x int)",
        "RESET search_path",
    ),
    "by path in one text": (f"{PATH}; CREATE TABLE parts (x int); RESET search_path",),
    "by path in a block": ("BEGIN", PATH, "CREATE TABLE parts (x int)", "RESET search_path", "COMMIT"),
    "by local path": ("BEGIN", "SET LOCAL search_path = pg_temp", "CREATE TABLE parts (x int)", "COMMIT"),
    "by local path of configuration": (
        "BEGIN",
        "SELECT set_config('search_path', 'pg_temp', true)",
        "CREATE TABLE parts (x int)",
        "COMMIT",
    ),
    "by path and an escape": ("SET search_path = E'pg\\137temp'", "CREATE TABLE parts (x int)", "RESET search_path"),
    "by path of a missing schema": (
        "SET search_path = nowhere, pg_temp, public",
        "CREATE TABLE parts (x int)",
        "RESET search_path",
    ),
    "by the path of a procedure": (
        "CREATE PROCEDURE make() LANGUAGE sql SET search_path = pg_temp AS 'CREATE TABLE parts (x int)'",
        "CALL make()",
    ),
}


@contextlib.contextmanager
def directly(through: Through) -> Iterator[psycopg.Connection]:
    dsn = through.postgres.dsn(through.database)
    with psycopg.connect(dsn, user=TRUST.name, autocommit=True) as connection:
        yield connection


def run(connection: psycopg.Connection, statements: tuple[str, ...]) -> None:
    for statement in statements:
        connection.execute(statement.encode())


@pytest.mark.parametrize("case", SHADOWS)
def test_only_its_session_sees_a_temporary_table(case: str, through: Through) -> None:
    maker, reader = through.connect(), through.connect()
    through.prime(lambda: ask(reader, COUNT))
    through.prime(lambda: ask(maker, COUNT))
    run(maker, SHADOWS[case])
    with directly(through) as direct:
        run(direct, tuple(each for each in SHADOWS[case] if "PROCEDURE" not in each))
        assert ask(direct, COUNT) == OWN
    for _ in range(RUNS):
        assert ask(reader, COUNT) == SHARED
        assert ask(maker, COUNT) == OWN


@pytest.mark.parametrize("options", ["", "-c search_path=pg_temp,public"])
def test_sessions_that_look_for_temporary_tables_first_share_what_none_of_them_hides(
    options: str, through: Through
) -> None:
    maker, reader = through.connect(options=options), through.connect(options=options)
    for session in (maker, reader):
        run(session, () if options else (PATH,))
    assert through.prime(lambda: ask(reader, COUNT)) == SHARED
    assert through.hit(lambda: ask(maker, COUNT)) == (SHARED, True)
    run(maker, ("CREATE TABLE parts (x int)",))
    for _ in range(RUNS):
        assert ask(reader, COUNT) == SHARED
        assert ask(maker, COUNT) == OWN
    assert through.prime(lambda: ask(reader, COUNT)) == SHARED
