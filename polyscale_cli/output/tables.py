"""Tables for a terminal: aligned by how wide characters are, titles in bold, nothing cut off."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from polyscale_cli.output.colour import paint
from polyscale_cli.output.console import BOLD, Console
from polyscale_cli.output.result import Fields, Spread, Table
from polyscale_cli.output.streams import can_encode
from polyscale_cli.output.text import clean

_GAP = "  "


def print_table(table: Table, console: Console) -> None:
    """Print rows under their titles. Where they are wider than the terminal, each row becomes lines instead."""
    rows = [tuple(clean(cell) for cell in row) for row in table.rows]
    titles = tuple(title.upper() for title in table.columns)
    widths = _widths([titles, *rows])
    if sum(widths) + len(_GAP) * (len(widths) - 1) > shutil.get_terminal_size().columns:
        for number, row in enumerate(rows):
            if number:
                console.answer("")
            print_fields(Fields(tuple(zip(table.columns, row, strict=True))), console)
        return
    console.answer(paint(_aligned(titles, widths), BOLD, colour=console.out_colour))
    for row in rows:
        console.answer(_aligned(row, widths))


def print_fields(fields: Fields, console: Console) -> None:
    """Print label and value pairs, the values aligned; the terminal wraps what is too wide."""
    widths = _widths([(label,) for label, _ in fields.pairs])
    for label, value in fields.pairs:
        shown = paint(_padded(label, widths[0]), BOLD, colour=console.out_colour)
        console.answer(f"{shown}{_GAP}{clean(value)}".rstrip())


def print_spread(spread: Spread, console: Console) -> None:
    """Print the table, and a histogram as wide as the terminal."""
    from polyscale_cli.output.plots.terminal import BLOCKS, histogram

    print_table(spread.table, console)
    console.answer("")
    width = shutil.get_terminal_size().columns
    for line in histogram(spread.series, width=width, blocks=can_encode(console.out, BLOCKS)):
        console.answer(line)


def _widths(rows: Sequence[tuple[str, ...]]) -> list[int]:
    from rich.cells import cell_len

    return [max(map(cell_len, column)) for column in zip(*rows, strict=True)]


def _aligned(cells: tuple[str, ...], widths: list[int]) -> str:
    return _GAP.join(_padded(cell, width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _padded(text: str, width: int) -> str:
    from rich.cells import cell_len

    return text + " " * (width - cell_len(text))
