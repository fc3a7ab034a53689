"""``polyscale query``: one statement, through a cache."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from polyscale_cli.commands import origin
from polyscale_cli.commands.session import session
from polyscale_cli.commands.statement import STDIN, cache_and_statement, check_text
from polyscale_cli.commands.way import address_of, find_cache, leads_elsewhere
from polyscale_cli.connstr.model import CacheAddress, Database, DatabaseUrl
from polyscale_cli.connstr.profiles import profile_named
from polyscale_cli.connstr.write import through_cache
from polyscale_cli.context import AppContext
from polyscale_cli.errors import PolyscaleError, UsageError
from polyscale_cli.options import context_of
from polyscale_cli.output import Line, Lines, Result, Table
from polyscale_cli.settings.keys import Key
from polyscale_cli.settings.known_caches import KnownCache

if TYPE_CHECKING:
    from polyscale_cli.sql.answer import Answer


def query(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CACHE] SQL",
            help="The cache, as everywhere, and one statement; - reads the statement from stdin.",
        ),
    ] = None,
    *,
    bind: Annotated[
        list[str] | None,
        typer.Option(
            "--bind", metavar="VALUE", help="A value for $1, or the first ?; repeat it for the next. Arrays as JSON."
        ),
    ] = None,
    http: Annotated[
        bool,
        typer.Option(
            "--http", help="Ask over HTTP, with ? or :name in the statement; a name's value is --bind :NAME=VALUE."
        ),
    ] = False,
    from_env: origin.FromEnvOption = False,
    from_url: origin.FromUrlOption = None,
    variable: origin.VariableOption = origin.DEFAULT_NAME,
) -> Result:
    """Run one SQL statement through a cache and show its rows.

    It logs in with your own connection string, by default DATABASE_URL. Whether the cache answered, and in what time,
    is said on stderr; a query is answered from the cache from about its third run. In JSON and CSV nothing is lost:
    numerics, large integers, NaN, bytes, dates and times are strings, NULL is null.

    With --http it does what a serverless function does: one request to the edge's POST /sql. There a value that is
    JSON goes as that: a number in digits, true, false, null, an array, or a string in double quotes; any other is text.

    \b
    Examples:
      polyscale query shop "SELECT count(*) FROM orders"
      polyscale query shop "SELECT * FROM orders WHERE id = $1" --bind 42 --json
      polyscale query shop - -o csv < report.sql
      polyscale query shop "SELECT * FROM orders WHERE id = ?" --bind 42 --http
      polyscale query shop "SELECT * FROM a WHERE b = :b" --bind :b=Graz --http
    """
    app = context_of(ctx)
    reference, sql = _statement(app, words or [], from_url)
    for number, value in enumerate(bind or [], 1):
        check_text(f"The value number {number}", value)
    given = origin.given(app, from_url, variable, also_env=from_env)
    cache = find_cache(app, reference, given.url)
    speak = _DRIVERS.get(Database(cache.database))
    if speak is None or speak is not _DRIVERS.get(given.url.database):
        raise UsageError(
            "query speaks the protocols of PostgreSQL, MySQL and MariaDB, and the cache's own.",
            why=f"The cache {cache.name} is for {cache.database}, and {given.source} for {given.url.database}.",
            code="UNSUPPORTED_DATABASE",
        )
    elsewhere = leads_elsewhere(given.url, cache)
    if elsewhere:
        app.console.warn(f"Check {given.source}: {elsewhere}.")
    if http:
        return _over_http(app, cache, given.url, sql, bind or [])
    with session(app) as current:
        run = speak(given.url, address_of(app, cache))
        with app.progress("Waiting for the answer"):
            try:
                answer = run(
                    sql,
                    bind or [],
                    lambda: current.counters(cache.id),
                    connect_seconds=app.settings.seconds(Key.TIMEOUT),
                )
            except PolyscaleError as error:
                if error.code == _SYNTAX and bind and re.search(_OTHERS_PLACES, sql):
                    error.fix = "PostgreSQL's parameters are $1, $2 and so on; ? and :name are understood with --http."
                raise
        observed = answer.source == "miss" and current.observes(cache.id)
    from polyscale_cli.sql.values import cell

    said = _said(cache.name, answer.source, answer.seconds, answer.status, observed=observed)
    if not answer.columns:
        copied = ("The data of a COPY is not shown; use SELECT.",) if answer.status.startswith("COPY") else ()
        return Result(data={"status": answer.status}, view=Line(answer.status), notes=(said, *copied))
    rows = tuple(tuple(cell(value) for value in row.values()) for row in answer.rows)
    renamed = ("Columns of the same name were given numbers.",) if answer.renamed else ()
    return Result(data=list(answer.rows), view=Table(answer.columns, rows), notes=(said, *renamed))


def _over_http(app: AppContext, cache: KnownCache, url: DatabaseUrl, sql: str, given: list[str]) -> Result:
    from polyscale_cli.sql.http import request_body, run
    from polyscale_cli.sql.values import cell

    body = request_body(cache.id, cache.database, url, sql, given)
    with session(app) as current, app.progress("Waiting for the answer"):
        answer = run(current.http, current.target, cache.database, body)
        observed = answer.source == "miss" and current.observes(cache.id)
    results = answer.results
    count = _count(len(results), "statement" if answer.is_several else "row")
    inside = "" if answer.edge_ms is None else f", {answer.edge_ms:.1f} ms of it in the edge"
    said = _said(
        cache.name, answer.source, answer.seconds, count, inside=inside, why_not=answer.why_not, observed=observed
    )
    if answer.is_several:
        lines = tuple(json.dumps(rows, ensure_ascii=False) for rows in results)
        return Result(data=results, view=Lines(lines), notes=(said, "The rows of each statement are one line."))
    rows = [row for row in results if isinstance(row, Mapping)]
    columns = tuple(rows[0]) if rows else ()
    table = Table(columns, tuple(tuple(cell(row[name]) for name in columns) for row in rows))
    return Result(data=results, view=table, notes=(said,))


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _postgres(url: DatabaseUrl, cache: CacheAddress) -> Callable[..., Answer]:
    from polyscale_cli.sql.postgres import run

    return partial(run, through_cache(url, cache, profile_named("asyncpg")).url)


def _mysql(url: DatabaseUrl, cache: CacheAddress) -> Callable[..., Answer]:
    from polyscale_cli.connstr.parse import parse
    from polyscale_cli.sql.mysql import run

    return partial(run, parse(through_cache(url, cache).url))


_SYNTAX = "SQLSTATE_42601"
"""PostgreSQL's syntax_error."""

_OTHERS_PLACES = r"\?|(?<!:):[A-Za-z_]"
"""Where other databases' drivers put values."""

_DRIVERS = {Database.POSTGRES: _postgres, Database.MYSQL: _mysql, Database.MARIADB: _mysql}


def _statement(app: AppContext, words: list[str], from_url: str | None) -> tuple[str | None, str]:
    """The cache that was named, if any, and the statement."""
    if words and words[-1] == STDIN == from_url:
        raise UsageError(
            "The statement and the connection string were both to be read from stdin.",
            fix="Take the connection string from the environment: --from-env",
        )
    return cache_and_statement(app, words, 'polyscale query shop "SELECT 1"')


def _said(
    name: str,
    source: str,
    seconds: float,
    status: str,
    *,
    inside: str = "",
    why_not: str | None = None,
    observed: bool = False,
) -> str:
    may = "only observes, and serves nothing" if observed else "may keep it"
    took = f"{status} in {seconds * 1000:.1f} ms{inside}"
    sentences = {
        "hit": f"hit: {took}, from the cache {name}.",
        "miss": f"miss: {took}, from the database; the cache {name} {may}.",
        "pass": f"pass: {took}, from the database; this is nothing that the cache {name} keeps"
        f"{f' ({why_not})' if why_not else ''}.",
        "not told apart": f"{took}. Others use the cache {name} at this moment, so that its counters do not tell who"
        " answered this one.",
    }
    return sentences.get(source, f"{took}. The counters of the cache {name} do not tell who answered.")
