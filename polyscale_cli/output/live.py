"""A table whose rows are shown as they happen, for a command whose answer takes a while to come about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from polyscale_cli.output.colour import paint
from polyscale_cli.output.console import BOLD, Console
from polyscale_cli.output.form import OutputForm
from polyscale_cli.output.text import clean


@dataclass(frozen=True, slots=True)
class Column:
    """A title, and room for so many characters; ``right`` puts the text there, as for numbers."""

    title: str
    width: int
    right: bool = False


class LiveTable:
    """Writes each row to stdout at once: aligned for a terminal, with tabs between cells for anybody else.

    Forms for programs show nothing here: they get the whole as data when the command is done.
    """

    def __init__(self, columns: Sequence[Column], console: Console, form: OutputForm) -> None:
        self._columns = columns
        self._console = console
        self._silent = form not in {OutputForm.TABLE, OutputForm.PLAIN}
        self._aligned = form is OutputForm.TABLE and console.out_is_terminal
        self._headed = False

    def row(self, *cells: str) -> None:
        """Show one row; the titles come before the first one."""
        if self._silent:
            return
        if self._aligned and not self._headed:
            self._headed = True
            titles = self._spread([column.title.upper() for column in self._columns])
            self._console.answer(paint(titles, BOLD, colour=self._console.out_colour))
        texts = [clean(cell) for cell in cells]
        self._console.answer(self._spread(texts) if self._aligned else "\t".join(texts))
        self._console.out.flush()

    def _spread(self, cells: Sequence[str]) -> str:
        pairs = zip(self._columns, cells, strict=True)
        padded = [cell.rjust(one.width) if one.right else cell.ljust(one.width) for one, cell in pairs]
        return "  ".join(padded).rstrip()
