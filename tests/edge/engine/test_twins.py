"""One server behind two addresses: two origins until the server has said who it is."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from polyscale_cli.edge.engine import CacheState, Fill
from tests.edge.engine.parts import Bench, Words


@dataclass(slots=True)
class Pair:
    """Two caches at two addresses."""

    bench: Bench = field(default_factory=Bench)
    one: CacheState = field(init=False)
    other: CacheState = field(init=False)

    def __post_init__(self) -> None:
        self.one = self.bench.cache
        self.other = self.bench.engine.cache("other", Words(), "another address")

    def fill(self, state: CacheState, table: str = "a") -> Fill | None:
        return state.scope("me").start_fill(b"k", (state.origin.table(table),))

    def put(self, state: CacheState, table: str = "a") -> None:
        fill = self.fill(state, table)
        assert fill is not None
        assert fill.admit(b"answer") is not None

    def meet(self) -> None:
        """The server says who it is, at both addresses."""
        for state in (self.one, self.other):
            state.origin.identify("server")


def test_until_then_they_are_apart() -> None:
    pair = Pair()
    pair.put(pair.one)
    pair.other.origin.fence((pair.other.origin.table("a"),), anything=False).release()
    assert pair.one.entries == 1


def test_what_was_kept_before_they_met_is_dropped() -> None:
    """A write at one address may have been missed at the other."""
    pair = Pair()
    pair.one.origin.identify("server")
    pair.put(pair.one)
    pair.put(pair.other)
    late = pair.fill(pair.other)
    pair.other.origin.identify("server")
    assert (pair.one.entries, pair.other.entries) == (0, 0)
    assert late is not None
    assert late.admit(b"old") is None


def test_a_fence_at_one_address_is_a_fence_at_the_other() -> None:
    pair = Pair()
    pair.meet()
    pair.put(pair.one)
    pair.put(pair.other)
    under_way = pair.fill(pair.other)
    fence = pair.one.origin.fence((pair.one.origin.table("a"),), anything=False)
    assert (pair.one.entries, pair.other.entries) == (0, 0)
    assert pair.fill(pair.other) is None
    assert pair.fill(pair.other, "b") is not None
    fence.release()
    assert under_way is not None
    assert under_way.admit(b"old") is None
    pair.put(pair.other)


def test_a_fence_of_everything_is_one_at_both() -> None:
    pair = Pair()
    pair.meet()
    pair.put(pair.one)
    fence = pair.other.origin.fence((), anything=True)
    assert pair.one.entries == 0
    assert pair.fill(pair.one) is None
    fence.release()
    pair.put(pair.one)


@pytest.mark.parametrize("anything", [False, True])
def test_a_write_under_way_when_they_meet_is_fenced_at_both(anything: bool) -> None:
    """Its fence went up when nobody knew of the other address; there, too, nobody may see its commit and then not."""
    pair = Pair()
    pair.one.origin.identify("server")
    fence = pair.one.origin.fence((pair.one.origin.table("a"),), anything=anything)
    before = pair.fill(pair.other)
    assert before is not None
    pair.other.origin.identify("server")
    assert before.admit(b"old") is None
    assert pair.fill(pair.other) is None
    fence.release()
    assert pair.other.entries == 0
    pair.put(pair.other)
    pair.put(pair.one)


def test_a_write_under_way_is_fenced_at_every_address_that_is_met() -> None:
    pair = Pair()
    third = pair.bench.engine.cache("third", Words(), "a third address")
    pair.one.origin.identify("server")
    fences = [pair.one.origin.fence((), anything=False, any_table=any_table) for any_table in (False, True)]
    for state in (pair.other, third):
        state.origin.identify("server")
        assert pair.fill(state) is None
    for fence in fences:
        assert pair.fill(pair.other) is None
        fence.release()
    for state in (pair.one, pair.other, third):
        pair.put(state)


def test_an_address_that_means_another_server_now_leaves_its_twin() -> None:
    pair = Pair()
    pair.meet()
    pair.put(pair.one)
    pair.other.origin.identify("another server")
    pair.put(pair.one)
    pair.other.origin.fence((), anything=True).release()
    assert pair.one.entries == 1


def test_the_same_word_again_drops_nothing() -> None:
    pair = Pair()
    pair.meet()
    pair.put(pair.one)
    pair.meet()
    assert pair.one.entries == 1
