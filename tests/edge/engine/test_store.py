"""The byte budget and SIEVE."""

from __future__ import annotations

from collections import OrderedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.engine.store import ENTRY_OVERHEAD, LARGEST_PART, MOST_REMOVED, Entry
from tests.edge.engine.parts import KIB, Bench


def linked(bench: Bench) -> list[Entry]:
    """All entries in order of arrival, by the links, both ways round."""
    store = bench.engine._store
    forward, entry = [], store._oldest
    while entry is not None:
        forward.append(entry)
        entry = entry.newer
    backward, entry = [], store._newest
    while entry is not None:
        backward.append(entry)
        entry = entry.older
    assert forward == backward[::-1]
    return forward


def check(bench: Bench) -> None:
    """What must hold of the store at all times."""
    entries = linked(bench)
    assert {id(each) for each in entries} == {id(each) for each in bench.scope.entries.values()}
    assert bench.engine.used_bytes == sum(each.size for each in entries) == bench.cache.bytes
    assert bench.engine.used_bytes <= bench.budget
    hand = bench.engine._store._hand
    assert hand is None or any(hand is each for each in entries)
    for entry in entries:
        for table in entry.tables:
            assert entry in table.entries
            assert table.held <= len(table.entries) <= 2 * table.held + MOST_REMOVED


def test_a_hundred_thousand_distinct_keys_hold_the_budget() -> None:
    bench = Bench(budget=4 << 20)
    table = bench.table("a")
    most = 0
    for number in range(100_000):
        fill = bench.scope.start_fill(b"%d" % number, (table,))
        assert fill is not None
        fill.admit(b"x" * 100)
        most = max(most, bench.engine.used_bytes)
    assert most <= 4 << 20
    assert bench.engine.used_bytes > 0.99 * (4 << 20)
    assert len(bench.scope.entries) == table.held == 100_000 - bench.engine.evicted
    assert b"99999" in bench.scope.entries
    check(bench)


def test_a_scan_does_not_push_out_what_is_read() -> None:
    bench = Bench(budget=1000 * (ENTRY_OVERHEAD + 20))
    hot = [b"hot%d" % number for number in range(100)]
    for key in hot:
        bench.put(key, "a")
    for number in range(20_000):
        bench.put(b"scan%d" % number, "a")
        if number % 50 == 0:
            for key in hot:
                bench.scope.entries[key].hits += 1
    assert all(key in bench.scope.entries for key in hot)
    check(bench)


@pytest.mark.parametrize(("part", "size"), [(1, 3700), (1, 8000), (LARGEST_PART, 100), (0.5, 1700)])
def test_an_entry_that_would_crowd_out_the_rest_is_not_kept(part: float, size: int) -> None:
    bench = Bench(budget=4 * KIB, limit=64 * KIB, largest_part=part)
    assert bench.put(b"s", "a", response=b"x") is not None
    assert bench.put(b"l", "a", response=b"x" * size) is None
    assert set(bench.scope.entries) == {b"s"}
    check(bench)


def test_an_answer_over_the_limit_is_not_kept() -> None:
    bench = Bench(limit=100)
    assert bench.put(b"just", "a", response=b"x" * 100) is not None
    assert bench.put(b"over", "a", response=b"x" * 101) is None
    assert set(bench.scope.entries) == {b"just"}


def test_a_key_is_charged_too() -> None:
    bench = Bench()
    bench.put(b"k" * 5000, "a", response=b"r" * 700)
    assert bench.engine.used_bytes == 5000 + 700 + ENTRY_OVERHEAD


def test_an_entry_in_place_of_another_frees_its_bytes() -> None:
    bench = Bench()
    bench.put(b"k", "a", response=b"x" * 5000)
    bench.put(b"k", "b", response=b"y")
    assert bench.scope.entries[b"k"].response == b"y"
    assert bench.table("a").held == 0
    check(bench)


class Sieve:
    """The algorithm as the paper writes it, over a list."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.visited: OrderedDict[int, bool] = OrderedDict()
        self.hand: int | None = None

    def access(self, key: int) -> None:
        if key in self.visited:
            self.visited[key] = True
            return
        if len(self.visited) >= self.capacity:
            self.evict()
        self.visited[key] = False

    def newer(self, key: int) -> int | None:
        keys = list(self.visited)
        at = keys.index(key) + 1
        return keys[at] if at < len(keys) else None

    def evict(self) -> None:
        hand = self.hand if self.hand is not None else next(iter(self.visited))
        while self.visited[hand]:
            self.visited[hand] = False
            newer = self.newer(hand)
            hand = newer if newer is not None else next(iter(self.visited))
        self.hand = self.newer(hand)
        del self.visited[hand]


@given(st.lists(st.integers(0, 12), max_size=300), st.integers(1, 8))
def test_eviction_is_sieve(accesses: list[int], capacity: int) -> None:
    size = 2 + 6 + ENTRY_OVERHEAD
    bench = Bench(budget=capacity * size, largest_part=1)
    model = Sieve(capacity)
    for number in accesses:
        key = b"%02d" % number
        entry = bench.scope.entries.get(key)
        if entry is None:
            bench.put(key, number % 3)
        else:
            entry.hits += 1
        model.access(number)
        assert {int(k) for k in bench.scope.entries if isinstance(k, bytes)} == set(model.visited)
    check(bench)


@given(st.lists(st.tuples(st.sampled_from("phwvx"), st.integers(0, 9)), max_size=120))
def test_the_store_stays_whole_whatever_happens(events: list[tuple[str, int]]) -> None:
    bench = Bench(budget=6 * (ENTRY_OVERHEAD + 10), largest_part=1)
    for event, number in events:
        key = b"%d" % number
        if event == "p":
            bench.put(key, number % 3, (number + 1) % 3)
        elif event == "h" and (entry := bench.scope.entries.get(key)) is not None:
            entry.hits += 1
        elif event == "w":
            bench.cache.origin.fence((bench.table(number % 3),), anything=False).release()
        elif event == "v":
            bench.cache.purge()
        elif event == "x":
            bench.clock.now += 10
        check(bench)


@pytest.mark.parametrize("visited", [False, True])
def test_the_hand_survives_the_removal_of_what_it_points_at(visited: bool) -> None:
    bench = Bench(budget=4 * (ENTRY_OVERHEAD + 7), largest_part=1)
    for key in (b"a", b"b", b"c", b"d"):
        bench.put(key, key)
    bench.scope.entries[b"a"].hits += 1
    bench.put(b"e", b"e")  # the hand passes a and evicts b
    assert set(bench.scope.entries) == {b"a", b"c", b"d", b"e"}
    assert bench.engine._store._hand is bench.scope.entries[b"c"]
    bench.scope.entries[b"d"].hits += visited
    bench.cache.origin.fence((bench.table(b"c"),), anything=False).release()
    check(bench)
    bench.put(b"f", b"f")
    bench.put(b"g", b"g")
    assert (b"d" in bench.scope.entries) is visited
    check(bench)
