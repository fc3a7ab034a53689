"""What users' functions may do, as the catalog tells it."""

from __future__ import annotations

import json
from functools import partial

import pytest

from polyscale_cli.edge.engine import Analysis
from polyscale_cli.edge.wire.postgres import catalog
from polyscale_cli.edge.wire.postgres.catalog_question import question
from tests.freshness.through import Through, ask

PLAIN = "CREATE FUNCTION f() RETURNS int LANGUAGE "
BODIES = {
    "it writes": (PLAIN + "sql AS 'UPDATE items SET n = 1 RETURNING 1'", False),
    "it writes in a block": (PLAIN + "plpgsql AS 'BEGIN DELETE FROM parts; RETURN 1; END'", False),
    "it is stable": (PLAIN + "plpgsql STABLE AS 'BEGIN EXECUTE ''SELECT 1''; RETURN 1; END'", False),
    "it says created": (PLAIN + "sql AS 'UPDATE items SET name = ''created'' RETURNING 1'", False),
    "it creates": (PLAIN + "plpgsql AS 'BEGIN CREATE TABLE x (); RETURN 1; END'", True),
    "it alters, in capitals and on a line of its own": (
        PLAIN + "plpgsql AS 'BEGIN PERFORM 1;\nALTER TABLE items RENAME TO x; RETURN 1; END'",
        True,
    ),
    "it executes a text": (PLAIN + "plpgsql AS 'BEGIN EXECUTE ''SELECT 1''; RETURN 1; END'", True),
    "it selects into": (PLAIN + "sql AS 'SELECT 1 AS n INTO x; SELECT 1'", True),
    "it inserts into": (PLAIN + "sql AS 'INSERT INTO log SELECT ''x'' RETURNING 1'", False),
    "an extension that only computes": ("CREATE EXTENSION pgcrypto", False),
    "an extension that runs SQL": ("CREATE EXTENSION dblink", True),
}


@pytest.mark.parametrize("case", BODIES)
def test_the_catalog_tells_whether_a_function_may_change_definitions(case: str, through: Through) -> None:
    sql, defines = BODIES[case]
    through.around(sql)
    ((answer,),) = through.around(question(Analysis()))
    told = catalog.powers(answer if isinstance(answer, str) else json.dumps(answer), 7)
    assert (told.define, told.version) == (defines, 7)


@pytest.mark.parametrize("defines", [False, True])
def test_a_trigger_that_is_not_understood_moves_definitions_only_where_it_may(defines: bool, through: Through) -> None:
    """``watched`` has a trigger that writes to ``log``; cursors are not seen through."""
    through.around(
        "CREATE OR REPLACE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS"
        " 'DECLARE c CURSOR FOR SELECT 1; BEGIN INSERT INTO log VALUES (NEW.name); RETURN NEW; END'"
    )
    if defines:
        through.around("CREATE FUNCTION any_text(text) RETURNS void LANGUAGE plpgsql AS 'BEGIN EXECUTE $1; END'")
    reader, writer = through.connect(), through.connect()
    count = "SELECT count(*) FROM log"
    name = "SELECT name FROM items WHERE id = 1"
    one, other = through.connect(), through.connect()
    for _ in range(3):
        writer.execute("UPDATE watched SET name = 'x'")
        through.prime(lambda: ask(reader, name))
        for holder in (one, other):
            through.prime(partial(ask, holder, name, prepare=True))
        before = through.prime(lambda: ask(reader, count))
        writer.execute("UPDATE watched SET name = 'new'")
        assert ask(reader, count) == [(before[0][0] + 1,)]
        # Where definitions stand, what is known of the template stands, and its first answer is kept again.
        assert through.hit(lambda: ask(reader, name))[1] is False
        assert through.hit(lambda: ask(reader, name))[1] is True
        # What was prepared before must be accepted again under new definitions.
        for holder, expected in ((one, False), (one, True), (other, not defines)):
            assert through.hit(partial(ask, holder, name, prepare=True))[1] is expected
