"""``POST /sql`` as HTTP: reads the body, asks the endpoint, and tells the connection's front how it went."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus

from aiohttp import hdrs, web

from polyscale_cli.edge.api.body import read_body
from polyscale_cli.edge.api.errors import ApiError
from polyscale_cli.edge.serverless.endpoint import Asked, Endpoint
from polyscale_cli.edge.serverless.front import Front, Heads
from polyscale_cli.edge.serverless.replies import ALWAYS, CONTENT_TYPE

PATHS = ("/sql", "//sql")
"""The second is what the official client makes of an endpoint that ends in a slash."""

_PREFLIGHT_SECONDS = 3600
_UNUSUAL = (hdrs.EXPECT, hdrs.TRANSFER_ENCODING, hdrs.CONTENT_ENCODING, hdrs.ORIGIN, hdrs.UPGRADE)
"""Headers that the front could not do justice to."""


class JsonResponse(web.Response):
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
            router.add_route(hdrs.METH_POST, path, self._post)
            if self._origins:
                router.add_route(hdrs.METH_OPTIONS, path, self._preflight)

    def front(self, server: asyncio.Protocol) -> Front:
        """Put a front before the server's side of a new connection."""
        return Front(server, self._heads, self._endpoint.digests, self._fronts)

    async def _post(self, request: web.Request) -> web.StreamResponse:
        front = self._fronts.get(request.transport) if request.transport is not None else None
        if request.content_type != "application/json":
            raise ApiError(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                "UNSUPPORTED_MEDIA_TYPE",
                f"The body is to be JSON: send the header Content-Type: application/json, not {request.content_type}.",
            )
        body = await read_body(request, self._endpoint.limits.body_bytes, self._patience)
        work = asyncio.ensure_future(self._endpoint.answer(body))
        if front is not None:
            front.gone = work.cancel
        try:
            asked = await work
        except ApiError as error:
            response = JsonResponse(
                status=error.status,
                body=json.dumps(error.document()).encode(),
                headers={**ALWAYS, "Content-Type": CONTENT_TYPE, **error.headers},
            )
        else:
            reply = asked.reply
            response = JsonResponse(
                body=reply.document, headers={**ALWAYS, **reply.headers, "Content-Type": CONTENT_TYPE}
            )
            response.asked = asked
            response.known = request.keep_alive and not any(name in request.headers for name in _UNUSUAL)
        finally:
            if front is not None:
                front.gone = None
        self._allow(request, response)
        response.front, response.body_length = front, len(body)
        return response

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
