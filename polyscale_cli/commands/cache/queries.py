"""``polyscale cache queries``: what a cache is asked, and why some of it is not kept."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from shlex import quote
from typing import Annotated

import typer

from polyscale_cli.client.statistics import QueryRecord
from polyscale_cli.commands.history import shown_p95
from polyscale_cli.commands.session import session
from polyscale_cli.options import CacheRef, context_of
from polyscale_cli.output import Narrowing, Result, Table
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
    hundred busiest apart; all others are in the last row. HITS are the part of all runs that the cache answered, PASSED
    BY those that were no candidates, and why: polyscale cache why CACHE ID says what to do about it.

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
            ("id", "runs", "hits", "passed by", "origin p95", "saved", "ttl", "query"),
            tuple(_cells(one) for one in found),
            empty=f"The cache {chosen.name} was asked nothing since {since}.",
            narrowings=(Narrowing("query", 40), Narrowing("saved"), Narrowing("origin p95"), Narrowing("query", 16)),
        ),
        next_steps=_more(found, chosen.name),
        ids=tuple(one.id for one in found),
    )


def _cells(query: QueryRecord) -> tuple[str, ...]:
    counted = query.counted
    sql = " ".join(query.sql.split())
    return (
        query.id,
        f"{counted.runs:,}",
        f"{counted.share_of_hits:.1%}" if counted.share_of_hits is not None else "-",
        _passed_by(query),
        shown_p95(counted.origin),
        duration(counted.saved) if counted.saved else "-",
        # Of what is mostly passed by, nothing is kept for any time.
        _shown_ttl(query.ttl if counted.share_of_passes <= 0.5 else None),
        sql if len(sql) <= LONGEST_SHOWN else f"{sql[:LONGEST_SHOWN]}…",
    )


def _passed_by(query: QueryRecord) -> str:
    """How much of it was no candidate, and why, mostly."""
    share = query.counted.share_of_passes
    if query.reason is None or not share:
        return "-"
    return query.reason.code if share == 1 else f"{share:.1%} {query.reason.code}"


def _more(found: Sequence[QueryRecord], name: str) -> tuple[str, ...]:
    """The command that says what to do about the query that is passed by most."""
    passed = max(found, key=lambda one: one.counted.passes if one.reason is not None and one.dql else 0, default=None)
    if passed is None or passed.counted.share_of_passes <= 0.5 or not passed.dql:
        return ()
    return (f"polyscale cache why {quote(name)} {passed.id}",)


def _shown_ttl(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    return f"{seconds:,.0f} s" if seconds >= 100 else f"{seconds:.3g} s"
