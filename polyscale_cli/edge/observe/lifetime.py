"""For how long answers of a template are kept now, and what caching could do for it."""

from __future__ import annotations

from dataclasses import dataclass

from polyscale_cli.edge.engine import CacheState, Name, Template


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Seconds, and a part of 1; None for what is not known.

    Attributes:
        ttl: 0 keeps nothing. A rule for one query, or a comment in it, is not of its template.
        recommended: what automation would choose.
        cacheability: the part of runs that caching could answer, at that.
    """

    ttl: float | None = None
    recommended: float | None = None
    cacheability: float | None = None


UNKNOWN = Lifetime()


def lifetime_of(state: CacheState, template: Template) -> Lifetime:
    """Say it of a template that may be kept by its text; of any other nothing is known."""
    if not template.is_plain_read:
        return UNKNOWN
    recommended = min(template.habits.ttl(), state.ttl)
    ruled = state.decide(template, None, lambda: _shown(state, template)).ttl if state.caches else 0.0
    return Lifetime(
        ttl=recommended if ruled is None else ruled,
        recommended=recommended,
        cacheability=template.habits.cacheability(state.ttl),
    )


def _shown(state: CacheState, template: Template) -> set[Name]:
    return {name for one in state.told(template) for name in one.shows}
