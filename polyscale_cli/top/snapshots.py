"""What is shown, for programs: as data, and as rows of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from polyscale_cli.output.result import Json
from polyscale_cli.top.columns import milliseconds, rate, share
from polyscale_cli.top.rates import CacheRow, Frame, TemplateRow
from polyscale_cli.top.readings import Quantiles

_COLUMNS = ("kind", "name", "per second", "hit %", "hit ms", "origin ms", "entries", "ttl", "reason")


def document(at: str, frame: Frame) -> dict[str, Json]:
    """One frame as JSON; ``at`` is RFC 3339 in UTC. Durations in milliseconds, a TTL in seconds."""
    return {
        "at": at,
        "interval_ms": None if frame.seconds is None else round(frame.seconds * 1000, 1),
        "caches": [_cache(one) for one in frame.caches],
        "cache_id": frame.chosen,
        "queries": None if frame.templates is None else [_template(one) for one in _by_rate(frame.templates)],
    }


def rows(frames: Sequence[Frame]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Columns, and for each frame a row for each cache and for each query of the one that was read."""
    found = []
    for frame in frames:
        found += [_cache_cells(one) for one in frame.caches]
        found += [_template_cells(one) for one in _by_rate(frame.templates or ())]
    return _COLUMNS, tuple(found)


def _by_rate(templates: Sequence[TemplateRow]) -> list[TemplateRow]:
    return sorted(templates, key=lambda one: (one.per_second or 0.0, one.reading.runs), reverse=True)


def _cache(row: CacheRow) -> dict[str, Json]:
    return {
        "id": row.id,
        "name": row.name,
        "per_second": _rounded(row.per_second),
        "hit_rate": None if row.hit_ratio is None else round(row.hit_ratio, 4),
        "invalidated_per_second": _rounded(row.invalidated_per_second),
        "entries": row.entries,
        "bytes": row.bytes,
        "hit": _times(row.hit_times),
        "origin": _times(row.origin_times),
    }


def _template(row: TemplateRow) -> dict[str, Json]:
    reading = row.reading
    return {
        "id": reading.id,
        "sql": reading.sql,
        "per_second": _rounded(row.per_second),
        "runs": reading.runs,
        "hit_rate": reading.hit_ratio,
        "origin": _times(reading.origin_times),
        "ttl": reading.ttl,
        "reason": reading.reason,
    }


def _times(times: Quantiles | None) -> Mapping[str, Json] | None:
    if times is None:
        return None
    return {"p50_ms": round(times.p50 * 1000, 4), "p95_ms": round(times.p95 * 1000, 4)}


def _rounded(per_second: float | None) -> float | None:
    return None if per_second is None else round(per_second, 2)


def _cache_cells(row: CacheRow) -> tuple[str, ...]:
    times = (_median(row.hit_times), _median(row.origin_times))
    return ("cache", row.name, rate(row.per_second), share(row.hit_ratio), *times, str(row.entries), "", "")


def _template_cells(row: TemplateRow) -> tuple[str, ...]:
    reading = row.reading
    ttl = "" if reading.ttl is None else f"{reading.ttl:g}"
    times = ("", _median(reading.origin_times))
    return ("query", reading.sql, rate(row.per_second), share(reading.hit_ratio), *times, "", ttl, reading.reason or "")


def _median(times: Quantiles | None) -> str:
    return "" if times is None else milliseconds(times.p50)
