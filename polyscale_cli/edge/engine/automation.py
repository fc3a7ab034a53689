"""How long an answer is kept where no rule says it: from how often answers change without a write that the edge saw.

What can be seen. A write through the edge drops the answers that it touches. So an answer that has expired was
dropped by no write, and when its query is asked again, the new answer and the old one tell whether something else has
changed it meanwhile. Of such an interval only that is known, never how often; and the intervals are as irregular as
the readers are. For changes that come as a Poisson process, an interval of t seconds is without a change with
probability exp(-λt), and with one otherwise: the likelihood that Cho and Garcia-Molina maximise ("Estimating
Frequency of Change", ACM Transactions on Internet Technology 3(3), 2003, irregular intervals). Counting changes per
second instead would give too low a rate wherever two changes fall into one interval.

What is estimated. Not one rate, but how probable each of ``RATES`` is (Bayes). With much evidence the mean is their
estimate; with little, it is known how little, and the TTL is chosen for that, too. An answer that lives T seconds is
stale for a share of 1 - (1 - exp(-λT)) / (λT) of its time, and so of the reads that are spread evenly: never more
than λT/2, and never more than 1. The TTL is the T for which the mean of that share over all rates, by their
probability, is ``STALE_SHARE``.

Who inherits from whom. A cache begins with ``FIRST_WEIGHTS``; a template begins with what the templates of its cache
have shown; a query begins with its template's, and departs from it by what its own answers show.

What is done about ignorance. A first answer lives half a minute, which would be many stale answers for a query that
is read a thousand times a second. So an answer that is read often is looked at again early, and then at twice the
age: each look costs one reader a way to the origin, tells a rate that is higher at once, and there are few of them
(``next_look``).

For the engine: ``refreshed`` when a query is asked again whose last answer no write dropped; ``ttl`` when an answer
is kept, the seconds counting from when its read was sent; where that is 0, ``should_probe`` says whether the answer
is kept all the same, not to be served, only to be compared with the next one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

from polyscale_cli.edge.engine.assumptions import (
    CACHE_MEMORY,
    FALL,
    FIRST_DECLINE,
    FIRST_LOOK,
    FIRST_WEIGHT,
    HIT_SECONDS,
    LEAD,
    LEAD_FOR_ORIGIN,
    LONGEST_INTERVAL,
    LONGEST_LEAD,
    MANY_LOOKS,
    NEW_HABITS,
    OWN_HABITS,
    POPULAR_HITS,
    PROBE_SECONDS,
    RATES,
    RECENT,
    SHARED_EXPERIENCE,
    SHORTEST_INTERVAL,
    SHORTEST_TTL,
    STALE_SHARE,
    SURPRISE,
)


def _first_weights() -> tuple[float, ...]:
    weights = [rate**-FIRST_DECLINE for rate in RATES]
    total = sum(weights)
    return tuple(weight / total for weight in weights)


FIRST_WEIGHTS = _first_weights()
"""How probable each rate is while nothing is known."""

_LOWEST = RATES[0]
_DESCENDING = tuple(reversed(RATES))


@dataclass(frozen=True, slots=True)
class QueryEvidence:
    """What the answers of one query have shown; its next entry carries it.

    Attributes:
        unchanged_seconds: together, of intervals without a change.
        changes: intervals with one, the older the less.
        changed_seconds: together, of these.
        falls: of its template's habits until then (``FALL``).
    """

    unchanged_seconds: float
    changes: float
    changed_seconds: float
    falls: int


def _survivals(seconds: float) -> list[float]:
    """Give, for each rate, the probability that nothing changes in so many seconds: each is the last one's square."""
    survival = math.exp(-_LOWEST * seconds)
    survivals = []
    for _ in RATES:
        survivals.append(survival)
        survival *= survival
    return survivals


def _normalised(weights: Sequence[float]) -> list[float] | None:
    total = sum(weights)
    return [weight / total for weight in weights] if total > 1e-290 else None


def ttl_for(weights: Sequence[float], share: float = STALE_SHARE) -> float:
    """Give the longest TTL in seconds whose expected share of stale answers is at most ``share``.

    By the upper bound min(λT/2, 1) of one rate's share, so that the sum over rates is solved in one pass from the
    highest rate down: those for which an answer would be stale all the time count with all their weight.
    """
    moving = sum(map(mul, weights, RATES))
    stale = 0.0
    for weight, rate in zip(reversed(weights), _DESCENDING, strict=True):
        seconds = 2 * (share - stale) / moving
        if rate * seconds <= 2:
            return seconds
        moving -= weight * rate
        stale += weight
        if stale >= share or moving <= 0:
            return 2 / rate
    return math.inf


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
        amount = sum(sums)
        self._sums = sums
        self.weights = [weight / amount for weight in sums]
        self.ttl = ttl_for(self.weights)

    def learn(self, weights: Sequence[float]) -> None:
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
        "_cache",
        "_falls",
        "_gap",
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
        self._weights: list[float] | None = None
        self._ttl = cache.ttl
        self._stable = 0.0
        self._gap = 0.0
        self._falls = 0
        self._looks = 0
        self._next_probe = -math.inf
        self.refreshes = 0
        self.origin_seconds = 0.0

    def refreshed(self, interval: float, changed: bool, own: QueryEvidence | None = None) -> QueryEvidence:
        """Note that a query was answered anew whose last answer no write had dropped.

        Args:
            interval: seconds from when the last answer was asked of the origin to when this one was.
            changed: whether they differ.
            own: what the last entry carried, if it carried anything.

        Returns: what the query's next entry is to carry.
        """
        if not interval >= 0:  # NaN, too
            return own or QueryEvidence(0.0, 0.0, 0.0, self._falls)
        seconds = min(max(interval, SHORTEST_INTERVAL), LONGEST_INTERVAL)
        gap = max(seconds - self._ttl, 0.0)
        self._gap += (gap - self._gap) * max(RECENT, 1 / (self.refreshes + 1))
        self._update(seconds, changed)
        self.refreshes += 1
        if not self.refreshes & (self.refreshes - 1):
            # At its 1st, 2nd, 4th, 8th and so on: a template that is read all day must not speak for all others.
            self._cache.learn(self._weights or FIRST_WEIGHTS)
        if own is None or own.falls != self._falls:
            own = QueryEvidence(0.0, 0.0, 0.0, self._falls)
        return _extended(own, seconds, changed)

    def _update(self, seconds: float, changed: bool) -> None:
        weights = self._weights or self._cache.weights
        survivals = _survivals(seconds)
        if changed:
            anew = self._cache.weights
            posterior = [
                ((1 - NEW_HABITS) * weight + NEW_HABITS * other) * (1 - survival)
                for weight, other, survival in zip(weights, anew, survivals, strict=True)
            ]
        else:
            posterior = list(map(mul, weights, survivals))
        normalised = _normalised(posterior) or list(weights)
        # A change that was to be expected takes little of the experience, one that was not takes all of it.
        self._stable = self._stable * _kept(self._stable, seconds) if changed else self._stable + seconds
        ttl = ttl_for(normalised)
        if changed and ttl < FALL * self._ttl:
            self._falls += 1
        self._looks = 0
        self._weights, self._ttl = normalised, ttl

    def ttl(self, own: QueryEvidence | None = None) -> float:
        """Give how long an answer may be served, in seconds from when its read was sent; 0 where it is not to be kept.

        The caller caps it by the cache's ``defaultTtl``.
        """
        if self._is_too_fast:
            return 0.0
        if own is not None and own.falls == self._falls:
            seconds = ttl_for(self._weights_of(own))
        elif self._weights is not None:
            seconds = self._ttl
        else:
            seconds = self._cache.ttl
        return seconds if seconds >= SHORTEST_TTL else 0.0

    @property
    def _is_too_fast(self) -> bool:
        return 0 < self.origin_seconds < HIT_SECONDS

    def _weights_of(self, own: QueryEvidence) -> list[float]:
        anew = self._cache.weights
        template = self._weights or anew
        weights = [
            ((1 - OWN_HABITS) * weight + OWN_HABITS * other) * survival
            for weight, other, survival in zip(template, anew, _survivals(own.unchanged_seconds), strict=True)
        ]
        if own.changes:
            survivals = _survivals(own.changed_seconds / own.changes)
            weights = [
                weight * (1 - survival) ** own.changes for weight, survival in zip(weights, survivals, strict=True)
            ]
        return _normalised(weights) or template

    def should_probe(self, now: float) -> bool:
        """Whether an answer that may not be served is kept to be compared with the next: one in ``PROBE_SECONDS``."""
        if self._is_too_fast:
            return False
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
        """Give how many seconds after it was sent for an answer is to be looked at (``next_look``); at most ``ttl``."""
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
        if age >= ttl or (self._looks >= MANY_LOOKS and age >= self._stable):
            return age
        return min(2 * age, last) if age < last else ttl

    def _trusted(self, own: QueryEvidence | None) -> float:
        known = own.unchanged_seconds if own is not None else 0.0
        return max(FIRST_LOOK, known, self._stable * SHARED_EXPERIENCE)

    def origin_took(self, seconds: float) -> None:
        """Note how long the origin took for an answer."""
        if not 0 <= seconds <= LONGEST_INTERVAL:
            return
        self.origin_seconds += (seconds - self.origin_seconds) * (RECENT if self.origin_seconds else 1)

    @property
    def rate(self) -> float:
        """Changes per second that no known write explains, as expected now."""
        weights = self._weights or self._cache.weights
        return sum(map(mul, weights, RATES))

    def cacheability(self, cap: float = math.inf) -> float | None:
        """Give the share of reads of a query that can be hits, 0 to 1; None while no query has come again.

        It is ttl / (ttl + gap), gap being the time from the end of an answer to the next read: high for queries that
        are read often and change seldom. ``cap`` is the longest TTL that the cache allows, in seconds.
        """
        if not self.refreshes:
            return None
        ttl = min(self.ttl(), cap)
        return ttl / (ttl + self._gap) if ttl > 0 else 0.0

    def export(self) -> list[float]:
        """Give what is known, as numbers for ``restore``; nothing where nothing is known."""
        if self._weights is None:
            return []
        first = (float(self.refreshes), self._stable, self._gap, self.origin_seconds)
        return [_short(number) for number in (*first, *self._weights)]

    def restore(self, state: object) -> bool:
        """Take what ``export`` gave. Returns False, and begins anew, where it cannot be that."""
        numbers = _numbers(state, 4 + len(RATES))
        weights = _normalised(numbers[4:]) if numbers is not None else None
        if numbers is None or weights is None:
            return False
        self.refreshes, self._stable, self._gap = int(numbers[0]), numbers[1], numbers[2]
        self.origin_seconds = numbers[3]
        self._weights = weights
        self._ttl = ttl_for(weights)
        return True


def _kept(stable: float, seconds: float) -> float:
    """Give how much of an experience a change leaves: by how probable it was, having been stable for so long."""
    probability = seconds / (stable + seconds)
    return probability / (probability + SURPRISE)


def _extended(own: QueryEvidence, seconds: float, changed: bool) -> QueryEvidence:
    if not changed:
        return QueryEvidence(own.unchanged_seconds + seconds, own.changes, own.changed_seconds, own.falls)
    total = own.unchanged_seconds + own.changed_seconds
    rate = (own.changes + 1) / (total + seconds)
    probability = -math.expm1(-rate * seconds)
    kept = (1 - NEW_HABITS) * probability / (probability + SURPRISE)
    return QueryEvidence(
        own.unchanged_seconds * kept, own.changes * kept + 1, own.changed_seconds * kept + seconds, own.falls
    )


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
