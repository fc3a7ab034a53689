"""Other forms of an answer that is kept."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.engine import Entry, Settings
from tests.edge.engine.parts import Bench


def derived(bench: Bench) -> tuple[Entry, Entry]:
    """An entry that reads table a, and another form of it."""
    bench.put(b"k", "a", response=b"rows")
    source = bench.scope.entries[b"k"]
    entry = bench.cache.scope("forms").derive(source, b"form", b"[]")
    assert entry is not None
    return source, entry


def test_another_form_expires_with_its_source() -> None:
    source, entry = derived(Bench())
    assert entry.expires == source.expires
    assert entry.response == b"[]"


def test_a_cache_that_observes_keeps_no_other_forms() -> None:
    bench = Bench()
    bench.engine.configure("one", Settings(observes=True))
    bench.put(b"k", "a", response=b"rows")
    source = bench.scope.kept[b"k"]
    assert bench.cache.scope("forms").derive(source, b"form", b"[]") is None


@pytest.mark.parametrize("anything", [False, True])
def test_a_write_drops_every_form(anything: bool) -> None:
    bench = Bench()
    source, entry = derived(bench)
    bench.cache.origin.fence(() if anything else (bench.table("a"),), anything=anything)
    assert not source.size
    assert not entry.size


def test_a_purge_drops_every_form() -> None:
    bench = Bench()
    _, entry = derived(bench)
    assert bench.engine.purge("one").entries == 2
    assert not entry.size


def test_a_form_outlives_the_eviction_of_its_source_and_not_a_write_after_it() -> None:
    bench = Bench()
    source, entry = derived(bench)
    bench.cache.store.remove(source)
    assert entry.size
    bench.cache.origin.fence((bench.table("a"),), anything=False)
    assert not entry.size


def test_there_is_no_form_of_an_entry_that_is_gone() -> None:
    bench = Bench()
    source, _ = derived(bench)
    bench.cache.origin.fence((bench.table("a"),), anything=False).release()
    assert bench.cache.scope("forms").derive(source, b"form", b"[]") is None


def test_there_is_no_form_in_another_cache_or_scope_that_keeps_nothing() -> None:
    bench = Bench()
    source, _ = derived(bench)
    bench.engine.configure("two", Settings(caches=True, ttl_seconds=60))
    other = bench.engine.cache("two", bench.cache.templates._dialect, "origin")
    assert other.scope("forms").derive(source, b"form", b"[]") is None
    assert bench.cache.private_scope().derive(source, b"form", b"[]") is None


def test_a_form_that_is_too_large_is_not_kept() -> None:
    bench = Bench(limit=10)
    source, _ = derived(bench)
    assert bench.cache.scope("forms").derive(source, b"other", b"x" * 11) is None


def test_no_form_outlives_its_source_s_being_asked_for_anew() -> None:
    bench = Bench()
    source, entry = derived(bench)
    other = bench.cache.scope("forms").derive(source, b"another form", b"[ ]")
    assert other is not None
    bench.put(b"k", "a", response=b"other rows")
    assert not source.size
    assert not entry.size
    assert not other.size
