"""Statements that turn out to be writes after they were sent as reads, because definitions have moved."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from polyscale_cli.edge.engine import Fence, Origin
from tests.edge.engine.parts import Bench


class Watching:
    """Counts, and fences as a wire does."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.fences: list[Fence] = []
        origin.watchers.add(self)

    def definitions_moved(self) -> None:
        self.fences.append(self.origin.fence((), anything=False, any_table=True))


def migrate(bench: Bench) -> None:
    bench.cache.origin.fence((), anything=True).release()


def test_whoever_watches_is_told_when_a_migration_begins_and_when_it_is_over() -> None:
    bench = Bench()
    watching = Watching(bench.cache.origin)
    migration = bench.cache.origin.fence((), anything=True)
    assert len(watching.fences) == 1
    migration.release()
    assert len(watching.fences) == 2


@pytest.mark.parametrize("any_table", [False, True])
def test_nobody_is_told_of_a_write_that_defines_nothing(any_table: bool) -> None:
    bench = Bench()
    watching = Watching(bench.cache.origin)
    bench.cache.origin.fence((bench.table("a"),), anything=False, any_table=any_table).release()
    assert not watching.fences


@pytest.mark.parametrize("meet", [Origin.meet, Origin.identify])
def test_a_server_that_was_not_met_before_changes_nothing_that_is_under_way(
    meet: Callable[[Origin, str], None],
) -> None:
    bench = Bench()
    watching = Watching(bench.cache.origin)
    bench.put(b"key", "a")
    for server in ("one", "another"):
        meet(bench.cache.origin, server)
    assert not bench.holds(b"key")
    assert not watching.fences


def test_both_addresses_of_a_server_are_told() -> None:
    bench = Bench()
    other = bench.engine.cache("two", bench.cache.templates._dialect, "elsewhere").origin
    for origin in (bench.cache.origin, other):
        origin.identify("the same")
    watching = Watching(other)
    migrate(bench)
    assert watching.fences
    assert bench.fill(b"key", "a") is None, "what goes on over there is seen here"


def test_a_lost_write_keeps_its_fence_until_it_is_over() -> None:
    bench = Bench()
    lost = bench.cache.origin.fence((bench.table("a"),), anything=False)
    assert bench.fill(b"key", "a") is None
    assert bench.put(b"key", "b")
    migrate(bench)
    assert bench.fill(b"key", "b") is None, "it may have waited behind a new trigger"
    lost.release()
    assert bench.put(b"key", "a")
