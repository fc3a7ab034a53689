"""What a sweep finds, while templates come, go and come again."""

from __future__ import annotations

from typing import Any

import pytest

from polyscale_cli.edge.engine import Reason, template
from polyscale_cli.edge.observe.collector import SLICE, Collector
from polyscale_cli.edge.observe.minute import MOST_TOLD, Minute
from tests.edge.observe.parts import NOON, Watched


@pytest.fixture
def watched(tmp_path: Any) -> Watched:
    return Watched(tmp_path / "statistics.db")


def swept(collector: Collector) -> Minute:
    minute = Minute(NOON)
    for _ in collector.sweep(minute):
        pass
    return minute


def test_each_sweep_finds_what_is_new(watched: Watched) -> None:
    collector = watched.statistics.collector
    one = watched.run(hits=3, misses=2, passes=1)
    one.tally.kept, one.tally.kept_bytes, one.tally.refreshed, one.tally.changed = 2, 500, 4, 1
    one.tally.hit_took(0.001)
    watched.cache.invalidated += 1
    part = swept(collector).caches["one"]

    counts = part.activities[one.id].counts
    numbers = counts.numbers
    assert (numbers.hits, numbers.misses, numbers.passes, counts.reasons) == (3, 2, 1, {"READS_CLOCK": 1})
    assert (numbers.kept, numbers.kept_bytes, numbers.refreshed, numbers.changed) == (2, 500, 4, 1)
    assert (sum(counts.origin.values()), sum(counts.hit.values())) == (2, 1)
    # Each hit took one millisecond where the origin takes twenty.
    assert numbers.saved == pytest.approx(3 * 0.019)
    total = part.total
    assert total.numbers == numbers._replace(invalidated=1)
    assert (total.reasons, total.origin) == (counts.reasons, counts.origin)

    assert swept(collector).caches["one"].activities == {}
    watched.run(hits=5)
    part = swept(collector).caches["one"]
    assert (part.total.numbers.hits, part.total.runs, part.total.numbers.invalidated) == (5, 5, 0)
    again = part.activities[one.id].counts
    assert (again.numbers.hits, again.numbers.misses) == (5, 0)
    # What the origin takes is remembered from the misses before.
    assert again.numbers.saved == pytest.approx(5 * 0.019)
    assert collector.totals("one").counts.numbers.hits == 8
    assert collector.totals("one").counts.origin.seconds == pytest.approx(0.04, rel=0.02)


def test_what_has_no_template_is_a_part_of_the_whole(watched: Watched) -> None:
    watched.cache.pass_by(None, Reason.NOT_A_READ)
    watched.cache.several.hits += 2
    part = swept(watched.statistics.collector).caches["one"]
    assert part.activities == {}
    assert (part.total.numbers.hits, part.total.numbers.passes, part.total.reasons) == (2, 1, {"NOT_A_READ": 1})


def test_a_template_that_is_forgotten_is_counted_once(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was told of it before its end is not told again as a part of all others."""
    monkeypatch.setattr(template, "MOST_TEMPLATES", 3)
    collector = watched.statistics.collector
    watched.run(b"read a", hits=5)
    swept(collector)
    watched.run(b"read a", hits=2)
    for name in b"bcd":
        watched.run(b"read " + bytes([name]), hits=1)
    part = swept(collector).caches["one"]
    assert len(part.activities) == 3
    assert part.total.numbers.hits == 2 + 3
    assert part.forgotten == 1
    watched.run(b"read a", hits=7)
    assert swept(collector).caches["one"].total.numbers.hits == 7
    assert collector.totals("one").counts.numbers.hits == 5 + 2 + 3 + 7
    assert collector.totals("one").forgotten == 1


def test_a_template_that_goes_while_a_sweep_is_under_way_is_counted_once(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(template, "MOST_TEMPLATES", 2 * SLICE)
    collector = watched.statistics.collector
    for number in range(2 * SLICE):
        watched.run(b"read " + b"x" * number, hits=1)
    minute = Minute(NOON)
    sweep = collector.sweep(minute)
    next(sweep)
    for number in range(2 * SLICE):
        watched.run(b"read " + b"y" * (number + 1), hits=1)
    for _ in sweep:
        pass
    for _ in range(2):
        for _ in collector.sweep(minute):
            pass
    assert minute.caches["one"].total.numbers.hits == 4 * SLICE


def test_a_cache_that_is_given_another_origin_goes_on_counting(watched: Watched) -> None:
    collector = watched.statistics.collector
    watched.run(hits=5)
    swept(collector)
    watched.bench.engine.forget("one")
    watched.bench.__post_init__()
    watched.run(hits=2)
    assert swept(collector).caches["one"].total.numbers.hits == 2
    assert collector.totals("one").counts.numbers.hits == 7


def test_a_minute_tells_the_busiest_and_the_slowest_apart(watched: Watched) -> None:
    for number in range(300):
        watched.run(b"read " + b"x" * number, hits=number)
    slow = watched.run(b"read slow", misses=1)
    minute = swept(watched.statistics.collector)
    record = minute.record().caches["one"]
    assert len(record.told) == MOST_TOLD
    assert record.untold == 300 - MOST_TOLD  # the first of them had no runs at all
    told = {one.facts.id for one in record.told}
    assert slow.id in told
    assert watched.run(b"read " + b"x" * 299).id in told
    assert record.total.runs == sum(range(300)) + 1


def test_the_facts_of_a_template(watched: Watched) -> None:
    watched.run(b"read a b", hits=1)
    (told,) = swept(watched.statistics.collector).record().caches["one"].told
    facts = told.facts
    assert (facts.sql, facts.tables, facts.is_read, facts.refusal) == ("read a b", ("a", "b"), True, None)
    assert told.last_run == NOON
