"""Keeps minutes in ``statistics.db``, by a thread of its own, whatever becomes of the file.

A file that cannot be written is no reason to stop: minutes wait in memory, for an hour, and are written when the file
can be. One that is damaged is set aside, and a new one begun.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from polyscale_cli.edge.observe.minute import MinuteRecord
from polyscale_cli.edge.observe.span import written
from polyscale_cli.edge.observe.store import HOUR, Damaged, StatisticsStore

_log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")
Habits = Mapping[str, Mapping[str, Any]]
"""What automation has learned of each cache's templates, by the ids of both."""

MOST_WAITING = 60
"""Minutes that wait in memory for a file that cannot be written; beyond these the oldest are lost."""

STEADY_SECONDS = HOUR
"""How long the clock on the wall must have gone with the monotonic one before anything is thrown away for its age."""

STEADY_WITHIN = 60
"""Seconds that the two may differ by in that time."""


class Keeper:
    """The file, and what is not in it yet.

    Args:
        path: a damaged file there is moved to the same name with ``.damaged`` behind it.
        wall: seconds since 1970; may jump.
        monotonic: seconds; may not.
    """

    def __init__(self, path: Path, wall: Callable[[], float], monotonic: Callable[[], float]) -> None:
        self._path = path
        self._wall = wall
        self._monotonic = monotonic
        self._thread = ThreadPoolExecutor(1, "statistics")
        self._store: StatisticsStore | None = None
        self._waiting: deque[MinuteRecord] = deque()
        self._written = 0
        self._lost = 0
        self._steady_since = (wall(), monotonic())
        self._expired_at = float("-inf")
        self._set_aside: str | None = None
        self._trouble: str | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What whoever reads statistics should know of how they are kept."""
        return tuple(note for note in (self._set_aside, self._trouble) if note is not None)

    @property
    def is_well(self) -> bool:
        """Whether the file could be used the last time."""
        return self._trouble is None

    @property
    def waiting(self) -> tuple[MinuteRecord, ...]:
        """Minutes that are over and not in the file."""
        return tuple(self._waiting)

    def add(self, record: MinuteRecord) -> None:
        """Take a minute that is over, to be written at the next occasion."""
        self._waiting.append(record)
        while len(self._waiting) > MOST_WAITING:
            self._waiting.popleft()
            self._lost += 1

    async def open(self) -> None:
        """Open the file, or find out now that it cannot be."""
        await self._in_thread(self._try, lambda _: None)

    async def write(self, habits: Habits) -> None:
        """Write the minutes that wait, and habits in place of those that were saved."""
        await self._in_thread(self._write, habits)

    async def read(self, use: Callable[[StatisticsStore], _Answer]) -> _Answer | None:
        """Ask the file; None where it cannot be used. What is ``waiting`` when this returns is not in the answer."""
        while True:
            answer, written_then = await self._in_thread(lambda: (self._try(use), self._written))
            if written_then == self._written:
                return answer

    async def forget(self, cache_id: str) -> None:
        """Remove all of a cache that was deleted."""
        for record in self._waiting:
            record.caches.pop(cache_id, None)
        await self._in_thread(self._try, lambda store: store.forget(cache_id))

    async def close(self) -> None:
        """Close the file."""
        await self._in_thread(self._close_store)
        self._thread.shutdown()

    # In the thread, which alone has the file

    async def _in_thread(self, function: Callable[..., _Answer], *arguments: Any) -> _Answer:
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *arguments)

    def _write(self, habits: Habits) -> None:
        while self._waiting:
            record = self._waiting[0]
            if not self._try(lambda store, record=record: _done(store.write(record))):  # type: ignore[misc]
                return
            self._written += 1
            with contextlib.suppress(IndexError):
                if self._waiting[0] is record:
                    self._waiting.popleft()
        for cache_id, states in habits.items():
            self._try(lambda store, c=cache_id, s=states: store.save_habits(c, s))  # type: ignore[misc]
        self._try(self._bound)

    def _bound(self, store: StatisticsStore) -> None:
        if store.keep_in_bounds():
            _log.info("the oldest statistics were removed to keep %s in its bounds", self._path.name)
        wall, now = self._wall(), self._monotonic()
        jumped = (wall - self._steady_since[0]) - (now - self._steady_since[1])
        if abs(jumped) > STEADY_WITHIN:
            self._steady_since = (wall, now)
        if now - self._steady_since[1] >= STEADY_SECONDS and now - self._expired_at >= HOUR:
            store.expire(int(wall))
            self._expired_at = now

    def _try(self, use: Callable[[StatisticsStore], _Answer]) -> _Answer | None:
        """Use the file; None where it cannot be used, which is said once. A damaged one is set aside first."""
        for is_new in (False, True):
            try:
                if self._store is None:
                    self._store = StatisticsStore(self._path)
                answer = use(self._store)
            except Damaged as error:
                self._close_store()
                if is_new:
                    self._say_trouble(str(error))
                elif self._move_aside(error):
                    continue
            except (sqlite3.Error, OSError) as error:
                self._close_store()
                self._say_trouble(str(error))
            else:
                self._say_well()
                return answer
            return None
        return None

    def _move_aside(self, error: Damaged) -> bool:
        aside = self._path.with_name(f"{self._path.name}.damaged")
        try:
            self._path.replace(aside)
            for ending in ("-wal", "-shm"):
                self._path.with_name(self._path.name + ending).unlink(missing_ok=True)
        except OSError as failure:
            self._say_trouble(f"{error}, and it cannot be moved away: {failure.strerror}")
            return False
        when = written(self._wall())
        self._set_aside = f"Statistics from before {when} could not be read ({error}); they are in {aside.name}."
        _log.error("%s cannot be read (%s): it is %s now, and statistics begin anew", self._path, error, aside.name)
        return True

    def _say_trouble(self, why: str) -> None:
        if self._trouble is None:
            _log.error("statistics cannot be kept in %s (%s): they stay in memory, for an hour", self._path, why)
        lost = f" {self._lost} minutes were lost." if self._lost else ""
        self._trouble = f"Statistics are in memory alone: {why}.{lost}"

    def _say_well(self) -> None:
        if self._trouble is not None:
            _log.info("statistics are kept in %s again", self._path)
            self._trouble = None

    def _close_store(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None


def _done(_: None) -> bool:
    return True
