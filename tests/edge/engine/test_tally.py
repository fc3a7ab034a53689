"""What is counted: for each template, and for those that are no longer told apart."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.engine import Reason, Template
from polyscale_cli.edge.engine import template as templates
from polyscale_cli.edge.engine.tally import MOST_SAMPLES, Tally
from tests.edge.engine.parts import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


def _keep(bench: Bench, template: Template, key: bytes, *tables: str) -> None:
    fill = bench.scope.start_fill(key, tuple(bench.table(name) for name in tables), template)
    assert fill is not None
    assert fill.admit(b"answer") is not None


def _hit(bench: Bench, key: bytes) -> None:
    entry = bench.scope.entries[key]
    entry.hits += 1
    entry.tally.hits += 1


def test_what_happens_to_an_answer_is_counted_with_its_template(bench: Bench) -> None:
    template = bench.template(b"read a")
    tally = template.tally
    _keep(bench, template, b"k1", "a")
    _keep(bench, template, b"k2", "a")
    _hit(bench, b"k1")
    assert (tally.kept, tally.kept_bytes, tally.held, tally.hits) == (2, 12, 2, 1)
    bench.cache.origin.fence((bench.table("a"),), anything=False).release()
    assert (tally.held, tally.invalidated, tally.hits) == (0, 2, 1)
    assert bench.cache.hits == 1


def test_passes_are_counted_by_why(bench: Bench) -> None:
    template = bench.template()
    bench.cache.pass_by(template, Reason.LOCKS_ROWS)
    bench.cache.pass_by(template, Reason.LOCKS_ROWS)
    bench.cache.pass_by(None, Reason.NOT_A_READ)
    assert template.tally.passes == {Reason.LOCKS_ROWS: 2}
    assert bench.cache.reasons == {Reason.LOCKS_ROWS: 2, Reason.NOT_A_READ: 1}
    assert (bench.cache.passes, template.tally.runs) == (3, 2)


def test_hits_of_a_template_that_was_forgotten_are_not_lost(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "MOST_TEMPLATES", 2)
    first = bench.template(b"read a")
    _keep(bench, first, b"k", "a")
    _hit(bench, b"k")
    for name in (b"read b", b"read c", b"read d"):
        bench.template(name)
    assert first not in bench.cache.templates.all()
    assert bench.cache.templates.dropped == 2
    _hit(bench, b"k")
    assert bench.cache.hits == 2
    bench.cache.origin.fence((bench.table("a"),), anything=False).release()
    assert bench.cache.hits == 2
    # A session that still holds the template counts with those that are not told apart.
    first.tally.hits += 1
    assert bench.cache.hits == 3
    assert sum(tally.hits for tally in bench.cache.unlisted()) == 3


def test_samples_are_bounded_and_taken_away() -> None:
    tally = Tally()
    for number in range(MOST_SAMPLES + 10):
        tally.took(number)
        tally.hit_took(number)
    assert (len(tally.take_origin()), len(tally.take_hits())) == (MOST_SAMPLES, MOST_SAMPLES)
    assert (tally.origin_seconds, tally.hit_seconds) == ([], [])
    assert tally.origin_runs == MOST_SAMPLES + 10


def test_a_short_name_is_the_same_for_ever(bench: Bench) -> None:
    assert bench.template(b"read a").id == "1a4401e9b23d58c7"


def test_entries_that_go_by_an_unknown_write_are_counted_with_their_template(bench: Bench) -> None:
    template = bench.template(b"read a")
    _keep(bench, template, b"k", "a")
    bench.cache.origin.fence((), anything=False, any_table=True).release()
    assert (template.tally.invalidated, bench.cache.invalidated) == (1, 1)
