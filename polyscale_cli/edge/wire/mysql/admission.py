"""What the cache says to one statement of a session."""

from __future__ import annotations

from dataclasses import dataclass

from polyscale_cli.edge.engine.cachestate import CacheState
from polyscale_cli.edge.engine.fill import Fill
from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.engine.scope import Scope
from polyscale_cli.edge.engine.store import Entry
from polyscale_cli.edge.engine.template import RUNS_BEFORE_KEEPING
from polyscale_cli.edge.wire.mysql.plan import Plan
from polyscale_cli.edge.wire.mysql.session_state import SessionState


@dataclass(frozen=True, slots=True)
class Consulted:
    """At most one of these; if none, the statement goes to the origin.

    Attributes:
        entry: the answer.
        under_way: another session's identical read, worth waiting for.
    """

    entry: Entry | None = None
    under_way: Fill | None = None


_NOTHING = Consulted()


def consult(cache: CacheState, scope: Scope | None, plan: Plan, *, settled: bool, waited: bool) -> Consulted:
    """Look a statement up.

    ``settled`` says that it sees what is committed and nothing else, ``waited`` that an identical read was waited for
    in vain.
    """
    key = plan.key
    if key is None or scope is None or not settled or not _may_be_kept(cache, scope, plan):
        return _NOTHING
    entry = scope.find(key)
    if entry is not None:
        return Consulted(entry=entry)
    return Consulted(under_way=None if waited else scope.fill_under_way(key))


def begin_fill(cache: CacheState, session: SessionState, plan: Plan, *, unsettled: Reason | None) -> Fill | None:
    """Count a statement that is about to be sent to the origin; begin to fill an entry where there may be one.

    ``unsettled`` is why it may not see what is committed, where it may not.
    """
    template, key, scope = plan.template, plan.key, session.scope
    runs = template.runs
    template.runs = runs + 1
    if key is None or scope is None or unsettled is not None or not _may_be_kept(cache, scope, plan):
        within = unsettled if template.is_plain_read else None
        cache.pass_by(template, within or cache.refusal(template, scope, keyed=key is not None))
        return None
    cache.misses += 1
    template.tally.misses += 1
    footprint = scope.footprint(template)
    if footprint is None or runs < RUNS_BEFORE_KEEPING or not scope.is_worth_keeping(template, key):
        return None
    return scope.start_fill(key, footprint.reads, template, session.author)


def _may_be_kept(cache: CacheState, scope: Scope, plan: Plan) -> bool:
    """Whether an answer to it may be kept, as far as is known."""
    if not scope.shared or not plan.template.is_plain_read or not cache.caches:
        return False
    footprint = scope.footprint(plan.template)
    return footprint is None or footprint.keepable
