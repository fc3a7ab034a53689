"""What a refusal of the API, or its silence, means in the tree of errors."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from polyscale_cli.client.target import Target
from polyscale_cli.credentials.token import Kind
from polyscale_cli.errors import (
    AuthenticationError,
    ConflictError,
    NotFoundError,
    PolyscaleError,
    UnavailableError,
    UsageError,
)

UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"  # OpenSSL's word
_OUT_OF_TIME = ("not yet valid", "has expired")
_KINDS: Mapping[int, type[PolyscaleError]] = {
    400: UsageError,
    401: AuthenticationError,
    403: AuthenticationError,
    404: NotFoundError,
    409: ConflictError,
    413: UsageError,
    422: UsageError,
    429: UnavailableError,
    502: UnavailableError,
    503: UnavailableError,
    504: UnavailableError,
}
_REFUSED_TOKEN = {
    Kind.ENVIRONMENT: "Set POLYSCALE_TOKEN to a valid API key, or unset it to use the token that is stored.",
    Kind.LOCAL_EDGE: "Start the edge again: polyscale edge stop, polyscale edge start",
    Kind.GIVEN: "Copy the key again, or have another one made: polyscale auth keys create",
}


def error_of_status(status: int, body: Any, target: Target) -> PolyscaleError:
    """The error for a status of 400 or more; ``body`` is the API's ``{statusCode, code, error, message}``."""
    fields = body if isinstance(body, Mapping) else {}
    message = str(fields.get("message") or fields.get("error") or f"The API answered with status {status}.")
    code = str(fields.get("code") or f"HTTP_{status}")
    kind = _KINDS.get(status, PolyscaleError)
    if kind is AuthenticationError:
        why = f"The token comes from {target.token.source}."
        return AuthenticationError(message, why=why, fix=_fix(status, target), code=code)
    if code.startswith("ORIGIN_"):
        return kind(message, code=code, fix="The edge itself is well: see to the database, or to the way there.")
    return kind(message, code=code, fix=_fix(status, target))


def _fix(status: int, target: Target) -> str | None:
    if status == 401:
        return _REFUSED_TOKEN.get(target.token.kind, "Log in again: polyscale auth login")
    if status == 403:
        return "Use a key with the scope that this needs."
    if status == 429:
        return "Wait a moment and try again."
    if status >= 500:
        return "Look into the edge's log: polyscale edge logs"
    return None


def out_of_reach(target: Target, error: Exception, proxy: str | None = None) -> UnavailableError:
    """The error for an API that cannot be reached, or answers too late; ``proxy`` is the variable of one in the way."""
    reason = str(error) or type(error).__name__
    if any(words in reason for words in _OUT_OF_TIME):
        now = datetime.datetime.now(datetime.UTC)
        fix = f"Compare this machine's clock, which says {now:%Y-%m-%d %H:%M} UTC; or the certificate is out of date."
    elif UNTRUSTED in reason:
        fix = "If a company's authority signs its certificate, set POLYSCALE_CA_BUNDLE to a file with that authority."
    elif proxy is not None:
        host = urlsplit(target.url).hostname
        fix = f"The request goes through the proxy in {proxy}: check it, or take the API out with NO_PROXY={host}."
    elif target.local is not None:
        fix = "See what it is doing: polyscale edge status, polyscale edge logs"
    else:
        fix = f"Check {target.named_by}, or leave it out to use the edge on this machine."
    return UnavailableError(f"The API at {target.url} cannot be reached.", why=reason, fix=fix, code="API_UNREACHABLE")


def asked_to_wait(target: Target, seconds: float) -> UnavailableError:
    """The error for an API that wants to be left alone for longer than a command waits."""
    return UnavailableError(
        f"The API at {target.url} is busy.",
        why=f"It asks to be left alone for {seconds:.0f} seconds.",
        fix="Try again then.",
        code="BUSY",
    )


def led_elsewhere(target: Target, location: str | None) -> UnavailableError:
    """The error for a redirect, which is never followed: the token would go along."""
    where = urlsplit(location or "")
    shown = f"{where.scheme}://{where.hostname}" if where.hostname else "another path"
    return UnavailableError(
        f"{target.url} answers with a redirect to {shown}, which is not followed.",
        why="The token would go along. A login page of the network, or http:// in place of https://, may be the cause.",
        fix=f"If that is the API's right address, put it into {target.named_by}.",
        code="REDIRECTED",
    )


def not_json(target: Target, status: int) -> UnavailableError:
    """The error for an answer that is no JSON: some other server is there, or one in between."""
    return UnavailableError(
        f"The answer of {target.url} is not JSON (status {status}).",
        why="Something that is not a PolyScale API answers there, such as a proxy or another program.",
        fix=f"Check {target.named_by}, or `polyscale edge status` for the local edge.",
        code="BAD_ANSWER",
    )
