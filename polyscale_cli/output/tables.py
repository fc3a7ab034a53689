"""Tables for a terminal, by rich; imported only when a person reads."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from polyscale_cli.output.console import Console
from polyscale_cli.output.result import Fields, Table
from polyscale_cli.output.text import clean

_WIDEST = 4096
_GAP = 2

if TYPE_CHECKING:
    from rich.console import Console as RichConsole


def print_table(table: Table, console: Console) -> None:
    """Print rows under their titles. Where they are wider than the terminal, each row becomes lines; nothing is cut."""
    from rich.table import Table as RichTable
    from rich.text import Text

    rows = [tuple(clean(cell) for cell in row) for row in table.rows]
    if _width(table.columns, rows) > shutil.get_terminal_size().columns:
        for number, row in enumerate(rows):
            if number:
                console.answer("")
            print_fields(Fields(tuple(zip(table.columns, row, strict=True))), console)
        return
    grid = RichTable(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
    for title in table.columns:
        grid.add_column(title.upper(), no_wrap=True)
    for row in rows:
        grid.add_row(*map(Text, row))
    _rich(console).print(grid)


def print_fields(fields: Fields, console: Console) -> None:
    """Print label and value pairs, the values aligned; the terminal wraps what is too wide."""
    from rich.table import Table as RichTable
    from rich.text import Text

    grid = RichTable.grid(padding=(0, _GAP, 0, 0))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(no_wrap=True)
    for label, value in fields.pairs:
        grid.add_row(Text(label), Text(clean(value)))
    _rich(console).print(grid)


def _width(titles: tuple[str, ...], rows: list[tuple[str, ...]]) -> int:
    from rich.cells import cell_len

    columns = zip(titles, *rows, strict=True)
    return sum(max(map(cell_len, column)) for column in columns) + _GAP * (len(titles) - 1)


def _rich(console: Console) -> RichConsole:
    from rich.console import Console as RichConsole

    return RichConsole(
        file=console.out,
        force_terminal=console.out_colour,
        no_color=not console.out_colour,
        width=_WIDEST,
        markup=False,
        highlight=False,
        emoji=False,
    )
