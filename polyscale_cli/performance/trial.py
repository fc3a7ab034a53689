"""The course of a performance test: warm up, then run in turn, and compare every answer."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from polyscale_cli.errors import PolyscaleError
from polyscale_cli.performance.readers import Reader, Rows
from polyscale_cli.performance.statement import not_a_read
from polyscale_cli.sql.answer import COUNTED, Counters, Source, source_of

LEAST_WARM_UPS = 5
"""As many as the first PolyScale ran; PostgreSQL chooses the plan of a prepared statement for good after five."""
MOST_WARM_UPS = 20
"""An answer that is no hit by then is none that soon will be."""

_READ_ONLY = "SQLSTATE_25006"
"""Of all three databases: read_only_sql_transaction."""


@dataclass(frozen=True, slots=True)
class WarmUp:
    """How it began.

    Attributes:
        runs: how many there were, each way.
        first_hit: the number of the run that first was one; None when none was, or nobody can tell.
        counted: whether the cache's counters could tell who answered.
    """

    runs: int
    first_hit: int | None
    counted: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """What was measured.

    Attributes:
        direct: seconds of each run at the database.
        through: seconds of each run through the cache.
        hits: how many of these the cache answered; None when its counters do not tell, for others use it as well.
        different: answers through the cache that the database gave neither just before nor just after.
        changes: how often the database's own answer was not the one before.
        cut_short: whether time was up before all runs were done.
        encrypted: whether the connections were: the direct one, and the one through the cache.
    """

    warm_up: WarmUp
    direct: tuple[float, ...]
    through: tuple[float, ...]
    hits: int | None
    different: int
    changes: int
    cut_short: bool
    encrypted: tuple[bool, bool]


async def attempt(
    direct: Reader, through: Reader, counters: Counters, *, runs: int, most_seconds: float | None = None
) -> Trial:
    """Run it all; at least one run each way, whatever ``most_seconds`` says.

    Raises:
        UsageError: the database refuses the statement in a read-only transaction; the cache never saw it.
        PolyscaleError: what `polyscale_cli.sql` raises for a statement.
    """
    await _refuse_writes(direct)
    warm_up = await _warm_up(direct, through, counters)
    before = counters()
    started = time.perf_counter()
    times: list[tuple[float, float]] = []
    different = changes = 0
    near = _content((await _timed(direct))[1])
    while len(times) < runs and not _is_over(started, most_seconds, times):
        answer_time, answer = await _timed(through)
        own_time, own = await _timed(direct)
        times.append((own_time, answer_time))
        truth, found = _content(own), _content(answer)
        different += found not in (near, truth)
        changes += truth != near
        near = truth
    return Trial(
        warm_up,
        tuple(own for own, _ in times),
        tuple(answer for _, answer in times),
        _hits(before, counters(), len(times)),
        different,
        changes,
        len(times) < runs,
        (direct.encrypted, through.encrypted),
    )


async def _refuse_writes(direct: Reader) -> None:
    try:
        with direct.explained():
            await direct.read_in_read_only_transaction()
    except PolyscaleError as error:
        if error.code == _READ_ONLY:
            raise not_a_read(f"The database says: {error.what}") from error
        raise


async def _warm_up(direct: Reader, through: Reader, counters: Counters) -> WarmUp:
    first_hit: int | None = None
    found: list[Source] = []
    while len(found) < LEAST_WARM_UPS or (_may_still_hit(found) and len(found) < MOST_WARM_UPS):
        await _timed(direct)
        before = counters()
        await _timed(through)
        found.append(source_of(before, counters()))
        if found[-1] is Source.HIT and first_hit is None:
            first_hit = len(found)
    return WarmUp(len(found), first_hit, Source.UNKNOWN not in found)


def _may_still_hit(found: list[Source]) -> bool:
    """Whether another run may bring the first hit; one that only passes through never does."""
    return Source.HIT not in found and bool({Source.MISS, Source.SHARED} & set(found))


async def _timed(reader: Reader) -> tuple[float, Rows]:
    with reader.explained():
        started = time.perf_counter()
        rows = await reader.read()
        return time.perf_counter() - started, rows


def _is_over(started: float, most_seconds: float | None, times: list[tuple[float, float]]) -> bool:
    return bool(times) and most_seconds is not None and time.perf_counter() - started > most_seconds


def _content(rows: Rows) -> list[str]:
    """The rows, comparable: without ORDER BY their order is the database's own affair, and NaN equals nothing."""
    return sorted(map(repr, rows))


def _hits(before: Mapping[str, int] | None, after: Mapping[str, int] | None, runs: int) -> int | None:
    if before is None or after is None:
        return None
    moved = {source: after.get(name, 0) - before.get(name, 0) for source, name in COUNTED}
    return moved[Source.HIT] if sum(moved.values()) == runs else None
