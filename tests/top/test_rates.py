"""What happened between two readings."""

from __future__ import annotations

import dataclasses

from polyscale_cli.top.rates import KEPT, Rates
from tests.top.readings import cache, reading, template


def test_one_reading_has_no_rates() -> None:
    frame = Rates().take(reading(10.0, [cache("shop", hits=5)], [template("a", 3)]))
    (row,) = frame.caches
    assert (frame.seconds, row.per_second, row.hit_ratio, row.past) == (None, None, None, ())
    assert frame.templates is not None
    assert frame.templates[0].per_second is None


def test_two_readings_have_what_came_between_them_for_each_second() -> None:
    rates = Rates()
    rates.take(reading(10.0, [cache("shop", hits=5, misses=1, passes=1, invalidated=1)], [template("a", 3)]))
    frame = rates.take(
        reading(12.0, [cache("shop", hits=11, misses=3, passes=3, invalidated=4)], [template("a", 9), template("b", 4)])
    )
    row = frame.chosen_cache
    assert row is not None
    assert (row.per_second, row.hit_ratio, row.invalidated_per_second) == (5.0, 0.75, 1.5)
    assert frame.templates is not None
    assert [one.per_second for one in frame.templates] == [3.0, 2.0]


def test_an_edge_that_was_started_anew_counts_from_zero() -> None:
    rates = Rates()
    rates.take(reading(10.0, [cache("shop", hits=500)], [template("a", 90)]))
    frame = rates.take(reading(11.0, [cache("shop", hits=4)], [template("a", 2)]))
    assert frame.caches[0].per_second == 4.0
    assert frame.templates is not None
    assert frame.templates[0].per_second == 0.0


def test_templates_of_another_cache_have_no_rates_yet() -> None:
    rates = Rates()
    first = reading(10.0, [cache("shop"), cache("blog")], [template("a", 90)])
    rates.take(first)
    other = dataclasses.replace(first, at=11.0, chosen="id-blog", templates=(template("a", 95),))
    frame = rates.take(other)
    assert frame.templates is not None
    assert frame.templates[0].per_second is None


def test_a_span_that_began_anew_is_compared_with_its_own_beginning() -> None:
    """The reading says how often templates had run since the new beginning, which is less than it shows."""
    rates = Rates()
    first = reading(10.0, [cache("shop")], [template("a", 1000)])
    rates.take(dataclasses.replace(first, base={"a": 20}))
    frame = rates.take(reading(11.0, [cache("shop")], [template("a", 25)]))
    assert frame.templates is not None
    assert frame.templates[0].per_second == 5.0


def test_the_past_is_bounded() -> None:
    rates = Rates()
    for second in range(KEPT + 10):
        frame = rates.take(reading(float(second), [cache("shop", hits=second)]))
    assert len(frame.caches[0].past) == KEPT
