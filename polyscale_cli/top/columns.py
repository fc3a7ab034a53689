"""The columns of both tables: what is in a cell, how wide it is, and which column leaves first where it is narrow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from polyscale_cli.output.text import clean
from polyscale_cli.top.rates import CacheRow, TemplateRow
from polyscale_cli.top.readings import Quantiles

_Row = TypeVar("_Row")
_GAP = "  "
_NONE = "~"
_LEAST_TEXT = 24
_UNITS = ("B", "kB", "MB", "GB", "TB")


@dataclass(frozen=True, slots=True)
class Column(Generic[_Row]):
    """One column.

    Attributes:
        importance: the least important leaves first where there is no room.
        widest: characters that it may take; None takes all that is left.
        sort: the order that it shows, if there is one.
    """

    title: str
    cell: Callable[[_Row], str]
    importance: int
    widest: int | None = None
    right: bool = True
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Fitted(Generic[_Row]):
    """Columns that fit into a width, and how wide each is."""

    columns: tuple[Column[_Row], ...]
    widths: tuple[int, ...]

    def titles(self, *, mark: str = "") -> str:
        """The heading; what the rows are ordered by is marked."""
        return self._line([f"*{one.title}" if mark and one.sort == mark else one.title for one in self.columns])

    def row(self, row: _Row) -> str:
        """One row."""
        return self._line([one.cell(row) for one in self.columns])

    def _line(self, cells: Sequence[str]) -> str:
        from rich.cells import cell_len, set_cell_size

        shown = []
        for column, width, cell in zip(self.columns, self.widths, cells, strict=True):
            text = set_cell_size(cell, width) if cell_len(cell) > width else cell
            space = " " * (width - cell_len(text))
            shown.append(space + text if column.right else text + space)
        return _GAP.join(shown)


def fitted(columns: Sequence[Column[_Row]], width: int, rows: Sequence[_Row]) -> Fitted[_Row]:
    """Take the columns that fit: the least important leaves first, and one leaves that has nothing to say."""
    from rich.cells import cell_len

    kept = [column for column in columns if not rows or any(column.cell(row) for row in rows)]
    while True:
        widths = []
        for column in kept:
            longest = max((cell_len(column.cell(row)) for row in rows), default=0)
            # Room for the mark of the order, so that nothing moves when that changes.
            title = len(column.title) + (1 if column.sort else 0)
            widths.append(max(title, min(longest, column.widest or _LEAST_TEXT)))
        left = width - sum(widths) - len(_GAP) * (len(kept) - 1)
        if left >= 0 or len(kept) == 1:
            break
        kept.remove(min(kept, key=lambda one: one.importance))
    return Fitted(tuple(kept), tuple(_stretched(kept, widths, max(left, 0))))


def _stretched(columns: Sequence[Column[_Row]], widths: Sequence[int], left: int) -> list[int]:
    """What is left goes to the column that takes it."""
    return [width + (left if column.widest is None else 0) for column, width in zip(columns, widths, strict=True)]


def rate(per_second: float | None) -> str:
    """Something a second, in as many digits as mean something."""
    if per_second is None:
        return _NONE
    return f"{per_second:,.0f}" if per_second >= 10 or per_second == 0 else f"{per_second:.1f}"


def share(ratio: float | None) -> str:
    """A ratio in percent."""
    return "-" if ratio is None else f"{ratio * 100:.1f}"


def size(count: int) -> str:
    """Bytes, in the unit that makes it short."""
    value = float(count)
    for unit in _UNITS:
        if value < 1000 or unit == _UNITS[-1]:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 10 else f"{value:.1f} {unit}"
        value /= 1000
    raise AssertionError("the last unit takes everything")


def milliseconds(seconds: float) -> str:
    """A duration in milliseconds, without their name."""
    value = seconds * 1000
    return f"{value:.2f}" if value < 10 else f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def _both(times: Quantiles | None) -> str:
    return "" if times is None else f"{milliseconds(times.p50)} {milliseconds(times.p95)}"


def _ttl(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    if seconds == 0:
        return "never"
    for unit, length in (("d", 86_400), ("h", 3600), ("m", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.3g} s"


def _why_not(row: TemplateRow) -> str:
    """Why it is passed by, and how much of it where that is not all."""
    part = row.reading.share_of_passes
    if row.reading.reason is None or not part:
        return ""
    return row.reading.reason if part == 1 else f"{part:.0%} {row.reading.reason}"


CACHE_COLUMNS: tuple[Column[CacheRow], ...] = (
    Column("CACHE", lambda row: clean(row.name), 9, 24, right=False),
    Column("/s", lambda row: rate(row.per_second), 8, 12),
    Column("HIT %", lambda row: share(row.hit_ratio), 7, 6),
    Column("HIT ms 50 95%", lambda row: _both(row.hit_times), 4, 16),
    Column("ORIGIN ms 50 95%", lambda row: _both(row.origin_times), 6, 16),
    Column("ENTRIES", lambda row: f"{row.entries:,}", 5, 12),
    Column("MEMORY", lambda row: size(row.bytes), 3, 8),
    Column("DROPPED/s", lambda row: rate(row.invalidated_per_second), 2, 10),
)
TEMPLATE_COLUMNS: tuple[Column[TemplateRow], ...] = (
    Column("/s", lambda row: rate(row.per_second), 8, 10, sort="rate"),
    Column("RUNS", lambda row: f"{row.reading.runs:,}", 2, 12, sort="runs"),
    Column("HIT %", lambda row: share(row.reading.share_of_hits), 7, 6, sort="hit ratio"),
    Column(
        "ORIGIN 95%",
        lambda row: "-" if row.reading.origin_times is None else f"{milliseconds(row.reading.origin_times.p95)} ms",
        4,
        12,
        sort="origin p95",
    ),
    Column("TTL", lambda row: _ttl(row.reading.ttl if row.reading.share_of_passes <= 0.5 else None), 5, 8),
    Column("WHY NOT", _why_not, 3, 24, right=False),
    Column("QUERY", lambda row: clean(row.reading.sql), 9, None, right=False),
)
