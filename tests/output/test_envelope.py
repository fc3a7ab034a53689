"""The JSON that programs read: its keys are a promise."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from polyscale_cli.errors import CheckFailedError, NotFoundError
from polyscale_cli.output import Fields, Line, Lines, Problem, Result, Table
from polyscale_cli.output.console import Console
from polyscale_cli.output.envelope import dumps, envelope
from polyscale_cli.output.form import OutputForm
from polyscale_cli.output.render import show, show_error

KEYS = ["polyscale_result_version", "command", "status", "data", "errors", "next_steps"]


def rendered(result: Result, form: OutputForm, *, quiet: bool = False) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    console = Console(out, err, {})
    console.quiet = quiet
    show(result, command="cache list", form=form, console=console)
    return out.getvalue(), err.getvalue()


def test_it_has_its_keys_in_their_order_and_its_version() -> None:
    made = envelope("cache list", Result(data=[]))
    assert list(made) == KEYS
    assert made["polyscale_result_version"] == "1"
    assert made["status"] == "success"


def test_an_error_is_an_envelope_with_code_message_why_and_fix() -> None:
    out, err = io.StringIO(), io.StringIO()
    error = NotFoundError("No such cache.", why="Because.", fix="Look.", code="CACHE_NOT_FOUND", next_steps=("x y",))
    show_error(error, command="cache show", form=OutputForm.JSON, console=Console(out, err, {}))
    assert json.loads(out.getvalue()) == {
        "polyscale_result_version": "1",
        "command": "cache show",
        "status": "error",
        "data": None,
        "errors": [{"code": "CACHE_NOT_FOUND", "message": "No such cache.", "why": "Because.", "fix": "Look."}],
        "next_steps": ["x y"],
    }
    assert err.getvalue() == ""


def test_an_error_for_people_goes_to_stderr_and_leaves_stdout_empty() -> None:
    out, err = io.StringIO(), io.StringIO()
    error = NotFoundError("No such cache.", why="Because.", fix="Look.", next_steps=("polyscale cache list",))
    show_error(error, command="cache show", form=OutputForm.TABLE, console=Console(out, err, {}))
    assert out.getvalue() == ""
    assert err.getvalue() == "error: No such cache.\n  why: Because.\n  fix: Look.\n       polyscale cache list\n"


def test_an_answer_with_something_wrong_is_partial_and_keeps_its_data() -> None:
    problem = Problem.of(CheckFailedError("Not reached."))
    out, err = rendered(Result(data={"ok": False}, exit_code=7, errors=(problem,)), OutputForm.JSON)
    made = json.loads(out)
    assert (made["status"], made["data"]) == ("partial", {"ok": False})
    assert made["errors"][0]["code"] == "CHECK_FAILED"
    assert err == ""


def test_notes_never_touch_stdout() -> None:
    for form in OutputForm:
        out, err = rendered(Result(data={"a": 1}, view=Line("x"), notes=("look here",)), form)
        assert "look here" not in out
        assert "look here" in err


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (Line("postgresql://x"), "postgresql://x\n"),
        (Lines(("a", "b")), "a\nb\n"),
        (Table(("name", "id"), (("shop", "1"), ("blog", "2"))), "shop\t1\nblog\t2\n"),
        (Fields((("name", "shop"), ("id", "1"))), "name\tshop\nid\t1\n"),
        (None, ""),
    ],
)
def test_without_a_terminal_the_view_is_plain_text(view: Any, expected: str) -> None:
    assert rendered(Result(view=view), OutputForm.TABLE)[0] == expected


def test_quiet_prints_ids_and_no_notes() -> None:
    result = Result(view=Table(("name",), (("shop",),)), ids=("id-1",), notes=("hello",))
    assert rendered(result, OutputForm.TABLE, quiet=True) == ("id-1\n", "")


def test_quiet_leaves_a_bare_line_alone() -> None:
    assert rendered(Result(view=Line("url")), OutputForm.TABLE, quiet=True)[0] == "url\n"


def test_an_empty_table_says_so_on_stderr_only() -> None:
    assert rendered(Result(data=[], view=Table(("name",), (), empty="None yet.")), OutputForm.TABLE) == (
        "",
        "None yet.\n",
    )


def test_jsonl_is_one_element_a_line() -> None:
    out, _ = rendered(Result(data=[{"a": 1}, {"a": 2}]), OutputForm.JSONL)
    assert [json.loads(line) for line in out.splitlines()] == [{"a": 1}, {"a": 2}]


def test_csv_has_a_heading_and_quotes_what_needs_it() -> None:
    out, _ = rendered(Result(data=[{"a": 'x,"y"', "b": None}, {"a": "z", "b": True}]), OutputForm.CSV)
    assert out == 'a,b\n"x,""y""",\nz,true\n'


def test_text_that_no_encoding_carries_does_not_break_json() -> None:
    assert json.loads(dumps({"x": "\udcff"})) == {"x": "\udcff"}


def test_control_characters_from_elsewhere_do_not_reach_a_terminal() -> None:
    out, _ = rendered(Result(view=Table(("name",), (("a\x1b[31mb\u202ec\td",),))), OutputForm.TABLE)
    assert out == "a\\x1b[31mb\\u202ec d\n"
