"""``polyscale demo``: the main job, on a database of its own."""

from __future__ import annotations

import enum
from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Any

import typer

from polyscale_cli.connstr.model import Database
from polyscale_cli.context import AppContext
from polyscale_cli.options import context_of
from polyscale_cli.output import Problem, Result
from polyscale_cli.output.live import Column, LiveTable

if TYPE_CHECKING:
    from polyscale_cli.client.models import CacheRecord
    from polyscale_cli.demo.stage import Stage
    from polyscale_cli.demo.story import Step, Story

CHECK_FAILED = 7
PIPE_CLOSED = 141
_COLUMNS = (
    Column("step", 12),
    Column("result", 10),
    Column("time", 9, right=True),
    Column("speed-up", 8, right=True),
    Column("planets in the answer", 21),
)
_STALE = (
    "Stale: that row went straight to the database, around the edge, which cannot know of it.",
    "Such a write is seen when the TTL is over ({ttl} s here at most), or after a purge:",
)


class DemoDatabase(enum.StrEnum):
    """What the demo can be played on."""

    POSTGRES = "postgres"
    MARIADB = "mariadb"


def demo(
    ctx: typer.Context,
    *,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the database and the edge up afterwards.")] = False,
    db: Annotated[
        DemoDatabase,
        typer.Option("--db", metavar="TYPE", help="postgres, or mariadb where it is installed.", show_default=True),
    ] = DemoDatabase.POSTGRES,
    rows: Annotated[
        int,
        typer.Option("--rows", metavar="N", min=1, max=50_000_000, help="Rows of the larger table.", show_default=True),
    ] = 500_000,
) -> Result | int:
    """Show the cache at work on a throw-away database.

    Starts a PostgreSQL, or a MariaDB, and an edge of its own, creates a cache, and shows the same query missing,
    hitting, and fresh again after a write and after a purge. Ends and removes everything. Exits with 7 if a step does
    not come out as it must.

    \b
    Examples:
      polyscale demo
      polyscale demo --db mariadb
      polyscale demo --keep
      polyscale demo --rows 5000000 -o json
    """
    app = context_of(ctx)
    from polyscale_cli.demo.interrupts import Interrupts
    from polyscale_cli.demo.stage import Stage

    interrupts = Interrupts()
    with interrupts.caught():
        stage: Stage | None = None
        kept = False
        try:
            with interrupts.held():
                stage = Stage(interrupts, Database(db))
            result = _play(app, stage, rows, keep=keep)
            kept = keep
        except BrokenPipeError:
            # Whoever read the rows has gone. Typer would make a failure of it before the boundary sees it.
            return PIPE_CLOSED
        finally:
            if stage is not None and not kept:
                stage.end()
    return result


def _play(app: AppContext, stage: Stage, rows: int, *, keep: bool) -> Result:
    from polyscale_cli.client.api import ManagementApi
    from polyscale_cli.client.http import HttpClient
    from polyscale_cli.demo.story import told
    from polyscale_cli.settings.resolve import Settings

    with app.progress(f"Starting a {stage.server.name} and an edge"):
        stage.start()
    app.console.redact.learn([stage.target.token.secret, stage.server.url().password or ""])
    # Nothing that is set for the user's own edge concerns this one.
    http = HttpClient(stage.target, Settings.of_variables({}), app.console.debug if app.debug else None)
    with closing(http), told(ManagementApi(http), stage.server.url()) as story:
        with app.progress(f"Filling a table with {rows:,} rows"):
            story.fill(rows)
        cache = story.create_cache()
        _introduce(app, stage, story, cache, rows=rows)
        steps = _show(app, story, cache)
        preparations = story.preparations(cache)
    end = _kept(stage) if keep else (f"{stage.server.name} and the edge are ended, and everything is removed.",)
    summary = _summary(steps)
    faults = [(number, step) for number, step in enumerate(steps, 1) if step.fault is not None]
    problems = tuple(
        Problem("DEMO_STEP", f"Step {number} ({step.action}) did not come out as it must: {step.fault}.")
        for number, step in faults
    )
    data = {
        "rows": rows,
        "cache": cache.data(),
        "preparations": list(preparations),
        "steps": [step.data() for step in steps],
        **summary,
        "kept": _left(stage) if keep else None,
    }
    said = (f"Median of the misses {summary['miss_ms']} ms, of the hits {summary['hit_ms']} ms.",)
    return Result(data=data, exit_code=CHECK_FAILED if problems else 0, errors=problems, notes=(*said, *end))


def _introduce(app: AppContext, stage: Stage, story: Story, cache: CacheRecord, *, rows: int) -> None:
    note = app.console.note
    server = f"{stage.server.name} {story.server_version()} on 127.0.0.1:{stage.server.port}"
    note(f"{server}: 3 planets, {rows:,} observations.")
    note(f"An edge of its own, with its API at {stage.target.url}.")
    note("What is done here, as commands:")
    for command in (f"cd {stage.directory} && . ./.env", *story.preparations(cache)):
        note(f"$ {command}")
        if "connstr" in command and "--direct" not in command:
            note(f"  {story.url(cache)}")


def _show(app: AppContext, story: Story, cache: CacheRecord) -> list[Step]:
    table = LiveTable(_COLUMNS, app.console, app.form)
    steps: list[Step] = []
    typed = ""
    for step in story.steps(cache):
        if step.command != typed:
            app.console.note(f"$ {step.command}")
            typed = step.command
        table.row(*_cells(step))
        if step.stale and step.expected.stale:
            for line in _STALE:
                app.console.note(line.format(ttl=cache.default_ttl))
        steps.append(step)
    return steps


def _cells(step: Step) -> tuple[str, ...]:
    result = f"{step.outcome}, stale" if step.stale else str(step.outcome)
    faster = "" if step.speed_up is None else f"{step.speed_up:,.0f} x"
    answer = ", ".join(step.answer)
    if step.purged is not None:
        answer = f"({step.purged} {'entry' if step.purged == 1 else 'entries'} dropped)"
    return step.action, result, f"{step.seconds * 1000:.2f} ms", faster, answer


def _kept(stage: Stage) -> tuple[str, ...]:
    script = stage.leave_up()
    return (
        f"{stage.server.name} and the edge stay up. To type the commands above yourself:",
        f"  cd {stage.directory} && . ./.env",
        "To end them and remove everything:",
        f"  sh {script}",
    )


def _left(stage: Stage) -> dict[str, Any]:
    return {
        "directory": str(stage.directory),
        "state_dir": str(stage.edge.state_dir),
        "api_url": stage.target.url,
        f"{stage.server.kind}_port": stage.server.port,
        "stop": f"sh {stage.directory / 'stop'}",
    }


def _summary(steps: list[Step]) -> dict[str, Any]:
    from statistics import median

    def middle(outcome: str) -> float | None:
        times = [step.seconds * 1000 for step in steps if step.outcome == outcome]
        return round(median(times), 2) if times else None

    return {"miss_ms": middle("MISS"), "hit_ms": middle("HIT")}
