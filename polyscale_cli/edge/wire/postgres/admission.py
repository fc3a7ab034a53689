"""What the cache says to one request of a session that is idle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from polyscale_cli.edge.engine.fill import Fill
from polyscale_cli.edge.engine.footprint import Footprint
from polyscale_cli.edge.engine.scope import Scope
from polyscale_cli.edge.engine.store import Key
from polyscale_cli.edge.engine.template import Template
from polyscale_cli.edge.wire.postgres.plan import Plan
from polyscale_cli.edge.wire.postgres.request import Request

if TYPE_CHECKING:
    from polyscale_cli.edge.wire.postgres.conversation import Conversation

RUNS_BEFORE_KEEPING = 1
"""A template's answers are kept from its second run on, so that a query is served from its third run, and another
query of the same template from its second."""

# Inputs of date and time types that mean another moment each time (manual, table 8.13). They are data, not syntax, so
# that a template cannot show them.
_MOVING_DATES = (b"now", b"today", b"tomorrow", b"yesterday")


@dataclass(frozen=True, slots=True)
class Consulted:
    """The request must go to the origin; its answer may fill an entry."""

    fill: Fill | None


ANSWERED = Consulted(None)
"""The request was answered, or waits for an answer that is under way."""

_NOT_KEPT = Consulted(None)


def consult(  # noqa: PLR0911  (one way out for each reason)
    conversation: Conversation, request: Request, plan: Plan
) -> Consulted:
    """Look a request up; begin to fill an entry where there is none but may be one."""
    cache = conversation.cache
    scope = conversation.session.scope
    key = plan.key
    if key is None or scope is None or not scope.shared or not cache.caches:
        cache.passes += len(plan.executes)
        for template in plan.executes:
            template.runs += 1
        return _NOT_KEPT
    template = plan.executes[0]
    if not template.is_plain_read:
        cache.passes += 1
        return _NOT_KEPT
    footprint = scope.footprint(template)
    if footprint is None:
        cache.misses += 1
        template.runs += 1
        return _NOT_KEPT
    if footprint.refusal is not None or not footprint.only_reads:
        cache.passes += 1
        return _NOT_KEPT
    verified = plan.statement is None or plan.statement.version == cache.origin.everything.version
    if verified:
        entry = scope.entries.get(key)
        if entry is not None and entry.expires > cache.clock():
            conversation.serve(request, entry)
            return ANSWERED
    under_way = scope.fill_under_way(key) if verified and not request.waited else None
    if under_way is not None:
        under_way.wait(conversation.put_aside(request, plan))
        return ANSWERED
    return Consulted(begin(scope, template, footprint, key, request.raw))


def begin(scope: Scope, template: Template, footprint: Footprint, key: Key, raw: bytes) -> Fill | None:
    """Count a miss, and begin to fill its entry if it is worth one and may have one."""
    scope.cache.misses += 1
    runs = template.runs
    template.runs = runs + 1
    if runs < RUNS_BEFORE_KEEPING:
        return None
    folded = raw.lower()
    for word in _MOVING_DATES:
        if word in folded:
            return None
    return scope.start_fill(key, footprint)
