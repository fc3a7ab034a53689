"""What caches have done: over time, by query, and in figures for Prometheus."""

from __future__ import annotations

import asyncio
import enum
import json
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from polyscale_cli.edge.api.fields import Choice, Flag, Integer, Nested, Number, Shape, Text, Texts
from polyscale_cli.edge.api.query import invalid_query
from polyscale_cli.edge.api.reasons import CODE, REASON, described_code
from polyscale_cli.edge.api.routes import Call, Reply, Route
from polyscale_cli.edge.keys import Scope
from polyscale_cli.edge.observe.counts import Counts
from polyscale_cli.edge.observe.gently import gently
from polyscale_cli.edge.observe.lifetime import UNKNOWN, Lifetime
from polyscale_cli.edge.observe.minute import MOST_NAMES, Told
from polyscale_cli.edge.observe.queries import Queries
from polyscale_cli.edge.observe.sketch import Sketch
from polyscale_cli.edge.observe.span import USUAL_SINCE, Span, Step, read_time, span_of, written
from polyscale_cli.edge.observe.statistics import History
from polyscale_cli.edge.observe.store import HOUR, KEPT_SECONDS
from polyscale_cli.edge.server import Edge
from polyscale_cli.edge.serverless.replies import CONTENT_TYPE
from polyscale_cli.errors import UsageError

OTHERS = "others"
"""The id of the row that stands for all templates of a cache that are not told apart."""

MOST_QUERIES, USUAL_QUERIES = 1_000, 100


class Sort(enum.StrEnum):
    """By what queries are put in order, the most first."""

    RUNS = "runs"
    HITS = "hits"
    MISSES = "misses"
    PASSES = "passes"
    HIT_RATIO = "hitRatio"
    ORIGIN_SECONDS = "originSeconds"
    TIME_SAVED = "timeSaved"
    INVALIDATED = "invalidated"


_TIMES = Shape(
    "Quantiles",
    tuple(Number(name=name, about=f"Seconds that {part} % stay within.") for name, part in
          (("p50", 50), ("p95", 95), ("p99", 99))),
    all_required=True,
)  # fmt: skip
_PASSES = Shape("PassesByReason", (CODE, Integer(name="passes", about="How many.")), all_required=True)
_COUNTED = (
    Integer(name="runs", about="Statements, however they were answered."),
    Integer(name="hits", about="Those answered from the cache."),
    Integer(name="misses", about="Those that could have been hits and went to the origin."),
    Integer(name="passes", about="Those that were no candidates."),
    Nested(name="passesByReason", about="Why they were none.", shape=_PASSES, many=True),
    Integer(name="invalidated", about="Entries dropped because of writes."),
    Integer(name="purged", about="Entries dropped by purge."),
    Nested(name="originSeconds", about="What the origin took.", shape=_TIMES, nullable=True),
    Nested(name="hitSeconds", about="What hits took.", shape=_TIMES, nullable=True),
    Number(name="timeSavedSeconds", about="What the origin would have taken for hits, less what they took."),
    Integer(name="refreshed", about="Answers compared with the one before that no write had dropped."),
    Integer(name="changed", about="Those of them that were others."),
    Integer(name="wouldHit", about="Runs that would have been hits, where a cache only observes."),
    Integer(name="wouldBeStale", about="Those of them that would not have been what the origin said."),
    Number(name="wouldSaveSeconds", about="What the origin took for them."),
)
_POINT = Shape(
    "Point", (Text(name="at", about="When it begins.", format="date-time"), *_COUNTED), all_required=True
)  # fmt: skip
_TOTAL = Shape("Total", _COUNTED, all_required=True)
STATISTICS = Shape(
    "Statistics",
    (
        Text(name="since", about="The beginning, on the step.", format="date-time"),
        Text(name="until", about="The end, on the step; not part of it.", format="date-time"),
        Choice(name="step", about="How long a point is.", of=Step),
        Nested(name="points", about="Every step of the span, in order.", shape=_POINT, many=True),
        Nested(name="total", about="All of them together.", shape=_TOTAL),
        Integer(name="templatesNotToldApart", about="In no minute more than so many are part of the total alone."),
        Integer(name="templatesDropped", about="Forgotten by the edge, which holds 20,000 of a cache."),
        Texts(name="notes", about="What there is to know of how statistics are kept.", least=0, longest=1000),
    ),
    all_required=True,
)
QUERY = Shape(
    "Query",
    (
        Text(name="id", about=f"The template's, 16 hexadecimal digits; {OTHERS} for all that are not told apart."),
        Text(name="sql", about="The template: literals are [?], comments gone.", most=10_000, printable=False),
        Texts(name="tables", about="The tables that it names.", least=0, most=MOST_NAMES),
        Flag(name="dql", about="Whether it is a query."),
        *(one for one in _COUNTED if one.name not in ("purged", "refreshed", "changed")),
        Integer(name="templates", about="How many templates these are."),
        Nested(name="reason", about="Why it is passed by, mostly.", shape=REASON, nullable=True),
        Number(name="hitRatio", about="Hits of hits and misses, 0 to 1.", nullable=True),
        Number(name="cacheability", about="The part of runs that caching could answer, 0 to 1.", nullable=True),
        Number(name="meanBytes", about="Of an answer that was kept.", nullable=True),
        Number(name="ttl", about="Seconds for which its answers are kept now; 0 keeps none.", nullable=True),
        Number(name="recommendedTtl", about="What automation would choose.", nullable=True),
        Text(name="lastRunAt", about="To ten seconds.", format="date-time", nullable=True),
    ),
    all_required=True,
)
_SINCE = Text(name="since", about="A moment, or how long ago: 15m, 24h, 7d.", most=64, default=USUAL_SINCE)
_HISTORY_OF = Shape(
    "StatisticsQuery",
    (
        _SINCE,
        Text(name="until", about="The same; without it, now.", most=64),
        Choice(name="step", about="Minutes up to six hours unless asked for, kept for 7 days; hours for 90.", of=Step),
    ),
)
_QUERIES_OF = Shape(
    "QueriesQuery",
    (
        _SINCE,
        Choice(name="sort", about="The most first.", of=Sort, default=Sort.RUNS),
        Integer(name="limit", about="How many.", least=1, most=MOST_QUERIES, default=USUAL_QUERIES),
    ),
)


async def _history(edge: Edge, call: Call) -> Reply:
    cache = edge.cache(call.path["cacheId"])
    asked = call.query
    try:
        span = span_of(asked.get("since"), asked.get("until"), asked.get("step"), edge.statistics.now())
    except UsageError as error:
        raise invalid_query(error.what) from None
    history = await edge.statistics.history(cache.id, span)
    # A week in minutes takes a tenth of a second, for which no client should have to wait.
    text = await asyncio.to_thread(_history_text, span, history, edge.statistics.notes)
    return Reply(HTTPStatus.OK, text=text, content_type=CONTENT_TYPE)


def _history_text(span: Span, history: History, notes: Sequence[str]) -> bytes:
    nothing = _counted(Counts())
    # Each by itself: while all of them were written at once, nobody would be served.
    points = [
        json.dumps({"at": written(at), **(_counted(history.points[at]) if at in history.points else nothing)})
        for at in gently(range(span.since, span.until, span.step.seconds))
    ]
    others = {
        "since": written(span.since),
        "until": written(span.until),
        "step": span.step,
        "total": _counted(history.total),
        "templatesNotToldApart": history.untold,
        "templatesDropped": history.forgotten,
        "notes": list(notes),
    }
    return f'{json.dumps(others)[:-1]}, "points": [{", ".join(points)}]}}'.encode()


async def _queries(edge: Edge, call: Call) -> Reply:
    cache = edge.cache(call.path["cacheId"])
    now = edge.statistics.now()
    try:
        since = read_time(call.query.get("since", USUAL_SINCE), "since", now)
    except UsageError as error:
        raise invalid_query(error.what) from None
    if not now - KEPT_SECONDS[HOUR] - HOUR <= since < now:
        raise invalid_query(f"since: must be in the past, and within the last {KEPT_SECONDS[HOUR] // 86400} days.")
    queries = await edge.statistics.queries(cache.id, since)
    key = _ORDER[call.query.get("sort", Sort.RUNS)]
    chosen = sorted(queries.told, key=lambda told: (key(told.counts), told.facts.id), reverse=True)
    del chosen[call.query.get("limit", USUAL_QUERIES) :]
    lifetimes = edge.lifetimes(cache.id, [told.facts.id for told in chosen])
    rows = [_query(told, lifetimes.get(told.facts.id, UNKNOWN)) for told in chosen]
    return Reply(HTTPStatus.OK, rows + _others(queries))


async def _prometheus(edge: Edge, call: Call) -> Reply:
    from polyscale_cli.edge.observe import exposition

    await edge.statistics.refresh()
    return Reply(HTTPStatus.OK, text=exposition.write(edge.figures()), content_type=exposition.CONTENT_TYPE)


def _counted(counts: Counts) -> dict[str, Any]:
    numbers = counts.numbers
    reasons = sorted(counts.reasons.items(), key=lambda one: (-one[1], one[0]))
    return {
        "runs": int(counts.runs),
        "hits": int(numbers.hits),
        "misses": int(numbers.misses),
        "passes": int(numbers.passes),
        "passesByReason": [{"code": code, "passes": passes} for code, passes in reasons],
        "invalidated": int(numbers.invalidated),
        "purged": int(numbers.purged),
        "originSeconds": _times(counts.origin),
        "hitSeconds": _times(counts.hit),
        "timeSavedSeconds": round(numbers.saved, 6),
        "refreshed": int(numbers.refreshed),
        "changed": int(numbers.changed),
        "wouldHit": int(numbers.would_hit),
        "wouldBeStale": int(numbers.would_be_stale),
        "wouldSaveSeconds": round(numbers.would_save, 6),
    }


def _times(sketch: Sketch) -> dict[str, float] | None:
    if not sketch:
        return None
    return dict(zip(("p50", "p95", "p99"), (float(f"{t:.4g}") for t in sketch.quantiles(0.5, 0.95, 0.99)), strict=True))


def _query(told: Told, lifetime: Lifetime) -> dict[str, Any]:
    facts = told.facts
    row = {
        "id": facts.id,
        "sql": facts.sql,
        "tables": list(facts.tables),
        "dql": facts.is_read,
        **_row(told.counts, facts.refusal),
        "templates": 1,
        "cacheability": lifetime.cacheability if told.counts.numbers.hits or told.counts.numbers.misses else 0.0,
        "ttl": _seconds(lifetime.ttl),
        "recommendedTtl": _seconds(lifetime.recommended),
        "lastRunAt": written(told.last_run) if told.last_run else None,
    }
    return {field.name: row[field.name] for field in QUERY.fields}


def _seconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def _others(queries: Queries) -> list[dict[str, Any]]:
    """The row of all that is not told apart; none where nothing is."""
    if not queries.others.runs:
        return []
    row = {
        "id": OTHERS,
        "sql": "[all other statements]",
        "tables": [],
        "dql": False,
        **_row(queries.others, None),
        "templates": queries.untold,
        **dict.fromkeys(("cacheability", "ttl", "recommendedTtl", "lastRunAt")),
    }
    return [{field.name: row[field.name] for field in QUERY.fields}]


def _row(counts: Counts, refusal: str | None) -> dict[str, Any]:
    numbers = counts.numbers
    code = counts.main_reason() or refusal
    return {
        **_counted(counts),
        "reason": described_code(code) if code is not None else None,
        "hitRatio": _hit_ratio(counts),
        "meanBytes": round(numbers.kept_bytes / numbers.kept, 1) if numbers.kept else None,
    }


def _hit_ratio(counts: Counts) -> float | None:
    reads = counts.numbers.hits + counts.numbers.misses
    return round(counts.numbers.hits / reads, 6) if reads else None


_ORDER: dict[Sort, Callable[[Counts], float]] = {
    Sort.RUNS: lambda counts: counts.runs,
    Sort.HITS: lambda counts: counts.numbers.hits,
    Sort.MISSES: lambda counts: counts.numbers.misses,
    Sort.PASSES: lambda counts: counts.numbers.passes,
    Sort.HIT_RATIO: lambda counts: -1.0 if (ratio := _hit_ratio(counts)) is None else ratio,
    Sort.ORIGIN_SECONDS: lambda counts: counts.numbers.origin_total,
    Sort.TIME_SAVED: lambda counts: counts.numbers.saved,
    Sort.INVALIDATED: lambda counts: counts.numbers.invalidated,
}

# Templates tell what a database is asked, which whoever may only purge need not know.
_READ = (Scope.CACHES_READ,)
_ONE = "/v1/caches/{cacheId}"
ROUTES = (
    Route(method="GET", path=f"{_ONE}/statistics", operation="getStatistics",
          summary="What a cache has done over time, up to now.",
          run=_history, scopes=_READ, query=_HISTORY_OF, gives=STATISTICS),
    Route(method="GET", path=f"{_ONE}/queries", operation="listQueries",
          summary="What each template of a cache has done, and why it is not cached.",
          run=_queries, scopes=_READ, query=_QUERIES_OF, gives=QUERY, gives_many=True),
    Route(method="GET", path="/metrics", operation="getPrometheusMetrics",
          summary="What the edge and its caches have done, for Prometheus.",
          run=_prometheus, scopes=_READ, gives_text="text/plain"),
)  # fmt: skip
