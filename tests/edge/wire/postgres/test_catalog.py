"""The catalog's answer, and what follows from it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.engine import Analysis, Effect, Reason
from polyscale_cli.edge.wire.postgres import catalog, catalog_question
from polyscale_cli.edge.wire.postgres.catalog_question import question
from polyscale_cli.edge.wire.postgres.functions import Function, Judgement, Volatility, judge

READ = Analysis(reads=(("items",), ("parts",)), functions=(("count",),))
WRITE = Analysis(writes=(("items",),), refusal=Reason.WRITES)


def relation(oid: int = 1, **changes: Any) -> list[Any]:
    row = {
        "oid": oid,
        "written": False,
        "kind": "r",
        "persistence": "p",
        "schema": "public",
        "security": False,
        "rules": False,
        "clock": False,
        "versions": False,
    }
    return list({**row, **changes}.values())


def answer(*relations: list[Any], functions: Any = None, missing: Any = None, defines: bool = True) -> str:
    found = {"database": 7, "missing": missing, "relations": list(relations) or None, "functions": functions}
    return json.dumps({"hides_writes": False, "defines": defines, **found})


def test_tables_are_known_by_database_and_object_id() -> None:
    found = catalog.resolve(READ, answer(relation(1), relation(2)))
    assert found.reads == {(7, 1), (7, 2)}
    assert found.refusal is None
    assert (found.writes, found.writes_anything, found.unsettles) == (frozenset(), False, False)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"kind": "m"}, None),
        ({"kind": "p"}, None),
        ({"kind": "v"}, None),
        ({"persistence": "u"}, None),
        ({"rules": True}, None),
        ({"persistence": "t"}, Reason.TEMPORARY_TABLE),
        ({"security": True}, Reason.ROW_SECURITY),
        ({"kind": "f"}, Reason.FOREIGN_TABLE),
        ({"kind": "S"}, Reason.SEQUENCE),
        ({"kind": "?"}, Reason.UNKNOWN_TABLE),
        ({"clock": True, "kind": "v"}, Reason.READS_CLOCK),
        ({"schema": "pg_catalog"}, Reason.SYSTEM_TABLE),
        ({"schema": "information_schema", "kind": "v"}, Reason.SYSTEM_TABLE),
        ({"schema": "pg_toast"}, Reason.SYSTEM_TABLE),
    ],
)
def test_a_relation_may_be_refused(changes: dict[str, Any], refusal: Reason | None) -> None:
    found = catalog.resolve(READ, answer(relation(1), relation(2, **changes)))
    assert found.refusal is refusal
    assert not found.writes_anything


def test_a_view_is_no_table_but_what_it_reads_is() -> None:
    assert catalog.resolve(READ, answer(relation(1, kind="v"), relation(2))).reads == {(7, 2)}


def test_a_missing_table_is_refused_unless_it_may_be_a_cte() -> None:
    assert catalog.resolve(READ, answer(relation(1), missing=[1])).refusal is Reason.UNKNOWN_TABLE
    maybe = Analysis(reads=READ.reads, maybe=frozenset({("parts",)}))
    assert catalog.resolve(maybe, answer(relation(1), missing=[1])).refusal is None


def test_a_write_names_what_it_writes() -> None:
    found = catalog.resolve(WRITE, answer(relation(1, written=True), relation(2, written=True, kind="p")))
    assert found.writes == {(7, 1), (7, 2)}
    assert not found.writes_anything
    assert found.refusal is Reason.WRITES


@pytest.mark.parametrize("changes", [{"rules": True}, {"kind": "f"}, {"kind": "?"}])
def test_a_write_may_do_anything_behind_rules(changes: dict[str, Any]) -> None:
    assert catalog.resolve(WRITE, answer(relation(1, written=True, **changes))).writes_anything


def test_what_no_function_can_do_no_rule_does() -> None:
    found = catalog.resolve(WRITE, answer(relation(1, written=True, rules=True), defines=False))
    assert (found.writes_any_table, found.writes_anything) == (True, False)


def test_a_write_to_what_is_not_found_may_be_to_anything() -> None:
    assert catalog.resolve(WRITE, answer(missing=[0])).writes_anything
    two = Analysis(writes=(("items",), ("parts",)), refusal=Reason.WRITES)
    assert catalog.resolve(two, answer(relation(1, written=True), missing=[1])).writes_anything


def test_a_write_by_a_path_that_the_text_changes_may_be_to_anything() -> None:
    sets = Analysis(effects=Effect.SETS, writes=(("items",),), refusal=Reason.SEVERAL_STATEMENTS)
    assert catalog.resolve(sets, answer(relation(1, written=True))).writes_anything


FUNCTIONS = {
    ("pg_catalog", "upper", "i"): Judgement.PURE,
    ("pg_catalog", "to_char", "s"): Judgement.PURE,
    ("pg_catalog", "now", "s"): Judgement.CLOCK_OR_TABLES,
    ("pg_catalog", "current_setting", "s"): Judgement.CLOCK_OR_TABLES,
    ("pg_catalog", "age", "s"): Judgement.CLOCK_OR_TABLES,
    ("pg_catalog", "random", "v"): Judgement.VOLATILE,
    ("pg_catalog", "nextval", "v"): Judgement.VOLATILE,
    ("pg_catalog", "pg_notify", "v"): Judgement.VOLATILE,
    ("pg_catalog", "set_config", "v"): Judgement.SETS,
    ("pg_catalog", "query_to_xml", "v"): Judgement.ANYTHING,
    ("pg_catalog", "table_to_xml", "s"): Judgement.ANYTHING,
    ("pg_catalog", "ts_stat", "v"): Judgement.ANYTHING,
    ("public", "anything", "v"): Judgement.ANYTHING,
    ("public", "to_char", "v"): Judgement.ANYTHING,
    ("public", "not_to_be_read", "i"): Judgement.CLOCK_OR_TABLES,
}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_judged(function: tuple[str, str, str]) -> None:
    schema, name, volatility = function
    assert (
        judge(Function(schema, name, Volatility(volatility), "internal" if schema == "pg_catalog" else "sql"))
        is (FUNCTIONS[function])
    )


def test_a_function_of_the_users_own_is_never_taken_for_the_servers() -> None:
    for name in ("gen_salt", "uuid_generate_v4", "set_config", "now"):
        assert judge(Function("public", name, Volatility.VOLATILE, "plpgsql")) is Judgement.ANYTHING
    assert judge(Function("public", "to_char", Volatility.STABLE, "sql")) is not Judgement.PURE


@pytest.mark.parametrize(
    ("functions", "refused", "anything", "unsettles"),
    [
        ([["pg_catalog", "upper", "i", "internal"]], False, False, False),
        ([["pg_catalog", "now", "s", "internal"]], True, False, False),
        ([["pg_catalog", "random", "v", "internal"]], True, False, False),
        ([["public", "f", "v", "sql"]], True, True, True),
        ([["pg_catalog", "upper", "i", "internal"], ["public", "f", "v", "sql"]], True, True, True),
        ([["pg_catalog", "set_config", "v", "internal"]], True, False, True),
    ],
)
def test_what_is_called_decides(functions: list[list[str]], refused: bool, anything: bool, unsettles: bool) -> None:
    found = catalog.resolve(READ, answer(relation(1), functions=functions))
    assert (found.refusal is not None, found.writes_anything, found.unsettles) == (refused, anything, unsettles)
    found = catalog.resolve(READ, answer(relation(1), functions=functions, defines=False))
    assert (found.writes_any_table, found.writes_anything, found.unsettles) == (anything, False, unsettles)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"database": 1}',
        '{"database": 1, "relations": [[1]], "functions": null, "missing": null}',
        '{"database": 1, "relations": null, "functions": [["a"]], "missing": null}',
        '{"database": 1, "relations": null, "functions": [["a", "b", "x", "sql"]], "missing": null}',
    ],
)
def test_an_answer_of_another_shape_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        catalog.resolve(READ, text)


NAMES = st.lists(st.text(min_size=1, max_size=10), min_size=1, max_size=3).map(tuple)


@given(st.lists(NAMES, max_size=3), st.lists(NAMES, max_size=3), st.lists(NAMES, max_size=3))
def test_names_are_quoted_whatever_they_hold(reads: list[Any], writes: list[Any], functions: list[Any]) -> None:
    """No name leaves its literal: outside of literals the question is the same for all names."""
    text = question(Analysis(reads=tuple(reads), writes=tuple(writes), functions=tuple(functions)))
    plain = question(
        Analysis(
            reads=tuple(("x",) * len(name) for name in reads),
            writes=tuple(("x",) * len(name) for name in writes),
            functions=tuple(("x",) * len(name) for name in functions),
        )
    )
    assert outside_of_literals(text) == outside_of_literals(plain)


def outside_of_literals(sql: str) -> str:
    """What remains when each literal, in which a quote stands doubled, is an empty one."""
    return re.sub(r"'(?:[^']|'')*'", "''", sql)


@pytest.mark.parametrize(
    ("version", "prefix"),
    [
        ("15.18 (Debian 15.18-0+deb12u1)", True),
        ("12", True),
        ("18beta1", True),
        ("11.22", False),
        ("9.6.24", False),
        ("", False),
        ("some", False),
    ],
)
def test_a_question_is_not_compiled_where_the_server_could(version: str, prefix: bool) -> None:
    assert catalog_question.uncompiled("SELECT 1", version) == ("SET LOCAL jit = off; " if prefix else "") + "SELECT 1"
