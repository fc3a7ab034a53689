"""``POST /v1/caches/{id}/explain``: whether a statement's answers can be kept, who decides for how long, and why."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from polyscale_cli.edge.api import reasons
from polyscale_cli.edge.api.cache_ttls import LONGEST_KEY, NAME, TYPE, VALUE, described
from polyscale_cli.edge.api.fields import Choice, Flag, Nested, Number, Shape, Text, Texts
from polyscale_cli.edge.api.routes import Call, Reply, Route
from polyscale_cli.edge.engine.rules import DecidedBy
from polyscale_cli.edge.explanation import Explanation, explain
from polyscale_cli.edge.keys import Scope
from polyscale_cli.edge.server import Edge
from polyscale_cli.edge.table_name import spelled

_SQL = Text(
    name="sql",
    about="The statement; or the id of a template, for all of its statements.",
    required=True,
    least=1,
    most=LONGEST_KEY,
    is_sql=True,
)
EXPLAIN = Shape("Explain", (_SQL,))
_RULE = Shape(
    "DecidingRule",
    (
        TYPE,
        Text(name="key", about="As the edge knows it.", required=True, most=2 * LONGEST_KEY, printable=False),
        VALUE,
        NAME,
    ),
)
EXPLANATION = Shape(
    "Explanation",
    (
        Text(name="template", about="Literals are [?], comments gone.", most=4 * LONGEST_KEY, printable=False),
        Text(name="templateId", about="16 hexadecimal digits."),
        Flag(name="cacheable", about="null where only the database's catalog can tell, and has not been asked yet.",
             nullable=True),
        Nested(name="reason", about="Why it is not.", shape=reasons.REASON, nullable=True),
        Texts(name="tables", about="The tables that it names.", least=0, most=10_000, longest=1000),
        Nested(name="rule", about="The rule that decides.", shape=_RULE, nullable=True),
        Choice(name="decidedBy", about="Who decides for how long.", of=DecidedBy),
        Number(name="ttl", about="Seconds, 0 for never; where automation decides, what it would choose; null where it"
               " is not cacheable.", nullable=True),
        Texts(name="words", about="The same in sentences.", longest=10_000),
    ),
    all_required=True,
)  # fmt: skip


async def _run(edge: Edge, call: Call) -> Reply:
    return Reply(HTTPStatus.OK, document(explain(edge.knowledge(call.path["cacheId"]), call.values["sql"])))


def document(found: Explanation) -> dict[str, Any]:
    """The explanation as the API shows it."""
    rule = found.decision.rule
    return {
        "template": found.template.decode("utf-8", "replace").lstrip("\0").strip(),
        "templateId": found.template_id,
        "cacheable": found.cacheable,
        "reason": None if found.reason is None else reasons.described(found.reason),
        "tables": [spelled(name) for name in found.tables],
        "rule": None if rule is None else described(rule),
        "decidedBy": found.decision.by,
        "ttl": found.ttl,
        "words": list(found.words),
    }


ROUTES = (
    # It changes nothing. What a cache's rules are, it tells a part of.
    Route(method="POST", path="/v1/caches/{cacheId}/explain", operation="explainStatement",
          summary="Say whether a statement's answers can be kept, who decides for how long, and why. Nothing is run.",
          run=_run, scopes=(Scope.CACHE_RULES_READ, Scope.CACHE_RULES_WRITE), body=EXPLAIN, gives=EXPLANATION),
)  # fmt: skip
