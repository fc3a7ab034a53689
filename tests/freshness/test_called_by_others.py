"""Functions that write, called by what is thought to write nothing: by those that are not VOLATILE, and by planning."""

from __future__ import annotations

import pytest

from tests.freshness.arena import Arena, Case
from tests.freshness.through import Through, ask
from tests.freshness.ways import Way

NAME = "SELECT name FROM items WHERE id = 1"
WRAP = "CREATE FUNCTION wrap(text) RETURNS int STABLE LANGUAGE sql AS 'SELECT rename($1)';"
IMMUTABLE = (
    "CREATE FUNCTION fixed(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN rename(''new''); END';"
    "CREATE TABLE indexed (x int);"
)
VIEW = "CREATE VIEW writing AS SELECT rename('new') AS x;"
APART = "CREATE TABLE alone (id int); INSERT INTO alone VALUES (1);"

CASES = {
    "EXECUTE in a STABLE function": Case(
        NAME,
        ("SELECT runs('new')",),
        "CREATE FUNCTION runs(t text) RETURNS text STABLE LANGUAGE plpgsql AS $$ DECLARE r text; BEGIN"
        " EXECUTE 'SELECT rename(' || quote_literal(t) || ')' INTO r; RETURN r; END $$",
    ),
    "a view over a STABLE function": Case(
        NAME, ("SELECT x FROM wrapped",), WRAP + "CREATE VIEW wrapped AS SELECT wrap('new') AS x"
    ),
    "an attribute that is a STABLE function": Case(
        NAME,
        ("SELECT a.w FROM alone a",),
        WRAP + APART + "CREATE FUNCTION w(alone) RETURNS int STABLE LANGUAGE sql AS 'SELECT wrap(''new'')'",
    ),
    "an operator that is a STABLE function": Case(
        NAME,
        ("SELECT 1 @@+ 'new'::text",),
        "CREATE FUNCTION plus(int, text) RETURNS int STABLE LANGUAGE sql AS 'SELECT rename($2)';"
        "CREATE OPERATOR @@+ (leftarg = int, rightarg = text, function = plus)",
    ),
    "a view that a STABLE function reads": Case(
        NAME,
        ("SELECT looks()",),
        VIEW + "CREATE FUNCTION looks() RETURNS int STABLE LANGUAGE sql AS 'SELECT x FROM writing'",
    ),
    "the planning of EXPLAIN": Case(NAME, ("EXPLAIN SELECT fixed(1)",), IMMUTABLE),
    "an index on an expression": Case(
        NAME, ("INSERT INTO indexed VALUES (1)",), IMMUTABLE + "CREATE INDEX ON indexed (fixed(x))"
    ),
    "a table as XML with its schema": Case(
        NAME, ("SELECT table_to_xml_and_xmlschema('writing'::regclass, true, false, '')",), VIEW
    ),
    "a cross table": Case(
        NAME,
        ("SELECT * FROM crosstab('SELECT 1::text, 2::text, rename(''new'')::text') AS c (a text, b text)",),
        above="CREATE EXTENSION tablefunc SCHEMA {schema}",
    ),
    "a table with a keyword for its name": Case(
        "SELECT count(*) FROM restart",
        ("TRUNCATE {schema}.restart",),
        "CREATE TABLE restart (x int); INSERT INTO restart VALUES (1); CREATE TABLE {schema} (x int)",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_known_to_write(case: str, arena: Arena) -> None:
    arena.play(CASES[case], Way.SIMPLE)


def test_a_stable_function_may_change_the_session_by_what_it_executes(through: Through) -> None:
    one, other = through.connect(), through.connect()
    other.execute(
        "CREATE FUNCTION enter(text) RETURNS text STABLE LANGUAGE plpgsql AS $$ DECLARE r text; BEGIN"
        " EXECUTE format('SELECT set_config(%L, %L, false)', 'search_path', $1) INTO r; RETURN r; END $$"
    )
    through.prime(lambda: ask(one, NAME))
    other.execute("SELECT enter('two')")
    assert ask(other, NAME) == [("second",)]
    assert ask(one, NAME) == [("old",)]


def test_a_table_called_to_is_copied_into(through: Through) -> None:
    one, other = through.connect(), through.connect()
    other.execute('CREATE TABLE two."to" (x int)')
    question = 'SELECT count(*) FROM two."to"'
    through.prime(lambda: ask(one, question))
    with other.cursor().copy("COPY two.to FROM STDIN") as copy:
        copy.write("1\n")
    assert ask(one, question) == [(1,)]
