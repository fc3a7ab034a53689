"""An origin that has begun anew may have lost what it did last."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.engine import origin
from tests.edge.engine.parts import Bench


def put(bench: Bench) -> None:
    fill = bench.scope.start_fill(b"k", (bench.cache.origin.table("a"),))
    assert fill is not None
    assert fill.admit(b"answer") is not None


def test_a_start_that_was_not_met_before_drops_everything() -> None:
    bench = Bench()
    put(bench)
    bench.cache.origin.meet("Monday")
    assert bench.cache.entries == 1, "nothing was known of an earlier one"
    bench.cache.origin.meet("Monday")
    assert bench.cache.entries == 1
    fill = bench.scope.start_fill(b"l", (bench.cache.origin.table("a"),))
    bench.cache.origin.meet("Tuesday")
    assert bench.cache.entries == 0
    assert fill is not None
    assert fill.admit(b"answer") is None


def test_servers_in_turn_behind_one_address_drop_it_once_each() -> None:
    bench = Bench()
    for start in ("one", "other", "third"):
        bench.cache.origin.meet(start)
    put(bench)
    for start in ("one", "other", "third", "one"):
        bench.cache.origin.meet(start)
    assert bench.cache.entries == 1


def test_starts_are_forgotten_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origin, "MOST_STARTS", 2)
    bench = Bench()
    for start in range(5):
        bench.cache.origin.meet(str(start))
        put(bench)
    bench.cache.origin.meet("4")
    assert bench.cache.entries == 1
    bench.cache.origin.meet("0")
    assert bench.cache.entries == 0


def test_a_write_that_was_lost_in_a_crash_closes_its_own_tables_alone() -> None:
    bench = Bench()
    bench.cache.origin.meet("Monday")
    lost = bench.cache.origin.fence((bench.table("a"),), anything=False)
    bench.cache.origin.meet("Tuesday")
    assert bench.fill(b"key", "a") is None
    assert bench.put(b"key", "b")
    lost.release()
    assert bench.put(b"key", "a")
