"""Scopes, templates, and the engine's front."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.engine import CacheMetrics, Resolution, Settings, cachestate, footprint, template
from polyscale_cli.edge.engine.footprint import STALE_SECONDS
from tests.edge.engine.parts import Bench, Words


def test_the_same_identity_is_the_same_scope() -> None:
    bench = Bench()
    assert bench.cache.scope(("user", "db")) is bench.cache.scope(("user", "db"))
    assert bench.cache.scope(("user", "db")) is not bench.cache.scope(("user", "other"))


def test_scopes_hold_their_own_answers() -> None:
    bench = Bench()
    bench.put(b"k", "a", response=b"mine")
    other = bench.cache.scope("you")
    assert b"k" not in other.entries
    fill = other.start_fill(b"k", (bench.table("a"),))
    assert fill is not None
    fill.admit(b"yours")
    assert bench.scope.entries[b"k"].response == b"mine"
    assert other.entries[b"k"].response == b"yours"
    assert bench.cache.entries == 2
    bench.cache.origin.fence((bench.table("a"),), anything=False)
    assert bench.cache.entries == 0


def test_a_private_scope_keeps_nothing() -> None:
    bench = Bench()
    private = bench.cache.private_scope()
    assert private.start_fill(b"k", ()) is None
    assert bench.cache.private_scope() is not private


def test_scopes_without_end_are_dropped_with_their_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cachestate, "MOST_SCOPES", 10)
    bench = Bench()
    fill = bench.fill(b"under way", "a")
    bench.put(b"k", "a")
    for number in range(100):
        each = bench.cache.scope(number)
        begun = each.start_fill(b"k", (bench.table("a"),))
        assert begun is not None
        begun.admit(b"answer")
    assert len(bench.cache._scopes) <= 10
    assert not bench.scope.entries, "nothing could find them to invalidate them"
    assert bench.engine.used_bytes == sum(e.size for s in bench.cache._scopes.values() for e in s.entries.values())
    assert fill is not None
    assert fill.admit(b"late") is None
    assert bench.fill(b"k", "a") is None


def test_footprints_without_end_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(footprint, "MOST_FOOTPRINTS", 10)
    bench = Bench()
    other = bench.cache.scope("you")
    for number in range(35):
        each = bench.template(b"read t%dx" % number)
        assert bench.learn(each)
        assert other.learn(each, Resolution(), bench.cache.definitions.version)
    assert len(bench.scope._footprints) + len(other._footprints) <= 10
    last = bench.template(b"read t34x")
    assert bench.scope.footprint(last) is not None
    assert other.footprint(last) is not None


def test_what_is_no_longer_believed_of_a_template_is_forgotten_though_nobody_asks_for_it() -> None:
    bench = Bench()
    renewed = bench.template(b"read t0x")
    for number in range(10):
        assert bench.learn(bench.template(b"read t%dx" % number))
    bench.clock.now += STALE_SECONDS
    assert bench.learn(renewed)
    bench.clock.now += STALE_SECONDS + 1
    other = bench.cache.scope("you")
    assert other.learn(renewed, Resolution(), bench.cache.definitions.version)
    assert list(bench.scope._footprints) == [renewed]


def test_templates_without_end_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template, "MOST_TEMPLATES", 10)
    monkeypatch.setattr(template, "MOST_TEXTS", 10)
    bench = Bench()
    templates = bench.cache.templates
    for number in range(100):
        templates.of_statement(b"read t%dx" % number)
        templates.intern(b"%d" % number)
    assert len(templates._templates) <= 10
    assert len(templates._texts) <= 10
    assert len(templates._interned) <= 10


def test_long_texts_without_end_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template, "MOST_BYTES_OF_TEXTS", 5_000)
    templates = Bench().cache.templates
    for number in range(20):
        templates.of_statement(b"read a%s %d" % (b"b" * number * 10, number))
        templates.of_statement(b"read t%dx %s" % (number, b"y" * 1000))
        templates.intern(b"%d %s" % (number, b"z" * 1000))
        for remembered in (templates._texts, templates._interned, templates._shapes, templates._heads):
            assert sum(len(text) for text in remembered) <= 5_000 + 1_020


def test_long_templates_make_room_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template, "MOST_BYTES", 5_000)
    bench = Bench()
    templates = bench.cache.templates
    for number in range(20):
        templates.of_text(b"read t%dx %s" % (number, b"y" * 1000))
        assert sum(len(text) for text in templates._templates) <= 5_000
    kept = templates.of_text(b"read %s" % (b"z" * 9_000))
    assert list(templates._templates.values()) == [kept], "the last one stays, however long"


def test_a_template_is_analysed_once() -> None:
    counted = []

    class Counting(Words):
        def analyse(self, text: bytes):  # type: ignore[no-untyped-def]
            counted.append(text)
            return super().analyse(text)

    bench = Bench()
    templates = bench.engine.cache("other", Counting(), "origin").templates
    made = {id(templates.of_text(b"read a %d" % number)) for number in range(50)}
    made |= {id(templates.of_statement(b"read a %d" % number)) for number in range(50)}
    assert len(made) == 1
    assert len(counted) == 1


def test_a_long_text_is_not_remembered() -> None:
    bench = Bench()
    bench.cache.templates.of_statement(b"read " + b"a" * 100_000)
    assert not bench.cache.templates._texts


def test_equal_keys_are_one_object() -> None:
    templates = Bench().cache.templates
    assert templates.intern(b"x" * 100) is templates.intern(bytes(bytearray(b"x" * 100)))


def test_settings_made_before_the_first_session_hold() -> None:
    bench = Bench()
    bench.engine.configure("early", Settings(caches=False, ttl_seconds=5))
    early = bench.engine.cache("early", Words(), "origin")
    assert (early.caches, early.ttl) == (False, 5)


def test_the_same_settings_again_drop_nothing() -> None:
    bench = Bench()
    bench.put(b"k", "a")
    bench.engine.configure("one", Settings(caches=True, ttl_seconds=60))
    assert bench.cache.entries == 1
    bench.engine.configure("one", Settings(caches=True, ttl_seconds=30))
    assert bench.cache.entries == 0
    entry = bench.put(b"k", "a")
    assert entry is not None
    assert entry.expires == bench.clock.now + 30


def test_metrics() -> None:
    bench = Bench()
    assert bench.engine.metrics("nobody") == CacheMetrics(0, 0, 0, 0, 0, 0, 0)
    bench.put(b"k", "a")
    bench.put(b"l", "a")
    bench.put(b"m", "b")
    assert bench.engine.metrics("one").entries == 3
    assert bench.engine.metrics("one").bytes == bench.engine.used_bytes
    bench.cache.origin.fence((bench.table("a"),), anything=False).release()
    assert bench.engine.purge("one").entries == 1
    assert bench.engine.purge("nobody").entries == 0
    found = bench.engine.metrics("one")
    assert (found.entries, found.bytes, found.invalidated, found.purged) == (0, 0, 2, 1)


def test_a_forgotten_cache_leaves_its_origin() -> None:
    bench = Bench()
    bench.put(b"k", "a")
    assert bench.engine.forget("one") == 1
    assert bench.engine.forget("one") == 0
    assert bench.cache.origin.caches == []
    again = bench.engine.cache("one", Words(), "origin")
    assert again is not bench.cache
    assert again.origin is bench.cache.origin
    assert again.ttl == 60.0
