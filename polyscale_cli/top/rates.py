"""What happened between two readings."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from polyscale_cli.top.readings import CacheReading, Quantiles, Reading, TemplateReading

KEPT = 600
"""Rates that are remembered of each cache: ten minutes of readings each second."""
_COUNTED = ("hits", "misses", "passes")


@dataclass(frozen=True, slots=True)
class CacheRow:
    """One cache now; rates a second, None before there are two readings.

    Attributes:
        hit_ratio: of hits and misses between the readings; None where there was neither.
        past: the rate of each interval before, the latest last.
    """

    id: str
    name: str
    per_second: float | None
    hit_ratio: float | None
    invalidated_per_second: float | None
    entries: int
    bytes: int
    hit_times: Quantiles | None
    origin_times: Quantiles | None
    past: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One template now; its rate a second, and what it has done in the last minutes."""

    per_second: float | None
    reading: TemplateReading


@dataclass(frozen=True, slots=True)
class Frame:
    """What is shown.

    Attributes:
        seconds: between the two readings; None when there is only one.
        templates: of the chosen cache; None where the edge does not tell.
    """

    seconds: float | None
    caches: tuple[CacheRow, ...]
    unread: int
    chosen: str | None
    templates: tuple[TemplateRow, ...] | None

    @property
    def chosen_cache(self) -> CacheRow | None:
        """The cache that is chosen."""
        return next((one for one in self.caches if one.id == self.chosen), None)


class Rates:
    """Compares each reading with the one before."""

    def __init__(self) -> None:
        self._before: Reading | None = None
        self._past: dict[str, deque[float]] = {}

    def take(self, reading: Reading) -> Frame:
        """Compare a reading with the one before; an edge that was started anew counts from zero."""
        before, self._before = self._before, reading
        seconds = reading.at - before.at if before is not None and reading.at > before.at else None
        counters = {one.id: one.counters for one in before.caches} if before is not None else {}
        return Frame(
            seconds,
            tuple(self._row(one, counters.get(one.id), seconds) for one in reading.caches),
            reading.unread,
            reading.chosen,
            _templates(reading, before, seconds),
        )

    def _row(self, cache: CacheReading, before: Mapping[str, int] | None, seconds: float | None) -> CacheRow:
        past = self._past.setdefault(cache.id, deque(maxlen=KEPT))
        moved = _moved(before, cache.counters) if before is not None and seconds else None
        rate = sum(moved[name] for name in _COUNTED) / seconds if moved is not None and seconds else None
        if rate is not None:
            past.append(rate)
        reads = moved["hits"] + moved["misses"] if moved is not None else 0
        return CacheRow(
            cache.id,
            cache.name,
            rate,
            moved["hits"] / reads if moved is not None and reads else None,
            moved["invalidated"] / seconds if moved is not None and seconds else None,
            cache.counters.get("entries", 0),
            cache.counters.get("bytes", 0),
            cache.hit_times,
            cache.origin_times,
            tuple(past),
        )


def _moved(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    names = (*_COUNTED, "invalidated")
    anew = any(now.get(name, 0) < before.get(name, 0) for name in names)
    return {name: now.get(name, 0) - (0 if anew else before.get(name, 0)) for name in names}


def _templates(reading: Reading, before: Reading | None, seconds: float | None) -> tuple[TemplateRow, ...] | None:
    if reading.templates is None:
        return None
    comparable = before is not None and seconds and before.chosen == reading.chosen and before.templates is not None
    base = before.base if before is not None and comparable else {}
    return tuple(
        # A template that was not there has begun since, and one that ran less often is another's count.
        TemplateRow(max(0, one.runs - base.get(one.id, 0)) / seconds if comparable and seconds else None, one)
        for one in reading.templates
    )
