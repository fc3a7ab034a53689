"""Errors in the API's shape: ``{statusCode, code, error, message}``."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from polyscale_cli.errors import AuthenticationError, ConflictError, NotFoundError, PolyscaleError, UsageError

_STATUS: tuple[tuple[type[PolyscaleError], HTTPStatus, str | None], ...] = (
    (NotFoundError, HTTPStatus.NOT_FOUND, None),
    (ConflictError, HTTPStatus.CONFLICT, None),
    (AuthenticationError, HTTPStatus.UNAUTHORIZED, None),
    (UsageError, HTTPStatus.BAD_REQUEST, "INVALID_BODY"),
)


class ApiError(Exception):
    """An answer with a status of 400 or more."""

    def __init__(self, status: HTTPStatus, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})

    def document(self) -> dict[str, Any]:
        """The body of the answer."""
        return {
            "statusCode": int(self.status),
            "code": self.code,
            "error": self.status.phrase,
            "message": self.message,
        }

    @classmethod
    def of(cls, error: PolyscaleError) -> ApiError:
        """The same error, told by HTTP."""
        message = " ".join(part for part in (error.what, error.why, error.fix) if part)
        for kind, status, code in _STATUS:
            if isinstance(error, kind):
                return cls(status, code or error.code, message)
        return cls(HTTPStatus.INTERNAL_SERVER_ERROR, error.code, message)


def let_go_of_frames(error: BaseException) -> None:
    """Take the tracebacks from an error that is over, and from those behind it.

    A frame may hold the error whose traceback holds that frame, as aiohttp's do of a body's error. Such a circle stays
    until a collection of everything, which hardly ever comes.
    """
    behind: BaseException | None = error
    while behind is not None:
        behind.__traceback__ = None
        behind = behind.__cause__ or behind.__context__


def invalid_body(message: str) -> ApiError:
    """400 for a body that is not what the operation takes; ``message`` names the field."""
    return ApiError(HTTPStatus.BAD_REQUEST, "INVALID_BODY", message)
