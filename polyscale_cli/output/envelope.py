"""The JSON that every command prints under ``--output json``: one shape, with a version.

Keys are only ever added; a key that goes or changes its meaning takes a new version, which has to be asked for.
"""

from __future__ import annotations

from polyscale_cli.errors import PolyscaleError
from polyscale_cli.output.result import Json, Problem, Result
from polyscale_cli.output.text import brief, moves_cursor

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
    problem = Problem.of(error)
    shown = {name: brief(text) for name in ("message", "why", "fix") if (text := getattr(problem, name)) is not None}
    return Result(exit_code=error.exit_code, errors=(problem.replace(**shown),), next_steps=error.next_steps)


def dumps(value: Json, *, indent: int | None = 2, only_ascii: bool = False) -> str:
    """Write JSON as text. What would move a terminal's cursor, or what no encoding can carry, is escaped."""
    import json

    text = json.dumps(value, indent=indent, ensure_ascii=only_ascii)
    if text.isascii() and "\x7f" not in text:
        return text
    # All such characters are inside of strings, where JSON lets any of them be escaped; newlines are layout.
    return "".join(json.dumps(one)[1:-1] if one != "\n" and moves_cursor(one) else one for one in text)
