"""What a person's keys change."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from polyscale_cli.top.rates import TemplateRow


class Sort(enum.Enum):
    """By what templates are put in order, the most first."""

    RATE = "rate"
    RUNS = "runs"
    ORIGIN = "origin p95"
    HIT_RATIO = "hit ratio"

    def after(self) -> Sort:
        """The next one."""
        every = list(Sort)
        return every[(every.index(self) + 1) % len(every)]

    def ordered(self, rows: Sequence[TemplateRow]) -> list[TemplateRow]:
        """The rows in this order; what has no value comes last, and equals by how often they ran."""
        value = _VALUES[self]

        def key(row: TemplateRow) -> tuple[bool, float, int]:
            found = value(row)
            return found is not None, found or 0.0, row.reading.runs

        return sorted(rows, key=key, reverse=True)


_VALUES: dict[Sort, Callable[[TemplateRow], float | None]] = {
    Sort.RATE: lambda row: row.per_second,
    Sort.RUNS: lambda row: row.reading.runs,
    Sort.ORIGIN: lambda row: row.reading.origin_times.p95 if row.reading.origin_times else None,
    Sort.HIT_RATIO: lambda row: row.reading.share_of_hits,
}


@dataclass(frozen=True, slots=True)
class Controls:
    """The state of the screen beside what is shown; ``chosen`` is a cache's id, None for the first."""

    chosen: str | None = None
    sort: Sort = Sort.RATE
    paused: bool = False
    help: bool = False
    done: bool = False

    def press(self, key: str, caches: Sequence[str]) -> Controls:
        """What a key makes of it, with the ids of the caches that are shown. A key that means nothing changes nothing.

        With the help shown, any key takes that away first.
        """
        if key == "q":
            return replace(self, done=True)
        if self.help:
            return replace(self, help=False)
        if key in {"?", "h"}:
            return replace(self, help=True)
        if key == "s":
            return replace(self, sort=self.sort.after())
        if key == "p":
            return replace(self, paused=not self.paused)
        return self._choose(key, caches)

    def _choose(self, key: str, caches: Sequence[str]) -> Controls:
        at = caches.index(self.chosen) if self.chosen in caches else 0
        if key in {"up", "down"}:
            at += -1 if key == "up" else 1
        elif key in _DIGITS:
            at = int(key) - 1
        else:
            return self
        return replace(self, chosen=caches[at]) if 0 <= at < len(caches) else self


_DIGITS = frozenset("123456789")
