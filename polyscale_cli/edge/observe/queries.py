"""What the templates of a cache did in a span, put together from its minutes or hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from polyscale_cli.edge.observe.counts import Counts, Numbers
from polyscale_cli.edge.observe.minute import CacheRecord, Told

_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class Queries:
    """Templates that are told apart, what all others did together, and how many these were at most."""

    told: tuple[Told, ...]
    others: Counts
    untold: int


@dataclass(slots=True)
class QueriesSum:
    """Queries while they are added up."""

    _told: dict[str, Told] = field(default_factory=dict)
    _total: Counts = field(default_factory=Counts)
    _untold: int = 0

    def add(self, record: CacheRecord) -> None:
        """Take in what a cache did in one span."""
        self._total.add(record.total)
        self._untold = max(self._untold, record.untold)
        for told in record.told:
            self.tell(told)

    def tell(self, told: Told) -> None:
        """Take in what a template did in a span whose total is taken in as well."""
        before = self._told.get(told.facts.id)
        counts = before.counts if before is not None else Counts()
        counts.add(told.counts)
        last_run = told.last_run if before is None else max(before.last_run, told.last_run)
        self._told[told.facts.id] = Told(told.facts, counts, last_run)

    def outcome(self) -> Queries:
        """Give them; this is at an end then."""
        told = tuple(self._told.values())
        return Queries(told, _rest(self._total, [one.counts for one in told]), self._untold)


def _rest(total: Counts, parts: Iterable[Counts]) -> Counts:
    """Take parts from a total. Nothing is less than none: the engine counts on while it is swept."""
    rest = Counts(total.numbers, dict(total.reasons), total.origin, total.hit)
    for part in parts:
        rest.numbers = rest.numbers.minus(part.numbers)
        _take(rest.reasons, part.reasons)
        _take(rest.origin, part.origin)
        _take(rest.hit, part.hit)
    rest.numbers = Numbers(*(max(0, number) for number in rest.numbers))
    return rest


def _take(mine: dict[_Key, int], theirs: Mapping[_Key, int]) -> None:
    for key, count in theirs.items():
        left = mine.pop(key, 0) - count
        if left > 0:
            mine[key] = left
