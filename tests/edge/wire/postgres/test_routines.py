"""Functions on the way of a statement: what the catalog's answer makes of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from polyscale_cli.edge.engine import Analysis, Reason, Resolution
from polyscale_cli.edge.wire.postgres import catalog
from polyscale_cli.edge.wire.postgres.catalog_question import question
from polyscale_cli.edge.wire.postgres.routines import NO_BODIES
from tests.edge.wire.postgres.frames import relation

WRITE = Analysis(writes=(("items",),), refusal=Reason.WRITES)
READ = Analysis(reads=(("items",),), functions=(("f",),))
INTO_LOG = "BEGIN INSERT INTO log VALUES (g(NEW.x)); RETURN NEW; END"


def routine(source: str | None = INTO_LOG, **changes: Any) -> list[Any]:
    row = {"own": False, "fired": True, "schema": "public", "name": "f", "language": "plpgsql", "settings": None}
    return [*{**row, **changes}.values(), None if source is None else source.encode().hex()]


def answer(*routines: list[Any], lost: int = 0, defines: bool = False) -> str:
    return json.dumps(
        {
            "hides_writes": False,
            "defines": defines,
            "database": 7,
            "missing": None,
            "relations": [relation(1, written=True), relation(2, written=True)],
            "lost": lost,
            "functions": None,
            "routines": list(routines),
        }
    )


def resolved(*routines: list[Any], analysis: Analysis = WRITE, **more: Any) -> Resolution:
    """What is made of an answer that brings nothing new."""
    told = answer(*routines, **more)
    return catalog.resolve(analysis, told, catalog.bodies(told))


def test_a_body_that_is_understood_writes_its_tables_and_no_others() -> None:
    found = resolved(routine())
    assert found.writes == {(7, 1), (7, 2)}
    assert not any((found.writes_any_table, found.writes_anything, found.unsettles))


def test_what_bodies_name_is_asked_about() -> None:
    bodies = catalog.bodies(answer(routine(), routine("BEGIN DELETE FROM s.t; PERFORM o.p(); END")))
    assert (set(bodies.writes), set(bodies.functions)) == ({("log",), ("s", "t")}, {("g",), ("o", "p")})
    text = question(WRITE, bodies)
    for part in ("(NULL, 'log', true)", "('s', 't', true)", "(NULL, 'g')", "('o', 'p')", "(false, 'x')"):
        assert part in text
    assert "'log'" not in question(WRITE)


def test_names_that_were_not_asked_about_may_be_anything() -> None:
    found = catalog.resolve(WRITE, answer(routine()), NO_BODIES)
    assert found.writes_any_table
    assert found.unsettles


def test_a_table_that_nobody_has_may_be_anything() -> None:
    assert resolved(routine(), lost=1).writes_any_table
    assert resolved(routine(), lost=1, defines=True).writes_anything


@pytest.mark.parametrize(
    ("changes", "unsettles"),
    [
        ({"language": "c", "source": None}, False),
        ({"language": "plpython3u", "source": None}, True),
        ({"source": None}, True),
        ({"source": ""}, False),
        ({"settings": ["session_replication_role"]}, False),
        ({"source": "BEGIN EXECUTE 'INSERT INTO log VALUES (1)'; RETURN NEW; END"}, False),
        ({"source": "BEGIN UPDATE x SET a = 1; EXECUTE y; RETURN NEW; END"}, False),
        ({"source": "BEGIN SET search_path = x; RETURN NEW; END"}, True),
        ({"source": "BEGIN IF a THEN\n set\tsearch_path = x; END IF; END"}, True),
        ({"source": "BEGIN EXECUTE ' SET ROLE ' || x; END"}, True),
        ({"source": "BEGIN PERFORM pg_catalog.Set_Config(a, b, c); END"}, True),
        ({"source": "BEGIN DISCARD ALL; END"}, True),
        ({"source": "BEGIN CREATE TEMP TABLE items (); END"}, True),
        ({"source": "BEGIN EXECUTE 'CREATE TABLE pg_temp_3.items ()'; END"}, True),
        ({"schema": "pg_catalog", "name": "lo_manage", "language": "internal", "source": None}, False),
    ],
)
def test_a_trigger_that_is_not_understood_may_write_any_table(changes: dict[str, Any], unsettles: bool) -> None:
    found = resolved(routine(**changes))
    assert (found.writes_any_table, found.unsettles) == (True, unsettles)
    assert not found.writes_anything
    assert resolved(routine(**changes), defines=True).writes_anything


@pytest.mark.parametrize("name", ["tsvector_update_trigger", "suppress_redundant_updates_trigger"])
def test_what_the_server_brings_for_triggers_writes_nothing_else(name: str) -> None:
    own = routine(None, schema="pg_catalog", name=name, language="internal")
    assert not resolved(own).writes_any_table
    assert resolved(routine(None, name=name, language="internal")).writes_any_table


@pytest.mark.parametrize(
    ("changes", "anything"),
    [
        ({}, False),
        ({"language": "sql", "source": "INSERT INTO log VALUES (1)"}, False),
        ({"settings": ["search_path"]}, False),
        ({"source": "BEGIN SET a = b; END"}, True),
        ({"language": "c", "source": None}, True),
        ({"language": "c", "source": None, "name": "gen_random_bytes"}, False),
        ({"name": "gen_random_bytes", "source": "BEGIN CALL p(); END"}, True),
        ({"name": "tsvector_update_trigger", "schema": "pg_catalog", "source": None}, False),
    ],
)
def test_a_function_that_is_called_is_seen_through_but_never_kept(changes: dict[str, Any], anything: bool) -> None:
    found = resolved(routine(**{"own": True, "fired": False, **changes}), analysis=READ)
    assert (found.writes_any_table, found.unsettles) == (anything, anything)
    assert found.refusal is Reason.VOLATILE_FUNCTION


def test_a_function_that_only_a_trigger_calls_unsettles_by_its_words() -> None:
    called = routine("BEGIN CALL p(); END", fired=False)
    assert (resolved(called).writes_any_table, resolved(called).unsettles) == (True, False)
    called = routine("BEGIN RESET ALL; END", fired=False)
    assert (resolved(called).writes_any_table, resolved(called).unsettles) == (True, True)
