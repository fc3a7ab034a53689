"""A purge of some tables: what goes, what is refused, and what stays."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.engine import Name, Resolution, Selection, Settings, tags
from polyscale_cli.edge.engine import template as templates
from tests.edge.engine.parts import Bench

ORDERS, SHOP_ORDERS, UPPER, PARTS = ("public", "orders"), ("shop", "orders"), ("public", "Orders"), ("public", "parts")


@pytest.fixture
def bench() -> Bench:
    """A cache with an entry for each of some tables, one for two of them, and one for none."""
    made = Bench()
    names = {"o": ORDERS, "s": SHOP_ORDERS, "u": UPPER, "p": PARTS}
    for identity, name in names.items():
        resolution = Resolution(reads=frozenset({identity}), names=frozenset({(identity, name)}))
        assert made.scope.learn(made.template(b"read " + identity.encode()), resolution, 0)
    for key, tables in {b"o": "o", b"s": "s", b"u": "u", b"p": "p", b"op": "op", b"none": ""}.items():
        made.put(key, *tables)
    return made


def kept(bench: Bench) -> set[bytes]:
    return {key for key in (b"o", b"s", b"u", b"p", b"op", b"none") if bench.holds(key)}


@pytest.mark.parametrize(
    ("name", "stays", "met"),
    [
        (("orders",), {b"p", b"none"}, (UPPER, ORDERS, SHOP_ORDERS)),
        (("ORDERS",), {b"p", b"none"}, (UPPER, ORDERS, SHOP_ORDERS)),
        (("shop", "orders"), {b"o", b"u", b"p", b"op", b"none"}, (SHOP_ORDERS,)),
        (("any", "Shop", "Orders"), {b"o", b"u", b"p", b"op", b"none"}, (SHOP_ORDERS,)),
        (("parts",), {b"o", b"s", b"u", b"none"}, (PARTS,)),
        (("shop", "parts"), set(), ()),
        (("nothing",), set(), ()),
    ],
)
def test_what_depends_on_a_name_goes_and_the_rest_stays(
    bench: Bench, name: Name, stays: set[bytes], met: tuple[Name, ...]
) -> None:
    found = bench.engine.purge("one", Selection((name,)))
    assert kept(bench) == stays
    assert (found.entries, found.tables[0].entries, found.tables[0].met) == (6 - len(stays), 6 - len(stays), met)
    assert bench.cache.purged == found.entries


def test_an_entry_of_two_named_tables_is_counted_once(bench: Bench) -> None:
    found = bench.engine.purge("one", Selection((("public", "orders"), ("parts",))))
    assert (found.entries, [one.entries for one in found.tables]) == (4, [3, 2])
    assert kept(bench) == {b"s", b"none"}


def test_a_table_that_was_renamed_answers_to_both_names(bench: Bench) -> None:
    bench.cache.origin.call([("p", ("public", "pieces"))])
    assert bench.engine.purge("one", Selection((("pieces",),))).entries == 2
    bench.put(b"p", "p")
    assert bench.engine.purge("one", Selection((("parts",),))).entries == 1


def test_a_name_that_was_never_met_is_one_of_several(bench: Bench) -> None:
    found = bench.engine.purge("one", Selection((("parts",), ("nothing",))))
    assert (found.entries, [one.entries for one in found.tables]) == (6, [2, 6])
    assert kept(bench) == set()


def test_a_name_that_is_known_in_one_database_may_be_that_of_any_table_in_another(bench: Bench) -> None:
    bench.cache.origin.call([("x", ("a", "public", "x")), ("y", ("b", "public", "y"))])
    for key in ("x", "y"):
        bench.put(key.encode(), key)
    found = bench.engine.purge("one", Selection((("x",),))).tables[0]
    assert (found.met, found.entries, found.unknown) == ((("public", "x"),), 7, True)
    assert [bench.holds(key) for key in (b"x", b"y", b"none")] == [False, False, True]


def test_a_table_without_a_name_may_be_any(bench: Bench) -> None:
    bench.put(b"unnamed", "?")
    assert bench.engine.purge("one", Selection((("parts",),))).entries == 3
    assert not bench.holds(b"unnamed")


def test_a_fill_under_way_is_refused(bench: Bench) -> None:
    fill = bench.fill(b"new", "o")
    assert fill is not None
    bench.engine.purge("one", Selection((("orders",),)))
    assert not fill.is_current()
    assert fill.admit(b"answer") is None
    assert not bench.holds(b"new")


def test_a_purge_of_tables_believes_no_definition_of_before(bench: Bench) -> None:
    assert bench.scope.footprint(bench.template(b"read p")) is not None
    bench.engine.purge("one", Selection((("orders",),)))
    assert bench.scope.footprint(bench.template(b"read p")) is None


def test_a_purge_leaves_another_cache_of_the_same_origin_alone(bench: Bench) -> None:
    from tests.edge.engine.parts import Words

    bench.engine.configure("two", Settings(caches=True, ttl_seconds=60))
    scope = bench.engine.cache("two", Words(), "origin").scope("me")
    fill = scope.start_fill(b"o", (bench.table("o"),))
    assert fill is not None
    assert fill.admit(b"answer") is not None
    assert bench.engine.purge("one", Selection((("orders",),))).entries == 4
    assert b"o" in scope.entries
    assert bench.engine.purge("two", Selection((("orders",),))).entries == 1


@pytest.mark.parametrize("names", [[], [("orders",)]])
def test_a_dry_run_drops_nothing_and_refuses_nothing(bench: Bench, names: list[Name]) -> None:
    fill = bench.fill(b"new", "o")
    assert fill is not None
    assert bench.engine.purge("one", Selection(tuple(names)), dry_run=True).entries == (4 if names else 6)
    assert kept(bench) == {b"o", b"s", b"u", b"p", b"op", b"none"}
    assert (bench.cache.purged, fill.is_current()) == (0, True)


def test_a_cache_that_nobody_has_used_holds_nothing(bench: Bench) -> None:
    found = bench.engine.purge("unused", Selection((("orders",),)))
    assert (found.entries, found.tables[0].met) == (0, ())


def test_a_template_that_was_forgotten_and_met_again_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "MOST_TEMPLATES", 2)
    bench = Bench()
    first = bench.template(b"read a")
    fill = bench.scope.start_fill(b"k", (bench.table("a"),), first)
    assert fill is not None
    assert fill.admit(b"answer") is not None
    for text in (b"read b", b"read c", b"read d"):
        bench.template(text)
    bench.cache.templates._shapes.clear()  # as where there are too many
    again = bench.template(b"read a")
    assert again is not first
    assert bench.engine.purge("one", Selection(templates=("read a",))).entries == 1
    assert not bench.holds(b"k")


@pytest.mark.parametrize("wanted", [Selection(templates=("read a",)), Selection(queries=("read a",))])
def test_answers_to_several_statements_at_once_may_be_those_of_any_of_them(wanted: Selection) -> None:
    bench = Bench()
    bench.template(b"read a")
    bench.put(b"read b", "a")  # the first of them may be what is to be seen in the request
    assert bench.engine.purge("one", wanted).entries == 1


@pytest.mark.parametrize("sent", [b"read a", b"read a;", b"read a ;", b"  read a;; ", b"\nread a"])
def test_space_around_a_query_and_semicolons_behind_it_do_not_keep_it(sent: bytes) -> None:
    bench = Bench()
    fill = bench.scope.start_fill(sent, (bench.table("a"),), bench.template(sent))
    assert fill is not None
    assert fill.admit(b"answer") is not None
    assert bench.engine.purge("one", Selection(queries=("read a",))).entries == 1


def test_a_tag_goes_with_a_purge_although_too_many_were_met_in_the_same_statement(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tags, "MOST_TAGS", 2)
    bench = Bench()
    bench.cache.tags.find("other")
    key = b"/* polyscale:tag=mine,tag=yours */ read a"
    fill = bench.scope.start_fill(key, (bench.table("a"),), bench.template(key))
    if fill is not None:
        fill.admit(b"answer")
    bench.engine.purge("one", Selection(tags=("mine",)))
    assert not bench.holds(key)
