"""The statistics of an edge: swept every ten seconds, kept every minute, asked by the API."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from polyscale_cli.edge.engine import CacheState
from polyscale_cli.edge.observe.collector import SLICE, Collector
from polyscale_cli.edge.observe.counts import Counts
from polyscale_cli.edge.observe.keeper import Habits, Keeper
from polyscale_cli.edge.observe.minute import CacheMinute, CacheRecord, Minute
from polyscale_cli.edge.observe.queries import Queries, QueriesSum
from polyscale_cli.edge.observe.span import LONGEST_IN_MINUTES, Span
from polyscale_cli.edge.observe.store import HOUR, MINUTE, StatisticsStore

_log = logging.getLogger(__name__)

SWEEP_SECONDS = 10
"""Between two sweeps; a minute is a whole number of them."""

SWEEP_SHARE = 100
"""Sweeps that would take more than this part of the time are further apart, up to a minute."""

PAUSE_SECONDS = 0.005
"""Between two slices of a sweep, in which clients are served."""

SAME_ANSWER = 20
"""A sweep is good for answers for so many times as long as it took, so that whoever asks all the time cannot make the
edge do little else."""

MOST_HABITS = 20_000
"""Templates of a cache whose habits are saved; some that nobody has met since the last start may be among the rest."""

HABITS_SHARE = 200
"""Habits are saved each minute, and less often where taking them costs more than this part of the time between two."""


@dataclass(frozen=True, slots=True)
class History:
    """A cache's points by their first second, those without traffic left out, and their total.

    ``untold`` and ``forgotten`` are those of ``CacheRecord``, at most and in all.
    """

    points: Mapping[int, Counts]
    total: Counts
    untold: int
    forgotten: int


class Statistics:
    """Of all caches of an edge.

    Args:
        path: of ``statistics.db``.
        caches: gives the ids of caches that somebody has used, and their states.
        habits: gives what automation has learned, to be kept for the next start: of each cache the states of its
            templates, what matters most first.
        wall: seconds since 1970; may jump.
        monotonic: seconds; may not.
    """

    def __init__(
        self,
        path: Path,
        caches: Callable[[], Iterable[tuple[str, CacheState]]],
        *,
        habits: Callable[[], Iterable[tuple[str, Iterable[tuple[str, Any]]]]] = tuple,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._habits = habits
        self._wall = wall
        self._monotonic = monotonic
        self._keeper = Keeper(path, wall, monotonic)
        self._minute = Minute(int(wall()) // MINUTE * MINUTE)
        self._sweeping = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._swept_at = monotonic()
        self._swept_for = 0.0
        self._keep_due = self._habits_due = monotonic()
        self.collector = Collector(caches, wall)

    @property
    def notes(self) -> tuple[str, ...]:
        """What whoever reads statistics should know of how they are kept."""
        return self._keeper.notes

    @property
    def is_kept(self) -> bool:
        """Whether what is over is in the file, or can be written there."""
        return self._keeper.is_well

    def now(self) -> float:
        """Give seconds since 1970, by the clock that labels what is counted."""
        return self._wall()

    async def start(self) -> None:
        """Open the file, and begin to sweep."""
        await self._keeper.open()
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """Count and keep what there is, and close the file."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
            await self.sweep(pause=0)
            self._end_minute()
            await self._keeper.write(await self._taken_habits(pause=0))
        await self._keeper.close()

    # Answers

    async def history(self, cache_id: str, span: Span) -> History:
        """Give what a cache did in a span, up to now if that is in it."""
        await self.refresh()
        length = span.step.seconds
        kept = await self._keeper.read(lambda store: list(store.totals(cache_id, length, span.since, span.until)))
        points: dict[int, Counts] = {}
        total = Counts()
        untold = forgotten = 0
        in_memory = self._unwritten(cache_id, CacheMinute.summary)
        for at, record in (*(kept or ()), *(one for one in in_memory if span.since <= one[0] < span.until)):
            points.setdefault(at - at % length, Counts()).add(record.total)
            total.add(record.total)
            untold = max(untold, record.untold)
            forgotten += record.forgotten
        return History(points, total, untold, forgotten)

    async def queries(self, cache_id: str, since: float) -> Queries:
        """Give what the templates of a cache did since a moment, which is taken to the minute, or to the hour."""
        await self.refresh()
        length = MINUTE if self._wall() - since <= LONGEST_IN_MINUTES + MINUTE else HOUR
        first = int(since) // length * length

        def kept(store: StatisticsStore) -> QueriesSum:
            found = QueriesSum()
            for _, record in store.totals(cache_id, length, first, 1 << 62):
                found.add(record)
            for told in store.told(cache_id, length, first):
                found.tell(told)
            return found

        found = await self._keeper.read(kept) or QueriesSum()
        for at, record in self._unwritten(cache_id, CacheMinute.record):
            if at >= first:
                found.add(record)
        return found.outcome()

    async def refresh(self) -> None:
        """Count what has happened until now, or until a moment ago."""
        if self._monotonic() - self._swept_at >= SAME_ANSWER * self._swept_for:
            await self.sweep()

    async def forget(self, cache_id: str) -> None:
        """Forget all about a cache that was deleted; a sweep under way has still to visit it, perhaps."""
        async with self._sweeping:
            self.collector.forget(cache_id)
            self._minute.caches.pop(cache_id, None)
        await self._keeper.forget(cache_id)

    # What automation has learned

    async def load_habits(self, cache_id: str) -> Mapping[str, Any]:
        """Give the states of a cache's templates that were saved, by the templates' ids."""
        return await self._keeper.read(lambda store: store.habits(cache_id)) or {}

    # Sweeps

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._until_next())
            try:
                await self.sweep()
                await self.keep()
            except Exception:  # noqa: BLE001  # statistics never end an edge, and the next sweep may go well
                _log.exception("statistics could not be taken")

    def _until_next(self) -> float:
        """Give the seconds until the next sweep, which is at a multiple of ``SWEEP_SECONDS``."""
        least = min(SWEEP_SHARE * self._swept_for, MINUTE - SWEEP_SECONDS)
        return least + SWEEP_SECONDS - (self._wall() + least) % SWEEP_SECONDS

    async def sweep(self, pause: float = PAUSE_SECONDS) -> None:
        """Count what is new, in slices with a pause of some seconds between them."""
        async with self._sweeping:
            started = self._monotonic()
            # What is counted happened since the last sweep: half of it before the middle of that time.
            middle = self._wall() - min(started - self._swept_at, MINUTE) / 2
            at = int(middle) // MINUTE * MINUTE
            if at != self._minute.at:
                self._end_minute()
                self._minute = Minute(at)
            worked = 0.0
            for _ in self.collector.sweep(self._minute):
                worked += self._monotonic() - started
                await asyncio.sleep(pause)
                started = self._monotonic()
            self._swept_at = self._monotonic()
            self._swept_for = worked + self._swept_at - started

    async def keep(self) -> None:
        """Write what is over, and see to the file once in a minute."""
        now = self._monotonic()
        if self._keeper.waiting or now >= self._keep_due:
            self._keep_due = now + MINUTE
            is_due = now >= self._habits_due
            await self._keeper.write(await self._taken_habits() if is_due else {})

    def _end_minute(self) -> None:
        record = self._minute.record()
        self._minute = Minute(self._minute.at)
        if any(any(cache.total.numbers) for cache in record.caches.values()):
            self._keeper.add(record)

    async def _taken_habits(self, pause: float = PAUSE_SECONDS) -> Habits:
        """Take what automation has learned, in slices like those of a sweep."""
        taken: dict[str, dict[str, Any]] = {}
        worked = 0.0
        started = self._monotonic()
        for cache_id, states in self._habits():
            kept = taken[cache_id] = {}
            for number, (identity, state) in enumerate(islice(states, MOST_HABITS), 1):
                kept.setdefault(identity, state)
                if number % SLICE == 0:
                    worked += self._monotonic() - started
                    await asyncio.sleep(pause)
                    started = self._monotonic()
        worked += self._monotonic() - started
        self._habits_due = self._monotonic() + HABITS_SHARE * worked
        return taken

    def _unwritten(self, cache_id: str, present: Callable[[CacheMinute], CacheRecord]) -> list[tuple[int, CacheRecord]]:
        """Give what is in memory alone: the minutes that wait to be written, and the one at hand."""
        found = [(one.at, one.caches[cache_id]) for one in self._keeper.waiting if cache_id in one.caches]
        here = self._minute.caches.get(cache_id)
        return [*found, (self._minute.at, present(here))] if here is not None else found
