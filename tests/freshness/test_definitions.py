"""Definitions and rights that change under a cached read: what was true of them is not served on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.freshness.arena import Arena, Case
from tests.freshness.ways import EVERY_WAY, OUTSIDE_OF_BLOCKS, Way

NAME = "SELECT name FROM items WHERE id = 1"
ALL = "SELECT * FROM parts"
PARTS = "SELECT count(*) FROM parts"
RETURNS_ONE = "CREATE FUNCTION k(n numeric) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1'"
MOOD = "CREATE TYPE mood AS ENUM ('bad', 'good'); CREATE TABLE felt AS SELECT 'bad'::mood AS how"
SHOWN = "CREATE VIEW shown AS SELECT name FROM items WHERE id = 1"
SECRET = "CREATE TABLE secret AS SELECT 1 AS id, 'x'::text AS word;"
OWN_FUNCTION = "CREATE FUNCTION secret_of(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1';"

CHANGES = {
    # -- tables
    "a column is added": Case(ALL, ("ALTER TABLE parts ADD more int DEFAULT 5",)),
    "a column is dropped": Case(ALL, ("ALTER TABLE parts DROP name",)),
    "a column is renamed": Case(NAME, ("ALTER TABLE items RENAME name TO title",)),
    "two columns swap their names": Case(
        "SELECT a FROM t",
        ("ALTER TABLE t RENAME a TO c", "ALTER TABLE t RENAME b TO a", "ALTER TABLE t RENAME c TO b"),
        "CREATE TABLE t AS SELECT 1 AS a, 2 AS b",
    ),
    "a column's type is altered": Case("SELECT item FROM parts", ("ALTER TABLE parts ALTER item TYPE text USING 'x'",)),
    "a column's collation is altered": Case(
        "SELECT string_agg(w, '' ORDER BY w) FROM words",
        ('ALTER TABLE words ALTER w TYPE text COLLATE "und-x-icu"',),
        "CREATE TABLE words AS SELECT unnest(ARRAY['b', 'A', 'a', 'B']) AS w",
    ),
    "a table is renamed": Case(NAME, ("ALTER TABLE items RENAME TO others",)),
    "two tables swap their names": Case(
        PARTS,
        ("ALTER TABLE parts RENAME TO aside", "ALTER TABLE fresh RENAME TO parts", "ALTER TABLE aside RENAME TO fresh"),
        "CREATE TABLE fresh (item int, name text)",
    ),
    "a table is swapped, then written": Case(
        PARTS,
        ("ALTER TABLE parts RENAME TO aside", "ALTER TABLE fresh RENAME TO parts", "INSERT INTO parts VALUES (1), (2)"),
        "CREATE TABLE fresh (item int, name text)",
    ),
    "a table is dropped": Case(PARTS, ("DROP TABLE parts",)),
    "a table is dropped and made again": Case(
        PARTS, ("DROP TABLE parts", "CREATE TABLE parts AS SELECT generate_series(1, 3) AS item, 'x'::text AS name")
    ),
    "a table becomes a view": Case(
        PARTS, ("DROP TABLE parts", "CREATE VIEW parts AS SELECT id AS item, name FROM items")
    ),
    "a table becomes a view, then what it shows is written": Case(
        PARTS,
        ("DROP TABLE parts", "CREATE VIEW parts AS SELECT id AS item, name FROM items", "INSERT INTO items VALUES (3)"),
    ),
    "a table of upper case is made beside it": Case(
        'SELECT count(*) FROM "PARTS"', ('DROP TABLE "PARTS"',), 'CREATE TABLE "PARTS" ()'
    ),
    # -- paths and schemas
    "a table is moved into another schema": Case(
        "SELECT n FROM moved",
        ("ALTER TABLE moved SET SCHEMA two", "DROP TABLE two.moved"),
        "CREATE TABLE moved AS SELECT 1 AS n",
    ),
    "a schema is renamed": Case(
        PARTS,
        (
            "ALTER SCHEMA {schema} RENAME TO {schema}_aside",
            "ALTER SCHEMA {schema}_aside RENAME TO {schema}",
            "DROP TABLE parts",
        ),
    ),
    "a qualified table is in a schema that takes another's name": Case(
        "SELECT count(*) FROM first_place.t",
        (
            "ALTER SCHEMA first_place RENAME TO third_place",
            "ALTER SCHEMA second_place RENAME TO first_place",
            "DROP SCHEMA third_place CASCADE",
        ),
        above="DROP SCHEMA IF EXISTS first_place CASCADE; CREATE SCHEMA first_place CREATE TABLE t (n int);"
        "CREATE SCHEMA second_place CREATE TABLE t (n int); INSERT INTO first_place.t VALUES (1);"
        "GRANT USAGE ON SCHEMA first_place, second_place TO app_trust;"
        "GRANT ALL ON first_place.t, second_place.t TO app_trust",
        by_superuser=True,
    ),
    "a table is made in front on the path": Case("SELECT count(*) FROM apart", ("CREATE TABLE apart (n int)",)),
    "a view is made in front on the path": Case(
        "SELECT count(*) FROM apart", ("CREATE VIEW apart AS SELECT * FROM parts",)
    ),
    "a query makes a table in front on the path": Case(
        "SELECT count(*) FROM apart", ("SELECT 1 AS n INTO apart WHERE false",)
    ),
    "a table is dropped in front of another": Case(
        "SELECT count(*) FROM apart", ("DROP TABLE apart",), "CREATE TABLE apart (n int)"
    ),
    "a function is made in front on the path": Case(
        "SELECT count(*) FROM items WHERE lower(name) = 'old'",
        (
            "CREATE FUNCTION {schema}.lower(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT ''none''::text'",
            "ALTER TABLE items ALTER name TYPE text USING 'OLD'",
        ),
    ),
    # -- views
    "a view is replaced": Case(
        "SELECT name FROM shown", ("CREATE OR REPLACE VIEW shown AS SELECT 'new'::text AS name",), SHOWN
    ),
    "a view under a view is replaced": Case(
        "SELECT name FROM above",
        ("CREATE OR REPLACE VIEW shown AS SELECT name FROM parts", "UPDATE parts SET name = 'new'"),
        SHOWN + ";CREATE VIEW above AS SELECT name FROM shown",
    ),
    "a view's column is renamed": Case("SELECT name FROM shown", ("ALTER VIEW shown RENAME name TO title",), SHOWN),
    "a view becomes a table": Case(
        "SELECT name FROM shown", ("DROP VIEW shown", "CREATE TABLE shown AS SELECT 'new'::text AS name"), SHOWN
    ),
    "a materialized view is made again": Case(
        "SELECT n FROM m",
        ("DROP MATERIALIZED VIEW m", "CREATE MATERIALIZED VIEW m AS SELECT 7::bigint AS n"),
        "CREATE MATERIALIZED VIEW m AS SELECT count(*) AS n FROM parts",
    ),
    # -- functions
    "an immutable function is replaced": Case(
        "SELECT k(n) FROM items WHERE id = 1",
        ("CREATE OR REPLACE FUNCTION k(n numeric) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 2'",),
        RETURNS_ONE,
    ),
    "an immutable function under a view is replaced": Case(
        "SELECT k FROM v",
        ("CREATE OR REPLACE FUNCTION k(n numeric) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 2'",),
        RETURNS_ONE + ";CREATE VIEW v AS SELECT k(n) FROM items",
    ),
    "a function that fits better is made": Case(
        "SELECT k(n) FROM items WHERE id = 1",
        ("CREATE FUNCTION k(n int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 2'",),
        RETURNS_ONE,
    ),
    "a function is dropped": Case("SELECT k(n) FROM items WHERE id = 1", ("DROP FUNCTION k",), RETURNS_ONE),
    "a function becomes volatile": Case(
        "SELECT k(1) FROM items WHERE id = 1",
        (
            "CREATE OR REPLACE FUNCTION k(n numeric) RETURNS int VOLATILE LANGUAGE sql AS"
            " 'UPDATE items SET n = n + 1 RETURNING 7'",
        ),
        RETURNS_ONE,
    ),
    "an aggregate is replaced": Case(
        "SELECT total(id) FROM items",
        ("CREATE OR REPLACE AGGREGATE total(int) (sfunc = int4pl, stype = int, initcond = '100')",),
        "CREATE AGGREGATE total(int) (sfunc = int4pl, stype = int, initcond = '0')",
    ),
    # -- types
    "an enumeration's value is renamed": Case(
        "SELECT how FROM felt", ("ALTER TYPE mood RENAME VALUE 'bad' TO 'sad'",), MOOD
    ),
    "an enumeration grows": Case(
        "SELECT enum_range(NULL::mood)", ("ALTER TYPE mood ADD VALUE 'fine' BEFORE 'good'",), MOOD
    ),
    "a composite grows": Case(
        "SELECT p FROM placed",
        ("ALTER TYPE place ADD ATTRIBUTE z int",),
        "CREATE TYPE place AS (x int, y int); CREATE TABLE placed AS SELECT (1, 2)::place AS p",
    ),
    "a domain is narrowed": Case(
        "SELECT n::small FROM wide",
        ("ALTER DOMAIN small ADD CHECK (value < 5) NOT VALID",),
        "CREATE DOMAIN small AS int; CREATE TABLE wide AS SELECT 9 AS n",
    ),
    "a cast is made": Case(
        "SELECT i::text FROM items i WHERE id = 1",
        ("CREATE CAST (items AS text) WITH FUNCTION as_text(items) AS ASSIGNMENT",),
        "CREATE FUNCTION as_text(items) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT ''cast''::text'",
    ),
    "a text search configuration is altered": Case(
        "SELECT to_tsvector('conf', 'the cats')",
        ("ALTER TEXT SEARCH CONFIGURATION conf ALTER MAPPING REPLACE english_stem WITH simple",),
        "CREATE TEXT SEARCH CONFIGURATION conf (COPY = english)",
    ),
    # -- what a change of definition does by itself
    "a default is altered, and used": Case(
        "SELECT max(n) FROM items", ("ALTER TABLE items ALTER n SET DEFAULT 50", "INSERT INTO items (id) VALUES (5)")
    ),
    "a generated column is added": Case(
        "SELECT to_json(i)::text FROM items i WHERE id = 1",
        ("ALTER TABLE items ADD twice int GENERATED ALWAYS AS (id * 2) STORED",),
    ),
    "a definition is taken back": Case(
        PARTS,
        ("BEGIN", "DROP TABLE parts", "ROLLBACK", "DELETE FROM parts"),
        ways=OUTSIDE_OF_BLOCKS,
    ),
    "a definition is taken back to a savepoint": Case(
        PARTS,
        ("BEGIN", "DELETE FROM parts", "SAVEPOINT a", "ALTER TABLE parts RENAME TO gone", "ROLLBACK TO a", "COMMIT"),
        ways=OUTSIDE_OF_BLOCKS,
    ),
}

RIGHTS = {
    "a table": Case(
        "SELECT id FROM secret",
        ("REVOKE SELECT ON secret FROM app_trust",),
        above=SECRET + "GRANT SELECT ON secret TO app_trust",
    ),
    "a table, from everybody": Case(
        "SELECT id FROM secret", ("REVOKE ALL ON secret FROM public",), above=SECRET + "GRANT ALL ON secret TO public"
    ),
    "all tables of a schema": Case(
        "SELECT id FROM secret",
        ("REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM app_trust",),
        above=SECRET + "GRANT SELECT ON secret TO app_trust",
    ),
    "a column": Case(
        "SELECT word FROM secret",
        ("REVOKE SELECT (word) ON secret FROM app_trust",),
        above=SECRET + "GRANT SELECT (id, word) ON secret TO app_trust",
    ),
    "a function": Case(
        "SELECT secret_of(n) FROM items WHERE id = 1",
        ("REVOKE EXECUTE ON FUNCTION secret_of FROM public",),
        above=OWN_FUNCTION,
    ),
    "membership of a role": Case(
        "SELECT id FROM secret",
        ("REVOKE app_tls FROM app_trust",),
        above=SECRET + "GRANT SELECT ON secret TO app_tls; GRANT app_tls TO app_trust",
    ),
    "a right of a view's owner": Case(
        "SELECT id FROM v",
        ("REVOKE SELECT ON secret FROM app_tls",),
        above=SECRET
        + "GRANT SELECT ON secret TO app_tls; CREATE VIEW v AS SELECT id FROM secret; GRANT SELECT ON v TO app_trust;"
        "GRANT USAGE ON SCHEMA {schema} TO app_tls; ALTER VIEW v OWNER TO app_tls",
    ),
    "ownership": Case(
        "SELECT id FROM secret",
        ("ALTER TABLE secret OWNER TO app_tls",),
        above=SECRET + "ALTER TABLE secret OWNER TO app_trust",
    ),
    "everything that a role owned": Case(
        "SELECT id FROM secret",
        ("REASSIGN OWNED BY app_tls TO postgres",),
        above=SECRET + "ALTER TABLE secret OWNER TO app_tls; GRANT app_tls TO app_trust",
    ),
    "everything, by a policy": Case(
        "SELECT id FROM secret",
        ("ALTER TABLE secret ENABLE ROW LEVEL SECURITY",),
        above=SECRET + "GRANT SELECT ON secret TO app_trust",
    ),
    "everything, by a policy on what a view shows": Case(
        "SELECT id FROM v",
        ("ALTER TABLE secret ENABLE ROW LEVEL SECURITY",),
        above=SECRET
        + "GRANT SELECT ON secret TO app_trust; CREATE VIEW v WITH (security_invoker) AS SELECT id FROM secret;"
        "GRANT SELECT ON v TO app_trust",
    ),
}


def half_of_the_ways(case: Case, number: int) -> tuple[Way, ...]:
    """Two for one case and two for the next: a way means the same for all definitions."""
    return case.ways[number % 2 :: 2]


@pytest.mark.parametrize(("number", "case"), [*enumerate(CHANGES)], ids=CHANGES)
def test_a_definition_that_changes_under_a_cached_read_counts_at_once(number: int, case: str, arena: Arena) -> None:
    for way in half_of_the_ways(CHANGES[case], number):
        arena.play(CHANGES[case], way)


@pytest.mark.parametrize(("number", "case"), [*enumerate(RIGHTS)], ids=RIGHTS)
def test_a_right_that_is_revoked_is_gone_at_once(number: int, case: str, arena: Arena) -> None:
    for way in half_of_the_ways(RIGHTS[case], number):
        arena.play(replace(RIGHTS[case], by_superuser=True), way)


def test_the_right_to_a_schema_that_is_revoked_is_gone_at_once(arena: Arena) -> None:
    case = Case(
        "SELECT name FROM guarded.t",
        ("REVOKE USAGE ON SCHEMA guarded FROM app_trust",),
        above="DROP SCHEMA IF EXISTS guarded CASCADE; CREATE SCHEMA guarded CREATE TABLE t (name text);"
        "GRANT USAGE ON SCHEMA guarded TO app_trust; GRANT SELECT ON guarded.t TO app_trust",
    )
    for way in EVERY_WAY:
        arena.play(replace(case, by_superuser=True), way)
        arena.close()  # a session gives up asking the catalog about what it may not see
