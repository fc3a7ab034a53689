"""How probable each rate of change is, and how long an answer may be served for that.

Changes that come as a Poisson process of rate λ leave an interval of t seconds without one with probability exp(-λt).
Of an interval between two answers it is known only whether there was a change, never how many; and intervals are as
irregular as readers are. The likelihood of a rate is then the product of exp(-λt) over the intervals without a change
and of 1 - exp(-λt) over those with one: what Cho and Garcia-Molina maximise for irregular intervals ("Estimating
Frequency of Change", ACM Transactions on Internet Technology 3(3), 2003). Changes per second, simply counted, would
be too few wherever two fall into one interval.

Here the likelihood is not maximised but kept, for each of ``RATES``, times how probable the rate was before (Bayes).
With much evidence that is as narrow as their estimate; with little, how little it is can be seen, and the TTL is
chosen for that, too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import mul

from polyscale_cli.edge.engine.assumptions import AIMED_SHARE, FIRST_DECLINE, RATES

Weights = Sequence[float]
"""Probabilities of ``RATES``, in their order; together 1."""

_DESCENDING = tuple(reversed(RATES))


def survivals(seconds: float) -> list[float]:
    """Give, for each rate, the probability that nothing changes in so many seconds: each is the last one's square."""
    survival = math.exp(-RATES[0] * seconds)
    found = []
    for _ in RATES:
        found.append(survival)
        survival *= survival
    return found


def normalised(weights: Weights) -> list[float] | None:
    """Give weights that are together 1; None where there is nothing left of them."""
    total = sum(weights)
    return [weight / total for weight in weights] if total > 1e-290 else None


def mixed(weights: Weights, others: Weights, part: float) -> list[float]:
    """Give weights of which ``others`` are a part, 0 to 1."""
    rest = 1 - part
    return [rest * weight + part * other for weight, other in zip(weights, others, strict=True)]


def mean_rate(weights: Weights) -> float:
    """Give the expected changes per second."""
    rate: float = sum(map(mul, weights, RATES))
    return rate


def departed(weights: Weights, others: Weights, part: float, seconds: float) -> list[float]:
    """Give ``mixed`` weights after so many seconds without a change, in one pass."""
    rest = 1 - part
    columns = zip(weights, others, survivals(seconds), strict=True)
    found = [(rest * weight + part * other) * kept for weight, other, kept in columns]
    return normalised(found) or list(weights)


def chance_of_change(weights: Weights, seconds: float) -> float:
    """Give how probable a change within so many seconds is."""
    unchanged: float = sum(map(mul, weights, survivals(seconds)))
    return 1 - unchanged


def after_stability(weights: Weights, seconds: float) -> list[float]:
    """Give how probable the rates are after so many seconds without a change."""
    return normalised(list(map(mul, weights, survivals(seconds)))) or list(weights)


def after_changes(weights: Weights, seconds: float, count: float) -> list[float]:
    """Give how probable the rates are after some intervals, or a part of one, of so many seconds with a change each."""
    found = [weight * (1 - kept) ** count for weight, kept in zip(weights, survivals(seconds), strict=True)]
    return normalised(found) or list(weights)


def ttl_for(weights: Weights, share: float = AIMED_SHARE) -> float:
    """Give the longest TTL in seconds whose expected share of stale answers is at most ``share``.

    An answer that lives T seconds is stale for a share of 1 - (1 - exp(-λT)) / (λT) of its time, and so of the reads
    that are spread evenly over it. That is at most min(λT/2, 1), by which the mean over all rates is solved in one
    pass, from the highest down: those at which an answer would be stale all the time count with all their weight.
    """
    moving = mean_rate(weights)
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


def _first_weights() -> list[float]:
    weights = [rate**-FIRST_DECLINE for rate in RATES]
    return normalised(weights) or weights


FIRST_WEIGHTS = _first_weights()
"""How probable each rate is while nothing is known."""
