"""``polyscale cache test --query``: how much faster one read is through the cache."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from polyscale_cli.commands import origin
from polyscale_cli.commands.session import Session, session
from polyscale_cli.commands.way import address_of, find_cache, leads_elsewhere
from polyscale_cli.connstr.model import Database, DatabaseUrl
from polyscale_cli.context import AppContext
from polyscale_cli.errors import CheckFailedError, PolyscaleError, UsageError
from polyscale_cli.output import Problem, Result, Spread, Table
from polyscale_cli.output.result import Json
from polyscale_cli.settings.keys import Key
from polyscale_cli.settings.known_caches import KnownCache
from polyscale_cli.value import Value

if TYPE_CHECKING:
    from polyscale_cli.performance.readers import Reader
    from polyscale_cli.performance.trial import Trial

USUAL_RUNS = 100
MOST_SECONDS = 60.0
"""When it is left to us how many runs there are, a slow statement has as many as fit into that."""
DIRECT, THROUGH = "direct", "through the cache"


class Wanted(Value):
    """What is to be measured; ``runs`` None leaves that to us."""

    sql: str
    runs: int | None
    plot: Path | None


def measure(app: AppContext, reference: str | None, given: origin.Origin, wanted: Wanted) -> Result:
    """Run the test.

    Raises:
        UsageError: the statement is no read, or cannot be asked of this cache; or the plot cannot be drawn.
        PolyscaleError: what the database, or the way there, says.
    """
    import asyncio

    from polyscale_cli.performance.statement import refuse_other_than_reads
    from polyscale_cli.performance.trial import attempt

    refuse_other_than_reads(wanted.sql)
    if wanted.plot is not None:
        from polyscale_cli.output.plots.file import check_plot

        check_plot(wanted.plot)
    cache = find_cache(app, reference, given.url)
    elsewhere = leads_elsewhere(given.url, cache)
    if elsewhere:
        app.console.warn(f"Check {given.source}: {elsewhere}.")
    around, through = _readers(app, given, cache, wanted.sql)

    async def course(current: Session) -> Trial:
        async with around as direct_reader, through as cache_reader:
            return await attempt(
                direct_reader,
                cache_reader,
                lambda: current.counters(cache.id),
                runs=wanted.runs or USUAL_RUNS,
                most_seconds=None if wanted.runs else MOST_SECONDS,
            )

    with session(app) as current:
        with app.progress("Measuring"):
            trial = asyncio.run(course(current))
        reason = None if trial.hits else _reason(current, cache, wanted.sql)
    if wanted.plot is not None:
        from polyscale_cli.output.plots.file import draw_distributions

        title = f"{cache.name}: the same read, {len(trial.direct)} times each way"
        draw_distributions(wanted.plot, title, ((DIRECT, trial.direct), (THROUGH, trial.through)))
    return _result(cache, trial, reason, wanted)


def _readers(
    app: AppContext, given: origin.Origin, cache: KnownCache, sql: str
) -> tuple[AbstractAsyncContextManager[Reader], AbstractAsyncContextManager[Reader]]:
    """The way around the cache, and the way through it."""
    from polyscale_cli.connstr.parse import parse
    from polyscale_cli.connstr.profiles import ANY, profile_named
    from polyscale_cli.connstr.write import direct, through_cache
    from polyscale_cli.performance.readers import mysql_reader, postgres_reader
    from polyscale_cli.sql.answer import Way

    is_postgres = _is_postgres(given.source, given.url, cache)
    profile = profile_named("asyncpg") if is_postgres else ANY
    direct_url = direct(given.url, cache.host, cache.port, cache.origin_tls, profile).url
    cache_url = through_cache(given.url, address_of(app, cache), profile).url
    seconds = app.settings.seconds(Key.TIMEOUT)
    if is_postgres:
        return (
            postgres_reader(direct_url, sql, Way.AROUND, connect_seconds=seconds),
            postgres_reader(cache_url, sql, Way.THROUGH, connect_seconds=seconds),
        )
    return (
        mysql_reader(parse(direct_url), sql, Way.AROUND, connect_seconds=seconds),
        mysql_reader(parse(cache_url), sql, Way.THROUGH, connect_seconds=seconds),
    )


def _is_postgres(source: str, url: DatabaseUrl, cache: KnownCache) -> bool:
    """Whether it is PostgreSQL's protocol that both speak. Raises UsageError when they speak none, or not the same."""
    families = [
        {Database.POSTGRES: "postgres", Database.MYSQL: "mysql", Database.MARIADB: "mysql"}.get(database)
        for database in (Database(cache.database), url.database)
    ]
    if families[0] is None or families[0] != families[1]:
        raise UsageError(
            "The performance test speaks the protocols of PostgreSQL, MySQL and MariaDB, and the cache's own.",
            why=f"The cache {cache.name} is for {cache.database}, and {source} for {url.database}.",
            code="UNSUPPORTED_DATABASE",
        )
    return families[0] == "postgres"


def _reason(current: Session, cache: KnownCache, sql: str) -> dict[str, str] | None:
    """Why the statement is not kept, in the edge's words; None where it has none, or may not tell us."""
    try:
        answer = current.api.send("POST", f"/v1/caches/{cache.id}/explain", {"sql": sql})
        reason = answer["reason"]
        return {"code": str(reason["code"]), "text": str(reason["text"])} if reason else None
    except (PolyscaleError, KeyError, TypeError):
        return None


def _result(cache: KnownCache, trial: Trial, reason: dict[str, str] | None, wanted: Wanted) -> Result:
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
        "reason": reason,
        "plot": str(wanted.plot) if wanted.plot else None,
    }
    columns = ("median", "p95", "p99", "min", "max")
    rows = tuple(
        (way, *(f"{summary[f'{column}_ms']:.3f} ms" for column in columns), str(len(ways[way])))
        for way, summary in summaries.items()
    )
    problem = _disagreement(trial)
    return Result(
        data=data,
        view=Spread(Table(("way", *columns, "runs"), rows), tuple(ways.items())),
        exit_code=CheckFailedError.exit_code if problem else 0,
        errors=(problem,) if problem else (),
        notes=tuple(_notes(cache, trial, reason, speed_up, wanted)),
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
    cache: KnownCache, trial: Trial, reason: dict[str, str] | None, speed_up: float, wanted: Wanted
) -> list[str]:
    said = [f"{cache.name}: {_compared(speed_up)}; {_who_answered(trial)}."]
    if trial.hits == 0 or (trial.warm_up.counted and trial.warm_up.first_hit is None):
        why = f": {reason['text']} ({reason['code']})" if reason else ""
        said.append(f"None of {trial.warm_up.runs} runs to warm up was answered from the cache{why}.")
    if not trial.different:
        said.append("Every answer was the database's own.")
    elif trial.hits == 0:
        said.append("The database itself gives another answer from run to run.")
    if trial.encrypted[0] != trial.encrypted[1]:
        said.append(f"Only the connection {DIRECT if trial.encrypted[0] else THROUGH} is encrypted, which takes time.")
    if trial.cut_short:
        said.append(f"Ended after {MOST_SECONDS:.0f} s; --runs has them all.")
    if wanted.plot is not None:
        said.append(f"Drawn in {wanted.plot}.")
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
