"""What a performance test found, as the result of its command."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from polyscale_cli.connstr.model import Database
from polyscale_cli.errors import CheckFailedError, PolyscaleError
from polyscale_cli.output import Problem, Result, Spread, Table
from polyscale_cli.output.result import Json
from polyscale_cli.settings.known_caches import KnownCache
from polyscale_cli.value import Value

if TYPE_CHECKING:
    from polyscale_cli.client.reasons import ReasonRecord
    from polyscale_cli.performance.trial import Trial

MOST_SECONDS = 60.0
"""When it is left to us how many runs there are, a slow statement has as many as fit into that."""
DIRECT, THROUGH = "direct", "through the cache"


class Wanted(Value):
    """What is to be measured; ``runs`` None leaves that to us."""

    sql: str
    runs: int | None
    plot: Path | None


def result(
    cache: KnownCache, trial: Trial, reason: ReasonRecord | None, wanted: Wanted, not_drawn: Problem | None
) -> Result:
    """Put it into words, a table with a plot, and data; an answer that was not the database's exits with 7.

    ``not_drawn`` is what kept the plot from being written.
    """
    speed_up = _summary(trial.direct)["median_ms"] / _summary(trial.through)["median_ms"]
    ways = {DIRECT: trial.direct, THROUGH: trial.through}
    summaries = {way: _summary(times) for way, times in ways.items()}
    data: dict[str, Json] = {
        "cache": {"id": cache.id, "name": cache.name},
        "order": "alternating",
        "direct": {**summaries[DIRECT], "encrypted": trial.encrypted[0], "times_ms": _ms(trial.direct)},
        "through_cache": {
            **summaries[THROUGH],
            "hits": trial.hits,
            "encrypted": trial.encrypted[1],
            "times_ms": _ms(trial.through),
        },
        "speed_up": round(speed_up, 2),
        "warm_up": {"runs": trial.warm_up.runs, "first_hit": trial.warm_up.first_hit},
        "answers": {
            "compared": len(trial.through),
            "different": trial.different,
            "changes_at_database": trial.changes,
        },
        "reason": None if reason is None else reason.data(),
        "plot": str(wanted.plot) if wanted.plot and not_drawn is None else None,
    }
    columns = ("median", "p95", "p99", "min", "max")
    rows = tuple(
        (way, *(f"{summary[f'{column}_ms']:.3f} ms" for column in columns), str(len(ways[way])))
        for way, summary in summaries.items()
    )
    disagreement = _disagreement(trial)
    return Result(
        data=data,
        view=Spread(Table(("way", *columns, "runs"), rows), tuple(ways.items())),
        exit_code=CheckFailedError.exit_code if disagreement else PolyscaleError.exit_code if not_drawn else 0,
        errors=tuple(one for one in (disagreement, not_drawn) if one is not None),
        notes=tuple(_notes(cache, trial, reason, speed_up, None if not_drawn else wanted.plot)),
    )


def _summary(seconds: Sequence[float]) -> dict[str, float]:
    from polyscale_cli.performance.statistics import Times

    times = Times.of(seconds)
    found = {"median": times.median, "p95": times.p95, "p99": times.p99, "min": times.least, "max": times.most}
    return {"runs": times.runs, **{f"{name}_ms": round(value * 1000, 4) for name, value in found.items()}}


def _ms(seconds: Sequence[float]) -> list[float]:
    return [round(one * 1000, 4) for one in seconds]


def _disagreement(trial: Trial) -> Problem | None:
    """The problem that the cache answered other than the database; what it never answered is no fault of its."""
    if not trial.different or trial.hits == 0:
        return None
    return Problem(
        code="ANSWERS_DIFFER",
        message=f"{trial.different} of {len(trial.through)} answers through the cache were not the database's.",
        why="A write that went around the edge changed what is read, or the two connections lead to different places.",
        fix="See that both lead to the same database, and drop what the cache holds: polyscale purge",
    )


def _notes(
    cache: KnownCache, trial: Trial, reason: ReasonRecord | None, speed_up: float, drawn: Path | None
) -> list[str]:
    from polyscale_cli.connstr.tls import is_loopback

    said = [f"{cache.name}: {_compared(speed_up)}; {_who_answered(trial)}."]
    if trial.hits == 0 or (trial.warm_up.counted and trial.warm_up.first_hit is None):
        why = f": {reason.text} ({reason.code})" if reason else ""
        said.append(f"None of {trial.warm_up.runs} runs to warm up was answered from the cache{why}.")
        if reason is not None and reason.cure is not None:
            said.append(reason.cure)
    if not trial.different:
        said.append("Every answer was the database's own.")
    elif trial.hits == 0:
        said.append("The database itself gives another answer from run to run.")
    if trial.encrypted[0] != trial.encrypted[1]:
        said.append(f"Only the connection {DIRECT if trial.encrypted[0] else THROUGH} is encrypted, which takes time.")
        if trial.encrypted[1] and is_loopback(cache.edge_host) and cache.database == Database.POSTGRES:
            said.append("The edge is on this machine: sslmode=disable in the connection string spares that.")
    if trial.cut_short:
        said.append(f"Ended after {MOST_SECONDS:.0f} s; --runs has them all.")
    if drawn is not None:
        said.append(f"Drawn in {drawn}.")
    return said


def _compared(speed_up: float) -> str:
    """The speed-up in words, of which a tenth is none."""
    if 0.95 < speed_up < 1.05:
        return "at the median as fast as the database itself"
    times = f"{speed_up:.1f} times faster" if speed_up > 1 else f"{1 / speed_up:.1f} times slower"
    return f"at the median {times} than the database itself"


def _who_answered(trial: Trial) -> str:
    runs = len(trial.through)
    if trial.hits is None:
        return "others use the cache, or its counters are not for us, so that hits cannot be told"
    first = trial.warm_up.first_hit
    since = f", from the {_ordinal(first)} run on" if first is not None else ""
    return f"{trial.hits} of {runs} answers came from the cache{since}"


def _ordinal(number: int) -> str:
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"
