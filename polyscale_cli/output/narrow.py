"""A table for a terminal that is too narrow for it: columns are cut, left out or broken at words, as it allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from polyscale_cli.output.result import Table

GAP = "  "
LEAST_WRAPPED = 24
"""Characters in a line that words are broken into; with fewer, nobody would want to read them."""

Row = tuple[str, ...]


def widths_of(rows: Sequence[Row]) -> list[int]:
    """Give how wide each column is."""
    from rich.cells import cell_len

    return [max(map(cell_len, column)) for column in zip(*rows, strict=True)]


def fitted(table: Table, rows: Sequence[Row], width: int, mark: str) -> list[Row] | None:
    """Make rows, of which the first are the titles, fit into so many characters; None where the table forbids it."""
    kept = list(table.columns)
    cells = [list(row) for row in rows]
    for narrowing in table.narrowings:
        widths = widths_of([tuple(row) for row in cells])
        excess = _total(widths) - width
        if excess <= 0:
            break
        if narrowing.column not in kept:
            continue
        at = kept.index(narrowing.column)
        if narrowing.least == 0:
            del kept[at]
            for row in cells:
                del row[at]
            continue
        # A beginning is as good as another: the shortest leaves most to the others.
        most = max(narrowing.least, len(kept[at]), widths[at] - excess if narrowing.marked else 0)
        for row in cells:
            row[at] = cut(row[at], most, mark if narrowing.marked else "")
    found = [tuple(row) for row in cells]
    widths = widths_of(found)
    if _total(widths) <= width:
        return found
    left = width - _total(widths) + widths[-1]
    if not table.wraps or left < LEAST_WRAPPED:
        return None
    return [line for row in found for line in _wrapped(row, left)]


def cut(text: str, width: int, mark: str) -> str:
    """Give a text that is no wider than that; what is cut off shows as the mark."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(width - cell_len(mark), 0)).rstrip() + mark


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _wrapped(row: Row, width: int) -> Iterator[Row]:
    """Break the last cell into as many rows as it needs; what is no word, such as a long path, goes on in the next."""
    from rich.cells import cell_len, chop_cells

    *others, last = row
    line = ""
    for word in last.split():
        if line and cell_len(line) + 1 + cell_len(word) > width:
            yield (*others, line)
            others = [""] * len(others)
            line = ""
        *full, word_left = chop_cells(word, width) or [""]
        for piece in full:
            if line:
                yield (*others, line)
                others = [""] * len(others)
                line = ""
            yield (*others, piece)
            others = [""] * len(others)
        line = f"{line} {word_left}".strip()
    yield (*others, line)
