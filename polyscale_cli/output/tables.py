"""Tables for a terminal: aligned by how wide characters are, titles in bold."""

from __future__ import annotations

import shutil

from polyscale_cli.output.colour import paint
from polyscale_cli.output.console import BOLD, Console
from polyscale_cli.output.narrow import GAP, fitted, widths_of
from polyscale_cli.output.result import Fields, Spread, Table
from polyscale_cli.output.streams import can_encode
from polyscale_cli.output.text import clean

_MARK = "…"


def print_table(table: Table, console: Console) -> None:
    """Print rows under their titles. Where no narrowing makes them fit the terminal, each row becomes lines instead."""
    rows = [tuple(clean(cell) for cell in row) for row in table.rows]
    titles = tuple(title.upper() for title in table.columns)
    mark = _MARK if can_encode(console.out, _MARK) else "..."
    shown = fitted(table, [titles, *rows], shutil.get_terminal_size().columns, mark)
    if shown is None:
        for number, row in enumerate(rows):
            if number:
                console.answer("")
            print_fields(Fields(tuple(zip(table.columns, row, strict=True))), console)
        return
    widths = widths_of(shown)
    console.answer(paint(_aligned(shown[0], widths), BOLD, colour=console.out_colour))
    for row in shown[1:]:
        console.answer(_aligned(row, widths))


def print_fields(fields: Fields, console: Console) -> None:
    """Print label and value pairs, the values aligned; the terminal wraps what is too wide."""
    widths = widths_of([(label,) for label, _ in fields.pairs])
    for label, value in fields.pairs:
        shown = paint(_padded(label, widths[0]), BOLD, colour=console.out_colour)
        console.answer(f"{shown}{GAP}{clean(value)}".rstrip())


def print_spread(spread: Spread, console: Console) -> None:
    """Print the table, and a histogram as wide as the terminal."""
    from polyscale_cli.output.plots.terminal import BLOCKS, histogram

    print_table(spread.table, console)
    console.answer("")
    width = shutil.get_terminal_size().columns
    for line in histogram(spread.series, width=width, blocks=can_encode(console.out, BLOCKS)):
        console.answer(line)


def _aligned(cells: tuple[str, ...], widths: list[int]) -> str:
    return GAP.join(_padded(cell, width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _padded(text: str, width: int) -> str:
    from rich.cells import cell_len

    return text + " " * (width - cell_len(text))
