"""Functions that are declared IMMUTABLE or STABLE, and are not quite: called by themselves they answer as of now."""

from __future__ import annotations

import pytest

from tests.freshness.hidden import DELETE, NAME, NEW, NONE, Hidden
from tests.freshness.through import Through, ask


def function(how: str, body: str, arguments: str = "int", returns: str = "bigint", language: str = "sql") -> str:
    """A function f."""
    return f"CREATE FUNCTION f({arguments}) RETURNS {returns} {how} LANGUAGE {language} AS $f${body}$f$;"


ASK = "SELECT f(id) FROM items WHERE id = 1"
COUNT = "SELECT count(*) FROM parts"
RENAMES = "BEGIN RETURN rename('new'); END"

BROKEN = {
    "reads a table": Hidden(function("IMMUTABLE", COUNT), ASK, DELETE, NONE),
    "reads a table, without arguments": Hidden(function("IMMUTABLE", COUNT, ""), "SELECT f()", DELETE, NONE),
    "reads a table in a block": Hidden(
        function("IMMUTABLE", f"BEGIN RETURN ({COUNT}); END", language="plpgsql"), ASK, DELETE, NONE
    ),
    "selects into": Hidden(
        function(
            "IMMUTABLE", "DECLARE n bigint; BEGIN SELECT count(*) INTO n FROM parts; RETURN n; END", language="plpgsql"
        ),
        ASK,
        DELETE,
        NONE,
    ),
    "executes a text": Hidden(
        function("IMMUTABLE", f"DECLARE n bigint; BEGIN EXECUTE '{COUNT}' INTO n; RETURN n; END", language="plpgsql"),
        ASK,
        DELETE,
        NONE,
    ),
    "reads a table in the standard's form": Hidden(
        "CREATE FUNCTION f(int) RETURNS bigint IMMUTABLE LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM parts; END",
        ASK,
        DELETE,
        NONE,
    ),
    "returns a query in the standard's form": Hidden(
        "CREATE FUNCTION f(int) RETURNS bigint IMMUTABLE LANGUAGE sql RETURN (SELECT count(*) FROM parts)",
        ASK,
        DELETE,
        NONE,
    ),
    "calls one that reads a table": Hidden(function("IMMUTABLE", "SELECT part_count()"), ASK, DELETE, NONE),
    "calls one that calls one": Hidden(
        "CREATE FUNCTION g(int) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT part_count()';"
        + function("IMMUTABLE", "BEGIN RETURN g($1); END", language="plpgsql"),
        ASK,
        DELETE,
        NONE,
    ),
    "in a view": Hidden(
        function("IMMUTABLE", COUNT) + "CREATE VIEW v AS SELECT f(id) FROM items WHERE id = 1",
        "SELECT * FROM v",
        DELETE,
        NONE,
    ),
    "as an operator": Hidden(
        function("IMMUTABLE", COUNT, "int, int") + "CREATE OPERATOR @@+ (leftarg = int, rightarg = int, function = f)",
        "SELECT id @@+ 1 FROM items WHERE id = 1",
        DELETE,
        NONE,
    ),
    "as an attribute": Hidden(
        function("IMMUTABLE", COUNT, "items"), "SELECT items.f FROM items WHERE id = 1", DELETE, NONE
    ),
    "stable, and calls one that writes": Hidden(
        function("STABLE", "SELECT rename('new')", returns="int"), NAME, "SELECT f(1)", NEW
    ),
    "stable, and performs one that writes": Hidden(
        function("STABLE", "BEGIN PERFORM rename('new'); RETURN 1; END", language="plpgsql"), NAME, "SELECT f(1)", NEW
    ),
    "immutable, and calls one that writes": Hidden(
        function("IMMUTABLE", RENAMES, language="plpgsql"), NAME, "SELECT f(id) FROM apart", NEW
    ),
    "stable in the standard's form, and calls one that writes": Hidden(
        "CREATE FUNCTION f(int) RETURNS int STABLE LANGUAGE sql RETURN rename('new')", NAME, "SELECT f(1)", NEW
    ),
    "stable, and calls one that executes a text": Hidden(
        "CREATE FUNCTION g(text) RETURNS int LANGUAGE plpgsql AS 'BEGIN EXECUTE $1; RETURN 1; END';"
        + function("STABLE", "SELECT g('UPDATE items SET name = ''new'' WHERE id = 1')", returns="int"),
        NAME,
        "SELECT f(1)",
        NEW,
    ),
}

KEPT = {
    "computes": function("IMMUTABLE", "SELECT $1 + 1", returns="int"),
    "computes in a block": function(
        "IMMUTABLE",
        "DECLARE s text := ''; BEGIN FOR i IN 1..3 LOOP s := s || i; END LOOP; IF $1 IS DISTINCT FROM 7 THEN"
        " RETURN length(s); END IF; RETURN NULL; END",
        language="plpgsql",
    ),
    "takes a date apart": function("IMMUTABLE", "SELECT extract(year FROM date '2020-01-01' + $1)::bigint"),
    "spells something unknown": function("IMMUTABLE", "SELECT coalesce(nullif('unknown', ''), 'x')", returns="text"),
    "trims": function("IMMUTABLE", "SELECT trim(both ' ' FROM upper('a ')) || substring('abc' FROM 2)", returns="text"),
    "unfolds an array": function("IMMUTABLE", "SELECT sum(x) FROM unnest(ARRAY[$1, 2]) AS x"),
    "calls another": "CREATE FUNCTION g(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 * 2';"
    + function("IMMUTABLE", "BEGIN RETURN g($1) + 1; END", language="plpgsql"),
    "in the standard's form": "CREATE FUNCTION f(int) RETURNS int IMMUTABLE LANGUAGE sql RETURN $1 + 1",
    "in the standard's form, with a word that reads": "CREATE FUNCTION f(int) RETURNS text IMMUTABLE LANGUAGE sql"
    " RETURN trim(both ' ' FROM upper('a '))",
    "strips accents": "CREATE EXTENSION unaccent;"
    + function("IMMUTABLE", "SELECT public.unaccent('public.unaccent', 'Hôtel')", returns="text"),
    "of a row": "CREATE FUNCTION f(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1';"
    "CREATE FUNCTION full_name(items) RETURNS text IMMUTABLE LANGUAGE sql AS $$SELECT $1.name || $1.n$$;"
    "CREATE VIEW v AS SELECT items.full_name FROM items",
    "of an extension": "CREATE EXTENSION citext; CREATE EXTENSION pgcrypto;"
    + function("IMMUTABLE", "SELECT encode(digest('x', 'sha256'), 'hex')", returns="text"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_promise_that_is_not_kept_is_seen_through(case: str, through: Through) -> None:
    BROKEN[case].must_show(through)


@pytest.mark.parametrize("moment", ["now() > '2000-01-01'", "current_date > '2000-01-01'", "'today'::date > $1"])
def test_a_promise_about_the_time_is_not_believed(moment: str, through: Through) -> None:
    through.around(function("IMMUTABLE", f"SELECT {moment}", "date", "bool"))
    connection = through.connect()
    through.never_hits(lambda: ask(connection, "SELECT f('2020-01-01') FROM items"))


@pytest.mark.parametrize("case", KEPT)
def test_a_promise_that_is_kept_costs_nothing(case: str, through: Through) -> None:
    through.around(KEPT[case])
    through.around("GRANT ALL ON ALL TABLES IN SCHEMA public TO public")
    connection = through.connect()
    through.prime(lambda: ask(connection, ASK))
    if "VIEW v" in KEPT[case]:
        through.prime(lambda: ask(connection, "SELECT * FROM v"))


def test_a_stable_function_that_reads_leaves_other_answers(through: Through) -> None:
    reader, caller = through.connect(), through.connect()
    through.prime(lambda: ask(reader, NAME))
    for _ in range(3):
        ask(caller, "SELECT part_count()")
        assert through.hit(lambda: ask(reader, NAME))[1]
    through.prime(lambda: ask(caller, NAME))
