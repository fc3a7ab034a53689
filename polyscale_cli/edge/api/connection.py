"""The server's side of an HTTP connection, which answers what is no request in the API's shape, too."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any, TypeVar

from aiohttp import web
from aiohttp.http_exceptions import BadStatusLine, HttpProcessingError, InvalidURLError

from polyscale_cli.edge.api.errors import ApiError, let_go_of_frames
from polyscale_cli.edge.serverless.replies import ALWAYS, CONTENT_TYPE

_Response = TypeVar("_Response", bound=web.Response)


def error_response(error: ApiError, kind: type[_Response]) -> _Response:
    """Make the answer that tells an error."""
    headers = {**ALWAYS, "Content-Type": CONTENT_TYPE, **error.headers}
    return kind(status=error.status, body=json.dumps(error.document()).encode(), headers=headers)


_OF_CLIENTS = (HttpProcessingError, web.RequestPayloadError, ConnectionError)
"""What clients do wrong, and that they go away."""


class Connection(web.RequestHandler):
    """aiohttp's, but for what cannot be read as HTTP.

    aiohttp repeats the bytes that it stumbled over, to the client and in the log. They may be the rest of a body that
    is longer than its head says, with a password in it.
    """

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """Give the answer to what could not be read, after which the connection ends."""
        if not isinstance(exc, HttpProcessingError):
            return super().handle_error(request, status, exc, message)
        response = error_response(
            ApiError(HTTPStatus.BAD_REQUEST, "BAD_REQUEST", f"This is not HTTP as it should be: {_reason(exc)}."),
            web.Response,
        )
        response.force_close()
        return response

    def log_exception(self, *args: Any, **kw: Any) -> None:
        """Log what is the edge's own fault."""
        error = kw.get("exc_info")
        if isinstance(error, _OF_CLIENTS):
            let_go_of_frames(error)
        else:
            super().log_exception(*args, **kw)


def _reason(error: HttpProcessingError) -> str:
    """What aiohttp says is wrong, without the bytes that are: those are behind a colon, or all that it says."""
    if isinstance(error, BadStatusLine | InvalidURLError):
        return "its first line is wrong"
    return re.split("[:\n]", error.message, maxsplit=1)[0].rstrip(".")
