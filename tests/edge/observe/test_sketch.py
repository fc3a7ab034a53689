"""Quantiles within 2 %, whatever the numbers, however they were put together."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.observe.sketch import ACCURACY, LONGEST, SHORTEST, Sketch

TIMES = st.lists(st.floats(SHORTEST, LONGEST), min_size=1, max_size=200)


def sketched(times: list[float]) -> Sketch:
    sketch = Sketch()
    sketch.extend(times)
    return sketch


@given(TIMES, st.lists(st.floats(0, 1), min_size=1, max_size=4))
def test_each_quantile_is_within_two_percent_of_the_true_one(times: list[float], parts: list[float]) -> None:
    found = sketched(times).quantiles(*sorted(parts))
    ranked = sorted(times)
    for part, quantile in zip(sorted(parts), found, strict=True):
        true = ranked[math.floor(part * (len(times) - 1))]
        assert abs(quantile - true) <= ACCURACY * true * (1 + 1e-9)


@given(TIMES, TIMES)
def test_two_that_are_merged_are_the_sketch_of_all(one: list[float], other: list[float]) -> None:
    merged = sketched(one)
    merged.merge(sketched(other))
    assert merged == sketched(one + other)


@given(st.lists(st.floats(allow_nan=False), max_size=200), st.integers(1, 10**12))
def test_it_comes_back_from_bytes_as_it_was(times: list[float], many: int) -> None:
    sketch = sketched(times)
    for bucket in sketch:
        sketch[bucket] *= many
    assert Sketch.unpack(sketch.pack()) == sketch


def test_what_is_out_of_range_is_counted_at_its_end() -> None:
    sketch = sketched([0.0, -1.0, float("inf"), 1e300])
    low, high = sketch.quantiles(0, 1)
    assert math.isclose(low, SHORTEST, rel_tol=2 * ACCURACY)
    assert math.isclose(high, LONGEST, rel_tol=2 * ACCURACY)
    every = sketched([10 ** (power / 100) for power in range(-2000, 2000)])
    assert len(every) <= 693
