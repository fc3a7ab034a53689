"""``POST /sql`` as HTTP: reads the body, asks the endpoint, and tells the connection's front how it went."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from aiohttp import HttpVersion11, hdrs, web

from polyscale_cli.edge.api.body import read_body
from polyscale_cli.edge.api.connection import error_response
from polyscale_cli.edge.api.errors import ApiError
from polyscale_cli.edge.serverless.endpoint import Asked, Endpoint
from polyscale_cli.edge.serverless.front import Front, Heads
from polyscale_cli.edge.serverless.replies import ALWAYS, CONTENT_TYPE

PATHS = ("/sql", "//sql")
"""The second is what the official client makes of an endpoint that ends in a slash."""

_PREFLIGHT_SECONDS = 3600
_UNUSUAL = (hdrs.EXPECT, hdrs.TRANSFER_ENCODING, hdrs.CONTENT_ENCODING, hdrs.ORIGIN, hdrs.UPGRADE)
"""Headers that the front could not do justice to."""


class Answer(web.Response):
    """A response whose connection's front is told when all of it is written."""

    front: Front | None = None
    asked: Asked | None = None
    body_length = 0
    known = False

    async def write_eof(self, data: bytes = b"") -> None:
        """Write the rest."""
        await super().write_eof(data)
        if self.front is not None:
            scope, allowance = (self.asked.scope, self.asked.allowance) if self.asked is not None else (None, None)
            self.front.was_answered(scope, allowance, self.body_length, known=self.known)


class SqlRoute:
    """The route, and the fronts of all connections.

    Args:
        endpoint: does the work.
        patience_seconds: how long a body may take.
    """

    def __init__(self, endpoint: Endpoint, patience_seconds: float) -> None:
        self._endpoint = endpoint
        self._origins = frozenset(endpoint.limits.origins)
        self._patience = patience_seconds
        self._heads = Heads()
        self._fronts: dict[asyncio.BaseTransport, Front] = {}

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Add the route."""
        for path in PATHS:
            router.add_route(hdrs.METH_POST, path, self._post, expect_handler=self._continue)
            if self._origins:
                router.add_route(hdrs.METH_OPTIONS, path, self._preflight)

    def front(self, server: asyncio.Protocol) -> Front:
        """Put a front before the server's side of a new connection."""
        return Front(server, self._heads, self._endpoint.digests, self._fronts)

    async def _post(self, request: web.Request) -> web.StreamResponse:
        front = self._fronts.get(request.transport) if request.transport is not None else None
        body: bytes | None = None
        try:
            if request.content_type != "application/json":
                raise _not_json(request.content_type)
            body = await read_body(request, self._endpoint.limits.body_bytes, self._patience)
            asked = await self._answered(body, front)
        except ApiError as error:
            response = error_response(error, Answer)
        else:
            reply = asked.reply
            response = Answer(body=reply.document, headers={**ALWAYS, **reply.headers, "Content-Type": CONTENT_TYPE})
            response.asked = asked
            response.known = not any(name in request.headers for name in _UNUSUAL)
        self._allow(request, response)
        if body is not None and request.keep_alive and request.version == HttpVersion11:
            response.front, response.body_length = front, len(body)
        return response

    async def _answered(self, body: bytes, front: Front | None) -> Asked:
        """Ask the endpoint, as long as the client is there."""
        work = asyncio.ensure_future(self._endpoint.answer(body))
        if front is not None:
            front.gone = work.cancel
        try:
            return await work
        finally:
            if front is not None:
                front.gone = None
            del work  # it has the error, whose traceback has this frame

    async def _continue(self, request: web.Request) -> web.StreamResponse | None:
        """Have a client send its body that asks whether to (RFC 9110, section 10.1.1), unless it is too large."""
        if request.headers[hdrs.EXPECT].lower() != "100-continue":
            return error_response(_not_expected(), web.Response)
        length = request.content_length
        if request.version == HttpVersion11 and (length is None or length <= self._endpoint.limits.body_bytes):
            await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            request.writer.output_size = 0  # the answer itself has not begun
        return None

    # -- web pages (https://fetch.spec.whatwg.org/#http-cors-protocol) -----------------------------------------------

    async def _preflight(self, request: web.Request) -> web.StreamResponse:
        response = web.Response(status=HTTPStatus.NO_CONTENT, headers=ALWAYS)
        if self._allow(request, response):
            response.headers["Access-Control-Allow-Methods"] = "POST"
            response.headers["Access-Control-Allow-Headers"] = "Content-Type"
            response.headers["Access-Control-Max-Age"] = str(_PREFLIGHT_SECONDS)
        return response

    def _allow(self, request: web.Request, response: web.Response) -> bool:
        if not self._origins:
            return False
        response.headers["Vary"] = "Origin"
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is None or not ({origin, "*"} & self._origins):
            return False
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "Cache-Status, Server-Timing, Retry-After"
        return True


def _not_json(content_type: str) -> ApiError:
    return ApiError(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "UNSUPPORTED_MEDIA_TYPE",
        f"The body is to be JSON: send the header Content-Type: application/json, not {content_type}.",
    )


def _not_expected() -> ApiError:
    return ApiError(
        HTTPStatus.EXPECTATION_FAILED,
        "EXPECTATION_FAILED",
        "Expect: 100-continue is all that may be expected.",
        {"Connection": "close"},
    )
