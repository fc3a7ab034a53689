"""Tables for a terminal, by rich; imported only when a person reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyscale_cli.output.console import Console
from polyscale_cli.output.result import Fields, Table
from polyscale_cli.output.text import clean

_WIDEST = 4096

if TYPE_CHECKING:
    from rich.console import Console as RichConsole


def print_table(table: Table, console: Console) -> None:
    """Print rows under their titles; the terminal wraps what is too wide, and nothing is ever cut off."""
    from rich.table import Table as RichTable
    from rich.text import Text

    grid = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for title in table.columns:
        grid.add_column(title.upper(), no_wrap=True)
    for row in table.rows:
        grid.add_row(*(Text(clean(cell)) for cell in row))
    _rich(console).print(grid)


def print_fields(fields: Fields, console: Console) -> None:
    """Print label and value pairs, the values aligned."""
    from rich.table import Table as RichTable
    from rich.text import Text

    grid = RichTable.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(no_wrap=True)
    for label, value in fields.pairs:
        grid.add_row(Text(label), Text(clean(value)))
    _rich(console).print(grid)


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
