"""``polyscale stats``: what caches have answered."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Annotated

import typer

from polyscale_cli.client.models import CacheRecord
from polyscale_cli.commands.history import NO_CACHES, over_time
from polyscale_cli.commands.session import Session, session
from polyscale_cli.context import AppContext
from polyscale_cli.errors import UsageError
from polyscale_cli.options import CacheRef, context_of
from polyscale_cli.output import Fields, Result, Table
from polyscale_cli.output.form import OutputForm
from polyscale_cli.output.live import Column, LiveTable
from polyscale_cli.output.result import Json
from polyscale_cli.settings.keys import Key

SHORTEST_INTERVAL, LONGEST_INTERVAL = 0.1, 86_400.0
_COUNTED = ("hits", "misses", "passes", "entries", "bytes", "invalidated", "purged", "connections")
_MOVING = ("hits", "misses", "passes", "invalidated", "purged")


def stats(
    ctx: typer.Context,
    cache: CacheRef = None,
    *,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="TIME", help="Over time: 15m, 24h, 7d ago, or a moment in RFC 3339."),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Show what happens, a row at a time, until Ctrl-C.")
    ] = False,
    interval: Annotated[
        float, typer.Option("--interval", metavar="SECONDS", help="Between two rows.", show_default=True)
    ] = 2.0,
    count: Annotated[int | None, typer.Option("--count", metavar="N", min=1, help="End after so many rows.")] = None,
) -> Result:
    """Show what caches have answered, and how much of it from memory.

    Counters begin when the edge starts. With --since they are of the time since then, whenever the edge was started,
    with a plot of it: in minutes up to six hours, in hours up to ninety days. The hit rate is hits of hits and misses:
    statements that are never kept, such as writes, are passes and not a part of it. With --watch, each row counts what
    came since the row before. Of a cache that only observes it is said what it would have answered.

    \b
    Examples:
      polyscale stats
      polyscale stats shop --json
      polyscale stats shop --since 24h
      polyscale stats shop --watch --interval 5
      polyscale stats shop --watch --count 10 -o csv
    """
    app = context_of(ctx)
    with session(app) as current:
        if since is not None:
            if watch:
                raise UsageError("--since is of the past and --watch of what is to come.", fix="Leave one of them out.")
            return over_time(app, current, _chosen(current, cache), since)
        if watch:
            return _watched(app, current, current.cache(cache), interval, count)
        chosen = _chosen(current, cache)
        found = [current.api.observed_metrics(one.id) for one in chosen]
    counted = [_row(one, metrics.counts) for one, metrics in zip(chosen, found, strict=True)]
    rows: list[Json] = [{**row, **metrics.observed.data()} for row, metrics in zip(counted, found, strict=True)]
    if len(rows) == 1:
        pairs = tuple((label.replace("_", " "), _shown(label, value)) for label, value in counted[0].items())
        if chosen[0].observes:
            pairs += found[0].observed.fields
        return Result(data=rows[0], view=Fields(pairs), ids=(chosen[0].id,))
    columns = ("name", "hit_rate", *_COUNTED)
    return Result(
        data=rows,
        view=Table(
            tuple(column.replace("_", " ") for column in columns),
            tuple(tuple(_shown(column, row[column]) for column in columns) for row in counted),
            empty=NO_CACHES,
        ),
        ids=tuple(one.id for one in chosen),
    )


def _chosen(current: Session, cache: str | None) -> tuple[CacheRecord, ...]:
    """The cache that was named, or all where none was."""
    if cache is None and not current.settings.value(Key.CACHE):
        return current.caches()
    return (current.cache(cache),)


def _watched(app: AppContext, current: Session, cache: CacheRecord, interval: float, count: int | None) -> Result:
    """Rows as they come; forms for programs get them all at the end, so that they must have one."""
    if count is None and app.form not in {OutputForm.TABLE, OutputForm.PLAIN}:
        raise UsageError(
            f"--watch has no end, and {app.form} is written when there is one.",
            fix="Say how many rows: --count 10",
            code="NO_END",
        )
    if not SHORTEST_INTERVAL <= interval <= LONGEST_INTERVAL:
        raise UsageError(
            f"--interval {interval} is not a number of seconds.",
            fix=f"Give one from {SHORTEST_INTERVAL} to {LONGEST_INTERVAL}.",
        )
    columns = [Column("time", 8), Column("hit rate", 8, right=True), *(Column(one, 11, right=True) for one in _COUNTED)]
    table = LiveTable(columns, app.console, app.form)
    seen: list[dict[str, Json]] = []
    before = current.api.metrics(cache.id)
    while count is None or len(seen) < count:
        time.sleep(interval)
        now = current.api.metrics(cache.id)
        row = _row(cache, _since(before, now))
        stamp = time.strftime("%H:%M:%S")
        table.row(stamp, *(_shown(column, row[column]) for column in ("hit_rate", *_COUNTED)))
        if count is not None:
            seen.append({"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), **row})
        before = now
    return Result(data=seen, ids=(cache.id,))


def _since(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    """What moved between two readings; an edge that was started anew began at zero."""
    anew = any(now.get(name, 0) < before.get(name, 0) for name in _MOVING)
    return {name: value - (0 if anew or name not in _MOVING else before.get(name, 0)) for name, value in now.items()}


def _row(cache: CacheRecord, metrics: Mapping[str, int]) -> dict[str, Json]:
    return {
        "id": cache.id,
        "name": cache.name,
        "hit_rate": _rate(metrics.get("hits", 0), metrics.get("misses", 0)),
        **{name: metrics.get(name, 0) for name in _COUNTED},
    }


def _rate(hits: int, misses: int) -> float | None:
    return round(hits / (hits + misses), 4) if hits + misses else None


def _shown(label: str, value: Json) -> str:
    if label == "hit_rate":
        return f"{value:.1%}" if isinstance(value, float) else "-"
    return f"{value:,}" if isinstance(value, int) else str(value)
