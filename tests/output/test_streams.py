"""Text from elsewhere, on streams that are not what one would wish."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.errors import PolyscaleError
from polyscale_cli.output import Fields, Line, Lines, Result, Table
from polyscale_cli.output.console import Console
from polyscale_cli.output.envelope import dumps
from polyscale_cli.output.form import OutputForm
from polyscale_cli.output.render import show, show_error
from polyscale_cli.output.text import LONGEST, brief, clean, clean_lines, moves_cursor

EVIL = "\x1b[2J\x1b]0;title\x07 \x9b31m \u202eevil\u2028 \u200b\x7f\ud800"


def shown(result: Result, form: OutputForm, encoding: str = "utf-8") -> str:
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")
    show(result, command="x", form=form, console=Console(out, io.StringIO(), {}))
    out.seek(0)
    return out.read()


@pytest.mark.parametrize("form", OutputForm)
@pytest.mark.parametrize("view", [Table(("name",), ((EVIL,),)), Fields((("name", EVIL),))])
def test_a_servers_words_cannot_move_the_cursor(form: OutputForm, view: Table | Fields) -> None:
    text = shown(Result(data=[{"name": EVIL}], view=view), form)
    assert not [one for one in text if moves_cursor(one) and one not in "\n\t"]
    if form is OutputForm.JSON:
        assert json.loads(text)["data"] == [{"name": EVIL}]
    if form is OutputForm.JSONL:
        assert json.loads(text) == {"name": EVIL}


@given(st.text())
def test_json_says_the_same_however_it_is_escaped(text: str) -> None:
    for only_ascii in (False, True):
        written = dumps({"text": text}, only_ascii=only_ascii)
        assert json.loads(written) == {"text": text}
        assert not [one for one in written if moves_cursor(one) and one != "\n"]
        assert written.isascii() or not only_ascii


@given(st.text())
def test_clean_text_is_one_line_that_stays_where_it_is(text: str) -> None:
    assert not any(moves_cursor(one) for one in clean(text))
    assert not any(moves_cursor(one) for one in clean_lines(text) if one not in "\t\n")


def test_what_is_long_loses_its_middle() -> None:
    assert brief("x" * LONGEST) == "x" * LONGEST
    short = brief("begin" + "x" * 100_000 + "end")
    assert len(short) < LONGEST + 50
    assert (short[:5], short[-3:]) == ("begin", "end")
    assert "99,008 characters left out" in short


def test_an_error_that_repeats_something_huge_is_brief_in_json_too() -> None:
    out = io.StringIO()
    show_error(PolyscaleError("x" * 10**6), command="x", form=OutputForm.JSON, console=Console(out, io.StringIO(), {}))
    assert len(out.getvalue()) < 2 * LONGEST


def test_a_bare_line_is_right_or_is_not_given() -> None:
    for view in (Line("pässwörd→"), Lines(("fine", "pässwörd→"))):
        with pytest.raises(PolyscaleError) as caught:
            shown(Result(view=view), OutputForm.TABLE, "ascii")
        assert caught.value.code == "OUTPUT_ENCODING"
        assert "ascii" in caught.value.what


def test_json_is_escaped_where_the_encoding_is_narrow() -> None:
    text = shown(Result(data={"name": "東京"}), OutputForm.JSON, "cp1252")
    assert json.loads(text)["data"] == {"name": "東京"}


def at_a_terminal(view: Table, environ: dict[str, str]) -> list[str]:
    """The lines that a person sees."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w", encoding="utf-8") as stream:
        show(Result(view=view), command="x", form=OutputForm.TABLE, console=Console(stream, io.StringIO(), environ))
        seen = b""
        while seen.count(b"\n") < 2:
            seen += os.read(ours, 4096)
        os.set_blocking(ours, False)
        with contextlib.suppress(BlockingIOError):
            seen += os.read(ours, 4096)
    os.close(ours)
    return seen.decode().splitlines()


@pytest.mark.parametrize(("columns", "lines"), [(80, ["NAME  HOST", "shop  db"]), (9, ["name  shop", "host  db"])])
def test_a_table_that_is_too_wide_becomes_lines(
    columns: int, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert at_a_terminal(Table(("name", "host"), (("shop", "db"),)), {"NO_COLOR": "1"}) == lines


def test_wide_characters_are_aligned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    view = Table(("name", "host"), (("東京", "db"),))
    assert at_a_terminal(view, {}) == ["\x1b[1mNAME  HOST\x1b[0m", "東京  db"]
