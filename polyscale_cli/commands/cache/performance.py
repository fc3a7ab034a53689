"""``polyscale cache test --query``: how much faster one read is through the cache."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from polyscale_cli.client.reasons import ReasonRecord
from polyscale_cli.commands import origin
from polyscale_cli.commands.cache.measured import DIRECT, MOST_SECONDS, THROUGH, Wanted, result
from polyscale_cli.commands.session import Session, session
from polyscale_cli.commands.way import address_of, find_cache, leads_elsewhere
from polyscale_cli.connstr.model import Database, DatabaseUrl
from polyscale_cli.context import AppContext
from polyscale_cli.errors import PolyscaleError, UsageError
from polyscale_cli.output import Problem, Result
from polyscale_cli.settings.keys import Key
from polyscale_cli.settings.known_caches import KnownCache

if TYPE_CHECKING:
    from polyscale_cli.performance.readers import Reader
    from polyscale_cli.performance.trial import Trial

USUAL_RUNS = 100


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
    return result(cache, trial, reason, wanted, _drawn(cache, trial, wanted.plot))


def _drawn(cache: KnownCache, trial: Trial, path: Path | None) -> Problem | None:
    """Draw the plot; what keeps it from being written takes nothing from what was measured."""
    if path is None:
        return None
    from polyscale_cli.output.plots.file import draw_distributions

    title = f"{cache.name}: the same read, {len(trial.direct)} times each way"
    try:
        draw_distributions(path, title, ((DIRECT, trial.direct), (THROUGH, trial.through)))
    except OSError as error:
        return Problem(
            code="PLOT_NOT_WRITTEN",
            message=f"The plot could not be written: {path}: {error.strerror or error}.",
            fix="Name another file with --plot; what was measured is shown all the same.",
        )
    return None


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


def _reason(current: Session, cache: KnownCache, sql: str) -> ReasonRecord | None:
    """Why the statement is not served, in the edge's words; None where it has none, or may not tell us."""
    try:
        reason = current.api.explain(cache.id, sql).reason
    except PolyscaleError:
        reason = None
    if reason is None and current.observes(cache.id):
        cure = f"To have it serve: polyscale cache update {quote(cache.name)} --mode cache"
        return ReasonRecord("ONLY_OBSERVES", "the cache only observes", cure)
    return reason
