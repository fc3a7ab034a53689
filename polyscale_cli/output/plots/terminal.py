"""Small plots of characters: a histogram over a logarithmic axis of time, and a line of bars.

Each has a form in plain ASCII for terminals whose encoding has no block characters.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
_ASCII_LEVELS = ".:-=+*#@"
_FEWEST_COLUMNS, _MOST_COLUMNS = 10, 80
_HEIGHT = 2  # lines of bars in a histogram
_ROOM = 1.05  # on both sides of the axis, so that what is at its end is not cut
_STEPS = (1, 2, 5)
LEAST = 1e-9  # seconds; a clock that is coarse says zero, which no logarithm has a place for

Series = tuple[str, Sequence[float]]


def histogram(series: Sequence[Series], *, width: int, blocks: bool) -> list[str]:
    """Where the times of each series lie, over one axis that all share; each is drawn up to its own most.

    A series is a label with positive times in seconds; at least one of them has a time. ``width`` is the terminal's, in
    characters.
    """
    margin = max(len(label) for label, _ in series) + 2
    columns = min(max(width - margin - 1, _FEWEST_COLUMNS), _MOST_COLUMNS)
    everything = [max(value, LEAST) for _, values in series for value in values]
    low, high = min(everything) / _ROOM, max(everything) * _ROOM
    lines = []
    for label, values in series:
        rows = _bars(_counts(values, low, high, columns), blocks=blocks)
        labels = [""] * (len(rows) - 1) + [label]
        lines += [f"{name:<{margin}}{row}".rstrip() for name, row in zip(labels, rows, strict=True)]
    rule, marks = _axis(low, high, columns, blocks=blocks)
    return [*lines, " " * margin + rule, (" " * margin + marks).rstrip()]


def sparkline(values: Sequence[float], *, width: int, blocks: bool) -> str:
    """The last ``width`` values as bars in one line; a value of nothing is a space."""
    shown = values[-width:] if width > 0 else ()
    most = max(shown, default=0.0)
    levels = BLOCKS if blocks else _ASCII_LEVELS
    return "".join(_level(value, most, levels) for value in shown)


def duration(seconds: float, *, micro: str = "µ") -> str:
    """A duration in three digits, such as ``1.25 ms``."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), (f"{micro}s", 1e-6)):
        if seconds >= size or unit == f"{micro}s":
            value = seconds / size
            digits = 2 if value < 10 else 1 if value < 100 else 0
            return f"{value:.{digits}f} {unit}"
    raise AssertionError("the last unit takes everything")


def round_duration(seconds: float, *, micro: str = "µ") -> str:
    """A round duration without digits that say nothing, such as ``20 ms``."""
    number, unit = duration(seconds, micro=micro).split()
    return f"{float(number):g} {unit}"


def _counts(values: Sequence[float], low: float, high: float, columns: int) -> list[int]:
    found = [0] * columns
    for value in values:
        found[_column(value, low, high, columns)] += 1
    return found


def _column(value: float, low: float, high: float, columns: int) -> int:
    share = math.log(max(value, low) / low) / math.log(high / low)
    return min(max(int(share * columns), 0), columns - 1)


def _bars(counts: Sequence[int], *, blocks: bool) -> list[str]:
    """Bars of several lines, the upper one first."""
    levels = BLOCKS if blocks else _ASCII_LEVELS
    most = max(counts, default=0)
    steps = [math.ceil(count / most * _HEIGHT * len(levels)) if count else 0 for count in counts]
    lines = []
    for row in reversed(range(_HEIGHT)):
        filled = [min(max(step - row * len(levels), 0), len(levels)) for step in steps]
        lines.append("".join(levels[one - 1] if one else " " for one in filled))
    return lines


def _level(value: float, most: float, levels: str) -> str:
    if value <= 0 or most <= 0:
        return " "
    return levels[min(math.ceil(value / most * len(levels)), len(levels)) - 1]


def _axis(low: float, high: float, columns: int, *, blocks: bool) -> tuple[str, str]:
    """A rule with ticks at round durations, and what these are, as many as fit."""
    line, tick = ("─", "┬") if blocks else ("-", "+")
    rule, marks = [line] * columns, [" "] * columns
    free = 0
    for seconds in _round_durations(low, high):
        at = _column(seconds, low, high, columns)
        text = round_duration(seconds, micro="µ" if blocks else "u")
        if at < free or at + len(text) > columns:
            continue
        rule[at] = tick
        marks[at : at + len(text)] = text
        free = at + len(text) + 2
    return "".join(rule), "".join(marks)


def _round_durations(low: float, high: float) -> list[float]:
    """1, 2 and 5 times each power of ten between the ends: powers alone where there are several."""
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    powers = [found for exponent in exponents if low <= (found := 10.0**exponent) <= high]
    if len(powers) > 2:
        return powers
    steps = [step * 10.0**exponent for exponent in exponents for step in _STEPS]
    return [found for found in steps if low <= found <= high]
