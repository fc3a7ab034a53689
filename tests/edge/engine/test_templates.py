"""Templates: how texts find theirs, and what is learnt of how often their queries come again."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.engine import Template
from polyscale_cli.edge.engine import doorkeeper as doorkeeping
from polyscale_cli.edge.engine.dialect import Dialect
from polyscale_cli.edge.engine.doorkeeper import Doorkeeper
from polyscale_cli.edge.engine.template import SAMPLE, Templates
from polyscale_cli.edge.wire.mysql.dialect import MySqlDialect
from polyscale_cli.edge.wire.mysql.lexer import normalise
from polyscale_cli.edge.wire.postgres.dialect import PostgresDialect
from tests.edge.engine.parts import Bench


def keep(bench: Bench, template: Template, *, first: int, visited: int) -> None:
    """Have as many answers kept as are judged at once, of which so many get a hit before the last is kept."""
    for number in range(first, first + SAMPLE):
        fill = bench.scope.start_fill(b"%d" % number, (), template)
        assert fill is not None
        entry = fill.admit(b"answer")
        assert entry is not None
        entry.hits += number - first < visited


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def template(bench: Bench) -> Template:
    return bench.cache.templates.of_text(b"read a")


def test_a_new_template_keeps_what_is_asked_once(bench: Bench, template: Template) -> None:
    assert bench.scope.is_worth_keeping(template, b"k")


def test_where_nothing_comes_again_a_query_is_kept_when_it_is_asked_twice(bench: Bench, template: Template) -> None:
    keep(bench, template, first=0, visited=0)
    assert template.seldom_again
    assert [bench.scope.is_worth_keeping(template, b"k") for _ in range(3)] == [False, True, True]


def test_one_hit_is_enough_to_go_on_as_before(bench: Bench, template: Template) -> None:
    keep(bench, template, first=0, visited=1)
    assert not template.seldom_again


def test_a_hit_of_another_form_counts(bench: Bench, template: Template) -> None:
    for number in range(SAMPLE):
        fill = bench.scope.start_fill(b"%d" % number, (), template)
        assert fill is not None
        entry = fill.admit(b"answer")
        assert entry is not None
        form = bench.cache.scope("forms").derive(entry, b"%d" % number, b"[]")
        assert form is not None
        form.hits += number == 0
    assert not template.seldom_again


@pytest.mark.parametrize(("visited", "seldom"), [(0, True), (SAMPLE // 2 - 1, True), (SAMPLE // 2, False)])
def test_half_of_what_was_kept_must_come_again_to_return(
    bench: Bench, template: Template, visited: int, seldom: bool
) -> None:
    keep(bench, template, first=0, visited=0)
    keep(bench, template, first=SAMPLE, visited=visited)
    assert template.seldom_again is seldom


def test_an_entry_counts_that_a_write_removed_after_its_hit(bench: Bench, template: Template) -> None:
    table = bench.table("a")
    for number in range(SAMPLE):
        fill = bench.scope.start_fill(b"%d" % number, (table,), template)
        assert fill is not None
        entry = fill.admit(b"answer")
        assert entry is not None
        entry.hits += 1
        bench.cache.origin.fence((table,), anything=False).release()
    assert not template.seldom_again


def test_a_doorkeeper_forgets_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorkeeping, "MOST_SEEN", 100)
    keeper = Doorkeeper()
    assert [keeper.has_seen(0), keeper.has_seen(0)] == [False, True]
    assert not any(keeper.has_seen(number) for number in range(1, 100))
    assert not keeper.has_seen(0)


def test_texts_with_other_digits_in_their_literals_have_one_template() -> None:
    templates = Templates(PostgresDialect())
    one = templates.of_text(b"SELECT a FROM t WHERE b = 15 AND c = 2.5")
    assert templates.of_text(b"SELECT a FROM t WHERE b = 37 AND c = 1.4") is one
    assert templates.of_text(b"SELECT a FROM t WHERE b = 137 AND c = 1.4") is one


@pytest.mark.parametrize("dialect", [PostgresDialect(), MySqlDialect()], ids=["postgres", "mysql"])
def test_digits_in_names_do_not_have_a_text_normalised_each_time(
    dialect: Dialect, monkeypatch: pytest.MonkeyPatch
) -> None:
    templates = Templates(dialect)
    ask = b"SELECT t1.a FROM t1 WHERE t1.b = %d AND c = %d"
    first = [templates.of_text(ask % (number, number)) for number in (15, 16, 17)]
    monkeypatch.setattr(templates, "_normalise", None)
    assert {*first, templates.of_text(ask % (37, 99))} == {first[0]}


@pytest.mark.parametrize("dialect", [PostgresDialect(), MySqlDialect()], ids=["postgres", "mysql"])
@pytest.mark.parametrize(
    "ask",
    [
        b"SELECT a FROM t%d WHERE b = 1",
        b"SELECT a FROM t%d WHERE b = 1.5 AND c = 7",
        b"SELECT a FROM t WHERE b = 1 AND c%d = 7",
        b"SELECT 15 AS c%d, 2.5 FROM t",
        b"SELECT a1 FROM t%d.u WHERE b = 2",
        b"SELECT a FROM t1 WHERE b = 3 AND c%d = 1e5",
    ],
)
def test_names_with_other_digits_have_another_template_however_often_they_are_asked(
    dialect: Dialect, ask: bytes
) -> None:
    templates = Templates(dialect)
    found = [[templates.of_text(ask % number) for number in (1, 2, 3)] for _ in range(4)]
    assert len(set(found[0])) == 3
    assert all(again == found[0] for again in found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"SELECT a FROM s1.2 WHERE b = 5", b"SELECT a FROM s1.3 WHERE b = 5"),
        (b"SELECT 0x1 FROM t", b"SELECT 8x1 FROM t"),
        (b"SELECT 0b1 FROM t1", b"SELECT 0b2 FROM t1"),
    ],
)
def test_what_is_a_name_in_mysql_by_its_digits_has_a_template_of_its_own(one: bytes, other: bytes) -> None:
    templates = Templates(MySqlDialect())
    for text in (one, one, other, other):
        assert templates.of_text(text).text == normalise(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"SELECT c1 FROM t WHERE a = 1", b"SELECT c2 FROM t WHERE a = 1"),
        (b"SELECT a FROM t1", b"SELECT a FROM t2"),
        (b'SELECT a FROM "1" WHERE b = 1', b'SELECT a FROM "2" WHERE b = 1'),
        (b"SELECT $1 FROM t", b"SELECT $2 FROM t"),
        (b"SELECT a FROM s.t1 WHERE b = 1", b"SELECT a FROM s.t2 WHERE b = 1"),
        (b"SELECT 1a", b"SELECT 2a"),
    ],
)
def test_texts_with_other_digits_elsewhere_have_not(one: bytes, other: bytes) -> None:
    templates = Templates(PostgresDialect())
    first = templates.of_text(one)
    assert templates.of_text(other) is not first
    assert templates.of_text(one) is first


@pytest.mark.parametrize("dialect", [PostgresDialect(), MySqlDialect()])
def test_a_comment_in_front_or_at_the_end_makes_no_other_template(dialect: Dialect) -> None:
    templates = Templates(dialect)
    plain = templates.of_text(b"SELECT a FROM t WHERE b = 1")
    assert templates.of_text(b"/* polyscale:ttl=60 */ SELECT a FROM t WHERE b = 22") is plain
    assert templates.of_text(b"SELECT a FROM t WHERE b = 'x' /*traceparent='00-5bd6-01'*/ ") is plain
    assert plain.speaks
    assert templates.known(templates.normal_form(b"\n SELECT a FROM t WHERE b = 3")) is plain
