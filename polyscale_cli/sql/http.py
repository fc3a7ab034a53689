"""One statement over HTTP: ``POST /sql``, as a serverless function sends it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from polyscale_cli.client.failures import error_of_status, not_json
from polyscale_cli.client.target import Target
from polyscale_cli.connstr.model import Database, DatabaseUrl
from polyscale_cli.connstr.write import plain_user
from polyscale_cli.errors import AuthenticationError, PolyscaleError, UsageError
from polyscale_cli.output.result import Json
from polyscale_cli.sql.answer import Source
from polyscale_cli.sql.values import exact_document

if TYPE_CHECKING:
    from polyscale_cli.client.http import HttpClient

_NAMED = re.compile(r":([^\W\d]\w*)=(.*)", re.DOTALL)
# A number with an exponent is as likely a piece of a hash, and is text.
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_STATE = re.compile(r"[0-9A-Z]{5}")
_DETAIL = re.compile(r'detail="((?:[^"\\]|\\.)*)"')
_DURATION = re.compile(r"\bdur=(\d+(?:\.\d+)?)")
_REFUSED = 422
_NO_LOGIN = 401
_ERROR = 400


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back.

    Attributes:
        results: the rows of one statement as objects, or, of several, such an array for each.
        source: who answered, as the answer's ``Cache-Status`` says.
        why_not: why the answer is not kept, where the edge says so.
        seconds: from connecting to the end of the answer.
        edge_ms: what the edge took of that, as its ``Server-Timing`` says; None where it says nothing.
    """

    results: Sequence[Json]
    is_several: bool
    source: Source
    why_not: str | None
    seconds: float
    edge_ms: float | None


def request_body(cache_id: str, database: str, url: DatabaseUrl, sql: str, given: Sequence[str]) -> bytes:
    """What is sent; ``given`` are values as ``--bind`` has them.

    Raises:
        UsageError: the connection string lacks a part, or values by position and by name are mixed.
    """
    user = plain_user(url)
    name = url.name or (user if url.database is Database.POSTGRES else None)
    missing = [part for part, value in (("user", user), ("database", name)) if not value]
    if missing:
        raise UsageError(
            f"A request over HTTP names {' and '.join(missing)}, and the connection string does not.",
            fix="Give the whole connection string, with user, password and database.",
            code="INCOMPLETE_URL",
        )
    fields = {"cacheId": cache_id, "username": user, "password": url.password or "", "sql": sql}
    parts = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in fields.items()]
    if given:
        parts.append(f'"bindings": {_bindings(given)}')
    parts += [f'"provider": {json.dumps(database)}', f'"database": {json.dumps(name)}']
    return f"{{{', '.join(parts)}}}".encode()


def run(http: HttpClient, target: Target, database: str, body: bytes) -> HttpAnswer:
    """Send the request, once.

    Raises:
        UsageError: the edge cannot make sense of it.
        AuthenticationError: the database refuses the login.
        UnavailableError: edge or database cannot be reached, or are busy.
        PolyscaleError: the database refuses the statement; for PostgreSQL the code is ``SQLSTATE_`` and its own.
    """
    http.prepare()
    started = time.perf_counter()
    answered = http.post_once("/sql", body)
    seconds = time.perf_counter() - started
    try:
        document = exact_document(answered.content)
    except (ValueError, RecursionError):
        raise not_json(target, answered.status) from None
    if answered.status >= _ERROR:
        raise _failure(answered.status, document, target, database)
    if not isinstance(document, list):
        raise not_json(target, answered.status)
    source, why_not = _source(answered.headers.get("cache-status", ""))
    is_several = bool(document) and isinstance(document[0], list)
    timing = _DURATION.search(answered.headers.get("server-timing", ""))
    return HttpAnswer(document, is_several, source, why_not, seconds, float(timing[1]) if timing else None)


def _bindings(given: Sequence[str]) -> str:
    named = [_NAMED.fullmatch(text) for text in given]
    if not any(named):
        return f"[{', '.join(map(_json, given))}]"
    found: dict[str, str] = {}
    for match in named:
        if match is None:
            raise UsageError(
                "Values by position and by name were both given.",
                fix="Give a name to each, as in --bind :id=42, or to none.",
                code="BIND_MIXED",
            )
        if match[1] in found:
            raise UsageError(f"Two values were given for :{match[1]}.", fix="Leave one out.", code="BIND_TWICE")
        found[match[1]] = _json(match[2])
    return f"{{{', '.join(f'{json.dumps(name)}: {value}' for name, value in found.items())}}}"


def _json(text: str) -> str:
    """The value as JSON, every digit as it was given."""
    if text in {"true", "false", "null"} or _NUMBER.fullmatch(text):
        return text
    if text[:1] in {'"', "["}:
        try:
            json.loads(text, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            return json.dumps(text)
        return text
    return json.dumps(text)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _source(cache_status: str) -> tuple[Source, str | None]:
    """Who answered, by the header of RFC 9211."""
    words = cache_status.split(";")
    if len(words) > 1 and words[1].strip() == "hit":
        return Source.HIT, None
    if "fwd=miss" in cache_status:
        return Source.MISS, None
    if "fwd=bypass" in cache_status:
        detail = _DETAIL.search(cache_status)
        return Source.PASS, re.sub(r"\\(.)", r"\1", detail[1]) if detail else None
    return Source.UNKNOWN, None


def _failure(status: int, document: Json, target: Target, database: str) -> PolyscaleError:
    fields: Mapping[str, Json] = document if isinstance(document, Mapping) else {}
    if status not in {_NO_LOGIN, _REFUSED}:
        return error_of_status(status, document, target)
    code, message = str(fields.get("code")), str(fields.get("message"))
    kind = AuthenticationError if status == _NO_LOGIN else PolyscaleError
    if database == Database.POSTGRES and _STATE.fullmatch(code):
        return kind(message, why=f"SQLSTATE {code}.", code=f"SQLSTATE_{code}")
    if code.isdigit():
        return kind(message, why=f"Error {code}.", code=f"ERROR_{code}")
    return kind(message, code=code)
