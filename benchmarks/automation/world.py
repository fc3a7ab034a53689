"""Readers and out-of-band writers in virtual time: what is read when, and what is true then."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Template:
    """Queries that differ in their parameters, and how often the answer of each is changed around the edge.

    Attributes:
        queries: how many there are.
        rate: changes per second of each one's answer.
        later_rate: the same from ``World.turn`` on; None where it stays.
        together: one change is one of all its answers, as where each write touches the whole table.
        restless: one query in so many changes at all; the others never do.
    """

    queries: int
    rate: float
    later_rate: float | None = None
    together: bool = False
    restless: int = 1

    def changes(self, query: int, since: float, until: float, turn: float) -> float:
        """Give how many changes of a query's answer are expected between two moments."""
        if query % self.restless:
            return 0.0
        if self.later_rate is None or until <= turn:
            return self.rate * (until - since)
        before = max(turn - since, 0.0)
        return self.rate * before + self.later_rate * (until - since - before)


@dataclass(frozen=True, slots=True)
class Read:
    """One read: its moment in seconds, its template and query by number, and the version that is true then."""

    at: float
    template: int
    query: int
    version: int


@dataclass(frozen=True, slots=True)
class World:
    """Templates, and readers who come at random.

    Attributes:
        reads_per_second: of all templates together, as a Poisson process; each has the same part of it.
        skew: exponent of Zipf's law, by which the queries of a template are chosen.
        seconds: how long it lasts.
        turn: when rates become ``later_rate``.
    """

    templates: tuple[Template, ...]
    reads_per_second: float
    seconds: float = 3600.0
    skew: float = 1.0
    turn: float = math.inf
    seed: int = 1

    def reads(self) -> Iterator[Read]:
        """Give all reads in order; the same whenever it is called.

        Whether a query's answer has changed since it was last read is drawn at that moment, with the probability that
        it has: for a Poisson process that is the same as having drawn all changes before.
        """
        draw = random.Random(self.seed)
        numbers = [(template, query) for template, each in enumerate(self.templates) for query in range(each.queries)]
        shares = list(itertools.accumulate(share for _, share in self.shares()))
        seen: dict[tuple[int, int], float] = {}
        versions: dict[tuple[int, int], int] = {}
        now, mean = 0.0, 1 / self.reads_per_second
        while True:
            for chosen in draw.choices(range(len(numbers)), cum_weights=shares, k=CHUNK):
                now -= mean * math.log(1 - draw.random())
                if now > self.seconds:
                    return
                number, query = numbers[chosen]
                template = self.templates[number]
                what = (number, 0 if template.together else query)
                expected = template.changes(what[1], seen.get(what, 0.0), now, self.turn)
                if draw.random() < -math.expm1(-expected):
                    versions[what] = versions.get(what, 0) + 1
                seen[what] = now
                yield Read(now, number, chosen, versions.get(what, 0))

    def shares(self) -> Iterator[tuple[float, float]]:
        """Give for each query its changes per second, over the whole time, and its share of all reads."""
        for template in self.templates:
            zipf = [1 / (rank + 1) ** self.skew for rank in range(template.queries)]
            for query, weight in enumerate(zipf):
                rate = template.changes(query, 0.0, self.seconds, self.turn) / self.seconds
                yield rate, weight / sum(zipf) / len(self.templates)
