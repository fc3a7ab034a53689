"""What many times come to."""

from __future__ import annotations

import pytest

from polyscale_cli.performance.statistics import Times, nearest_rank


def test_every_quantile_is_a_time_that_was_measured() -> None:
    times = Times.of([float(one) for one in range(100, 0, -1)])
    assert (times.runs, times.median, times.p95, times.p99, times.least, times.most) == (100, 50, 95, 99, 1, 100)


def test_one_time_is_all_of_them() -> None:
    assert Times.of([0.5]) == Times(1, 0.5, 0.5, 0.5, 0.5, 0.5)
    with pytest.raises(ValueError, match="no times"):
        Times.of([])


@pytest.mark.parametrize(("count", "share", "rank"), [(20, 0.95, 19), (10, 0.95, 10), (3, 0.5, 2), (4, 0.5, 2)])
def test_it_is_the_smallest_value_that_so_many_do_not_exceed(count: int, share: float, rank: int) -> None:
    assert nearest_rank(range(1, count + 1), share) == rank
