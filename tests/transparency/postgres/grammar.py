"""Statements for generated sessions, by what they do. ``%d`` is filled with a small number."""

from __future__ import annotations

from dataclasses import dataclass

from tests.transparency.postgres.frontend import Value

READS = (
    "SELECT id, name FROM items ORDER BY id",
    "SELECT name FROM items WHERE id = %d",
    "SELECT name FROM items WHERE id = %d;",
    "SELECT count(*), sum(n) FROM items",
    "SELECT * FROM items WHERE n > %d ORDER BY id",
    "SELECT * FROM shown ORDER BY id",
    "SELECT * FROM kinds",
    "SELECT f4, f8, raw, d, ts, tz, iv, m FROM kinds",
    "SELECT FROM items",
    "SELECT * FROM empty",
    "TABLE parts",
    "VALUES (1, 'a'), (%d, NULL)",
    "SELECT i.name, p.label FROM items i JOIN parts p ON p.item = i.id ORDER BY p.label",
    "SELECT quoted(name) FROM items WHERE id = %d",
    "SELECT count(*) FROM sink",
    "SELECT * FROM sink ORDER BY id, name",
    "SELECT %d",
    "/* a comment */ SELECT id FROM items WHERE id <= %d ORDER BY id -- and another",
    "WITH w AS (SELECT * FROM items) SELECT count(*) FROM w",
    "SELECT id FROM items UNION SELECT n FROM parts ORDER BY 1",
    "SELECT string_agg(name, ',' ORDER BY id) FROM items",
    "SELECT repeat(name, 1000) FROM items ORDER BY id",
    "SELECT name FROM items ORDER BY id LIMIT %d",
    "SELECT E'a\\tb', 'it''s', $$dollar$$, U&'\\0061'",
)
FAILING_READS = (
    "SELECT nope FROM items",
    "SELECT name FROM nowhere",
    "SELEC 1",
    "SELECT 1 / (id - id) FROM items",
    "SELECT name::int FROM items ORDER BY id",
    "SELECT",
    "SELECT 'not closed",
)
WRITES = (
    "UPDATE items SET n = n + 1 WHERE id = %d",
    "UPDATE items SET name = 'new' WHERE id = %d RETURNING id, name",
    "INSERT INTO sink VALUES (%d, 'x')",
    "INSERT INTO sink SELECT id, name FROM items RETURNING *",
    "DELETE FROM sink WHERE id = %d",
    "INSERT INTO items VALUES (%d, 'again') ON CONFLICT (id) DO UPDATE SET n = items.n + 1",
    "WITH w AS (INSERT INTO sink VALUES (%d, 'cte') RETURNING id) SELECT * FROM w",
    "MERGE INTO items USING (VALUES (%d)) v (id) ON items.id = v.id WHEN MATCHED THEN UPDATE SET n = 0",
    "INSERT INTO watched VALUES (%d)",
    "SELECT fill_sink(%d)",
    "CALL clear_sink()",
    "DO $$ BEGIN INSERT INTO sink VALUES (%d, 'do'); RAISE NOTICE 'done'; END $$",
)
FAILING_WRITES = (
    "INSERT INTO items VALUES (1, 'twice')",
    "INSERT INTO parts VALUES (99, 'x', 1)",
    "INSERT INTO parts VALUES (1, 'too long', 1)",
    "INSERT INTO parts VALUES (1, 'many', 100)",
    "INSERT INTO watched VALUES (11)",
    "INSERT INTO late VALUES (99)",
    "UPDATE items SET id = NULL",
    "UPDATE nowhere SET n = 1",
)
EXCLUSIVE = (
    "TRUNCATE sink",
    "CREATE TABLE scratch.made (a int, b text)",
    "INSERT INTO scratch.made VALUES (%d, 'b')",
    "SELECT * FROM scratch.made",
    "ALTER TABLE scratch.made ADD c int",
    "DROP TABLE scratch.made",
    "CREATE TABLE scratch.items (id int, name text, n int)",
    "INSERT INTO scratch.items VALUES (%d, 'scratch', %d)",
    "DROP TABLE scratch.items",
    "CREATE TEMP TABLE items (id int, name text, n int)",
    "CREATE TEMP TABLE passing (a int) ON COMMIT DROP",
    "DROP TABLE pg_temp.items",
    "CREATE OR REPLACE VIEW scratch.seen AS SELECT id FROM items",
    "SELECT * FROM scratch.seen ORDER BY id",
    "LISTEN news",
    "UNLISTEN *",
    "NOTIFY news, 'hello'",
    "SELECT nextval('numbers')",
    "SELECT currval('numbers')",
)
SHAPED = (
    "SELECT d, ts, tz, iv, f4, f8, raw FROM kinds",
    "SELECT * FROM kinds",
    "SELECT id, n FROM items ORDER BY id",
    "SELECT ts::text, f8::text, name FROM kinds, items WHERE id = %d",
)
SHAPING = (
    "SET DateStyle = 'German'",
    "SET DateStyle TO SQL, DMY",
    "SET TimeZone = 'Asia/Tokyo'",
    "SET LOCAL TimeZone = 'America/New_York'",
    "SET extra_float_digits = 0",
    "SET LOCAL extra_float_digits = -2",
    "SET bytea_output = 'escape'",
    "SET IntervalStyle = 'iso_8601'",
    "SET LOCAL IntervalStyle = 'sql_standard'",
    "SET client_encoding = 'LATIN1'",
    "SET client_encoding = 'UTF8'",
    "SET search_path = scratch, public",
    "SET LOCAL search_path = scratch, public",
    "SELECT set_config('DateStyle', 'German', false)",
    "SELECT set_config('IntervalStyle', 'postgres_verbose', true)",
    "RESET DateStyle",
    "RESET ALL",
    "DISCARD ALL",
)
SETTINGS = (
    *SHAPING,
    "SET application_name = 'another'",
    "SET standard_conforming_strings = off",
    "SET nope = 1",
    "SET mine.own = %d",
    "SET client_min_messages = 'error'",
    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "SET default_transaction_read_only = on",
    "SHOW DateStyle",
    "SHOW transaction_isolation",
    "DISCARD PLANS",
    "DISCARD TEMP",
    "SET ROLE app_md5",
    "RESET ROLE",
)
BEGINNINGS = (
    "BEGIN",
    "begin work;",
    "START TRANSACTION",
    "BEGIN ISOLATION LEVEL READ COMMITTED",
    "BEGIN READ ONLY",
    "BEGIN TRANSACTION READ WRITE",
    "BEGIN ISOLATION LEVEL REPEATABLE READ",
    "BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY",
    "BEGIN; SELECT 1",
)
ENDINGS = ("COMMIT", "COMMIT", "END", "ROLLBACK", "ROLLBACK", "ABORT")
BLOCK_COMMANDS = (
    "COMMIT AND CHAIN",
    "ROLLBACK AND CHAIN",
    "SAVEPOINT s",
    "ROLLBACK TO s",
    "RELEASE s",
    "SET TRANSACTION READ ONLY",
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "SET CONSTRAINTS ALL IMMEDIATE",
    "BEGIN",
)
HARMLESS = (
    "DEALLOCATE q",
    "DEALLOCATE s",
    "DEALLOCATE ALL",
    "DECLARE c CURSOR FOR SELECT id, name FROM items ORDER BY id",
    "DECLARE h CURSOR WITH HOLD FOR SELECT id FROM items ORDER BY id",
    "FETCH %d FROM c",
    "FETCH ALL FROM h",
    "FETCH BACKWARD 1 FROM c",
    "CLOSE c",
    "CLOSE ALL",
    "COPY (SELECT id, name FROM items ORDER BY id) TO STDOUT",
    "COPY parts TO STDOUT (FORMAT binary)",
    "EXPLAIN (COSTS OFF) SELECT * FROM items WHERE id = %d",
    "",
    ";",
    "-- nothing",
)
# What two clients may wait for each other with.
ALONE = (
    "SELECT id FROM items WHERE id = %d FOR UPDATE",
    "SELECT pg_try_advisory_lock(1), pg_advisory_unlock(1)",
    "LOCK empty IN SHARE MODE",
)
# After these the edge leaves a session alone.
UNSETTLING = (
    "EXECUTE q(%d)",
    "EXECUTE t",
    "EXECUTE s",
    "VACUUM empty",
    "PREPARE q AS SELECT name FROM items WHERE id = $1",
    "PREPARE t AS SELECT count(*) FROM items",
    "SELECT shout('warning')",
    "SELECT shout('info'), shout('notice')",
    "SELECT shout('exception')",
    "SELECT pg_advisory_lock(1), pg_advisory_unlock_all()",
    "SELECT fails('1 / 0')",
    "SELECT fails('nope')",
    "DO $$ BEGIN RAISE NOTICE 'done'; END $$",
)


@dataclass(frozen=True, slots=True)
class Parametrised:
    """A text with parameters, and values that suit it or do not: in text, then in binary."""

    text: str
    values: tuple[tuple[Value, ...], ...]
    binary: tuple[tuple[Value, ...], ...] = ()
    types: tuple[int, ...] = ()

    @property
    def reads(self) -> bool:
        return self.text.startswith("SELECT")


def _int(value: int) -> bytes:
    return value.to_bytes(4, "big", signed=True)


PARAMETRISED = (
    Parametrised("SELECT name FROM items WHERE id = $1", (("1",), ("2",), ("4",), (None,), ("x",)), ((_int(1),),)),
    Parametrised("SELECT name FROM items WHERE id = $1", (("1",), ("3",)), ((_int(2),),), (23,)),
    Parametrised("SELECT $1::text, id FROM items ORDER BY id", (("a",), ("é",), (None,)), ((b"raw",), (b"\xff",))),
    Parametrised(
        "SELECT id + $1 FROM items WHERE name = $2", (("1", "one"), ("7", "two"), ("1",)), ((_int(3), b"one"),)
    ),
    Parametrised("SELECT * FROM kinds WHERE b = $1", (("t",), ("maybe",)), ((b"\1",),)),
    Parametrised("SELECT $1", (("untyped",), ("1", "2"))),
    Parametrised("SELECT id FROM items WHERE id = ANY ($1) ORDER BY id", (("{1,2}",), ("{",))),
    Parametrised("INSERT INTO sink VALUES ($1, $2)", (("1", "p"), ("2", None), ("x", "p")), ((_int(9), b"binary"),)),
    Parametrised(
        "UPDATE items SET n = n + $1 WHERE id = $2 RETURNING n", (("1", "1"), ("5", "2")), ((_int(1), _int(3)),)
    ),
)
