"""Every kind of statement that can write, and every part of a query that can read."""

from __future__ import annotations

import pytest

from tests.freshness.arena import Arena, Case
from tests.freshness.ways import OUTSIDE_OF_BLOCKS

NAME = "SELECT name FROM items WHERE id = 1"
ITEMS = "SELECT count(*) FROM items"
PARTS = "SELECT count(*) FROM parts"
DELETE = ("DELETE FROM parts",)
INSERT = ("INSERT INTO parts VALUES (1, 'more'), (2, 'other')",)


def function(body: str, kind: str = "FUNCTION f() RETURNS int", how: str = "LANGUAGE plpgsql") -> str:
    return f"CREATE {kind} {how} AS $f$ {body} $f$"


WRITES = {
    "update from another table": Case(NAME, ("UPDATE items SET name = p.name FROM parts p WHERE p.item = id",)),
    "update of a row at once": Case(NAME, ("UPDATE items SET (name, n) = (SELECT name, 1 FROM parts) WHERE id = 1",)),
    "update of an alias": Case(NAME, ("UPDATE items AS parts SET name = 'new' WHERE parts.id = 1",)),
    "update by a subquery that is its own table": Case(
        NAME, ("UPDATE items SET name = 'new' WHERE id = (SELECT min(id) FROM items)",)
    ),
    "update of a field of a composite": Case(
        "SELECT (at).x FROM points",
        ("UPDATE points SET at.x = 5",),
        "CREATE TYPE point_ AS (x int, y int); CREATE TABLE points (at point_); INSERT INTO points VALUES ((1, 2))",
    ),
    "update of an array's element": Case(
        "SELECT a FROM arrays", ("UPDATE arrays SET a[2] = 9",), "CREATE TABLE arrays AS SELECT '{1,2}'::int[] AS a"
    ),
    "delete using itself": Case(
        ITEMS, ("DELETE FROM items USING items AS i WHERE i.id = items.id AND i.name = 'two'",)
    ),
    "delete with a subquery": Case(ITEMS, ("DELETE FROM items WHERE id IN (SELECT item FROM parts) RETURNING id",)),
    "insert of what was deleted": Case(
        PARTS, ("WITH d AS (DELETE FROM items RETURNING id, name) INSERT INTO parts SELECT * FROM d",)
    ),
    "upsert that does nothing here": Case(
        ITEMS, ("INSERT INTO items VALUES (1, 'x'), (3, 'x') ON CONFLICT DO NOTHING",)
    ),
    "upsert with a condition": Case(
        NAME,
        (
            "INSERT INTO items AS i VALUES (1, 'new') ON CONFLICT (id) DO UPDATE SET name = excluded.name"
            " WHERE i.name = 'old'",
        ),
    ),
    "insert into an identity": Case(
        "SELECT max(id) FROM counted",
        ("INSERT INTO counted OVERRIDING SYSTEM VALUE VALUES (7)",),
        "CREATE TABLE counted (id int GENERATED ALWAYS AS IDENTITY); INSERT INTO counted DEFAULT VALUES",
    ),
    "insert from a table command": Case(PARTS, ("INSERT INTO parts TABLE parts",)),
    "merge with every branch": Case(
        ITEMS,
        (
            "MERGE INTO items USING (VALUES (1), (2), (3)) v (k) ON id = k WHEN MATCHED AND k = 1 THEN DELETE"
            " WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN INSERT (id) VALUES (k)",
            "INSERT INTO items VALUES (9)",
        ),
    ),
    "merge behind a CTE": Case(
        NAME,
        (
            "WITH source AS (SELECT 1 AS k) MERGE INTO items AS source_ USING source ON id = k"
            " WHEN MATCHED THEN UPDATE SET name = 'new'",
        ),
    ),
    "a write behind four CTEs": Case(
        PARTS,
        (
            "WITH a AS (SELECT 1), b AS (TABLE a), c AS (DELETE FROM parts RETURNING *), d AS (TABLE c)"
            " SELECT count(*) FROM d",
        ),
    ),
    "a write of a CTE that nobody reads": Case(PARTS, ("WITH c AS (DELETE FROM parts) SELECT 1",)),
    "a write under the name of a CTE": Case(PARTS, ("WITH items AS (SELECT 1) INSERT INTO parts SELECT 1 FROM items",)),
    "a generated column": Case(
        "SELECT twice FROM g",
        ("UPDATE g SET x = 5",),
        "CREATE TABLE g (x int, twice int GENERATED ALWAYS AS (x * 2) STORED); INSERT INTO g VALUES (1)",
    ),
    "an unlogged table": Case("SELECT x FROM u", ("UPDATE u SET x = 2",), "CREATE UNLOGGED TABLE u AS SELECT 1 AS x"),
    "truncation that starts a sequence again": Case(PARTS, ("TRUNCATE parts RESTART IDENTITY",)),
    # -- what runs SQL
    "a block of code": Case(PARTS, ("DO $$ BEGIN DELETE FROM parts; END $$",)),
    "a block of code that builds its statement": Case(
        PARTS, ("DO $$ BEGIN EXECUTE format('DELETE FROM %I', 'parts'); END $$",)
    ),
    "a block of code that catches errors": Case(
        PARTS, ("DO $$ BEGIN DELETE FROM parts; BEGIN PERFORM 1/0; EXCEPTION WHEN others THEN NULL; END; END $$",)
    ),
    "a block of code that commits": Case(
        PARTS, ("DO $$ BEGIN DELETE FROM parts; COMMIT; INSERT INTO log VALUES ('x'); END $$",), ways=OUTSIDE_OF_BLOCKS
    ),
    "a function in SQL": Case(PARTS, ("SELECT f()",), function("DELETE FROM parts; SELECT 1", how="LANGUAGE sql")),
    "a function that is parsed when it is made": Case(
        PARTS,
        ("SELECT * FROM f()",),
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC DELETE FROM parts; SELECT 1; END",
    ),
    "a function that builds its statement": Case(
        PARTS, ("SELECT f()",), function("BEGIN EXECUTE 'DELETE FROM ' || 'parts'; RETURN 1; END")
    ),
    "a function of its owner's rights": Case(
        PARTS,
        ("SELECT f() FROM items",),
        function("BEGIN DELETE FROM parts; RETURN 1; END", how="SECURITY DEFINER LANGUAGE plpgsql"),
    ),
    "a function with a path of its own": Case(
        PARTS,
        ("SELECT {schema}.f()",),
        function("BEGIN DELETE FROM parts; RETURN 1; END", how="SET search_path = {schema} LANGUAGE plpgsql"),
    ),
    "a function that gives rows": Case(
        PARTS,
        ("SELECT * FROM f() WITH ORDINALITY LIMIT 1",),
        function("BEGIN RETURN QUERY DELETE FROM parts RETURNING name; END", "FUNCTION f() RETURNS SETOF text"),
    ),
    "a function of a function": Case(NAME, ("SELECT f()",), function("BEGIN PERFORM rename('new'); RETURN 1; END")),
    "a function in a join's condition": Case(NAME, ("SELECT 1 FROM parts LEFT JOIN items ON rename('new') = 1",)),
    "a function in HAVING": Case(NAME, ("SELECT 1 FROM parts HAVING rename('new') = 1",)),
    "a function in ORDER BY": Case(NAME, ("SELECT name FROM parts ORDER BY rename('new')",)),
    "a function in LATERAL": Case(NAME, ("SELECT 1 FROM parts, LATERAL rename(name || 'new')",)),
    "a function in CASE": Case(NAME, ("SELECT CASE WHEN item = 1 THEN rename('new') END FROM parts",)),
    "a function in VALUES of an insert": Case(NAME, ("INSERT INTO log VALUES (rename('new')::text)",)),
    "a function in an update's SET": Case(NAME, ("UPDATE parts SET item = rename('new')",)),
    "a function in MERGE": Case(
        NAME,
        ("MERGE INTO parts USING (VALUES (1)) v (k) ON item = k WHEN MATCHED AND rename('new') = 1 THEN DO NOTHING",),
    ),
    "a procedure": Case(PARTS, ("CALL p()",), function("DELETE FROM parts", "PROCEDURE p()", "LANGUAGE sql")),
    "a procedure that gives back": Case(
        PARTS, ("CALL p(1)",), function("BEGIN DELETE FROM parts; n := 2; END", "PROCEDURE p(INOUT n int)")
    ),
    "a procedure that commits twice": Case(
        PARTS,
        ("CALL p()",),
        function("BEGIN DELETE FROM parts; COMMIT; INSERT INTO log VALUES ('x'); COMMIT; END", "PROCEDURE p()"),
        ways=OUTSIDE_OF_BLOCKS,
    ),
    "a procedure that rolls back the second half": Case(
        PARTS,
        ("CALL p()",),
        function("BEGIN DELETE FROM parts; COMMIT; INSERT INTO parts VALUES (9); ROLLBACK; END", "PROCEDURE p()"),
        ways=OUTSIDE_OF_BLOCKS,
    ),
    # -- statements about statements
    "prepared and executed": Case(PARTS, ("PREPARE p AS DELETE FROM parts", "EXECUTE p")),
    "prepared with a parameter": Case(
        NAME, ("PREPARE p (text) AS UPDATE items SET name = $1 WHERE id = 1", "EXECUTE p ('new')")
    ),
    "executed with a function's answer": Case(NAME, ("PREPARE p (int) AS SELECT $1", "EXECUTE p (rename('new'))")),
    "executed by EXPLAIN": Case(PARTS, ("PREPARE p AS DELETE FROM parts", "EXPLAIN (ANALYZE, TIMING off) EXECUTE p")),
    "executed by CREATE TABLE": Case(NAME, ("PREPARE p AS SELECT rename('new')", "CREATE TABLE made AS EXECUTE p")),
    "explained with its execution": Case(PARTS, ("EXPLAIN ANALYZE VERBOSE DELETE FROM parts",)),
    "explained with its execution, behind a CTE": Case(
        PARTS, ("EXPLAIN (ANALYZE true) WITH d AS (DELETE FROM parts) SELECT 1",)
    ),
    "explained with its execution, making a table": Case(
        NAME, ("EXPLAIN ANALYZE CREATE TABLE made AS SELECT rename('new')",)
    ),
    "a table made of a query that writes": Case(NAME, ("CREATE TABLE made AS SELECT rename('new')",)),
    "a query that writes into a new table": Case(NAME, ("SELECT rename('new') INTO made",)),
    "a view filled by a query that writes": Case(NAME, ("CREATE MATERIALIZED VIEW made AS SELECT rename('new')",)),
    "a cursor that writes, kept beyond its transaction": Case(
        NAME,
        ("BEGIN", "DECLARE c CURSOR WITH HOLD FOR SELECT rename('new')", "COMMIT", "CLOSE c"),
        ways=OUTSIDE_OF_BLOCKS,
    ),
    "a cursor that is fetched from by halves": Case(
        "SELECT count(*) FROM log",
        (
            "BEGIN",
            "DECLARE c CURSOR FOR SELECT f(item) FROM parts",
            "FETCH 1 FROM c",
            "MOVE 1 FROM c",
            "COMMIT",
        ),
        "INSERT INTO parts VALUES (2), (3);"
        + function("BEGIN INSERT INTO log VALUES ('x'); RETURN 1; END", "FUNCTION f(int) RETURNS int"),
        ways=OUTSIDE_OF_BLOCKS,
    ),
    "the row under a cursor": Case(
        PARTS,
        (
            "BEGIN",
            "DECLARE c CURSOR FOR SELECT * FROM parts FOR UPDATE",
            "FETCH c",
            "DELETE FROM parts WHERE CURRENT OF c",
            "COMMIT",
        ),
        ways=OUTSIDE_OF_BLOCKS,
    ),
    "a copy of a query that writes": Case(NAME, ("COPY (SELECT rename('new')) TO STDOUT",), ways=OUTSIDE_OF_BLOCKS[:1]),
    "savepoints": Case(
        PARTS,
        (
            "BEGIN",
            "SAVEPOINT a",
            "DELETE FROM parts",
            "SAVEPOINT b",
            "DELETE FROM items",
            "ROLLBACK TO b",
            "RELEASE a",
            "COMMIT",
        ),
        ways=OUTSIDE_OF_BLOCKS,
    ),
    "a block that is chained": Case(
        PARTS, ("BEGIN", "DELETE FROM parts", "COMMIT AND CHAIN", "DELETE FROM log", "ROLLBACK"), ways=OUTSIDE_OF_BLOCKS
    ),
}

READS = {
    "a recursive CTE": Case(
        "WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r, parts WHERE n < 3) SELECT count(*) FROM r",
        DELETE,
    ),
    "a recursive CTE that says how it walks": Case(
        "WITH RECURSIVE r (n) AS (SELECT item FROM parts UNION ALL SELECT n + 1 FROM r WHERE n < 3)"
        " SEARCH DEPTH FIRST BY n SET o CYCLE n SET c USING p SELECT count(*) FROM r",
        DELETE,
    ),
    "a CTE that hides a table in one part of a query only": Case(
        "SELECT (WITH parts AS (SELECT 1) SELECT count(*) FROM parts), (SELECT count(*) FROM parts)", DELETE
    ),
    "grouping sets": Case(
        "SELECT item, name, count(*) FROM parts GROUP BY GROUPING SETS ((item), (name), ()) ORDER BY 1, 2", INSERT
    ),
    "a cube": Case("SELECT item, grouping(item), sum(item) FROM parts GROUP BY CUBE (item) ORDER BY 1", INSERT),
    "a window": Case(
        "SELECT id, sum(id) OVER (ORDER BY id, (SELECT count(*) FROM parts)) FROM items ORDER BY 1",
        ("DELETE FROM items",),
    ),
    "a window that is named": Case(
        "SELECT first_value((SELECT count(*) FROM parts)) OVER w FROM items WINDOW w AS (ORDER BY id) LIMIT 1", DELETE
    ),
    "a frame": Case(
        "SELECT count(*) OVER (ORDER BY id ROWS (SELECT count(*) FROM parts) PRECEDING) FROM items ORDER BY 1", DELETE
    ),
    "a lateral join": Case(
        "SELECT count(x) FROM items i LEFT JOIN LATERAL (SELECT item AS x FROM parts WHERE item = i.id) p ON true",
        DELETE,
    ),
    "a correlated subquery of a correlated subquery": Case(
        "SELECT (SELECT (SELECT count(*) FROM parts WHERE item = i.id) FROM items j WHERE j.id = i.id)"
        " FROM items i ORDER BY 1 DESC LIMIT 1",
        DELETE,
    ),
    "NOT IN": Case("SELECT count(*) FROM items WHERE id NOT IN (SELECT item FROM parts)", DELETE),
    "a row in a subquery": Case(
        "SELECT count(*) FROM items WHERE (id, 'part') IN (SELECT item, name FROM parts)", DELETE
    ),
    "ANY of an array of a subquery": Case(
        "SELECT count(*) FROM items WHERE id = ANY (ARRAY(SELECT item FROM parts))", DELETE
    ),
    "ALL": Case("SELECT count(*) FROM items WHERE id <= ALL (SELECT item FROM parts)", DELETE),
    "a filter": Case("SELECT count(*) FILTER (WHERE EXISTS (SELECT FROM parts WHERE item = id)) FROM items", DELETE),
    "an ordered aggregate": Case(
        "SELECT string_agg(name, (SELECT max(name) FROM parts) ORDER BY id) FROM items", DELETE
    ),
    "a set operation": Case(
        "SELECT count(*) FROM (SELECT id FROM items EXCEPT TABLE ids) x",
        ("INSERT INTO ids VALUES (1)",),
        "CREATE TABLE ids (id int)",
    ),
    "an intersection": Case("SELECT count(*) FROM (SELECT id FROM items INTERSECT SELECT item FROM parts) x", DELETE),
    "a natural join": Case(
        "SELECT count(*) FROM items NATURAL JOIN parts_",
        ("DELETE FROM parts_",),
        "CREATE TABLE parts_ AS SELECT 1 AS id",
    ),
    "FETCH FIRST WITH TIES": Case(
        "SELECT id FROM items ORDER BY n FETCH FIRST (SELECT count(*) FROM parts) ROWS WITH TIES", DELETE
    ),
    "a function's argument in FROM": Case(
        "SELECT count(*) FROM generate_series(1, (SELECT count(*) FROM parts))", DELETE
    ),
    "several functions in FROM": Case(
        "SELECT count(*) FROM ROWS FROM (generate_series(1, (SELECT count(*) FROM parts)), generate_series(1, 0)) x",
        DELETE,
    ),
    "a table of XML": Case(
        "SELECT x FROM xmltable('/a' PASSING (SELECT ('<a>' || count(*) || '</a>')::xml FROM parts)"
        " COLUMNS x int PATH '.') t",
        DELETE,
    ),
    "a whole row": Case("SELECT parts FROM parts", ("UPDATE parts SET name = 'new'",)),
    "only the parent": Case("SELECT count(*) FROM ONLY items", ("DELETE FROM items",)),
    "no column": Case("SELECT FROM parts", DELETE),
    "a table with an alias of its columns": Case("SELECT a FROM parts AS x (a, b)", DELETE),
    "JSON of a table": Case("SELECT json_agg(p) FROM parts p", DELETE),
}


@pytest.mark.parametrize("case", WRITES)
def test_a_write_is_seen_in_whatever_statement_it_is(case: str, arena: Arena) -> None:
    for way in WRITES[case].ways:
        arena.play(WRITES[case], way)


@pytest.mark.parametrize("case", READS)
def test_a_table_is_found_wherever_a_query_reads_it(case: str, arena: Arena) -> None:
    arena.play(READS[case], READS[case].ways[len(case) % 4])
