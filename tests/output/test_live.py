"""Rows that are shown as they happen."""

from __future__ import annotations

import io

import pytest

from polyscale_cli.output.console import Console
from polyscale_cli.output.form import OutputForm
from polyscale_cli.output.live import Column, LiveTable

COLUMNS = (Column("step", 6), Column("time", 8, right=True), Column("answer", 6))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(out: io.StringIO, form: OutputForm) -> str:
    table = LiveTable(COLUMNS, Console(out, io.StringIO(), {"NO_COLOR": "1"}), form)
    table.row("read", "1.2 ms", "Mars")
    table.row("write", "10.0 ms", "")
    return out.getvalue()


def test_a_terminal_gets_titles_once_and_columns_that_line_up() -> None:
    assert shown(Terminal(), OutputForm.TABLE) == (
        "STEP        TIME  ANSWER\nread      1.2 ms  Mars\nwrite    10.0 ms\n"
    )


@pytest.mark.parametrize(
    ("out", "form"),
    [(io.StringIO(), OutputForm.TABLE), (io.StringIO(), OutputForm.PLAIN), (Terminal(), OutputForm.PLAIN)],
)
def test_a_pipe_gets_cells_between_tabs_and_no_titles(out: io.StringIO, form: OutputForm) -> None:
    assert shown(out, form) == "read\t1.2 ms\tMars\nwrite\t10.0 ms\t\n"


@pytest.mark.parametrize("form", [OutputForm.JSON, OutputForm.JSONL, OutputForm.CSV])
def test_forms_for_programs_get_no_rows_before_the_answer(form: OutputForm) -> None:
    assert shown(Terminal(), form) == ""


def test_a_row_is_out_before_the_next_one_is_made() -> None:
    out = Terminal()
    table = LiveTable(COLUMNS, Console(out, io.StringIO(), {"NO_COLOR": "1"}), OutputForm.TABLE)
    table.row("read", "1 ms", "Mars\x1b[2J")
    assert out.getvalue().endswith("Mars\\x1b[2J\n")
