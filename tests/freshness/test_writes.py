"""Every way of writing: primed until it hits, written through the edge, read on other connections at once."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.freshness.through import Rows, Through, ask

NAME = "SELECT name FROM items WHERE id = 1"
ITEMS = "SELECT count(*) FROM items"
PARTS = "SELECT count(*) FROM parts"
LOG = "SELECT count(*) FROM log"
NEW: Rows = [("new",)]


@dataclass(frozen=True, slots=True)
class Write:
    """What is read, what is written, and what must be read then."""

    question: str
    write: str
    answer: Rows


WRITES = {
    "update": Write(NAME, "UPDATE items SET name = 'new' WHERE id = 1", NEW),
    "update only": Write(NAME, "UPDATE ONLY items SET name = 'new'", NEW),
    "update with star": Write(NAME, "UPDATE items * SET name = 'new'", NEW),
    "update from another": Write(NAME, "UPDATE items i SET name = 'new' FROM parts p WHERE p.item = i.id", NEW),
    "update by qualified name": Write(NAME, "UPDATE \"public\".Items SET name = 'new'", NEW),
    "update with the database's name": Write(NAME, "UPDATE {database}.public.items SET name = 'new'", NEW),
    "update returning": Write(NAME, "UPDATE items SET name = 'new' RETURNING *", NEW),
    "update behind a nested comment": Write(NAME, "/* a /* nested */ comment */ UPDATE items SET name = 'new'", NEW),
    "insert": Write(ITEMS, "INSERT INTO items VALUES (3, 'x')", [(3,)]),
    "insert select": Write(ITEMS, "INSERT INTO items SELECT 3, name FROM parts", [(3,)]),
    "insert default values": Write(LOG, "INSERT INTO log DEFAULT VALUES", [(1,)]),
    "insert on conflict": Write(
        NAME, "INSERT INTO items VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET name = 'new'", NEW
    ),
    "delete": Write(ITEMS, "DELETE FROM items WHERE id = 2", [(1,)]),
    "delete using": Write(PARTS, "DELETE FROM parts USING items WHERE items.id = parts.item", [(0,)]),
    "merge update": Write(
        NAME,
        "MERGE INTO items USING (VALUES (1)) v (id) ON items.id = v.id WHEN MATCHED THEN UPDATE SET name = 'new'",
        NEW,
    ),
    "merge insert": Write(
        ITEMS,
        "MERGE INTO items AS i USING (VALUES (7)) v (id) ON i.id = v.id WHEN NOT MATCHED THEN INSERT VALUES (7, 'x')",
        [(3,)],
    ),
    "merge delete": Write(
        ITEMS, "MERGE INTO items USING (VALUES (2)) v (id) ON items.id = v.id WHEN MATCHED THEN DELETE", [(1,)]
    ),
    "data-modifying CTE": Write(NAME, "WITH u AS (UPDATE items SET name = 'new' RETURNING 1) SELECT * FROM u", NEW),
    "second of two CTEs": Write(
        PARTS, "WITH a AS (UPDATE items SET n = 1 RETURNING 1), b AS (DELETE FROM parts) SELECT * FROM a", [(0,)]
    ),
    "CTE under an insert": Write(
        PARTS, "WITH d AS (DELETE FROM ONLY parts RETURNING *) INSERT INTO log SELECT name FROM d", [(0,)]
    ),
    "truncate": Write(PARTS, "TRUNCATE parts", [(0,)]),
    "truncate several": Write(PARTS, "TRUNCATE TABLE ONLY log, public.parts RESTART IDENTITY", [(0,)]),
    "truncate cascade": Write(PARTS, "TRUNCATE items CASCADE", [(0,)]),
    "truncate of a partition": Write("SELECT count(*) FROM split", "TRUNCATE low", [(0,)]),
    "foreign key: delete": Write(PARTS, "DELETE FROM items WHERE id = 1", [(0,)]),
    "foreign key: update": Write("SELECT item FROM parts", "UPDATE items SET id = 9 WHERE id = 1", [(9,)]),
    "foreign key: set null": Write("SELECT item FROM nulled", "DELETE FROM items WHERE id = 2", [(None,)]),
    "foreign key: merge": Write(
        PARTS, "MERGE INTO items USING (VALUES (1)) v (id) ON items.id = v.id WHEN MATCHED THEN DELETE", [(0,)]
    ),
    "view over table": Write("SELECT name FROM shown WHERE id = 1", "UPDATE items SET name = 'new'", NEW),
    "view over view": Write("SELECT name FROM shown_again", "UPDATE items SET name = 'new'", NEW),
    "view of a union": Write("SELECT name FROM unioned ORDER BY 1", "DELETE FROM parts", [("old",), ("two",)]),
    "written through a view": Write(NAME, "UPDATE shown SET name = 'new' WHERE id = 1", NEW),
    "written through a view over a view": Write(NAME, "UPDATE shown_again SET name = 'new'", NEW),
    "written through a view, read through another": Write(
        "SELECT name FROM shown_again", "UPDATE shown SET name = 'new' WHERE id = 1", NEW
    ),
    "written where a cursor is": Write(
        NAME,
        "BEGIN; DECLARE c CURSOR FOR SELECT id FROM items ORDER BY id FOR UPDATE; FETCH c;"
        " UPDATE items SET name = 'new' WHERE CURRENT OF c; COMMIT",
        NEW,
    ),
    "instead of trigger": Write(NAME, "UPDATE instead SET name = 'new' WHERE id = 1", NEW),
    "refresh": Write(
        "SELECT n FROM frozen", "DELETE FROM parts; DELETE FROM items; REFRESH MATERIALIZED VIEW frozen", [(0,)]
    ),
    "refresh under a view": Write(
        "SELECT n FROM over_frozen", "INSERT INTO items VALUES (3, 'x'); REFRESH MATERIALIZED VIEW frozen", [(3,)]
    ),
    "child read as parent": Write("SELECT count(*) FROM parent", "INSERT INTO child VALUES (2)", [(2,)]),
    "grandchild read as parent": Write("SELECT count(*) FROM parent", "INSERT INTO grandchild VALUES (2)", [(2,)]),
    "parent written, child read": Write("SELECT n FROM child", "UPDATE parent SET n = 5", [(5,)]),
    "partition read as whole": Write("SELECT count(*) FROM split", "INSERT INTO low VALUES (2)", [(2,)]),
    "whole written, partition read": Write("SELECT count(*) FROM low", "INSERT INTO split VALUES (2)", [(2,)]),
    "row moves to another partition": Write("SELECT count(*) FROM high", "UPDATE split SET n = 15", [(1,)]),
    "transaction in one text": Write(PARTS, "BEGIN; DELETE FROM parts; COMMIT", [(0,)]),
    "commit in the midst of a text": Write(
        NAME, "BEGIN; UPDATE items SET name = 'new' WHERE id = 1; COMMIT; SELECT 1", NEW
    ),
    "written after a commit in a text": Write(NAME, "BEGIN; COMMIT; UPDATE items SET name = 'new'", NEW),
    "several statements": Write(NAME, "SELECT 1; UPDATE items SET name = 'new'; SELECT 2", NEW),
    "trigger": Write(LOG, "UPDATE watched SET name = 'x'", [(1,)]),
    "trigger by upsert": Write(
        LOG, "INSERT INTO watched VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET name = excluded.name", [(1,)]
    ),
    "deferred trigger": Write(LOG, "INSERT INTO watched_late VALUES (1)", [(1,)]),
    "rule": Write(LOG, "INSERT INTO ruled VALUES ('x')", [(1,)]),
    "column default that writes": Write(NAME, "INSERT INTO defaulted (id) VALUES (1)", NEW),
    "function in SELECT": Write(NAME, "SELECT rename('new')", NEW),
    "function in FROM": Write(NAME, "SELECT * FROM rename('new')", NEW),
    "function in WHERE": Write(NAME, "SELECT 1 FROM apart WHERE rename('new') = 1", NEW),
    "function in VALUES": Write(NAME, "VALUES (rename('new'))", NEW),
    "function by qualified name": Write(NAME, "SELECT public.\"rename\"('new')", NEW),
    "function in an insert elsewhere": Write(NAME, "INSERT INTO log SELECT rename('new')", NEW),
    "function in explain analyze": Write(NAME, "EXPLAIN ANALYZE SELECT rename('new')", NEW),
    "procedure": Write(PARTS, "CALL clear_parts()", [(0,)]),
    "procedure that commits": Write(NAME, "CALL commit_inside()", NEW),
    "do": Write(NAME, "DO $$ BEGIN PERFORM rename('new'); END $$", NEW),
    "explain analyze": Write(NAME, "EXPLAIN ANALYZE UPDATE items SET name = 'new'", NEW),
    "explain with options": Write(NAME, "EXPLAIN (COSTS off, ANALYZE) UPDATE items SET name = 'new'", NEW),
    "prepared in SQL": Write(NAME, "PREPARE change AS UPDATE items SET name = 'new'; EXECUTE change", NEW),
    "query in a text": Write(NAME, "SELECT query_to_xml('SELECT rename(''new'')', true, true, '')", NEW),
    "cursor that writes": Write(
        NAME, "BEGIN; DECLARE c CURSOR FOR SELECT rename('new'); FETCH ALL FROM c; COMMIT", NEW
    ),
    "quoted and mixed case": Write(
        'SELECT "Na""me" FROM "Mixed Case"', 'UPDATE "Mixed Case" SET "Na""me" = \'new\'', NEW
    ),
    "upper case is another table": Write('SELECT name FROM "ITEMS"', "UPDATE \"ITEMS\" SET name = 'new'", NEW),
    "another spelling": Write("SELECT name FROM PUBLIC.ITEMS WHERE id = 1", "update \"items\" set NAME = 'new'", NEW),
    "another schema": Write("SELECT name FROM two.items", "UPDATE two.items SET name = 'new'", NEW),
    "table command": Write("TABLE parts", "DELETE FROM parts", []),
    "table inside IN": Write(
        "SELECT count(*) FROM items WHERE id IN (SELECT item FROM parts)", "DELETE FROM parts", [(0,)]
    ),
    "table inside EXISTS": Write("SELECT EXISTS (SELECT FROM parts)", "DELETE FROM parts", [(False,)]),
    "table inside a scalar": Write("SELECT (SELECT count(*) FROM parts)", "DELETE FROM parts", [(0,)]),
    "table inside CASE": Write("SELECT CASE WHEN EXISTS (TABLE parts) THEN 1 ELSE 0 END", "DELETE FROM parts", [(0,)]),
    "table inside LATERAL": Write(
        "SELECT count(*) FROM items i, LATERAL (SELECT FROM parts p WHERE p.item = i.id) x", "DELETE FROM parts", [(0,)]
    ),
    "table in a CTE of its own name": Write(
        "WITH parts AS (SELECT * FROM parts) SELECT count(*) FROM parts", "DELETE FROM parts", [(0,)]
    ),
    "table in ORDER BY": Write(
        "SELECT id FROM items ORDER BY (SELECT count(*) FROM parts p WHERE p.item = items.id), id LIMIT 1",
        "DELETE FROM parts",
        [(1,)],
    ),
    "alter": Write("SELECT * FROM parts", "ALTER TABLE parts ADD COLUMN more int DEFAULT 5", [(1, "part", 5)]),
    "rename swap": Write(
        "SELECT name FROM items WHERE id = 1",
        "BEGIN; ALTER TABLE items RENAME TO before; ALTER TABLE two.items RENAME CONSTRAINT items_pkey TO other;"
        " ALTER TABLE two.items SET SCHEMA public; COMMIT",
        [("second",)],
    ),
    "drop and create": Write(
        "SELECT count(*) FROM apart", "DROP TABLE apart; CREATE TABLE apart AS VALUES (1), (2)", [(2,)]
    ),
    "create or replace view": Write(
        "SELECT name FROM shown_again", "CREATE OR REPLACE VIEW shown_again AS SELECT 'new'::text AS name", NEW
    ),
    "attach a partition": Write(
        "SELECT count(*) FROM split",
        "CREATE TABLE third (n int, name text); INSERT INTO third VALUES (25); "
        "ALTER TABLE split ATTACH PARTITION third FOR VALUES FROM (20) TO (30)",
        [(2,)],
    ),
    "table in front on the search path": Write(
        "SELECT count(*) FROM log",
        'CREATE SCHEMA "app_trust"; CREATE TABLE "app_trust".log (message text); '
        "INSERT INTO app_trust.log VALUES ('x')",
        [(1,)],
    ),
}


@pytest.mark.parametrize("case", WRITES)
def test_a_write_is_seen_at_once_on_every_connection(case: str, through: Through) -> None:
    asked = WRITES[case]
    reader, other, writer = through.connect(), through.connect(), through.connect()
    assert through.prime(lambda: ask(reader, asked.question)) != asked.answer or case == "table in ORDER BY"
    writer.execute(asked.write.replace("{database}", through.database).encode())
    for connection in (other, reader, writer):
        assert ask(connection, asked.question) == asked.answer
