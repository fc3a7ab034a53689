"""Which form was asked for, before and after the command line is parsed."""

from __future__ import annotations

import pytest

from polyscale_cli.errors import UsageError
from polyscale_cli.output.form import OutputForm, parse_form, requested_form


@pytest.mark.parametrize(
    ("argv", "environ", "form"),
    [
        ([], {}, OutputForm.TABLE),
        (["cache", "list", "-o", "json"], {}, OutputForm.JSON),
        (["-ojsonl"], {}, OutputForm.JSONL),
        (["--output=csv"], {}, OutputForm.CSV),
        (["--output", "plain"], {}, OutputForm.PLAIN),
        (["--json"], {}, OutputForm.JSON),
        (["--", "--json"], {}, OutputForm.TABLE),
        ([], {"POLYSCALE_OUTPUT": "json"}, OutputForm.JSON),
        (["-o", "table"], {"POLYSCALE_OUTPUT": "json"}, OutputForm.TABLE),
        (["-o", "nonsense"], {}, OutputForm.TABLE),
        (["-o"], {}, OutputForm.TABLE),
    ],
)
def test_it_is_guessed_from_the_command_line_and_the_environment(
    argv: list[str], environ: dict[str, str], form: OutputForm
) -> None:
    assert requested_form(argv, environ) is form


def test_an_unknown_form_is_a_usage_error_that_lists_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        parse_form("xml", "-o")
    assert caught.value.fix == "Use one of: table, json, jsonl, plain, csv."
