"""Operators that are spelled in words, and call functions that users have made all the same."""

from __future__ import annotations

import pytest

from tests.freshness.hidden import DELETE, NAME, NEW, NONE, Hidden, reads, writes
from tests.freshness.through import Through, ask

ITEM = "FROM items WHERE id < 2"


def compares(sign: str, left: str = "int") -> str:
    """An operator whose answer depends on parts."""
    function = reads("f", f"{left}, text", "bool", "count(*) > 0")
    return f"{function} CREATE OPERATOR {sign} (leftarg = {left}, rightarg = text, function = f);"


JOINED = (
    "CREATE TABLE ids (id varchar); INSERT INTO ids VALUES ('q');"
    "CREATE TABLE keys (id text); INSERT INTO keys TABLE ids;"
    + reads("f", "text, varchar", "bool", "count(*) > 0")
    + "CREATE OPERATOR = (leftarg = text, rightarg = varchar, function = f)"
)
WORDS = {
    "IN": Hidden(compares("="), "SELECT count(*) FROM items WHERE id IN ('x'::text)", DELETE, NONE),
    "NOT IN": Hidden(compares("<>"), "SELECT count(*) FROM items WHERE id NOT IN ('x'::text)", DELETE, NONE),
    "IN a query": Hidden(compares("="), "SELECT count(*) FROM items WHERE id IN (SELECT 'x'::text)", DELETE, NONE),
    "BETWEEN": Hidden(
        compares(">=") + "CREATE OPERATOR <= (leftarg = int, rightarg = text, function = f)",
        "SELECT count(*) FROM items WHERE id BETWEEN 'x'::text AND 'y'::text",
        DELETE,
        NONE,
    ),
    "NOT BETWEEN": Hidden(
        compares("<") + "CREATE OPERATOR > (leftarg = int, rightarg = text, function = f)",
        "SELECT count(*) FROM items WHERE id NOT BETWEEN 'x'::text AND 'y'::text",
        DELETE,
        NONE,
    ),
    "LIKE": Hidden(compares("~~"), "SELECT count(*) FROM items WHERE id LIKE 'x'::text", DELETE, NONE),
    "NOT LIKE": Hidden(compares("!~~"), "SELECT count(*) FROM items WHERE id NOT LIKE 'x'::text", DELETE, NONE),
    "ILIKE": Hidden(compares("~~*"), "SELECT count(*) FROM items WHERE id ILIKE 'x'::text", DELETE, NONE),
    "NOT ILIKE": Hidden(compares("!~~*"), "SELECT count(*) FROM items WHERE id NOT ILIKE 'x'::text", DELETE, NONE),
    "SIMILAR TO": Hidden(compares("~"), "SELECT count(*) FROM items WHERE id SIMILAR TO 'x'::text", DELETE, NONE),
    "IS DISTINCT FROM": Hidden(
        compares("="), "SELECT count(*) FROM items WHERE NOT id IS DISTINCT FROM 'x'::text", DELETE, NONE
    ),
    "NULLIF": Hidden(compares("="), f"SELECT NULLIF(id, 'x'::text) {ITEM}", DELETE, [(1,)]),
    "CASE": Hidden(compares("="), f"SELECT CASE id WHEN 'x'::text THEN 1 ELSE 0 END {ITEM}", DELETE, NONE),
    "NATURAL": Hidden(JOINED, "SELECT count(*) FROM keys NATURAL JOIN ids", DELETE, NONE),
    "USING": Hidden(JOINED, "SELECT count(*) FROM keys JOIN ids USING (id)", DELETE, NONE),
    "IN that writes": Hidden(
        writes("f", "int, text", "int").replace("RETURNS int", "RETURNS bool").replace("RETURN 1", "RETURN true")
        + "CREATE OPERATOR = (leftarg = int, rightarg = text, function = f)",
        NAME,
        "SELECT count(*) FROM apart WHERE id IN ('x'::text)",
        NEW,
    ),
}


@pytest.mark.parametrize("case", WORDS)
def test_a_word_that_calls_a_function_counts(case: str, through: Through) -> None:
    WORDS[case].must_show(through)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM items WHERE id IN (1, 2)",
        "SELECT count(*) FROM items WHERE name LIKE 'o%' OR name ILIKE '%O' AND id BETWEEN 1 AND 5",
        "SELECT CASE name WHEN 'old' THEN 1 END, NULLIF(n, 0) FROM items NATURAL JOIN (SELECT 1 AS id) AS one",
    ],
)
def test_the_servers_own_operators_cost_nothing(sql: str, through: Through) -> None:
    connection = through.connect()
    through.prime(lambda: ask(connection, sql))
