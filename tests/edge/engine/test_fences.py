"""Every interleaving of reads and writes: nobody is served what is older than an acknowledged write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from polyscale_cli.edge.engine import Fence, Fill, Selection
from polyscale_cli.edge.engine.origin import Origin
from polyscale_cli.edge.engine.purging import PURGED
from tests.edge.engine.parts import Bench


def interleavings(sequences: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """All orders of the events of all sequences that keep the order within each."""
    if not any(sequences):
        yield ()
        return
    for i, sequence in enumerate(sequences):
        if sequence:
            rest = [*sequences[:i], sequence[1:], *sequences[i + 1 :]]
            for tail in interleavings(rest):
                yield (sequence[0], *tail)


@dataclass(slots=True)
class World:
    """An origin of two tables whose values count commits, an engine, and what happened so far."""

    bench: Bench = field(default_factory=Bench)
    committed: dict[str, int] = field(default_factory=lambda: {"a": 0, "b": 0})
    acknowledged: dict[str, int] = field(default_factory=lambda: {"a": 0, "b": 0})
    told: dict[str, dict[str, int]] = field(default_factory=dict)
    fences: dict[str, Fence] = field(default_factory=dict)
    fills: dict[str, Fill | None] = field(default_factory=dict)
    seen: dict[str, bytes] = field(default_factory=dict)

    def step(self, event: str) -> None:
        """``what:who:tables``."""
        what, who, tables = event.split(":")
        origin = self.bench.cache.origin
        if what == "fence":
            anything = tables == "*"
            names = () if anything else tables
            self.fences[who] = origin.fence([origin.table(name) for name in names], anything=anything)
        elif what == "commit":
            for name in "ab" if tables == "*" else tables:
                self.committed[name] += 1
            self.told[who] = dict(self.committed)
        elif what == "release":
            self.fences[who].release()
            for name in "ab" if tables == "*" else tables:
                self.acknowledged[name] = max(self.acknowledged[name], self.told[who][name])
        elif what == "purge":
            self.bench.engine.purge("one")
            for name in tables:
                self.acknowledged[name] = max(self.acknowledged[name], self.told[who][name])
        elif what == "send":
            self.fills[who] = self.bench.fill(b"key " + tables.encode(), *tables)
        elif what == "snapshot":
            self.seen[who] = b",".join(b"%d" % self.committed[name] for name in tables)
        elif what == "answer":
            fill = self.fills[who]
            if fill is not None:
                fill.admit(self.seen[who])

    def stale(self) -> bool:
        """Whether anything that may be served is older than what some client was told."""
        for key, entry in self.bench.scope.entries.items():
            assert isinstance(key, bytes)
            values = [int(value) for value in entry.response.split(b",")]
            for name, value in zip(key[4:].decode(), values, strict=True):
                if value < self.acknowledged[name]:
                    return True
        return False


def write(who: str, tables: str) -> list[str]:
    return [f"{what}:{who}:{tables}" for what in ("fence", "commit", "release")]


def read(who: str, tables: str) -> list[str]:
    return [f"{what}:{who}:{tables}" for what in ("send", "snapshot", "answer")]


def around(who: str, tables: str) -> list[str]:
    return [f"commit:{who}:{tables}", f"purge:{who}:{tables}"]


PLAYS: dict[str, list[list[str]]] = {
    "a read and a write": [read("r", "a"), write("w", "a")],
    "a read and a write of anything": [read("r", "a"), write("w", "*")],
    "a read of two tables, writes of each": [read("r", "ab"), write("v", "a"), write("w", "b")],
    "a read and two writes of one table": [read("r", "a"), write("v", "a"), write("w", "a")],
    "two reads of one key and a write": [read("q", "a"), read("r", "a"), write("w", "a")],
    "two reads of two keys and a write": [read("q", "a"), read("r", "ab"), write("w", "a")],
    "a read, a write, a write of anything": [read("r", "ab"), write("v", "b"), write("w", "*")],
    "a read and a purge": [read("r", "a"), around("w", "a")],
    "a read, a write and a purge": [read("r", "a"), write("v", "a"), around("w", "a")],
}


def violations(play: list[list[str]]) -> list[tuple[str, ...]]:
    """The interleavings in which, at some moment, something stale could have been served."""
    found = []
    for events in interleavings(play):
        world = World()
        for event in events:
            world.step(event)
            if world.stale():
                found.append(events)
                break
    return found


@pytest.mark.parametrize("play", PLAYS)
def test_nothing_stale_can_be_served_in_any_order(play: str) -> None:
    assert violations(PLAYS[play]) == []


@pytest.mark.parametrize("play", PLAYS)
def test_a_read_after_all_is_over_is_kept(play: str) -> None:
    """Else a cache that keeps nothing would pass."""
    for events in interleavings(PLAYS[play]):
        world = World()
        for event in events:
            world.step(event)
        for event in read("last", "ab"):
            world.step(event)
        assert world.bench.holds(b"key ab")


def _without_release_move(fence: Fence) -> None:
    for table in fence._fenced:
        table.fences -= 1


def _without_check_at_send(bench: Bench, key: bytes, *tables: str) -> Fill:
    found = tuple(bench.table(name) for name in tables)
    versions = bench.cache.origin.everything.version + sum(table.version for table in found)
    return Fill(bench.scope, key, found, versions)


def _without_drop(self: Origin, table: object, _cause: object = None) -> None:
    table.version += 1  # type: ignore[attr-defined]


BROKEN: dict[str, tuple[str, Callable[[pytest.MonkeyPatch], None]]] = {
    "versions that move only when the fence is taken, and no look at the fence": (
        "a read and a write",
        lambda patch: (
            patch.setattr(Fence, "release", _without_release_move),
            patch.setattr(Bench, "fill", _without_check_at_send),
        )[0],
    ),
    "fences that drop nothing": ("a read and a write", lambda patch: patch.setattr(Origin, "move", _without_drop)),
    "a purge that lets fills under way go on": (
        "a read and a purge",
        lambda patch: patch.setattr(
            "polyscale_cli.edge.engine.cachestate.CacheState.purge", lambda self: self.drop_entries(PURGED)
        ),
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_the_judge_finds_a_broken_engine(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    play, break_it = BROKEN[fault]
    break_it(monkeypatch)
    assert violations(PLAYS[play])


def test_a_fence_drops_at_once_and_holds_until_its_release() -> None:
    bench = Bench()
    bench.put(b"k", "a")
    bench.put(b"other", "b")
    fence = bench.cache.origin.fence((bench.table("a"),), anything=False)
    assert set(bench.scope.entries) == {b"other"}
    assert bench.fill(b"k", "a") is None
    assert bench.fill(b"k", "b", "a") is None
    assert bench.fill(b"k", "b") is not None
    fence.release()
    assert bench.fill(b"k", "a") is not None
    assert bench.engine.metrics("one").invalidated == 1


def test_releasing_twice_is_once() -> None:
    bench = Bench()
    one = bench.cache.origin.fence((bench.table("a"),), anything=False)
    other = bench.cache.origin.fence((bench.table("a"),), anything=False)
    one.release()
    one.release()
    assert bench.fill(b"k", "a") is None
    other.release()
    assert bench.fill(b"k", "a") is not None


def test_a_fence_of_everything_is_over_all_tables_known_or_not() -> None:
    bench = Bench()
    bench.put(b"k", "a")
    fence = bench.cache.origin.fence((), anything=True)
    assert not bench.scope.entries
    assert bench.fill(b"k", "new") is None
    assert bench.fill(b"k") is None
    fence.release()
    assert bench.put(b"k", "new") is not None
    assert bench.put(b"k2") is not None
    bench.cache.origin.fence((), anything=True).release()
    assert not bench.scope.entries


def test_a_write_is_seen_through_every_cache_of_its_origin_and_no_other() -> None:
    bench = Bench()
    dialect = bench.cache.templates._dialect
    beside = bench.engine.cache("two", dialect, "origin")
    elsewhere = bench.engine.cache("three", dialect, "another origin")
    fills = [
        state.scope("me").start_fill(b"k", (state.origin.table("a"),)) for state in (bench.cache, beside, elsewhere)
    ]
    for fill in fills:
        assert fill is not None
        assert fill.admit(b"answer") is not None
    bench.cache.origin.fence((bench.table("a"),), anything=False).release()
    assert (bench.cache.entries, beside.entries, elsewhere.entries) == (0, 0, 1)
    assert bench.engine.metrics("two").invalidated == 1
    bench.cache.origin.fence((), anything=True).release()
    assert elsewhere.entries == 1


@pytest.mark.parametrize("how", ["taken", "released"])
def test_a_write_under_way_when_definitions_move_may_change_any_table(how: str) -> None:
    """A trigger may have come that it will fire."""
    bench = Bench()
    origin = bench.cache.origin
    definition = origin.fence((), anything=True) if how == "released" else None
    fence = origin.fence((bench.table("a"),), anything=False)
    if definition is None:
        definition = origin.fence((), anything=True)
    definition.release()
    assert bench.fill(b"k", "b") is None, "nobody sees it before, and the old again after"
    fence.release()
    bench.put(b"k", "b")
    origin.fence((bench.table("a"),), anything=False).release()
    assert bench.holds(b"k"), "the next write changes what it names"


def test_a_purge_makes_nothing_of_a_write_under_way() -> None:
    """Else purging one table would empty the cache of whoever writes all the time."""
    bench = Bench()
    fence = bench.cache.origin.fence((bench.table("a"),), anything=False)
    bench.put(b"k", "b")
    bench.engine.purge("one", Selection((("c",),)))
    bench.engine.purge("one")
    bench.put(b"k", "b")
    fence.release()
    assert bench.holds(b"k")
