"""``polyscale cache test``."""

from __future__ import annotations

import typer

from polyscale_cli.commands.cache import shared
from polyscale_cli.commands.session import session
from polyscale_cli.options import CacheRef, context_of
from polyscale_cli.output import Result, Table

CHECK_FAILED = 7


def test(ctx: typer.Context, cache: CacheRef = None) -> Result:  # noqa: PT028 - a command, not a test
    """Test the way from the edge to the database.

    Resolves the host, connects, and waits for the protocol's own greeting. Exits with 7 when a step fails, and says
    what to open.

    \b
    Examples:
      polyscale cache test shop
    """
    app = context_of(ctx)
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
        view=Table(("step", "result", "time", "detail"), rows),
        exit_code=0 if outcome.ok else CHECK_FAILED,
        errors=() if outcome.ok else (shared.problem_of(outcome),),
        notes=(f"{found.name}: {shared.outcome(outcome)}.", *((outcome.warning,) if outcome.warning else ())),
    )
