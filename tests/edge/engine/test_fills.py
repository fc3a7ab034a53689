"""Fills, and those who wait for one."""

from __future__ import annotations

from polyscale_cli.edge.engine import Entry, Settings
from tests.edge.engine.parts import Bench


class Waiting:
    """A waiter that remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[Entry | None] = []

    def __call__(self, entry: Entry | None) -> None:
        self.told.append(entry)


def test_a_waiter_is_given_the_entry_once() -> None:
    bench = Bench()
    fill = bench.fill(b"k", "a")
    assert fill is not None
    waiters = [Waiting(), Waiting()]
    for waiter in waiters:
        assert bench.scope.fill_under_way(b"k") is fill
        fill.wait(waiter)
    assert fill.has_waiters
    entry = fill.admit(b"answer")
    assert entry is not None
    assert [waiter.told for waiter in waiters] == [[entry], [entry]]
    assert bench.scope.fill_under_way(b"k") is None
    fill.abandon()
    assert fill.admit(b"again") is None
    assert waiters[0].told == [entry]


def test_a_waiter_is_told_of_a_fill_that_is_given_up() -> None:
    bench = Bench()
    fill = bench.fill(b"k", "a")
    assert fill is not None
    fill.wait(waiter := Waiting())
    fill.abandon()
    assert waiter.told == [None]
    assert not bench.scope.entries
    assert bench.scope.fill_under_way(b"k") is None


def test_a_waiter_is_told_none_when_the_world_moved() -> None:
    bench = Bench()
    fill = bench.fill(b"k", "a")
    assert fill is not None
    fill.wait(waiter := Waiting())
    bench.cache.origin.fence((bench.table("a"),), anything=False).release()
    assert waiter.told == []
    assert not fill.is_current()
    assert fill.admit(b"old") is None
    assert waiter.told == [None]


def test_nobody_joins_a_fill_that_began_before_a_write() -> None:
    """It would be given what it may not see; the one who asks anew may be joined."""
    bench = Bench()
    old = bench.fill(b"k", "a")
    bench.cache.origin.fence((bench.table("a"),), anything=False).release()
    assert bench.scope.fill_under_way(b"k") is None
    new = bench.fill(b"k", "a")
    assert bench.scope.fill_under_way(b"k") is new
    assert old is not None
    assert new is not None
    assert old.admit(b"old") is None
    assert bench.scope.fill_under_way(b"k") is new, "the end of the old one does not hide the new one"
    entry = new.admit(b"new")
    assert bench.scope.entries[b"k"] is entry


def test_a_late_answer_does_not_replace_a_newer_entry_after_a_write() -> None:
    bench = Bench()
    old = bench.fill(b"k", "a")
    assert old is not None
    bench.cache.origin.fence((bench.table("a"),), anything=False).release()
    bench.put(b"k", "a", response=b"new")
    assert old.admit(b"old") is None
    assert bench.scope.entries[b"k"].response == b"new"


def test_a_waiter_may_start_the_next_fill_from_within() -> None:
    bench = Bench()
    fill = bench.fill(b"k", "a")
    assert fill is not None
    begun = []
    fill.wait(lambda _entry: begun.append(bench.fill(b"k", "a")))
    fill.abandon()
    assert bench.scope.fill_under_way(b"k") is begun[0]
    assert begun[0] is not None
    assert begun[0].admit(b"answer") is not None


def test_a_waiter_may_write_from_within() -> None:
    bench = Bench()
    fill = bench.fill(b"k", "a")
    assert fill is not None
    fill.wait(lambda _entry: bench.cache.origin.fence((bench.table("a"),), anything=False).release())
    fill.wait(second := Waiting())
    fill.admit(b"answer")
    assert not bench.scope.entries
    assert len(second.told) == 1


def test_a_purge_during_a_fill_keeps_its_answer_out() -> None:
    bench = Bench()
    fill = bench.fill(b"k", "a")
    assert fill is not None
    fill.wait(waiter := Waiting())
    assert bench.engine.purge("one").entries == 0
    assert fill.admit(b"old") is None
    assert waiter.told == [None]
    assert bench.put(b"k", "a") is not None


def test_caching_switched_off_during_a_fill_keeps_its_answer_out() -> None:
    bench = Bench()
    fill = bench.fill(b"k", "a")
    bench.engine.configure("one", Settings(caches=False, ttl_seconds=60))
    assert fill is not None
    assert fill.admit(b"answer") is None
    assert bench.fill(b"k", "a") is None
    bench.engine.configure("one", Settings(caches=True, ttl_seconds=60))
    assert bench.put(b"k", "a") is not None


def test_a_deleted_cache_takes_nothing_in() -> None:
    bench = Bench()
    bench.put(b"j", "a")
    fill = bench.fill(b"k", "a")
    assert bench.engine.forget("one") == 1
    assert fill is not None
    assert fill.admit(b"answer") is None
    assert bench.engine.used_bytes == 0
    assert bench.fill(b"k", "a") is None


def test_an_entry_may_be_served_until_it_expires() -> None:
    bench = Bench()
    bench.put(b"k", "a")
    bench.clock.now += bench.cache.habits.ttl - 0.1
    assert bench.holds(b"k")
    bench.clock.now += 0.11
    assert not bench.holds(b"k")
    bench.put(b"k", "a", response=b"again")
    assert bench.holds(b"k")
    assert bench.cache.entries == 1


def test_the_ttl_runs_from_the_answer_on() -> None:
    """From the send on would be shorter; what counts is what the next asker would be told by the origin."""
    bench = Bench()
    fill = bench.fill(b"k", "a")
    bench.clock.now += 30
    assert fill is not None
    entry = fill.admit(b"answer")
    assert entry is not None
    assert entry.expires == bench.clock.now + bench.cache.habits.ttl
