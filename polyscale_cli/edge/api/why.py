"""``POST /v1/caches/{id}/why``: what became of the answers to a query."""

from __future__ import annotations

import dataclasses
from http import HTTPStatus
from typing import Any

from polyscale_cli.edge.api import explain
from polyscale_cli.edge.api.fields import Flag, Integer, Nested, Shape, Text, Texts
from polyscale_cli.edge.api.reasons import REASON, described
from polyscale_cli.edge.api.routes import Call, Reply, Route
from polyscale_cli.edge.keys import Scope
from polyscale_cli.edge.observe.span import written
from polyscale_cli.edge.server import Edge
from polyscale_cli.edge.why import Gone, Held, Why, why

_WHY = Shape("AskWhy", explain.EXPLAIN.fields)
_FILLED = (
    Text(name="filledAt", about="When it was kept.", format="date-time"),
    Text(name="filledBy", about="Whose read it answered first.", printable=False),
    Integer(name="hits", about="How often it was served, in whatever form."),
)
_HELD = Shape(
    "HeldAnswer",
    (
        *_FILLED,
        Integer(name="bytes", about="What it takes, with its other forms."),
        Text(name="looksAt", about="From when on a reader may be sent to the database to see whether it has changed;"
             " null for not before it ends.", format="date-time", nullable=True),
        Text(name="endsAt", about="When it is served no more.", format="date-time"),
        Texts(name="tables", about="What it depends on.", least=0, most=100_000, longest=1000),
        Texts(name="tags", about="What comments of its statement have tagged it with.", least=0, most=10_000),
    ),
    all_required=True,
)  # fmt: skip
_GONE = Shape(
    "GoneAnswer",
    (
        *_FILLED,
        Text(name="wentAt", about="When it went.", format="date-time"),
        Nested(name="cause", about="How it went: WRITE, SERVER, PURGE, SETTINGS or EVICTED.",
               shape=dataclasses.replace(REASON, name="Cause")),
        Text(name="by", about="The session whose write it was; empty where that is not known.", printable=False),
        Text(name="statement", about="The template of that write: literals are [?].", most=10_000, printable=False),
    ),
    all_required=True,
)  # fmt: skip
_STORY = Shape(
    "Why",
    (
        Nested(name="held", about="Its answers that are held, the latest first: one for each set of parameters and each"
               " kind of session.", shape=_HELD, many=True),
        Nested(name="gone", about="Those that went, the latest first, as far as they are remembered.", shape=_GONE,
               many=True),
        Nested(name="reason", about="Why nothing is kept.", shape=REASON, nullable=True),
        Flag(name="isNew", about="Nothing hinders it but that it was not asked often enough yet."),
        Integer(name="runs", about="Statements of its template since the edge started."),
        Nested(name="explanation", about="What holds for it now.", shape=explain.EXPLANATION),
        Texts(name="words", about="The same in sentences.", longest=10_000),
    ),
    all_required=True,
)  # fmt: skip


async def _run(edge: Edge, call: Call) -> Reply:
    return Reply(HTTPStatus.OK, _document(why(edge.knowledge(call.path["cacheId"]), call.values["sql"])))


def _document(found: Why) -> dict[str, Any]:
    reason = found.reason
    return {
        "held": [_held(one) for one in found.held],
        "gone": [_gone(one) for one in found.gone],
        "reason": None if reason is None else described(reason),
        "isNew": found.is_new,
        "runs": found.runs,
        "explanation": explain.document(found.explanation),
        "words": list(found.words),
    }


def _held(one: Held) -> dict[str, Any]:
    return {
        "filledAt": written(one.filled),
        "filledBy": one.filled_by,
        "hits": one.hits,
        "bytes": one.bytes,
        "looksAt": None if one.looked_at is None else written(one.looked_at),
        "endsAt": written(one.ends),
        "tables": list(one.tables),
        "tags": list(one.tags),
    }


def _gone(one: Gone) -> dict[str, Any]:
    return {
        "filledAt": written(one.filled),
        "filledBy": one.filled_by,
        "hits": one.hits,
        "wentAt": written(one.went),
        "cause": described(one.how),
        "by": one.by,
        "statement": one.statement,
    }


ROUTES = (
    # It tells who asks what, which whoever may only purge need not know.
    Route(method="POST", path="/v1/caches/{cacheId}/why", operation="tellWhy",
          summary="Tell what became of the answers to a query, and why it is answered from the cache or not. Nothing is"
          " run.",
          run=_run, scopes=(Scope.CACHES_READ,), body=_WHY, gives=_STORY),
)  # fmt: skip
