"""Plots of characters, and as files."""

from __future__ import annotations

from pathlib import Path

import pytest

from polyscale_cli.errors import UsageError
from polyscale_cli.output.plots.file import check_plot
from polyscale_cli.output.plots.terminal import BLOCKS, duration, histogram, sparkline

FAST, SLOW = [0.0001, 0.0001, 0.00012], [0.010, 0.011, 0.5]


def test_faster_runs_are_further_left() -> None:
    lines = histogram([("direct", SLOW), ("cache", FAST)], width=80, blocks=True)
    (slow,), (fast,) = ([line for line in lines if line.startswith(name)] for name in ("direct", "cache"))
    first = [min(line.index(one) for one in BLOCKS if one in line) for line in (slow, fast)]
    assert first[1] < first[0]
    assert [label for label in ("1 ms", "10 ms", "100 ms") if label in lines[-1]] == ["1 ms", "10 ms", "100 ms"]


@pytest.mark.parametrize("width", [5, 20, 80, 500])
@pytest.mark.parametrize("times", [[0.001], [1e-6, 1e-6], [1e-6, 3600.0], [0.0], [0.001, 0.0010001]])
def test_every_width_and_every_span_has_a_histogram(width: int, times: list[float]) -> None:
    for blocks in (True, False):
        lines = histogram([("direct", times), ("cache", [0.001])], width=width, blocks=blocks)
        assert len({len(line) <= max(width, 19) for line in lines}) == 1
        assert len(lines) == 6
        assert blocks or "".join(lines).isascii()


def test_a_sparkline_shows_the_last_values_up_to_the_most() -> None:
    assert sparkline([9, 0, 1, 4, 8], width=4, blocks=True) == " ▁▄█"
    assert sparkline([1, 8], width=9, blocks=False) == ".@"
    assert sparkline([0, 0], width=2, blocks=True) == "  "
    assert sparkline([], width=5, blocks=True) == sparkline([1], width=0, blocks=True) == ""


@pytest.mark.parametrize(
    ("seconds", "text"), [(2.5, "2.50 s"), (0.0125, "12.5 ms"), (0.5, "500 ms"), (0.00005, "50.0 µs"), (0, "0.00 µs")]
)
def test_a_duration_has_three_digits(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize("name", ["a.pdf", "a", "nowhere/a.png"])
def test_a_plot_that_cannot_be_drawn_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        check_plot(tmp_path / name)
    check_plot(tmp_path / "A.SVG")
