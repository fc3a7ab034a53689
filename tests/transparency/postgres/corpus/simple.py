"""The simple protocol: one text, any number of statements, one ReadyForQuery (manual, section 55.2.2)."""

from __future__ import annotations

from tests.transparency.postgres.frontend import Other, Query
from tests.transparency.postgres.script import session, simple
from tests.transparency.script import Await, Script, Send

LONG = "SELECT " + ", ".join(f"{number} AS column_{number}" for number in range(400))
VERY_LONG = "SELECT length('" + "x" * 1_500_000 + "')"

SMALL_READS = (
    "SELECT id, name, n FROM items ORDER BY id",
    "SELECT * FROM kinds",
    "SELECT FROM items",
    "SELECT",
    "SELECT * FROM empty",
    "VALUES (1, NULL), (2, 'żółw 🐢')",
    'SELECT id AS "żółw", id AS "SELECT", id AS id FROM items LIMIT 1',
)
READS = (*SMALL_READS, "SELECT repeat(name, 3000) FROM items ORDER BY id", LONG)

SCRIPTS: tuple[Script, ...] = (
    session("reads", simple(*READS), hits=len(READS)),
    session("reads sent at once", Send(tuple(map(Query, SMALL_READS))), hits=len(SMALL_READS)),
    session(
        "nothing to do", simple("", ";", ";;", " ", "-- a comment", "/* a comment */", "/* in /* a */ comment */;")
    ),
    session(
        "several statements",
        simple(
            "SELECT 1; SELECT name FROM items WHERE id = 2",
            "SELECT 1;; ;SELECT 2;",
            "SELECT 1; SELECT 1 / 0; SELECT 3",
            "SELECT id FROM items; SELECT nope; SELECT 3",
            "SELECT 1; SELEC 2",
            "INSERT INTO sink VALUES (1, 'one'); SELECT * FROM sink; SELECT 1 / 0",
            "SELECT * FROM sink",
            "INSERT INTO sink VALUES (1, 'one'); COMMIT; SELECT * FROM sink; SELECT 1 / 0",
            "SELECT * FROM sink",
            "BEGIN; INSERT INTO sink VALUES (2, 'two'); ROLLBACK; SELECT * FROM sink",
            "BEGIN; SELECT 1",
            "SELECT 2; COMMIT; SELECT 3",
            "CREATE TABLE scratch.made (a int); INSERT INTO scratch.made VALUES (1); TABLE scratch.made",
        ),
        keeps=False,
    ),
    session(
        "errors with all their fields",
        simple(
            "SELECT nope FROM items",
            "SELECT name FROM nowhere",
            "SELECT nmae FROM items",
            "SELEC 1",
            "SELECT 'not closed",
            "SELECT żółw FROM items",
            "SELECT 'żółw', nope",
            "SELECT 1 / 0",
            "SELECT 1 +",
            "SELECT name::int FROM items ORDER BY id",
            "SELECT id FROM items GROUP BY name",
            "SELECT upper(1, 2)",
            "SELECT now() + 1",
            "INSERT INTO items VALUES (1, 'twice')",
            "INSERT INTO items (name) VALUES ('no id')",
            "INSERT INTO parts VALUES (99, 'x', 1)",
            "INSERT INTO parts VALUES (1, 'too long', 1)",
            "INSERT INTO parts VALUES (1, 'many', 100)",
            "INSERT INTO parts VALUES (1, 'nut', 1)",
            "INSERT INTO watched VALUES (10)",
            "DELETE FROM items",
            "SELECT fails('1 / 0')",
            "SELECT fails('nope FROM items')",
            "SELECT shout('exception')",
            "DO $$ BEGIN RAISE SQLSTATE 'ZZ001'; END $$",
            "DROP TABLE items",
            "DROP TABLE nowhere",
            "CREATE TABLE items (id int)",
        ),
        keeps=False,
    ),
    session(
        "notices of every level",
        simple(
            *(f"SELECT shout('{level}')" for level in ("debug", "log", "info", "notice", "warning")),
            "SET client_min_messages = debug5",
            "SELECT shout('debug'), shout('log')",
            "SET client_min_messages = error",
            "SELECT shout('warning'), shout('info')",
            "RESET client_min_messages",
            "DO $$ BEGIN RAISE NOTICE '%', repeat('x', 5000) USING DETAIL = 'żółw'; RAISE WARNING 'second'; END $$",
            "INSERT INTO watched VALUES (1), (2)",
            "DROP TABLE IF EXISTS nowhere, elsewhere",
            "CREATE TABLE IF NOT EXISTS items (id int)",
            "SELECT 'C:\\temp'",
            "SET standard_conforming_strings = off; SELECT 1",
            "SELECT 'a\\nb'",
        ),
        keeps=False,
    ),
    session(
        "reads that are answered with a notice",
        simple(*(["SELECT to_tsquery('english', 'the')", f"SELECT id AS {'x' * 70} FROM items ORDER BY id"] * 4)),
        hits=0,
    ),
    session("a read after a notice in one text", simple("SELECT shout('notice'); SELECT id FROM items"), keeps=False),
    session(
        "large texts and rows", simple(VERY_LONG, "SELECT repeat('x', 3000000)", "SELECT name FROM items WHERE id = 1")
    ),
    session(
        "bytes that no text may hold",
        Send((Other("Q", b"SELECT '\xff\xfe'\0"),)),
        Send((Other("Q", b"SELECT 1\0 trailing\0"),)),
        Send((Other("Q", b"SELECT 'caf\xc3'\0"),)),
        simple("SELECT 1"),
    ),
    session("a Query without an end", Send((Other("Q", b"SELECT 1"),)), simple("SELECT 1")),
    session("an empty Query", Send((Other("Q", b""),)), simple("SELECT 1")),
    session("a message of no known type", Send((Other("z", b"what"),), awaited=False), Await(closed=True)),
    session(
        "writes and what they answer",
        simple(
            "INSERT INTO sink VALUES (1, 'a'), (2, 'b')",
            "INSERT INTO sink VALUES (3, 'c') RETURNING *",
            "UPDATE sink SET name = 'x' WHERE id < 3 RETURNING id, name AS renamed",
            "UPDATE sink SET name = 'y' WHERE false",
            "DELETE FROM sink WHERE id = 1",
            "MERGE INTO sink USING (VALUES (2), (9)) v (id) ON sink.id = v.id "
            "WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (v.id, 'merged')",
            "WITH w AS (DELETE FROM sink RETURNING *) SELECT * FROM w ORDER BY id",
            "SELECT 1 AS a INTO scratch.into",
            "CREATE TABLE scratch.made AS SELECT id FROM items",
            "TRUNCATE sink",
            "CALL clear_sink()",
            "DO $$ BEGIN NULL; END $$",
            "SELECT fill_sink(2)",
            "VACUUM empty",
            "ANALYZE empty",
            "EXPLAIN (COSTS OFF) UPDATE sink SET id = 1",
            "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) INSERT INTO sink VALUES (1, 'explained')",
            "COMMENT ON TABLE scratch.made IS 'made'",
            "LOCK TABLE items",
            "SELECT nextval('numbers'), currval('numbers'), lastval()",
            "REFRESH MATERIALIZED VIEW nowhere",
        ),
        keeps=False,
    ),
)
