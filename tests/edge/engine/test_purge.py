"""A purge of some tables: what goes, what is refused, and what stays."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.engine import Name, Resolution, Selection, Settings
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
