"""What the edge says of itself: ``/v1/edge``, ``/healthz`` and ``/openapi.json``."""

from __future__ import annotations

import os
from http import HTTPStatus

from polyscale_cli import __version__
from polyscale_cli.edge.api.fields import Integer, Nested, Shape, Text
from polyscale_cli.edge.api.routes import Access, Call, Reply, Route
from polyscale_cli.edge.server import Edge

_LISTENER = Shape(
    "Listener",
    (
        Text(name="protocol", about="postgres, mysql or mariadb."),
        Text(name="host", about="The address it is bound to."),
        Integer(name="port", about="Its port."),
        Text(name="cacheId", about="The cache it belongs to alone.", nullable=True),
    ),
    all_required=True,
)
_HTTP = Shape(
    "HttpListener",
    (Text(name="host", about="The address it is bound to."), Integer(name="port", about="Its port.")),
    all_required=True,
)
EDGE = Shape(
    "Edge",
    (
        Text(name="version", about="The version of polyscale-cli."),
        Integer(name="pid", about="The process."),
        Text(name="startedAt", about="When it started.", format="date-time"),
        Nested(name="listeners", about="The open database ports.", shape=_LISTENER, many=True),
        Nested(name="http", about="The management API.", shape=_HTTP),
    ),
    all_required=True,
)
HEALTH = Shape("Health", (Text(name="status", about="ok, or draining while the edge stops."),), all_required=True)


async def _edge(edge: Edge, call: Call) -> Reply:
    host, port = edge.http
    document = {
        "version": __version__,
        "pid": os.getpid(),
        "startedAt": edge.started_at,
        "listeners": [listener.document() for listener in edge.listeners],
        "http": {"host": host, "port": port},
    }
    return Reply(HTTPStatus.OK, document)


async def _health(edge: Edge, call: Call) -> Reply:
    if edge.draining:
        return Reply(HTTPStatus.SERVICE_UNAVAILABLE, {"status": "draining"})
    return Reply(HTTPStatus.OK, {"status": "ok"})


async def _openapi(edge: Edge, call: Call) -> Reply:
    from polyscale_cli.edge.api.openapi import openapi_document

    return Reply(HTTPStatus.OK, openapi_document())


ROUTES = (
    Route(method="GET", path="/v1/edge", operation="getEdge", summary="Where this edge listens.",
          run=_edge, access=Access.TOKEN, gives=EDGE),
    Route(method="GET", path="/healthz", operation="getHealth", summary="Whether the edge accepts connections.",
          run=_health, access=Access.PUBLIC, gives=HEALTH),
    Route(method="GET", path="/openapi.json", operation="getOpenApi", summary="This document.",
          run=_openapi, access=Access.PUBLIC),
)  # fmt: skip
