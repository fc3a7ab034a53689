"""What a refusal of the API, or its silence, means in the tree of errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polyscale_cli.client.target import VARIABLE, Target
from polyscale_cli.errors import (
    AuthenticationError,
    ConflictError,
    NotFoundError,
    PolyscaleError,
    UnavailableError,
    UsageError,
)

UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"  # OpenSSL's word
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


def error_of_status(status: int, body: Any, target: Target) -> PolyscaleError:
    """The error for a status of 300 or more; ``body`` is the API's ``{statusCode, code, error, message}``."""
    fields = body if isinstance(body, Mapping) else {}
    message = str(fields.get("message") or fields.get("error") or f"The API answered with status {status}.")
    code = str(fields.get("code") or f"HTTP_{status}")
    kind = _KINDS.get(status, PolyscaleError)
    if kind is AuthenticationError:
        return AuthenticationError(
            message, why=f"The token comes from {target.token.source}.", fix=_fix(status), code=code
        )
    return kind(message, code=code, fix=_fix(status))


def _fix(status: int) -> str | None:
    if status == 401:
        return "Set POLYSCALE_TOKEN to a valid API key, or unset it to use the local edge's own token."
    if status == 403:
        return "Use a key with the scope that this needs."
    if status == 429:
        return "Wait a moment and try again."
    if status >= 500:
        return "Look into the edge's log: polyscale edge logs"
    return None


def out_of_reach(target: Target, error: Exception) -> UnavailableError:
    """The error for an API that cannot be reached, or answers too late."""
    reason = str(error) or type(error).__name__
    if UNTRUSTED in reason:
        fix = "If a company's authority signs its certificate, set POLYSCALE_CA_BUNDLE to a file with that authority."
    elif target.local is not None:
        fix = "See what it is doing: polyscale edge status, polyscale edge logs"
    else:
        fix = f"Check {VARIABLE}, or unset it to use the edge on this machine."
    return UnavailableError(f"The API at {target.url} cannot be reached.", why=reason, fix=fix, code="API_UNREACHABLE")


def not_json(target: Target, status: int) -> PolyscaleError:
    """The error for an answer that is no JSON: some other server is there."""
    kind = UnavailableError if status in {502, 503, 504} else PolyscaleError
    return kind(
        f"The answer of {target.url} is not JSON (status {status}).",
        why="Something that is not a PolyScale API answers there, such as a proxy or another program.",
        fix=f"Check {VARIABLE}, or `polyscale edge status` for the local edge.",
        code="BAD_ANSWER",
    )
