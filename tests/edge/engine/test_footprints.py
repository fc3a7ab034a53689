"""What a scope knows of templates, and when it stops believing it."""

from __future__ import annotations

from polyscale_cli.edge.engine import Analysis, Effect, Reason, Resolution
from polyscale_cli.edge.engine.analysis import UNKNOWN
from polyscale_cli.edge.engine.footprint import FRESH_SECONDS, STALE_SECONDS
from polyscale_cli.edge.engine.template import Template
from tests.edge.engine.parts import Bench


def test_a_footprint_is_believed_for_a_while() -> None:
    bench = Bench()
    template = bench.template()
    assert bench.scope.footprint(template) is None
    assert bench.scope.is_stale(template)
    assert bench.learn(template)
    footprint = bench.scope.footprint(template)
    assert footprint is not None
    assert footprint.reads == (bench.table("a"),)
    assert footprint.keepable
    bench.clock.now += STALE_SECONDS
    assert not bench.scope.is_stale(template)
    bench.clock.now += 0.1
    assert bench.scope.is_stale(template)
    assert bench.scope.footprint(template) is footprint
    bench.clock.now += FRESH_SECONDS - STALE_SECONDS
    assert bench.scope.footprint(template) is None


def test_learning_again_renews_it() -> None:
    bench = Bench()
    template = bench.template()
    bench.learn(template)
    bench.clock.now += STALE_SECONDS + 1
    assert bench.learn(template)
    bench.clock.now += STALE_SECONDS - 1
    assert not bench.scope.is_stale(template)


def test_definitions_that_moved_make_it_unknown() -> None:
    bench = Bench()
    template = bench.template()
    bench.learn(template)
    bench.cache.origin.fence((bench.table("a"),), anything=False).release()
    assert bench.scope.footprint(template) is not None, "data moved, definitions did not"
    fence = bench.cache.origin.fence((), anything=True)
    assert bench.scope.footprint(template) is None
    assert bench.scope.is_stale(template)
    fence.release()
    assert bench.scope.footprint(template) is None


def test_an_answer_is_refused_when_definitions_moved_since_it_was_asked() -> None:
    bench = Bench()
    template = bench.template()
    asked = bench.cache.origin.everything.version
    bench.cache.origin.fence((), anything=True).release()
    assert not bench.learn(template, at=asked)
    assert bench.scope.footprint(template) is None


def test_an_answer_is_refused_while_definitions_may_be_moving() -> None:
    """Asked after the fence went up, answered before it came down: the catalog may have shown the world before."""
    bench = Bench()
    template = bench.template()
    fence = bench.cache.origin.fence((), anything=True)
    assert not bench.learn(template)
    asked = bench.cache.origin.everything.version
    fence.release()
    assert not bench.learn(template, at=asked)
    assert bench.learn(template)


def test_scopes_know_each_for_themselves() -> None:
    """The same text means other tables under another search path."""
    bench = Bench()
    template = bench.template()
    bench.learn(template)
    assert bench.cache.scope("another").footprint(template) is None
    assert bench.cache.private_scope().footprint(template) is None


def test_what_the_text_alone_tells_needs_no_catalog() -> None:
    bench = Bench()
    plain = Template(b"SELECT [?]", Analysis())
    assert not plain.needs_catalog
    footprint = bench.scope.footprint(plain)
    assert footprint is not None
    assert footprint.keepable
    for refused in (
        UNKNOWN,
        Analysis(refusal=Reason.NOT_A_READ),
        Analysis(effects=Effect.SETS, refusal=Reason.NOT_A_READ),
        Analysis(refusal=Reason.READS_CLOCK),
    ):
        assert bench.scope.footprint(Template(b"", refused)) is None


def test_only_a_read_that_touches_nothing_else_is_keepable() -> None:
    bench = Bench()
    template = bench.template()
    version = bench.cache.origin.everything.version
    for resolution in (
        Resolution(writes=frozenset({"a"})),
        Resolution(writes_anything=True),
        Resolution(unsettles=True),
        Resolution(refusal=Reason.VOLATILE_FUNCTION),
    ):
        assert bench.scope.learn(template, resolution, version)
        footprint = bench.scope.footprint(template)
        assert footprint is not None
        assert not footprint.keepable
