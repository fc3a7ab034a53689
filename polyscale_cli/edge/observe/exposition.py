"""What the edge and its caches have done, as Prometheus reads it.

Labels are a cache's name and id, and the code of a reason: nothing that a client of a database can make more of. All
counters begin with the edge, as the convention is; the history of ``statistics.db`` is for those without a Prometheus.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from polyscale_cli import __version__
from polyscale_cli.edge.observe.collector import CacheTotals
from polyscale_cli.edge.observe.figures import CacheFigures, EdgeFigures
from polyscale_cli.edge.observe.sketch import Sketch

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""The form that every Prometheus reads, asked for or not."""

BOUNDS = (0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0)
"""Seconds: the upper bounds of the histograms' buckets. What is within 2 % of one may be counted on its other side."""

_LABELS = ("cache", "cache_id")


def write(figures: EdgeFigures) -> bytes:
    """Write the figures in the text format of Prometheus."""
    registry = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=registry)
    registry.register(_Figures(figures))
    text: bytes = generate_latest(registry)
    return text


class _Figures(Collector):
    def __init__(self, figures: EdgeFigures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """Give every family."""
        yield from self._of_edge()
        for name, about, read in _COUNTERS:
            counter = CounterMetricFamily(f"polyscale_cache_{name}", about, labels=_LABELS)
            for one in self._figures.caches:
                counter.add_metric((one.name, one.id), read(one))
            yield counter
        for name, about, read in _GAUGES:
            gauge = GaugeMetricFamily(f"polyscale_cache_{name}", about, labels=_LABELS)
            for one in self._figures.caches:
                gauge.add_metric((one.name, one.id), read(one))
            yield gauge
        yield self._passes()
        for name, about, histogram in _HISTOGRAMS:
            family = HistogramMetricFamily(f"polyscale_cache_{name}", about, labels=_LABELS)
            for one in self._figures.caches:
                samples = histogram(one.totals)
                family.add_metric((one.name, one.id), _buckets(samples), samples.seconds)
            yield family

    def _of_edge(self) -> Iterator[Metric]:
        edge = self._figures
        yield InfoMetricFamily(
            "polyscale_build", "The edge.", value={"version": __version__, "python": platform.python_version()}
        )
        yield GaugeMetricFamily("polyscale_uptime_seconds", "Since the edge began.", edge.uptime)
        yield GaugeMetricFamily("polyscale_memory_budget_bytes", "What all entries may take.", edge.memory_budget)
        yield GaugeMetricFamily("polyscale_memory_used_bytes", "What all entries take.", edge.memory_used)
        yield GaugeMetricFamily(
            "polyscale_statistics_kept", "1 where statistics are written to their file.", int(edge.is_kept)
        )
        yield CounterMetricFamily("polyscale_evicted_entries", "Entries evicted to keep the budget.", edge.evicted)

    def _passes(self) -> Metric:
        family = CounterMetricFamily(
            "polyscale_cache_passes", "Statements that were no candidates, by why.", labels=(*_LABELS, "reason")
        )
        for one in self._figures.caches:
            for reason, count in sorted(one.totals.counts.reasons.items()):
                family.add_metric((one.name, one.id, reason), count)
        return family


def _buckets(samples: Sketch) -> list[tuple[str, float]]:
    bounds = [(f"{bound:g}", float(samples.within(bound))) for bound in BOUNDS]
    return [*bounds, ("+Inf", float(sum(samples.values())))]


_Read = Callable[[CacheFigures], float]
_COUNTERS: tuple[tuple[str, str, _Read], ...] = (
    ("hits", "Statements answered from the cache.", lambda one: one.totals.counts.numbers.hits),
    (
        "misses",
        "Statements that could have been hits and went to the origin.",
        lambda one: one.totals.counts.numbers.misses,
    ),
    ("kept_answers", "Answers that became entries.", lambda one: one.totals.counts.numbers.kept),
    ("kept_bytes", "Bytes of those answers.", lambda one: one.totals.counts.numbers.kept_bytes),
    ("invalidated_entries", "Entries dropped because of writes.", lambda one: one.totals.counts.numbers.invalidated),
    ("purged_entries", "Entries dropped by purge.", lambda one: one.totals.counts.numbers.purged),
    (
        "refreshed_answers",
        "Answers compared with the one before that no write had dropped.",
        lambda one: one.totals.counts.numbers.refreshed,
    ),
    ("changed_answers", "Those of them that were others.", lambda one: one.totals.counts.numbers.changed),
    (
        "time_saved_seconds",
        "What the origin would have taken for hits, less what they took.",
        lambda one: one.totals.counts.numbers.saved,
    ),
    (
        "would_hit",
        "Runs that would have been hits, where a cache only observes.",
        lambda one: one.totals.counts.numbers.would_hit,
    ),
    (
        "would_be_stale",
        "Those of them that would not have been what the origin said.",
        lambda one: one.totals.counts.numbers.would_be_stale,
    ),
    ("dropped_templates", "Templates forgotten because there were too many.", lambda one: one.totals.forgotten),
)
_GAUGES: tuple[tuple[str, str, _Read], ...] = (
    ("entries", "Entries held.", lambda one: one.entries),
    ("bytes", "Bytes charged for them.", lambda one: one.bytes),
    ("connections", "Clients connected.", lambda one: one.connections),
    ("templates", "Templates held.", lambda one: one.templates),
)
_HISTOGRAMS: tuple[tuple[str, str, Callable[[CacheTotals], Sketch]], ...] = (
    ("origin_seconds", "What the origin took for a statement; of a sample.", lambda totals: totals.counts.origin),
    ("hit_seconds", "What a hit took; of a sample.", lambda totals: totals.counts.hit),
)
