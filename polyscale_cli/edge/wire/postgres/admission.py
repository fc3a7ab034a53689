"""What the cache says to one request of a session that is idle, or in a block that has only read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from polyscale_cli.edge.engine.cachestate import CacheState
from polyscale_cli.edge.engine.fill import Fill
from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.engine.scope import Scope
from polyscale_cli.edge.engine.template import RUNS_BEFORE_KEEPING, Template
from polyscale_cli.edge.wire.postgres.plan import Plan
from polyscale_cli.edge.wire.postgres.request import Request
from polyscale_cli.edge.wire.postgres.statements import names_moment

if TYPE_CHECKING:
    from polyscale_cli.edge.wire.postgres.conversation import Conversation


@dataclass(frozen=True, slots=True)
class Consulted:
    """The request must go to the origin.

    Attributes:
        fill: what its answer may fill.
        only_reads: it is known to change nothing, neither data nor the session.
    """

    fill: Fill | None
    only_reads: bool = False


ANSWERED = Consulted(None)
"""The request was answered, or waits for an answer that is under way."""

NOT_KEPT = Consulted(None)
"""The request goes to the origin, and nothing is known of it."""

_ONLY_READS = Consulted(None, only_reads=True)


def consult(  # noqa: PLR0911  (one way out for each reason)
    conversation: Conversation, request: Request, plan: Plan
) -> Consulted:
    """Look a request up; begin to fill an entry where there is none but may be one."""
    cache = conversation.cache
    scope = conversation.session.scope
    key = plan.key
    if key is None or scope is None or not all(template.is_plain_read for template in plan.executes):
        return pass_by(cache, scope, plan)
    footprints = [scope.footprint(template) for template in plan.executes]
    known = [footprint for footprint in footprints if footprint is not None]
    if not scope.shared or not cache.caches or not all(footprint.keepable for footprint in known):
        return pass_by(cache, scope, plan)
    if any(statement.scope is not scope for statement in plan.bound):
        return pass_by(cache, scope, plan, Reason.SESSION_STATE)
    verified = all(statement.version == cache.origin.everything.version for statement in plan.bound)
    if verified:
        entry = scope.find(key)
        if entry is not None:
            conversation.serve(request, plan, entry)
            return ANSWERED
        under_way = scope.fill_under_way(key) if not request.waited else None
        if under_way is not None:
            under_way.wait(conversation.put_aside(request, plan))
            return ANSWERED
    if any(statement.names_moment for statement in plan.bound):
        return pass_by(cache, scope, plan, Reason.READS_CLOCK)
    if len(known) < len(footprints):
        _count_misses(cache, plan.executes)
        return NOT_KEPT
    tables = known[0].reads if len(known) == 1 else tuple({table for found in known for table in found.reads})
    runs = _count_misses(cache, plan.executes)
    # Several statements in one request are rare enough to be kept without a question.
    template = plan.executes[0] if len(plan.executes) == 1 else None
    if runs < RUNS_BEFORE_KEEPING or (template is not None and not scope.is_worth_keeping(template, key)):
        return _ONLY_READS
    if names_moment(request.raw):
        return _ONLY_READS
    if template is None and any(each.speaks for each in plan.executes):
        return _ONLY_READS  # what a comment says is about its own statement
    return Consulted(scope.start_fill(key, tables, template, conversation.session.author), only_reads=True)


def pass_by(cache: CacheState, scope: Scope | None, plan: Plan, reason: Reason | None = None) -> Consulted:
    """Count a request that is no candidate, unless it is our own; without a ``reason``, for that of each statement."""
    for template in plan.executes:
        template.runs += 1
        if plan.is_own:
            continue
        cache.pass_by(template, reason or cache.refusal(template, scope, keyed=plan.key is not None))
    return NOT_KEPT


def _count_misses(cache: CacheState, templates: Sequence[Template]) -> int:
    """Count a run of each. Returns the least number of runs before."""
    cache.misses += len(templates)
    least = templates[0].runs
    for template in templates:
        least = min(least, template.runs)
        template.runs += 1
        template.tally.misses += 1
    return least
