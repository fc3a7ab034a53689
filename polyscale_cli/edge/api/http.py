"""The API over HTTP, on aiohttp.web: reads requests, routes them by the table, and never answers in another shape."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from polyscale_cli.edge.api.access import authorize, check_host
from polyscale_cli.edge.api.body import read_body
from polyscale_cli.edge.api.connection import Connection, error_response
from polyscale_cli.edge.api.console import add_console
from polyscale_cli.edge.api.errors import ApiError, invalid_body, let_go_of_frames
from polyscale_cli.edge.api.query import read_query
from polyscale_cli.edge.api.routes import Call, Route
from polyscale_cli.edge.api.sql import SqlRoute
from polyscale_cli.edge.api.table import ROUTES
from polyscale_cli.edge.server import Edge
from polyscale_cli.edge.serverless.replies import ALWAYS
from polyscale_cli.errors import PolyscaleError

_log = logging.getLogger(__name__)
BACKLOG = 1024
# The largest body that any operation takes is a few hundred bytes.
BODY_LIMIT = 64 * 1024
# Bytes of a request's first line: whatever key a body has brought must find room in a path, encoded.
LINE_LIMIT = 3 * BODY_LIMIT + 1024
# How long a request's head may take, counted from the connection or from the answer before it, and then its body:
# whoever sends halves of requests holds files that database clients need.
PATIENCE_SECONDS = 60.0
# How long requests under way may take when the edge stops; a network test is the only slow one.
_SHUTDOWN_SECONDS = 2.0
# How long the rest of a body is read whose request has been answered, so that the answer is not lost.
_LINGERING_SECONDS = 10.0
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class HttpServer:
    """The management API of one edge, and SQL over HTTP."""

    def __init__(self, edge: Edge, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._edge = edge
        self._patience = patience_seconds
        application = web.Application(middlewares=[self._answer_in_shape])
        for route in ROUTES:
            application.router.add_route(route.method, route.pattern, self._handler(route))
        add_console(application.router)
        self._sql = SqlRoute(edge.sql, patience_seconds)
        self._sql.add_to(application.router)
        self._listener: asyncio.Server | None = None
        self._runner = web.AppRunner(application, handle_signals=False, shutdown_timeout=_SHUTDOWN_SECONDS)

    async def listen(self, host: str, port: int) -> int:
        """Open the port and say which it is.

        Raises:
            OSError: it cannot be opened.
        """
        await self._runner.setup()
        server = self._runner.server
        if server is None:
            raise RuntimeError("the HTTP server was closed")
        loop = asyncio.get_running_loop()

        def connection() -> asyncio.Protocol:
            return self._sql.front(
                Connection(
                    server,
                    loop=loop,
                    access_log=None,  # type: ignore[arg-type]  # as AppRunner documents it
                    max_line_size=LINE_LIMIT,
                    keepalive_timeout=self._patience,
                    lingering_time=min(self._patience, _LINGERING_SECONDS),
                )
            )

        self._listener = await loop.create_server(connection, host, port, backlog=BACKLOG)
        bound: int = self._listener.sockets[0].getsockname()[1]
        return bound

    async def close(self) -> None:
        """Stop accepting and let requests under way finish."""
        if self._listener is not None:
            self._listener.close()
        await self._runner.cleanup()

    def _handler(self, route: Route) -> _Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            authorize(self._edge, route, request.headers.get("Authorization"))
            query = read_query(route.query, request.query) if route.query is not None else {}
            values: dict[str, Any] = {}
            if route.body is not None:
                body = await read_body(request, BODY_LIMIT, self._patience)
                if body.strip() or not route.body_optional:
                    values = route.body.decode(_parse(body))
            call = Call(dict(request.match_info), values, query, _host_of(request), request.raw_path)
            reply = await route.run(self._edge, call)
            if reply.text is not None:
                headers = {**ALWAYS, "Content-Type": reply.content_type}
                return web.Response(status=reply.status, body=reply.text, headers=headers)
            return _response(reply.status, reply.document)

        return handle

    @web.middleware
    async def _answer_in_shape(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        try:
            check_host(self._edge.settings.host, _host_of(request))
            return await handler(request)
        except ApiError as error:
            failure = error
            let_go_of_frames(error)
        except PolyscaleError as error:
            failure = ApiError.of(error)
        except web.HTTPException as error:
            failure = _of_aiohttp(error, request)
            let_go_of_frames(error)
        except ConnectionError:
            raise  # the client has gone; there is nobody to answer
        except Exception:  # noqa: BLE001  # whatever it is, it is logged, answered, and the edge goes on
            _log.exception("%s %s failed", request.method, request.path)
            failure = ApiError(
                HTTPStatus.INTERNAL_SERVER_ERROR,
                "INTERNAL",
                "The edge could not do this because of an error of its own; its log has the details.",
            )
        if failure.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _log.error("%s %s: %s", request.method, request.path, failure.message)
        return error_response(failure, web.Response)


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        at = f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise invalid_body(f"The body is not JSON{at}.") from None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _host_of(request: web.Request) -> str | None:
    try:
        return urlsplit(f"//{request.headers.get('Host', '')}").hostname
    except ValueError:
        return None


def _of_aiohttp(error: web.HTTPException, request: web.Request) -> ApiError:
    status = HTTPStatus(error.status)
    if isinstance(error, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(error.allowed_methods))
        message = f"{request.path[:200]} takes {allowed}, not {request.method}."
        return ApiError(status, "METHOD_NOT_ALLOWED", message, {"Allow": allowed})
    if status is HTTPStatus.NOT_FOUND:
        return ApiError(
            status, "NOT_FOUND", f"There is nothing at {request.path[:200]}; /openapi.json lists what there is."
        )
    return ApiError(status, status.name, error.reason)


def _response(status: HTTPStatus, document: Any) -> web.Response:
    if document is None:
        return web.Response(status=status, headers=ALWAYS)
    return web.Response(
        status=status,
        body=json.dumps(document).encode(),
        content_type="application/json",
        charset="utf-8",
        headers=ALWAYS,
    )
