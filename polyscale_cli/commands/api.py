"""``polyscale api``: any request to the management API, for what has no command of its own."""

from __future__ import annotations

import enum
import json
import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import typer

from polyscale_cli.commands.session import session
from polyscale_cli.context import AppContext
from polyscale_cli.errors import UsageError
from polyscale_cli.options import context_of
from polyscale_cli.output import Lines, Result
from polyscale_cli.output.envelope import dumps
from polyscale_cli.output.text import clean, moves_cursor

LARGEST_BODY = 1 << 20
_STDIN = Path("-")
_IN_PATH = re.compile(r"/[!-~]*")


class Method(enum.StrEnum):
    """What to do."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"


def api(
    ctx: typer.Context,
    method: Annotated[
        Method, typer.Argument(metavar="METHOD", case_sensitive=False, help="GET, POST, PUT, PATCH or DELETE.")
    ],
    path: Annotated[str, typer.Argument(metavar="PATH", help="Such as /v1/caches.")],
    *,
    fields: Annotated[
        list[str] | None,
        typer.Option(
            "--field",
            "-f",
            metavar="KEY=VALUE",
            help="A field of the body, or of a GET's query; may be repeated.",
        ),
    ] = None,
    body: Annotated[
        Path | None, typer.Option("--input", metavar="FILE", help="The body, as JSON, out of a file; - is stdin.")
    ] = None,
) -> Result:
    """Send any request to the management API, and print the answer.

    Values of --field that read as JSON numbers, true, false or null are sent as such, all others as text. The API
    describes itself at /openapi.json.

    \b
    Examples:
      polyscale api GET /v1/caches
      polyscale api GET /openapi.json
      polyscale api PATCH /v1/caches/ID -f defaultTtl=300
      polyscale api POST /v1/keys --input key.json
    """
    app = context_of(ctx)
    if _IN_PATH.fullmatch(path) is None or path.startswith("//"):
        raise UsageError(
            "PATH is a path of the API, and no whole address: the token would go along.",
            fix="Begin it with one /, such as /v1/caches, and encode what is not ASCII.",
            code="INVALID_PATH",
        )
    if fields and body is not None:
        raise UsageError("--field and --input were both given.", fix="Give one of them.")
    given = dict(_field(one) for one in fields or ())
    content: Any = given or None
    if method is Method.GET and given:
        path, content = f"{path}{'&' if '?' in path else '?'}{urlencode(_texts(given))}", None
    elif body is not None:
        content = _document(app, body)
    with session(app) as current:
        answer = current.api.send(method, path, content)
    return Result(data=answer, view=Lines(tuple(_lines(answer))))


def _field(given: str) -> tuple[str, Any]:
    key, equals, value = given.partition("=")
    if not equals or not key:
        raise UsageError(f"--field {clean(given)[:80]!r} is not KEY=VALUE.", code="INVALID_FIELD")
    try:
        read = _parsed(value)
    except (ValueError, RecursionError):
        return key, value
    return key, value if isinstance(read, str | list | dict) else read


def _texts(given: dict[str, Any]) -> dict[str, str]:
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in given.items()}


def _document(app: AppContext, source: Path) -> Any:
    """The body, read from where the option says. Raises UsageError."""
    where = "stdin" if source == _STDIN else str(source)
    try:
        if source == _STDIN:
            text = app.stdin.read(LARGEST_BODY + 1)
        else:
            with (app.cwd / source.expanduser()).open(encoding="utf-8") as file:
                text = file.read(LARGEST_BODY + 1)
        if len(text) > LARGEST_BODY:
            raise ValueError(f"it is larger than {LARGEST_BODY >> 20} MiB")
        return _parsed(text)
    except OSError as error:
        why = error.strerror or str(error)
    except (ValueError, RecursionError) as error:
        why = str(error)
    raise UsageError(f"The body in {where} is not JSON.", why=f"{why}.", code="INVALID_BODY")


def _parsed(text: str) -> Any:
    """JSON as its standard has it: what Python would also read, such as NaN, no API understands."""

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is no number in JSON")

    return json.loads(text, parse_constant=refuse)


def _lines(answer: Any) -> list[str]:
    """The answer as lines of JSON, in which nothing can move the cursor of a terminal."""
    if answer is None:
        return []
    return ["".join(map(_escaped, line)) for line in dumps(answer).split("\n")]


def _escaped(character: str) -> str:
    if not moves_cursor(character):
        return character
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))
