# ruff: noqa: PT028 - a command, not a test
"""``polyscale cache test``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from polyscale_cli.commands import origin
from polyscale_cli.commands.cache import shared
from polyscale_cli.commands.session import session
from polyscale_cli.errors import UsageError
from polyscale_cli.options import CacheRef, context_of
from polyscale_cli.output import Result, Table

CHECK_FAILED = 7


def test(
    ctx: typer.Context,
    cache: CacheRef = None,
    *,
    query: Annotated[
        str | None,
        typer.Option("--query", metavar="SQL", help="Measure how much faster this read is through the cache."),
    ] = None,
    runs: Annotated[
        int | None,
        typer.Option(
            "--runs", metavar="N", min=1, help="With --query: runs each way; by default 100, or what 60 s take."
        ),
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE", help="With --query: draw all times, as .png or .svg.")
    ] = None,
    from_env: origin.FromEnvOption = False,
    from_url: origin.FromUrlOption = None,
    variable: origin.VariableOption = origin.DEFAULT_NAME,
) -> Result:
    """Test the way from the edge to the database, or measure a query.

    Resolves the host, connects, and waits for the protocol's own greeting. Exits with 7 when a step fails, and says
    what to open.

    With --query it logs in with your own connection string, by default DATABASE_URL, both at the database and through
    the cache; warms up until the cache answers; and runs the statement both ways in turn, so that whatever else
    happens falls upon both alike. A time is what a program waits for all rows. Every answer through the cache is
    compared with the database's own; it exits with 7 when one differs. Only reads are run.

    \b
    Examples:
      polyscale cache test shop
      polyscale cache test shop --query "SELECT count(*) FROM orders"
      polyscale cache test shop --query "SELECT max(id) FROM items" --plot t.png
    """
    app = context_of(ctx)
    if query is not None:
        from polyscale_cli.commands.cache.measured import Wanted
        from polyscale_cli.commands.cache.performance import measure

        given = origin.given(app, from_url, variable, also_env=from_env)
        return measure(app, cache, given, Wanted(query, runs, app.cwd / plot if plot else None))
    if runs is not None or plot is not None or from_env or from_url is not None:
        raise UsageError(
            "There is nothing to be measured.",
            why="--runs, --plot, --from-env and --from-url are for --query.",
            fix='Give a read: --query "SELECT 1"',
        )
    with session(app) as current:
        found = current.cache(cache)
        with app.progress(f"Testing the way to {found.host}:{found.port}"):
            outcome = current.api.test(found.id)
    rows = tuple(
        (step.name, "ok" if step.ok else "failed", "" if step.ms is None else f"{step.ms:.1f} ms", step.detail)
        for step in outcome.steps
    )
    return Result(
        data={"cache": {"id": found.id, "name": found.name}, **outcome.data()},
        view=Table(("step", "result", "time", "detail"), rows, wraps=True),
        exit_code=0 if outcome.ok else CHECK_FAILED,
        errors=() if outcome.ok else (shared.problem_of(outcome),),
        notes=(f"{found.name}: {shared.outcome(outcome)}.", *((outcome.warning,) if outcome.warning else ())),
    )
