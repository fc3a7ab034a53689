"""``polyscale cache queries``: what a cache is asked, and why some of it is not kept."""

from __future__ import annotations

import enum
from typing import Annotated

import typer

from polyscale_cli.client.statistics import QueryRecord
from polyscale_cli.commands.history import shown_p95
from polyscale_cli.commands.session import session
from polyscale_cli.options import CacheRef, context_of
from polyscale_cli.output import Result, Table
from polyscale_cli.output.plots.terminal import duration

LONGEST_SHOWN = 120
"""Characters of a query in a table; programs get all of it."""


class SortChoice(enum.StrEnum):
    """By what queries are put in order; the API's words with hyphens."""

    RUNS = "runs"
    HITS = "hits"
    MISSES = "misses"
    PASSES = "passes"
    HIT_RATIO = "hit-ratio"
    ORIGIN_SECONDS = "origin-seconds"
    TIME_SAVED = "time-saved"
    INVALIDATED = "invalidated"


def queries(
    ctx: typer.Context,
    cache: CacheRef = None,
    *,
    sort: Annotated[
        SortChoice, typer.Option("--sort", metavar="BY", help=f"The most first: {', '.join(SortChoice)}.")
    ] = SortChoice.RUNS,
    since: Annotated[
        str, typer.Option("--since", metavar="TIME", help="15m, 24h, 7d ago, or a moment in RFC 3339.")
    ] = "24h",
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=1000, help="How many.")] = 20,
) -> Result:
    """Show what a cache is asked, and why some of it is not kept.

    Queries that differ in nothing but their values are one; values are shown as [?], everywhere. Each minute tells the
    hundred busiest apart; all others are in the last row.

    \b
    Examples:
      polyscale cache queries shop
      polyscale cache queries shop --sort origin-seconds --since 15m
      polyscale cache queries shop --sort passes --json
    """
    with session(context_of(ctx)) as current:
        chosen = current.cache(cache)
        head, *words = sort.split("-")
        found = current.api.queries(
            chosen.id, since=since, sort=head + "".join(word.title() for word in words), limit=limit
        )
    return Result(
        data=[one.data() for one in found],
        view=Table(
            ("id", "runs", "hit rate", "origin p95", "saved", "ttl", "not kept because", "query"),
            tuple(_cells(one) for one in found),
            empty=f"The cache {chosen.name} was asked nothing since {since}.",
        ),
        ids=tuple(one.id for one in found),
    )


def _cells(query: QueryRecord) -> tuple[str, ...]:
    counted = query.counted
    sql = " ".join(query.sql.split())
    return (
        query.id,
        f"{counted.runs:,}",
        f"{counted.hit_rate:.1%}" if counted.hit_rate is not None else "-",
        shown_p95(counted.origin),
        duration(counted.saved) if counted.saved else "-",
        _shown_ttl(query.ttl),
        query.reason.code if query.reason is not None else "",
        sql if len(sql) <= LONGEST_SHOWN else f"{sql[:LONGEST_SHOWN]}…",
    )


def _shown_ttl(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    return f"{seconds:,.0f} s" if seconds >= 100 else f"{seconds:.3g} s"
