"""Reads the engine's tallies, and makes of them what happened since the last time.

A sweep visits every template of every cache, a slice at a time, so that whoever drives it can let clients be served in
between. What it finds goes into the minute at hand and into the totals since the edge began.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from polyscale_cli.edge.engine import CacheState, Reason, Template
from polyscale_cli.edge.observe.counts import Counts, Numbers
from polyscale_cli.edge.observe.minute import Activity, CacheMinute, Minute

SLICE = 100
"""Templates that are visited in one go: a millisecond or two where all of them were busy."""

MOST_ACTIVE = 20_000
"""Templates of a cache that the minute at hand tells apart. A million of them may come and go in one."""


@dataclass(slots=True)
class CacheTotals:
    """What a cache has done since the edge began."""

    counts: Counts = field(default_factory=Counts)
    forgotten: int = 0


class _Mean:
    """The mean of the latest few hundred numbers: older ones count half as much with each hundred that follow."""

    __slots__ = ("count", "total")

    def __init__(self) -> None:
        self.count = 0.0
        self.total = 0.0

    def add(self, count: float, total: float) -> None:
        self.count += count
        self.total += total
        if self.count > 200:
            self.total *= 100 / self.count
            self.count = 100.0

    @property
    def value(self) -> float:
        return self.total / self.count if self.count else 0.0


class _Seen:
    """A tally as it stood at the last visit."""

    __slots__ = ("hit", "id", "numbers", "origin", "passes", "tally")

    def __init__(self, template: Template) -> None:
        self.id = template.id
        self.tally = template.tally
        self.numbers = Numbers()
        self.passes: dict[Reason, int] = {}
        self.origin = _Mean()
        self.hit = _Mean()


class _Watched:
    """One cache, as it stood at the last sweep."""

    __slots__ = ("forgotten", "others", "reasons", "seen", "state", "totals", "whole")

    def __init__(self, state: CacheState, totals: CacheTotals) -> None:
        self.state = state
        self.totals = totals
        self.seen: dict[Template, _Seen] = {}
        self.others = Numbers()
        self.whole = (0, 0, 0, 0)
        self.reasons: dict[str, int] = {}
        self.forgotten = 0


class Collector:
    """Of all caches of an edge.

    Args:
        caches: gives the ids of caches that somebody has used, and their states.
        wall: seconds since 1970.
    """

    def __init__(self, caches: Callable[[], Iterable[tuple[str, CacheState]]], wall: Callable[[], float]) -> None:
        self._caches = caches
        self._wall = wall
        self._watched: dict[str, _Watched] = {}

    def totals(self, cache_id: str) -> CacheTotals:
        """Give what a cache has done since the edge began, as far as it was swept."""
        watched = self._watched.get(cache_id)
        return watched.totals if watched is not None else CacheTotals()

    def templates(self, cache_id: str) -> dict[str, Template]:
        """Give the templates that the last sweep met, by their ids."""
        watched = self._watched.get(cache_id)
        return {one.id: template for template, one in watched.seen.items()} if watched is not None else {}

    def forget(self, cache_id: str) -> None:
        """Forget a cache that was deleted."""
        self._watched.pop(cache_id, None)

    def sweep(self, minute: Minute) -> Iterator[None]:
        """Visit everything, and add what is new to ``minute``; stops after each slice, to be gone on with."""
        for cache_id, state in tuple(self._caches()):
            watched = self._watched.get(cache_id)
            if watched is None or watched.state is not state:
                # The state of a cache begins anew when it is given another origin; what it has done stays done.
                totals = CacheTotals() if watched is None else watched.totals
                watched = self._watched[cache_id] = _Watched(state, totals)
            part = minute.caches.get(cache_id)
            if part is None:
                part = minute.caches[cache_id] = CacheMinute()
            yield from self._visit(watched, part)

    def _visit(self, watched: _Watched, part: CacheMinute) -> Iterator[None]:
        seen = watched.seen
        found: list[Counts] = []
        visited = [(template, template.tally) for template in watched.state.templates.all()]
        for number, (template, tally) in enumerate(visited, 1):
            if template.tally is not tally:
                continue  # forgotten since this sweep began: it is among the others by now
            one = seen.get(template)
            if one is None:
                one = seen[template] = _Seen(template)
            counts = self._difference(one)
            if counts is not None:
                found.append(counts)
                self._note(part, one.id, template, counts)
            if number % SLICE == 0:
                self._share(watched, part, found)
                found.clear()
                yield
        self._share(watched, part, found)
        self._visit_others(watched, part)
        self._visit_whole(watched, part)

    @staticmethod
    def _difference(one: _Seen) -> Counts | None:
        """Give what a tally has counted since the last visit, if anything."""
        tally = one.tally
        before = one.numbers
        # Whatever else is counted comes with one of these.
        if (
            tally.hits == before.hits
            and tally.misses == before.misses
            and tally.passes == one.passes
            and tally.invalidated == before.invalidated
            and tally.purged == before.purged
            and not tally.origin_seconds
        ):
            return None
        now = Numbers.of(tally)
        new = now.minus(before)
        one.numbers = now
        found = Counts()
        if new.passes:
            known, one.passes = one.passes, tally.passes.copy()
            found.reasons = {code.name: more for code, n in one.passes.items() if (more := n - known.get(code, 0))}
        if tally.origin_seconds:
            found.origin.extend(tally.take_origin())
        if tally.hit_seconds:
            samples = tally.take_hits()
            found.hit.extend(samples)
            one.hit.add(len(samples), sum(samples))
        if new.origin_runs:
            one.origin.add(new.origin_runs, new.origin_total)
        if new.hits:
            new = Numbers._make((*new[:-1], new.hits * max(0.0, one.origin.value - one.hit.value)))
        found.numbers = new
        return found

    def _note(self, part: CacheMinute, identity: str, template: Template, found: Counts) -> None:
        activity = part.activities.get(identity)
        if activity is not None:
            activity.counts.add(found)
        elif len(part.activities) < MOST_ACTIVE:
            activity = part.activities[identity] = Activity(identity, template, found)
        else:
            return
        if found.runs:
            activity.last_run = self._wall()

    @staticmethod
    def _share(watched: _Watched, part: CacheMinute, found: list[Counts]) -> None:
        """Add what templates did to what their cache did, but for what the cache itself keeps count of."""
        if not found:
            return
        numbers = Numbers.total(one.numbers for one in found)
        gained = Counts(numbers._replace(misses=0, passes=0, invalidated=0, purged=0))
        for one in found:
            gained.origin.merge(one.origin)
            gained.hit.merge(one.hit)
        part.total.add(gained)
        watched.totals.counts.add(gained)

    @classmethod
    def _visit_others(cls, watched: _Watched, part: CacheMinute) -> None:
        """Add what happened to templates that the engine has forgotten: all that was counted of them at their end is
        among it, of which the sweeps before have told most.
        """
        departed = [template for template, one in watched.seen.items() if template.tally is not one.tally]
        told = Numbers()
        for template in departed:
            told = told.plus(watched.seen.pop(template).numbers)
        now = Numbers()
        for tally in watched.state.unlisted():
            now = now.plus(Numbers.of(tally))
            tally.take_origin()
            tally.take_hits()
        found = now.minus(watched.others).minus(told)
        watched.others = now
        if any(found):
            found = Numbers(*(max(0, number) for number in found))
            cls._share(watched, part, [Counts(found)])

    @staticmethod
    def _visit_whole(watched: _Watched, part: CacheMinute) -> None:
        """Add what the cache itself keeps count of, be it a template's or not."""
        state = watched.state
        now = (state.misses, state.passes, state.invalidated, state.purged)
        misses, passes, invalidated, purged = (new - old for new, old in zip(now, watched.whole, strict=True))
        watched.whole = now
        reasons = {reason.name: count for reason, count in state.reasons.items()}
        newer = {code: more for code, n in reasons.items() if (more := n - watched.reasons.get(code, 0))}
        watched.reasons = reasons
        numbers = Numbers(misses=misses, passes=passes, invalidated=invalidated, purged=purged)
        for whole in (part.total, watched.totals.counts):
            whole.numbers = whole.numbers.plus(numbers)
            whole.add_reasons(newer)
        forgotten = state.templates.dropped - watched.forgotten
        watched.forgotten += forgotten
        part.forgotten += forgotten
        watched.totals.forgotten += forgotten
