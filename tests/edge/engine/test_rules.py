"""Which rule decides, as a table of cases."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.engine.analysis import Name
from polyscale_cli.edge.engine.identity import template_id
from polyscale_cli.edge.engine.rules import (
    DecidedBy,
    Decision,
    Rule,
    Rules,
    RuleType,
    Tables,
    plain_template,
)

SQL = b"SELECT name FROM orders WHERE id = 7"
TEMPLATE = b"SELECT name FROM orders WHERE id = [?]"
QUERY_60 = Rule(RuleType.QUERY, SQL.decode(), 60)
TEMPLATE_50 = Rule(RuleType.TEMPLATE, TEMPLATE.decode(), 50)
AUTO = Rule(RuleType.AUTO, TEMPLATE.decode())
MANUAL = Rule(RuleType.MANUAL, TEMPLATE.decode())
ORDERS = Tables(named=(("orders",),), shows=(("db", "public", "orders"),))
BOTH = Tables(
    named=(("items",), ("orders",)),
    shows=(("db", "public", "orders"), ("db", "public", "items")),
)


def table(key: str, value: int) -> Rule:
    return Rule(RuleType.TABLE, key, value, table=tuple(key.split(".")))


def decide(
    *rules: Rule, tables: Tables = ORDERS, sql: bytes | None = SQL, comment: float | None = None, automatic: bool = True
) -> Decision:
    return Rules(rules, automatic=automatic).decide(TEMPLATE, lambda: sql, lambda: tables, comment)


@pytest.mark.parametrize(
    ("rules", "comment", "by", "ttl"),
    [
        ((QUERY_60, TEMPLATE_50, table("orders", 40), AUTO), 30.0, DecidedBy.QUERY, 60.0),
        ((TEMPLATE_50, table("orders", 40), AUTO), 30.0, DecidedBy.TEMPLATE, 50.0),
        ((table("orders", 40), AUTO), 30.0, DecidedBy.COMMENT, 30.0),
        ((table("orders", 0),), 30.0, DecidedBy.COMMENT, 30.0),
        ((table("orders", 40), AUTO), None, DecidedBy.TABLE, 40.0),
        ((table("orders", 40), MANUAL), None, DecidedBy.TABLE, 40.0),
        ((AUTO,), None, DecidedBy.AUTO, None),
        ((MANUAL,), None, DecidedBy.MANUAL, 0.0),
        ((), None, DecidedBy.DEFAULT, None),
        ((Rule(RuleType.QUERY, "SELECT 1", 5), Rule(RuleType.TEMPLATE, "SELECT [?]", 5), table("items", 5)), None,
         DecidedBy.DEFAULT, None),
        ((Rule(RuleType.QUERY, SQL.decode(), 0), TEMPLATE_50), None, DecidedBy.QUERY, 0.0),
        ((), 0.0, DecidedBy.COMMENT, 0.0),
    ],
)  # fmt: skip
def test_the_most_specific_rule_decides(
    rules: tuple[Rule, ...], comment: float | None, by: DecidedBy, ttl: float | None
) -> None:
    found = decide(*rules, comment=comment)
    assert (found.by, found.ttl) == (by, ttl)
    assert (found.rule is None) == (by in (DecidedBy.COMMENT, DecidedBy.DEFAULT))


@pytest.mark.parametrize(
    ("rules", "comment", "ttl"), [((), None, 0.0), ((AUTO,), None, None), ((), 9.0, 9.0), ((QUERY_60,), None, 60.0)]
)
def test_of_an_uncached_cache_only_what_is_named_is_kept(
    rules: tuple[Rule, ...], comment: float | None, ttl: float | None
) -> None:
    assert decide(*rules, comment=comment, automatic=False).ttl == ttl


def test_rules_are_true_where_they_must_be_asked() -> None:
    assert not Rules()
    assert Rules(automatic=False)
    assert Rules([AUTO])


@pytest.mark.parametrize(
    ("rules", "tables", "ttl"),
    [
        # each table that is named needs one, and the lowest wins
        ([("orders", 30)], BOTH, None),
        ([("orders", 30), ("items", 20)], BOTH, 20.0),
        ([("orders", 30), ("items", 20), ("public.orders", 10)], BOTH, 10.0),
        # one with 0 is enough, and the others need none
        ([("orders", 0)], BOTH, 0.0),
        ([("orders", 30), ("items", 0)], BOTH, 0.0),
        # case does not count, and a further part in front of the schema does not, either
        ([("ORDERS", 30)], ORDERS, 30.0),
        ([("Public.Orders", 30)], ORDERS, 30.0),
        ([("orders", 30)], Tables(named=(("app", "public", "Orders"),)), 30.0),
        ([("public.orders", 30)], Tables(named=(("app", "public", "Orders"),)), 30.0),
        # a schema that is another's
        ([("audit.orders", 30)], ORDERS, None),
        ([("audit.orders", 0)], ORDERS, None),
        ([("audit.orders", 30)], Tables(named=(("public", "orders"),)), None),
        # a schema that is not known counts for 0 alone
        ([("public.orders", 30)], Tables(named=(("orders",),)), None),
        ([("public.orders", 0)], Tables(named=(("orders",),)), 0.0),
        ([("a.t", 30)], Tables(named=(("t",),), shows=(("d", "a", "t"), ("d", "b", "t"))), None),
        ([("a.t", 0)], Tables(named=(("t",),), shows=(("d", "a", "t"), ("d", "b", "t"))), 0.0),
        # a view is a table that is named; what is beneath it counts for 0 alone
        ([("shown", 30)], Tables(named=(("shown",),), shows=(("d", "s", "orders"), ("d", "s", "shown"))), 30.0),
        ([("s.shown", 30)], Tables(named=(("shown",),), shows=(("d", "s", "orders"), ("d", "s", "shown"))), 30.0),
        ([("orders", 30)], Tables(named=(("shown",),), shows=(("d", "s", "orders"), ("d", "s", "shown"))), None),
        ([("shown", 30), ("orders", 0)], Tables(named=(("shown",),), shows=(("d", "s", "orders"),)), 0.0),
        # what may be a common table expression is one unless a table of that name is read
        ([("orders", 30)], Tables(named=(("mine",), ("orders",)), maybe=frozenset({("mine",)})), 30.0),
        ([("orders", 30)], Tables(named=(("mine",), ("orders",)), maybe=frozenset({("mine",)}), shows=(("s", "mine"),)),
         None),
        # no table
        ([("orders", 30)], Tables(), None),
    ],
)  # fmt: skip
def test_rules_of_tables(rules: list[tuple[str, int]], tables: Tables, ttl: float | None) -> None:
    found = decide(*(table(*rule) for rule in rules), tables=tables)
    assert found.ttl == ttl
    assert (found.by is DecidedBy.TABLE) == (ttl is not None)


def test_the_rule_that_decided_is_named() -> None:
    lower = table("items", 20)
    assert decide(table("orders", 30), lower, tables=BOTH).rule == lower


@pytest.mark.parametrize("sql", [SQL, b"  " + SQL + b"\n", SQL + b";", SQL + b" ;\n; "])
def test_space_around_a_query_and_semicolons_behind_it_do_not_count(sql: bytes) -> None:
    assert decide(QUERY_60, sql=sql).by is DecidedBy.QUERY


@pytest.mark.parametrize(
    "sql", [None, b"SELECT name FROM orders WHERE id = 8", b"SELECT name  FROM orders WHERE id = 7"]
)
def test_a_query_rule_is_for_that_very_text(sql: bytes | None) -> None:
    assert decide(QUERY_60, sql=sql).by is DecidedBy.DEFAULT


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (b"SELECT a  FROM t\n WHERE b = [?]", b"SELECT a FROM t WHERE b = [?] ;", True),
        (b'SELECT "a  b" FROM t', b'SELECT "a b" FROM t', False),
        (b"SELECT `a  b` FROM t", b"SELECT `a b` FROM t", False),
        (b"SELECT a FROM t", b"select a FROM t", False),
        (b"\0SELECT a", b"SELECT a", True),
    ],
)
def test_only_space_between_words_does_not_count_in_a_template(one: bytes, other: bytes, same: bool) -> None:
    assert (plain_template(one) == plain_template(other)) == same


def test_an_id_is_for_one_spelling_of_a_template_and_comes_first() -> None:
    spelled = b"SELECT name\nFROM orders WHERE id = [?]"
    by_id = Rule(RuleType.TEMPLATE, template_id(spelled), 7)
    rules = Rules([TEMPLATE_50, by_id])
    nothing: tuple[Name, ...] = ()
    assert rules.decide(spelled, lambda: None, lambda: Tables(nothing)).rule == by_id
    assert rules.decide(TEMPLATE, lambda: None, lambda: Tables(nothing)).rule == TEMPLATE_50


def test_nothing_is_asked_that_no_rule_is_about() -> None:
    def never() -> Tables:
        raise AssertionError

    def nor() -> bytes:
        raise AssertionError

    assert Rules([TEMPLATE_50]).decide(TEMPLATE, nor, never).ttl == 50
    assert Rules([MANUAL]).decide(TEMPLATE, nor, never).ttl == 0
