"""Functions that are called without looking like a call, or under a name that is easily misread."""

from __future__ import annotations

import pytest

from tests.freshness.hidden import DELETE, NAME, NEW, NONE, ONE, Hidden, reads, writes
from tests.freshness.through import Through

LONG, LONGER = "f" * 63, "f" * 70

HIDDEN = {
    "keyword after a schema": Hidden(writes('two."check"'), NAME, "SELECT two.check()", NEW),
    "keyword after a schema, read": Hidden(reads('two."end"'), "SELECT two.end()", DELETE, NONE),
    "unreserved keyword: by": Hidden(writes("by"), NAME, "SELECT by()", NEW),
    "unreserved keyword: within": Hidden(writes("within"), NAME, "SELECT within()", NEW),
    "unreserved keyword: filter": Hidden(writes("filter"), NAME, "SELECT filter()", NEW),
    "attribute": Hidden(reads("part_total", "items"), "SELECT items.part_total FROM items WHERE id = 1", DELETE, NONE),
    "attribute of an alias": Hidden(
        reads("part_total", "items"), 'SELECT i."part_total" FROM items i WHERE id = 1', DELETE, NONE
    ),
    "attribute of a row": Hidden(
        reads("part_total", "items"), "SELECT (i).part_total FROM items i WHERE id = 1", DELETE, NONE
    ),
    "attribute that writes": Hidden(writes("w", "apart"), NAME, "SELECT a.w FROM apart a", NEW),
    "attribute in a view": Hidden(
        reads("total", "items") + "CREATE VIEW v AS SELECT items.total AS c FROM items WHERE id = 1",
        "SELECT c FROM v",
        DELETE,
        NONE,
    ),
    "operator": Hidden(
        reads("f", "int, int") + "CREATE OPERATOR @@+ (leftarg = int, rightarg = int, function = f)",
        "SELECT id @@+ 1 FROM items WHERE id = 1",
        DELETE,
        NONE,
    ),
    "operator before its operand": Hidden(
        reads("f", "int") + "CREATE OPERATOR @@! (rightarg = int, function = f)",
        "SELECT @@!id FROM items WHERE id = 1",
        DELETE,
        NONE,
    ),
    "operator in a condition": Hidden(
        reads("f", "text, text", "bool", "count(*) > 0")
        + "CREATE OPERATOR === (leftarg = text, rightarg = text, function = f)",
        "SELECT count(*) FROM items WHERE name === 'x'",
        DELETE,
        NONE,
    ),
    "operator by its schema": Hidden(
        reads("two.f", "int, int") + "CREATE OPERATOR two.+ (leftarg = int, rightarg = int, function = two.f)",
        "SELECT id OPERATOR(two.+) 1 FROM items WHERE id = 1",
        DELETE,
        NONE,
    ),
    "operator that writes": Hidden(
        writes("f", "int, int") + "CREATE OPERATOR @@+ (leftarg = int, rightarg = int, function = f)",
        NAME,
        "SELECT id @@+ 1 FROM apart",
        NEW,
    ),
    "operator in a view": Hidden(
        reads("f", "int, int")
        + "CREATE OPERATOR @@+ (leftarg = int, rightarg = int, function = f);"
        + "CREATE VIEW v AS SELECT id @@+ 1 AS c FROM items WHERE id = 1",
        "SELECT c FROM v",
        DELETE,
        NONE,
    ),
    "aggregate": Hidden(
        reads("f", "bigint, int") + "CREATE AGGREGATE a(int) (sfunc = f, stype = bigint)",
        "SELECT a(id) FROM items",
        DELETE,
        NONE,
    ),
    "aggregate that writes": Hidden(
        writes("f", "int, int") + "CREATE AGGREGATE a(int) (sfunc = f, stype = int)",
        NAME,
        "SELECT a(id) FROM apart",
        NEW,
    ),
    "aggregate in a view": Hidden(
        reads("f", "bigint, int")
        + "CREATE AGGREGATE a(int) (sfunc = f, stype = bigint); CREATE VIEW v AS SELECT a(id) AS c FROM items",
        "SELECT c FROM v",
        DELETE,
        NONE,
    ),
    "cast": Hidden(
        reads("f", "apart", "text", "count(*)::text") + "CREATE CAST (apart AS text) WITH FUNCTION f(apart)",
        "SELECT a::text FROM apart a",
        DELETE,
        [("0",)],
    ),
    "check of a domain": Hidden(
        writes("f", "int", "int") + "CREATE DOMAIN d AS int CHECK (f(value) = 1)", NAME, "SELECT 1::d", NEW
    ),
    "check of a table": Hidden(
        writes("f", "int") + "CREATE TABLE checked (x int CHECK (f(x) = 1)); GRANT ALL ON checked TO public",
        NAME,
        "INSERT INTO checked VALUES (1)",
        NEW,
    ),
    "policy of a table that is read": Hidden(
        writes("f", "int")
        + "CREATE TABLE secret (x int); INSERT INTO secret VALUES (1); ALTER TABLE secret ENABLE ROW LEVEL SECURITY;"
        + "CREATE POLICY p ON secret USING (f(x) = 1)",
        NAME,
        "SELECT * FROM secret",
        NEW,
    ),
    "policy of a table that is written": Hidden(
        writes("f", "int")
        + "CREATE TABLE secret (x int); ALTER TABLE secret ENABLE ROW LEVEL SECURITY;"
        + "CREATE POLICY p ON secret WITH CHECK (f(x) = 1)",
        NAME,
        "INSERT INTO secret VALUES (1)",
        NEW,
    ),
    "default of an argument": Hidden(
        "CREATE FUNCTION f(bigint DEFAULT part_count()) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT $1'",
        "SELECT f()",
        DELETE,
        NONE,
    ),
    "name that the server cuts": Hidden(writes(LONG), NAME, f"SELECT {LONGER}()", NEW),
    "name that the server cuts, read": Hidden(reads(LONG), f"SELECT {LONGER}()", DELETE, NONE),
    "name that the server cuts, in quotes": Hidden(reads(LONG), f'SELECT "{LONGER}"()', DELETE, NONE),
    "table name that the server cuts": Hidden(
        f"CREATE TABLE {LONG} (x int); GRANT ALL ON {LONG} TO public",
        f"SELECT count(*) FROM {LONGER}",
        f"INSERT INTO {LONG} VALUES (1)",
        ONE,
    ),
    "letters that the server does not fold": Hidden(writes('"Über"'), NAME, "SELECT Über()", NEW),
    "letters of a table that the server does not fold": Hidden(
        'CREATE TABLE "Über" (x int); CREATE TABLE "über" (x int); GRANT ALL ON "Über", "über" TO public',
        "SELECT count(*) FROM Über",
        'INSERT INTO "Über" VALUES (1)',
        ONE,
    ),
    "function named like a random one": Hidden(writes("gen_salt"), NAME, "SELECT gen_salt()", NEW),
    "function in RETURNING": Hidden("", NAME, "INSERT INTO log VALUES ('x') RETURNING rename('new')", NEW),
    "function in LIMIT": Hidden("", NAME, "SELECT 1 FROM apart LIMIT rename('new')", NEW),
    "function in a window frame": Hidden(
        "", NAME, "SELECT sum(id) OVER (ORDER BY id ROWS (rename('new')) PRECEDING) FROM apart", NEW
    ),
    "function in ON CONFLICT": Hidden(
        "", NAME, "INSERT INTO apart VALUES (1) ON CONFLICT (id) DO UPDATE SET name = rename('new')", NEW
    ),
    "function in a view's FROM": Hidden(
        "CREATE VIEW v AS SELECT x AS c FROM part_count() AS x", "SELECT c FROM v", DELETE, NONE
    ),
    "function behind a string that goes on in the next line": Hidden(
        "", NAME, "SELECT E'a'\n'b\\'c', rename('new')", NEW
    ),
    "table in LIMIT": Hidden("", "SELECT id FROM items ORDER BY id LIMIT (SELECT count(*) FROM parts)", DELETE, []),
}


@pytest.mark.parametrize("case", HIDDEN)
def test_a_hidden_function_counts(case: str, through: Through) -> None:
    HIDDEN[case].must_show(through)
