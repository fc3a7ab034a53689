"""Readings as an edge would give them."""

from __future__ import annotations

from polyscale_cli.top.readings import CacheReading, Quantiles, Reading, TemplateReading

TIMES = Quantiles(0.0005, 0.012)


def cache(name: str, hits: int = 0, misses: int = 0, passes: int = 0, invalidated: int = 0) -> CacheReading:
    counters = {
        "hits": hits,
        "misses": misses,
        "passes": passes,
        "invalidated": invalidated,
        "entries": 7,
        "bytes": 2048,
    }
    return CacheReading(f"id-{name}", name, counters, None, TIMES)


def template(
    name: str,
    runs: int,
    *,
    hit_ratio: float | None = 0.5,
    p95: float | None = 0.012,
    reason: str | None = None,
    passes: int = 0,
) -> TemplateReading:
    times = None if p95 is None else Quantiles(p95 / 2, p95)
    return TemplateReading(name, f"SELECT {name}", runs, passes, hit_ratio, times, 60.0, reason)


def reading(at: float, caches: list[CacheReading], templates: list[TemplateReading] | None = None) -> Reading:
    told = None if templates is None else tuple(templates)
    chosen = caches[0].id if caches else None
    return Reading(at, tuple(caches), 0, chosen, told, {one.id: one.runs for one in told or ()})
