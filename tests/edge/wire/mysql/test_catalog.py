"""Answers of the catalog that no server at hand gives: of other versions and settings, or cut short."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest

from polyscale_cli.edge.engine import Reason, Resolution
from polyscale_cli.edge.wire.mysql.catalog import ANY_WRITE, MOST_ROUNDS, Inquiry
from polyscale_cli.edge.wire.mysql.dialect import MySqlDialect
from polyscale_cli.edge.wire.mysql.flavour import Flavour

MARIADB = Flavour(is_mariadb=True, version=(11, 4, 2))
MYSQL = Flavour(is_mariadb=False, version=(8, 4, 0))
DIALECT = MySqlDialect()


def inquiry(sql: str, flavour: Flavour = MARIADB) -> Inquiry:
    return Inquiry(DIALECT.analyse(sql.encode()), DIALECT, flavour)


def text(value: str) -> str:
    return value.encode().hex()


Rows = list[list[bytes | None]]


def answer(
    *, database: str | None = "shop", folds: int = 0, partial: int = 0, **parts: Sequence[Sequence[object]]
) -> Rows:
    rows: list[list[object]] = [["session", None if database is None else text(database), folds, partial]]
    rows += [[part, *row] for part, found in parts.items() for row in found]
    rows.append(["end"])
    padded = [row + [None] * (8 - len(row)) for row in rows]
    return [[None if value is None else str(value).encode() for value in row] for row in padded]


def table(i: int, name: str, kind: str = "BASE TABLE", *, schema: str = "shop") -> list[object]:
    return [i, text(schema), text(name), text(kind), text("InnoDB")]


def resolved(about: Inquiry, *answers: Rows) -> Resolution:
    *first, last = answers
    for each in first:
        assert about.take(each) is None
    found = about.take(last)
    assert found is not None
    return found


SEES_ALL = [[1, 1]]


@pytest.mark.parametrize("folds", [1, 2])
def test_where_the_server_takes_case_away_all_spellings_are_one_table(folds: int) -> None:
    for spelled in ("Plain", "PLAIN", "Shop.plain"):
        told = answer(database="SHOP", folds=folds, tables=[table(0, "plain", schema="Shop")], constrained=[[0]])
        assert resolved(inquiry(f"SELECT * FROM {spelled}"), told).reads == {("shop", "plain")}


def test_a_temporary_table_that_hides_another_is_not_kept_and_writing_it_concerns_nobody() -> None:
    told = answer(tables=[table(0, "t", "TEMPORARY"), table(0, "t")], everywhere=SEES_ALL)
    assert resolved(inquiry("SELECT * FROM t"), told).refusal is Reason.TEMPORARY_TABLE
    assert not resolved(inquiry("DELETE FROM t"), told).writes_any_table


def test_kinds_that_nobody_knows_yet_are_not_kept() -> None:
    told = answer(tables=[table(0, "t", "DATA LAKE")], everywhere=SEES_ALL)
    assert resolved(inquiry("SELECT * FROM t"), told).refusal is not None
    assert resolved(inquiry("DELETE FROM t"), told).writes_any_table


@pytest.mark.parametrize(
    "told",
    [
        [],
        [[]],
        [[b"end"]],
        answer()[:-1],
        answer(tables=[[None]]),
        answer(tables=[[0, "7", "", "", ""]]),
        answer(odd=[[1]]),
    ],
)
def test_an_answer_of_another_shape_is_refused(told: Rows) -> None:
    with pytest.raises((ValueError, KeyError, TypeError, IndexError)):
        inquiry("SELECT * FROM t").take(told)


def test_a_session_that_changes_its_database_in_between_is_refused() -> None:
    about = inquiry("SELECT * FROM v")
    assert about.take(answer(tables=[table(0, "v", "VIEW")])) is None
    with pytest.raises(ValueError, match="another database"):
        about.take(answer(database="yard", tables=[table(0, "v", "VIEW")], views=[[0, text("select 1")]]))


def test_each_name_is_asked_about_once() -> None:
    about = inquiry("SELECT * FROM v")
    assert about.take(answer(tables=[table(0, "v", "VIEW")])) is None
    assert b"'v'" in about.question()
    definition = "select `a`.`id` AS `id` from (`shop`.`a` join `yard`.`b`)"
    assert about.take(answer(tables=[table(0, "v", "VIEW")], views=[[0, text(definition)]])) is None
    assert b"'v'" not in about.question()


def endless(about: Inquiry, make: Callable[[int], Rows]) -> Resolution:
    """Answer with one more name each time."""
    for i in range(MOST_ROUNDS - 1):
        assert about.take(make(i)) is None
    found = about.take(make(MOST_ROUNDS))
    assert found is not None
    return found


def test_cascades_without_an_end_make_an_answer_depend_on_every_write() -> None:
    def chain(i: int) -> Rows:
        rule = [
            text("shop"),
            text(f"t{i}"),
            text("k"),
            text("shop"),
            text(f"t{i + 1}"),
            text("CASCADE"),
            text("CASCADE"),
        ]
        return answer(tables=[table(0, f"t{i}")], rules=[rule])

    found = endless(inquiry("SELECT * FROM t0", MYSQL), chain)
    assert found.refusal is None
    assert ANY_WRITE in found.reads


def test_triggers_without_an_end_may_write_any_table() -> None:
    def chain(i: int) -> Rows:
        fired = [0, text(f"INSERT INTO t{i + 1} VALUES (1)"), text("")]
        return answer(tables=[table(0, f"t{i}")], triggers=[fired], everywhere=SEES_ALL)

    assert endless(inquiry("INSERT INTO t0 VALUES (1)"), chain).writes_any_table


def test_what_is_known_of_a_name_for_less_is_not_taken_for_all_of_it() -> None:
    """It was looked at as a source of rows; whether it has triggers was never asked."""

    def chain(i: int) -> Rows:
        first, last = i == 0, i == MOST_ROUNDS
        fired = [int(first), text("INSERT INTO r VALUES (1)" if last else f"INSERT INTO t{i + 1} VALUES (1)"), text("")]
        tables = [table(0, "r"), table(1, "t0")] if first else [table(0, f"t{min(i, MOST_ROUNDS - 1)}")]
        return answer(tables=tables, triggers=[fired], everywhere=SEES_ALL)

    assert endless(inquiry("INSERT INTO t0 SELECT * FROM r"), chain).writes_any_table


def test_a_rule_of_which_only_the_key_is_shown_is_taken_for_a_cascade() -> None:
    key = [0, text("k"), text("yard"), text("owners")]
    first = answer(tables=[table(0, "t")], keys=[key], schemas=[[text("shop"), 1, 0]])
    second = answer(tables=[table(0, "owners", schema="yard")], constrained=[[0]])
    assert resolved(inquiry("SELECT * FROM t"), first, second).reads == {("shop", "t"), ("yard", "owners")}


@pytest.mark.parametrize(
    ("pattern", "partial", "sees"),
    [
        ("shop", 0, True),
        ("sho_", 0, True),
        ("s%", 0, True),
        ("sh\\_p", 0, False),
        ("sho", 0, False),
        ("shop.*", 0, False),
        ("shop", 1, True),
        ("sho_", 1, False),
    ],
)
def test_a_pattern_of_schemas_is_read_as_the_server_does(pattern: str, partial: int, *, sees: bool) -> None:
    told = answer(tables=[table(0, "t")], schemas=[[text(pattern), 1, 1]], partial=partial)
    assert resolved(inquiry("DELETE FROM t", MYSQL), told).writes_any_table is not sees


def test_rights_on_everything_mean_nothing_where_some_may_be_revoked() -> None:
    told = answer(tables=[table(0, "t")], everywhere=SEES_ALL, partial=1)
    assert resolved(inquiry("DELETE FROM t", MYSQL), told).writes_any_table


def test_a_trigger_of_another_sql_mode_is_not_read() -> None:
    fired = [0, text('INSERT INTO log VALUES ("x")'), text("ANSI_QUOTES,STRICT_TRANS_TABLES")]
    told = answer(tables=[table(0, "t")], triggers=[fired], everywhere=SEES_ALL)
    assert resolved(inquiry("DELETE FROM t"), told).writes_any_table


def test_a_question_is_read_the_same_whatever_the_session_has_set() -> None:
    """No double quotes that may be names, no backslash that may be itself, nothing beyond ASCII."""
    about = inquiry("SELECT * FROM `a\\b` JOIN `c\"d'` JOIN `é`")
    asked = about.question()
    assert asked.isascii()
    assert b"\\" not in asked
    assert b'"' not in re.sub(rb"'[^']*'", b"", asked)
