"""What differs when a person sits in front of it: colour, tables, progress, questions. On a real pseudo-terminal."""

from __future__ import annotations

import io
import os
import pty
import threading
from collections.abc import Iterator
from typing import TextIO

import pytest

from polyscale_cli.errors import PolyscaleError
from polyscale_cli.output import Fields, Result, Table
from polyscale_cli.output.colour import wants_colour
from polyscale_cli.output.console import Console
from polyscale_cli.output.form import OutputForm
from polyscale_cli.output.progress import Progress
from polyscale_cli.output.render import show


class Terminal:
    """A pseudo-terminal: ``stream`` is the program's side, ``wait_for`` reads the person's."""

    def __init__(self) -> None:
        self._ours, theirs = pty.openpty()
        self.stream: TextIO = os.fdopen(theirs, "w", encoding="utf-8")
        self.seen = ""

    def wait_for(self, text: str) -> str:
        while text not in self.seen:
            self.seen += os.read(self._ours, 4096).decode()
        return self.seen

    def close(self) -> None:
        self.stream.close()
        os.close(self._ours)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    made = Terminal()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("flag", "environ", "is_terminal", "expected"),
    [
        (None, {}, True, True),
        (None, {}, False, False),
        (None, {"NO_COLOR": "1"}, True, False),
        (None, {"NO_COLOR": ""}, True, True),
        (None, {"FORCE_COLOR": "1"}, False, True),
        (None, {"FORCE_COLOR": "0"}, False, False),
        (None, {"CLICOLOR_FORCE": "1"}, False, True),
        (None, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        (True, {"NO_COLOR": "1"}, False, True),
        (False, {"FORCE_COLOR": "1"}, True, False),
        (None, {"TERM": "dumb"}, True, False),
    ],
)
def test_colour_follows_flag_then_environment_then_terminal(
    flag: bool | None, environ: dict[str, str], is_terminal: bool, expected: bool
) -> None:
    assert wants_colour(flag, environ, is_terminal=is_terminal) is expected


def test_a_table_on_a_terminal_has_titles(terminal: Terminal) -> None:
    console = Console(terminal.stream, io.StringIO(), {"NO_COLOR": "1"})
    view = Table(("name", "connect to"), (("shop [x]", "127.0.0.1:9010"),))
    show(Result(view=view), command="cache list", form=OutputForm.TABLE, console=console)
    seen = terminal.wait_for("9010")
    assert "NAME" in seen
    assert "CONNECT TO" in seen
    assert "shop [x]" in seen, "square brackets are no markup"
    assert "\x1b" not in seen


def test_plain_was_asked_for_and_has_no_titles_even_on_a_terminal(terminal: Terminal) -> None:
    console = Console(terminal.stream, io.StringIO(), {})
    show(Result(view=Table(("name",), (("shop",),))), command="x", form=OutputForm.PLAIN, console=console)
    assert terminal.wait_for("shop").splitlines() == ["shop"]


def test_fields_on_a_terminal_are_aligned(terminal: Terminal) -> None:
    console = Console(terminal.stream, io.StringIO(), {"NO_COLOR": "1"})
    show(Result(view=Fields((("id", "1"), ("name", "shop")))), command="x", form=OutputForm.TABLE, console=console)
    assert "id    1" in terminal.wait_for("shop")


def test_an_error_on_a_terminal_is_red_and_still_says_error(terminal: Terminal) -> None:
    Console(io.StringIO(), terminal.stream, {}).error(PolyscaleError("Broken."))
    assert "\x1b[1;31merror:\x1b[0m Broken." in terminal.wait_for("Broken.")


def test_a_spinner_comes_and_leaves_nothing(terminal: Terminal) -> None:
    console = Console(io.StringIO(), terminal.stream, {})
    with Progress("Working", console, moving=True):
        terminal.wait_for("Working")
    assert terminal.wait_for("\r\x1b[K").endswith("\r\x1b[K")


def test_a_dumb_terminal_gets_one_plain_line(terminal: Terminal) -> None:
    console = Console(io.StringIO(), terminal.stream, {"TERM": "dumb"})
    with Progress("Working", console, moving=True):
        terminal.wait_for("Working…\r\n")
    assert terminal.seen == "Working…\r\n"


def test_without_a_terminal_progress_is_one_plain_line() -> None:
    said = threading.Event()

    class Watched(io.StringIO):
        def flush(self) -> None:
            said.set()

    err = Watched()
    with Progress("Working", Console(io.StringIO(), err, {}), moving=True):
        assert said.wait(10)
    assert err.getvalue() == "Working...\n"


def test_what_is_quick_says_nothing() -> None:
    err = io.StringIO()
    with Progress("Working", Console(io.StringIO(), err, {}), moving=True):
        pass
    assert err.getvalue() == ""
