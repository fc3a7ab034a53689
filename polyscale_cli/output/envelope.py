"""The JSON that every command prints under ``--output json``: one shape, with a version.

Keys are only ever added; a key that goes or changes its meaning takes a new version, which has to be asked for.
"""

from __future__ import annotations

import json

from polyscale_cli.errors import PolyscaleError
from polyscale_cli.output.result import Json, Problem, Result

RESULT_VERSION = "1"


def envelope(command: str, result: Result) -> dict[str, Json]:
    """Wrap a result. ``command`` is its path without the program's name, such as ``cache create``."""
    return {
        "polyscale_result_version": RESULT_VERSION,
        "command": command,
        "status": result.status,
        "data": result.data,
        "errors": [
            {"code": problem.code, "message": problem.message, "why": problem.why, "fix": problem.fix}
            for problem in result.errors
        ],
        "next_steps": list(result.next_steps),
    }


def failure(error: PolyscaleError) -> Result:
    """The result of a command that ended with an error and has no answer."""
    return Result(exit_code=error.exit_code, errors=(Problem.of(error),), next_steps=error.next_steps)


def dumps(value: Json, *, indent: int | None = 2) -> str:
    """Write JSON as UTF-8 text; a character that no encoding can carry is escaped."""
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, indent=indent)
    return text
