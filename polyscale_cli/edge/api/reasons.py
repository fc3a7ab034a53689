"""``GET /v1/reasons``: why statements are not kept, in stable codes and in words, and what to do about each."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from polyscale_cli.edge.api.fields import Shape, Text
from polyscale_cli.edge.api.routes import Call, Reply, Route
from polyscale_cli.edge.cures import cure_of
from polyscale_cli.edge.engine import Reason
from polyscale_cli.edge.engine.story import How
from polyscale_cli.edge.keys import Scope
from polyscale_cli.edge.server import Edge

CODE = Text(name="code", about="A stable word; GET /v1/reasons lists all.")
REASON = Shape(
    "Reason",
    (
        CODE,
        Text(name="text", about="What it means."),
        Text(name="cure", about="What to do about it, or that there is nothing to do.", nullable=True),
    ),
    all_required=True,
)


def described(cause: Reason | How) -> dict[str, Any]:
    """Say why, as the API does."""
    return {"code": cause.name, "text": cause.value, "cure": cure_of(cause)}


def described_code(code: str) -> dict[str, Any]:
    """Say the same of a code that was kept; one that an edge no longer has may still be in a file that it reads."""
    if code in Reason.__members__:
        return described(Reason[code])
    return {"code": code, "text": code, "cure": None}


async def _list(edge: Edge, call: Call) -> Reply:
    return Reply(HTTPStatus.OK, [described(one) for one in Reason])


ROUTES = (
    Route(method="GET", path="/v1/reasons", operation="listReasons",
          summary="Why statements are passed by, and what to do about it: all reasons there are.",
          run=_list, scopes=(Scope.CACHES_READ,), gives=REASON, gives_many=True),
)  # fmt: skip
