"""What is simulated, and what came of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from benchmarks.automation.policies import Automated, Count, Fixed, Oracle
from benchmarks.automation.world import Read, Template, World
from polyscale_cli.edge.engine.assumptions import STALE_SHARE

CAP = 60.0
"""Seconds: a cache's ``defaultTtl``, unless it is set, and so the longest TTL of all that are compared."""

WRITES = (0.001, 0.01, 0.1, 1.0, 10.0)
"""Changes of each answer per second, around the edge."""

READS = (5.0, 50.0, 200.0)
"""Reads per second of 300 queries in three templates, by Zipf's law."""

SAMPLE_SECONDS = 5.0
"""Between two looks at the TTL of the first template."""


@dataclass(frozen=True, slots=True)
class Case:
    """One world under a name for people."""

    name: str
    world: World


@dataclass(slots=True)
class Outcome:
    """What clients got in one world.

    Attributes:
        case: which.
        automated, automated_learnt: by the automation, in all and after its first ten minutes.
        fixed_ttl, fixed: the best fixed TTL in hindsight, in seconds, and what it gives.
        oracle: by one who knows of each change.
        ttls: the first template's TTL, at most ``CAP``, as (moment, seconds).
    """

    case: Case
    automated: Count
    automated_learnt: Count
    fixed_ttl: float
    fixed: Count
    oracle: Count
    ttls: list[tuple[float, float]] = field(default_factory=list)


def plain(rate: float, reads_per_second: float, *, seconds: float = 3600.0, seed: int = 1) -> Case:
    """All queries of three templates change at one rate."""
    return Case(f"{rate:g}", World((Template(100, rate),) * 3, reads_per_second, seconds, seed=seed))


def special(reads_per_second: float = 50.0, *, seconds: float = 3600.0, seed: int = 1) -> list[Case]:
    """Populations that are not of one kind, or do not stay as they are."""

    def case(name: str, templates: list[Template]) -> Case:
        return Case(name, World(tuple(templates), reads_per_second, seconds, turn=seconds / 2, seed=seed))

    stable = Template(50, 0.0)
    return [
        case("nothing ever changes", [Template(100, 0.0)] * 3),
        case(
            "one template changes at 1/s, one at 0.1/s, eight never",
            [stable] * 8 + [Template(50, 1.0), Template(50, 0.1)],
        ),
        case("in each template one query in ten changes at 0.1/s", [Template(100, 0.1, restless=10)] * 3),
        case("each write changes all answers of its template, 0.01/s", [Template(100, 0.01, together=True)] * 3),
        case("0.0005/s for half the time, then 1/s", [Template(100, 0.0005, later_rate=1.0)] * 3),
        case("1/s for half the time, then 0.0005/s", [Template(100, 1.0, later_rate=0.0005)] * 3),
    ]


def best_fixed_ttl(world: World, share: float = STALE_SHARE) -> float:
    """Give the longest TTL up to ``CAP``, in seconds, at which at most ``share`` of the hits are stale.

    By the means over each query's cycle: an answer that lives T is hit rT times at r reads a second, and the next
    read begins another. It is what somebody could set who knows all rates beforehand.
    """
    low, high = 0.0, CAP
    if _stale_hits(world, high) <= share:
        return high
    for _ in range(50):
        middle = (low + high) / 2
        if _stale_hits(world, middle) <= share:
            low = middle
        else:
            high = middle
    return low


def _stale_hits(world: World, ttl: float) -> float:
    hits = stale = 0.0
    for rate, part in world.shares():
        reads = part * world.reads_per_second
        served = reads * reads * ttl / (1 + reads * ttl)
        x = rate * ttl
        hits += served
        stale += served * (1 + math.expm1(-x) / x if x > 1e-6 else x / 2)
    return stale / hits


def simulate(case: Case) -> Outcome:
    """Let the automation, the best fixed TTL and the oracle answer the same reads."""
    ttl = best_fixed_ttl(case.world)
    automated, fixed, oracle = Automated(CAP), Fixed(ttl), Oracle()
    outcome = Outcome(case, automated.count, automated.learnt, ttl, fixed.count, oracle.count)
    for read in case.world.reads():
        automated.read(read)
        fixed.read(read)
        oracle.read(read)
        if read.at >= len(outcome.ttls) * SAMPLE_SECONDS and (habits := automated.habits(0)) is not None:
            outcome.ttls.append((read.at, min(habits.ttl(), CAP)))
    return outcome


def runs_until_hit(pause: float) -> tuple[int, int]:
    """Give at which run a query is first served that is asked every ``pause`` seconds: in a new cache, and when another
    query of its template has been."""
    automated = Automated(CAP)
    first = next(run for run in range(1, 10) if automated.read(Read(run * pause, 0, 0, 0)))
    second = next(run for run in range(1, 10) if automated.read(Read((20 + run) * pause, 0, 1, 0)))
    return first, second
