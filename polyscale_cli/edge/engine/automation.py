"""How long an answer is kept where no rule says it: from how often answers change without a write that the edge saw.

What can be seen. A write through the edge drops the answers that it touches. So an answer that has expired was
dropped by no write, and when its query is asked again, the new answer and the old one tell whether something else has
changed it meanwhile. What follows for the rate of such changes, and from that for the TTL, is ``engine/change_rate``.

Who inherits from whom. A cache begins with ``FIRST_WEIGHTS``; a template begins with what the templates of its cache
have shown; a query begins with its template's rates, and departs from them by what its own answers show. Answers of
one template often change by one and the same write, and a few of its queries may be all that ever changes. So what a
template learns is limited to what a few queries could show in that time, and a query that is known well teaches it
little.

What is done about surprise. A rate is estimated from many intervals, but data that was stable and is not any more
must not wait for that: a change that was improbable cuts the TTL to a sixteenth at once, the next one again, and each
interval without one doubles it until it is what the estimate allows (``caution``). At the usual bound that costs
little: then there is one change in fifty intervals.

What is done about ignorance. A first answer lives half a minute, which would be many stale answers for a query that
is read a thousand times a second. So an answer that is read often is looked at again early, and then at twice the
age: each look costs one reader a way to the origin, tells a higher rate at once, and there are few of them
(``next_look``).

For the engine: ``keeps`` before the origin is asked; when the answer has come, ``refreshed``, if the query had one
that no write has dropped; then ``ttl``, 0 where the answer is kept only to be compared with the next one. All times
are seconds on the engine's clock.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from polyscale_cli.edge.engine.assumptions import (
    CACHE_MEMORY,
    CREDIT,
    CUT,
    FADING,
    FIRST_LOOK,
    FIRST_WEIGHT,
    HIT_SECONDS,
    IMPROBABLE,
    LEAD,
    LEAD_FOR_ORIGIN,
    LEAST_CAUTION,
    LONGEST_INTERVAL,
    LONGEST_LEAD,
    MANY_LOOKS,
    MOST_CREDIT,
    NEW_HABITS,
    OWN_HABITS,
    OWN_INTERVALS,
    POPULAR_HITS,
    PROBE_SECONDS,
    RATES,
    RECENT,
    SHARED_EXPERIENCE,
    SHORTEST_INTERVAL,
    SHORTEST_TTL,
    SURPRISE,
)
from polyscale_cli.edge.engine.change_rate import (
    FIRST_WEIGHTS,
    Weights,
    after_changes,
    after_stability,
    chance_of_change,
    departed,
    mean_rate,
    mixed,
    normalised,
    ttl_for,
)


@dataclass(frozen=True, slots=True)
class QueryEvidence:
    """What the answers of one query have shown; its next entry carries it.

    Attributes:
        stable_seconds: together, of intervals without a change.
        changes: intervals with one, the older the less.
        changed_seconds: together, of these.
        caution: part of the TTL that is used, after changes that were improbable.
    """

    stable_seconds: float = 0.0
    changes: float = 0.0
    changed_seconds: float = 0.0
    caution: float = 1.0

    @property
    def seconds(self) -> float:
        """Of all intervals."""
        return self.stable_seconds + self.changed_seconds

    def after(self, seconds: float, *, changed: bool) -> QueryEvidence:
        """Give the evidence with one more interval."""
        caution = min(2 * self.caution, 1.0)
        if not changed:
            return QueryEvidence(self.stable_seconds + seconds, self.changes, self.changed_seconds, caution)
        rate = (self.changes + 1) / (self.seconds + seconds)
        probability = -math.expm1(-rate * seconds)
        if probability < IMPROBABLE:
            caution = max(self.caution * CUT, LEAST_CAUTION)
        kept = (1 - FADING) * probability / (probability + SURPRISE)
        return QueryEvidence(
            self.stable_seconds * kept, self.changes * kept + 1, self.changed_seconds * kept + seconds, caution
        )


NO_EVIDENCE = QueryEvidence()


class CacheHabits:
    """What the templates of one cache have shown, for the ones to come.

    Attributes:
        weights: how probable each of ``RATES`` is for a template of which nothing is known.
        ttl: seconds, of such a template's answers.
    """

    __slots__ = ("_sums", "ttl", "weights")

    def __init__(self) -> None:
        self._set([weight * FIRST_WEIGHT for weight in FIRST_WEIGHTS])

    def _set(self, sums: list[float]) -> None:
        self._sums = sums
        self.weights = normalised(sums) or FIRST_WEIGHTS
        self.ttl = ttl_for(self.weights)

    def learn(self, weights: Weights) -> None:
        """Take what a template has shown. What was taken earlier fades, the first assumption never."""
        kept = 1 - 1 / CACHE_MEMORY
        self._set(
            [
                first * FIRST_WEIGHT + (old - first * FIRST_WEIGHT) * kept + new
                for first, old, new in zip(FIRST_WEIGHTS, self._sums, weights, strict=True)
            ]
        )

    def export(self) -> list[float]:
        """Give what is known, as numbers for ``restore``."""
        return [_short(weight) for weight in self._sums]

    def restore(self, state: object) -> bool:
        """Take what ``export`` gave. Returns False, and stays as it is, where it cannot be that."""
        sums = _numbers(state, len(RATES))
        if sums is None or not FIRST_WEIGHT / 2 <= sum(sums) <= 2 * (FIRST_WEIGHT + CACHE_MEMORY):
            return False
        # However it was stored, no rate may become impossible.
        self._set([max(one, first * FIRST_WEIGHT / 2) for one, first in zip(sums, FIRST_WEIGHTS, strict=True)])
        return True


class TemplateHabits:
    """How often the answers of one template change without a known write, and what follows for keeping them.

    Attributes:
        refreshes: how many intervals were seen.
        origin_seconds: what the origin usually takes; 0 while that is not known.
    """

    __slots__ = (
        "_alert",
        "_cache",
        "_caution",
        "_credit",
        "_interval",
        "_last",
        "_looks",
        "_next_probe",
        "_stable",
        "_ttl",
        "_weights",
        "origin_seconds",
        "refreshes",
    )

    def __init__(self, cache: CacheHabits) -> None:
        self._cache = cache
        # Its own from the first interval on.
        self._weights: Weights | None = None
        self._ttl = cache.ttl
        # Seconds without a change, since the last improbable one.
        self._stable = 0.0
        # From an answer to the next one of its query, the latest counting most.
        self._interval = 0.0
        # Looks at unpopular answers since the last interval.
        self._looks = 0
        # Part of the TTL that is used, and when it was last cut.
        self._caution = 1.0
        self._alert = -math.inf
        # Seconds of intervals that may be learnt from, and when the last was.
        self._credit = 0.0
        self._last = -math.inf
        self._next_probe = -math.inf
        self.refreshes = 0
        self.origin_seconds = 0.0

    def refreshed(self, since: float, until: float, changed: bool, own: QueryEvidence | None = None) -> QueryEvidence:
        """Note that a query was answered anew whose last answer no write had dropped.

        Args:
            since: when the origin was asked for the last answer.
            until: when it was asked for this one.
            changed: whether they differ.
            own: what the last entry carried, if it carried anything.

        Returns: what the query's next entry is to carry.
        """
        own = own or NO_EVIDENCE
        interval = until - since
        if not 0 <= interval < math.inf:
            return own
        seconds = min(max(interval, SHORTEST_INTERVAL), LONGEST_INTERVAL)
        self._interval += (seconds - self._interval) * max(RECENT, 1 / (self.refreshes + 1))
        if until < self._last:  # The clock was turned back.
            self._last = self._alert = -math.inf
        if since >= self._alert:
            self._beware(until, seconds, changed, own)
        self._learn(seconds, changed, self._weight(until, seconds, own))
        self.refreshes += 1
        if not self.refreshes & (self.refreshes - 1):
            # At its 1st, 2nd, 4th, 8th and so on: a template that is read all day must not speak for all others.
            self._cache.learn(self._known)
        return own.after(seconds, changed=changed)

    def _beware(self, now: float, seconds: float, changed: bool, own: QueryEvidence) -> None:
        """Take an interval that began after the last cut as a sign; one from before may tell of the same change."""
        if not changed:
            self._caution = min(2 * self._caution, 1.0)
        elif own.changes < 1 and chance_of_change(self._known, seconds) < IMPROBABLE:
            # A query that is known to change says nothing of the others.
            self._caution = max(self._caution * CUT, LEAST_CAUTION)
            self._alert = now

    def _weight(self, now: float, seconds: float, own: QueryEvidence) -> float:
        """Give how much of an interval is learnt from, 0 to 1. It must not depend on what the interval showed."""
        self._credit = min(self._credit + CREDIT * (now - self._last), MOST_CREDIT)
        self._last = now
        weight = min(1 / (1 + own.seconds / seconds / OWN_INTERVALS), self._credit / seconds)
        self._credit -= weight * seconds
        return weight

    def _learn(self, seconds: float, changed: bool, weight: float) -> None:
        known = self._known
        if changed:
            self._weights = after_changes(mixed(known, self._cache.weights, NEW_HABITS * weight), seconds, weight)
            probability = seconds / (self._stable + seconds)
            self._stable *= probability / (probability + SURPRISE)
        else:
            self._weights = after_stability(known, seconds * weight)
            self._stable += seconds
        self._ttl = ttl_for(self._weights)
        self._looks = 0

    @property
    def _known(self) -> Weights:
        return self._weights or self._cache.weights

    def ttl(self, own: QueryEvidence | None = None) -> float:
        """Give how long an answer may be served, in seconds; 0 where it may not.

        The caller caps it by the cache's ``defaultTtl``.
        """
        if self._is_too_fast:
            return 0.0
        seconds = self._estimated(own) * (self._caution if own is None else min(self._caution, own.caution))
        return seconds if seconds >= SHORTEST_TTL else 0.0

    def _estimated(self, own: QueryEvidence | None) -> float:
        if own is not None and own.seconds:
            weights = departed(self._known, self._cache.weights, OWN_HABITS, own.stable_seconds)
            if own.changes:
                weights = after_changes(weights, own.changed_seconds / own.changes, own.changes)
            return ttl_for(weights)
        return self._ttl if self._weights is not None else self._cache.ttl

    @property
    def _is_too_fast(self) -> bool:
        return 0 < self.origin_seconds < HIT_SECONDS

    def keeps(self, now: float, own: QueryEvidence | None = None) -> bool:
        """Whether an answer is kept: to be served, or else (``ttl`` is 0) only to be compared with the next.

        Each is, where it may not be served for caution's sake alone, which ends by comparing. Of a template whose
        answers change too often, or come too fast, it is one in ``PROBE_SECONDS``.
        """
        if self._estimated(own) >= SHORTEST_TTL and not self._is_too_fast:
            return True
        # A clock that was turned back would otherwise end it for long.
        if now >= self._next_probe or self._next_probe - now > PROBE_SECONDS:
            self._next_probe = now + PROBE_SECONDS
            return True
        return False

    def lead(self, ttl: float, hits: int) -> float:
        """Give how many seconds before its end an answer is to be refreshed by its next reader; 0 if unpopular."""
        if hits < POPULAR_HITS:
            return 0.0
        return min(max(LEAD * ttl, LEAD_FOR_ORIGIN * self.origin_seconds), LONGEST_LEAD * ttl)

    def first_look(self, ttl: float, own: QueryEvidence | None = None) -> float:
        """Give at which age, in seconds, an answer is first to be looked at (``next_look``); at most ``ttl``."""
        return min(ttl, self._trusted(own), ttl - self.lead(ttl, POPULAR_HITS))

    def next_look(self, age: float, ttl: float, hits: int, own: QueryEvidence | None = None) -> float:
        """Say what is to be done with an answer that is read at an age at which it was to be looked at.

        An answer that is not popular is served. A popular one is refreshed by the reader who came, while the others
        are still served until it ends: when it is about to end, or when it is older than all experience with its
        query.

        Returns: the age in seconds at which to look again; ``age`` itself or less where this reader is to refresh it.
        """
        ttl = min(ttl, self.ttl(own))
        last = ttl - self.lead(ttl, POPULAR_HITS)
        if hits >= POPULAR_HITS:
            return min(self._trusted(own), last)
        self._looks += 1
        if self._looks >= MANY_LOOKS and age >= self._stable:
            return age
        return min(2 * age, last) if age < last else ttl

    def _trusted(self, own: QueryEvidence | None) -> float:
        known = own.stable_seconds if own is not None else 0.0
        return max(FIRST_LOOK, known, self._stable * SHARED_EXPERIENCE)

    def origin_took(self, seconds: float) -> None:
        """Note how long the origin took for an answer."""
        if not 0 <= seconds <= LONGEST_INTERVAL:
            return
        self.origin_seconds += (seconds - self.origin_seconds) * (RECENT if self.origin_seconds else 1)

    @property
    def rate(self) -> float:
        """Changes per second that no known write explains, as expected now."""
        return mean_rate(self._known)

    def cacheability(self, cap: float = math.inf) -> float | None:
        """Give the share of reads of a query that can be hits, 0 to 1; None while no query has come again.

        It is the TTL's part of the time from one answer of a query to the next: high for queries that are read often
        and change seldom. ``cap`` is the longest TTL that the cache allows, in seconds.
        """
        if not self.refreshes:
            return None
        ttl = min(self.ttl(), cap)
        return ttl / max(ttl, self._interval) if ttl > 0 else 0.0

    def export(self) -> list[float]:
        """Give what is known, as numbers for ``restore``; nothing where nothing is known."""
        if self._weights is None:
            return []
        first = (float(self.refreshes), self._stable, self._interval, self._caution, self.origin_seconds)
        return [_short(number) for number in (*first, *self._weights)]

    def restore(self, state: object) -> bool:
        """Take what ``export`` gave. Returns False, and begins anew, where it cannot be that."""
        numbers = _numbers(state, 5 + len(RATES))
        weights = normalised(numbers[5:]) if numbers is not None else None
        if numbers is None or weights is None:
            return False
        self.refreshes, self._stable, self._interval = int(numbers[0]), numbers[1], numbers[2]
        self._caution, self.origin_seconds = min(max(numbers[3], LEAST_CAUTION), 1.0), numbers[4]
        self._weights = weights
        self._ttl = ttl_for(weights)
        return True


def _short(number: float) -> float:
    """Give a number as it is stored: with what matters of it."""
    return float(f"{number:.4g}")


def _numbers(state: object, count: int) -> list[float] | None:
    """Give so many finite numbers that are not negative, or None where it is anything else."""
    if not isinstance(state, list | tuple) or len(state) != count:
        return None
    numbers = []
    for number in state:
        if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number < 1e15:
            return None
        numbers.append(float(number))
    return numbers
