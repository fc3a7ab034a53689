"""What the cache says to one statement of a session."""

from __future__ import annotations

from dataclasses import dataclass

from polyscale_cli.edge.engine.cachestate import CacheState
from polyscale_cli.edge.engine.fill import Fill
from polyscale_cli.edge.engine.scope import Scope
from polyscale_cli.edge.engine.store import Entry
from polyscale_cli.edge.engine.template import RUNS_BEFORE_KEEPING
from polyscale_cli.edge.wire.mysql.plan import Plan


@dataclass(frozen=True, slots=True)
class Consulted:
    """At most one of these; if none, the statement goes to the origin and its answer is not kept.

    Attributes:
        entry: the answer.
        under_way: another session's identical read, worth waiting for.
        fill: what the origin's answer may fill.
    """

    entry: Entry | None = None
    under_way: Fill | None = None
    fill: Fill | None = None


_NOT_KEPT = Consulted()


def consult(cache: CacheState, scope: Scope | None, plan: Plan, *, settled: bool, waited: bool) -> Consulted:
    """Look a statement up; begin to fill an entry where there is none but may be one.

    ``settled`` says that no transaction is open and each statement commits by itself, ``waited`` that an identical read
    was waited for in vain.
    """
    template, key = plan.template, plan.key
    runs = template.runs
    if (
        key is None
        or scope is None
        or not scope.shared
        or not settled
        or not template.is_plain_read
        or not cache.caches
    ):
        cache.passes += 1
        template.runs = runs + 1
        return _NOT_KEPT
    footprint = scope.footprint(template)
    if footprint is not None and not footprint.keepable:
        cache.passes += 1
        template.runs = runs + 1
        return _NOT_KEPT
    entry = scope.entries.get(key)
    if entry is not None and entry.expires > cache.clock():
        return Consulted(entry=entry)
    under_way = None if waited else scope.fill_under_way(key)
    if under_way is not None:
        return Consulted(under_way=under_way)
    cache.misses += 1
    template.runs = runs + 1
    if footprint is None or runs < RUNS_BEFORE_KEEPING or not scope.is_worth_keeping(template, key):
        return _NOT_KEPT
    return Consulted(fill=scope.start_fill(key, footprint.reads, template))
