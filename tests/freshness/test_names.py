"""Names that are spelled in unusual ways, and sessions that use them."""

from __future__ import annotations

import contextlib

import psycopg
import pytest

from tests.freshness.through import Through, ask

NAME = "SELECT name FROM items WHERE id = 1"
UNUSUAL = {
    "with the database's name": "SELECT name FROM {database}.public.items WHERE id = 1",
    "with another database's name": "SELECT name FROM nowhere.public.items",
    "unknown": "SELECT name FROM nowhere",
    "unknown schema": "SELECT name FROM nowhere.items",
    "empty": 'SELECT name FROM ""',
    "quotes": 'SELECT name FROM "a""b"',
    "dots": 'SELECT name FROM "public.items"',
    "backslash": 'SELECT name FROM "a\\b"',
    "brace": 'SELECT name FROM "{functions}"',
    "percent": 'SELECT name FROM "%s"',
    "function of an unknown schema": "SELECT nowhere.f()",
    "unknown function": "SELECT nowhere()",
    "system table": "SELECT relname FROM pg_class LIMIT 1",
}


@pytest.mark.parametrize("case", UNUSUAL)
def test_an_unusual_name_does_not_cost_a_session_its_cache(case: str, through: Through) -> None:
    connection = through.connect()
    for _ in range(5):
        with contextlib.suppress(psycopg.Error):
            ask(connection, UNUSUAL[case].replace("{database}", through.database))
    assert through.prime(lambda: ask(connection, NAME)) == [("old",)]


@pytest.mark.parametrize(
    "name",
    ["plain", "Mixed Names", 'quo"te', "sem;colon", "apo'strophe", "dot.ted", "ünïcode", "x" * 63, "1st", "select"],
)
def test_tables_of_any_name_are_cached_and_kept_fresh(name: str, through: Through) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    through.around(f"CREATE TABLE {quoted} (n int); INSERT INTO {quoted} VALUES (1); GRANT ALL ON {quoted} TO public")
    reader, writer = through.connect(), through.connect()
    sql = f"SELECT n FROM {quoted}"
    assert through.prime(lambda: ask(reader, sql)) == [(1,)]
    writer.execute(f"UPDATE {quoted} SET n = 2".encode())
    assert ask(reader, sql) == [(2,)]
    through.prime(lambda: ask(reader, sql))
    writer.execute("UPDATE items SET n = 2")
    assert through.hit(lambda: ask(reader, sql)) == ([(2,)], True)
