"""Which form the answer takes: chosen by ``-o``, ``--json`` or ``POLYSCALE_OUTPUT``."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence

from polyscale_cli.errors import UsageError

VARIABLE = "POLYSCALE_OUTPUT"


class OutputForm(enum.StrEnum):
    """The forms of an answer."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    PLAIN = "plain"
    CSV = "csv"

    @property
    def is_json(self) -> bool:
        """Whether errors, too, belong on stdout as an envelope."""
        return self in {OutputForm.JSON, OutputForm.JSONL}


def parse_form(text: str, origin: str) -> OutputForm:
    """Read a form's name. Raises UsageError, which names where the text came from."""
    try:
        return OutputForm(text.strip().lower())
    except ValueError:
        raise UsageError(
            f"{text!r} is not an output form.",
            why=f"It comes from {origin}.",
            fix=f"Use one of: {', '.join(OutputForm)}.",
            code="UNKNOWN_OUTPUT",
        ) from None


def requested_form(argv: Sequence[str], environ: Mapping[str, str]) -> OutputForm:
    """Guess the form before the command line is parsed, so that its own mistakes are reported in it.

    Never raises: what cannot be understood is a table, and the parser complains properly later.
    """
    found = environ.get(VARIABLE, "")
    for index, argument in enumerate(argv):
        if argument == "--":
            break
        if argument == "--json":
            found = "json"
        elif argument in {"-o", "--output"} and index + 1 < len(argv):
            found = argv[index + 1]
        elif argument.startswith("--output="):
            found = argument.partition("=")[2]
        elif argument.startswith("-o") and len(argument) > 2:
            found = argument[2:].removeprefix("=")
    try:
        return OutputForm(found.strip().lower())
    except ValueError:
        return OutputForm.TABLE
