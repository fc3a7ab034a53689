"""What Prometheus reads, by its own parser; and that the dashboard asks for nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from polyscale_cli import __version__
from polyscale_cli.edge.engine import Reason
from polyscale_cli.edge.observe.collector import CacheTotals
from polyscale_cli.edge.observe.counts import Counts, Numbers
from polyscale_cli.edge.observe.exposition import BOUNDS, write
from polyscale_cli.edge.observe.figures import CacheFigures, EdgeFigures
from polyscale_cli.edge.observe.sketch import Sketch

DASHBOARD = json.loads((Path(__file__).parents[3] / "grafana/polyscale.json").read_text())


def sketch(*seconds: float) -> Sketch:
    made = Sketch()
    made.extend(seconds)
    return made


def figures(name: str = "shop") -> EdgeFigures:
    counts = Counts(Numbers(hits=3, misses=2, passes=5, saved=1.5, invalidated=1))
    counts.reasons = {reason.name: number for number, reason in enumerate(Reason)}
    counts.origin = sketch(0.02, 0.02, 0.3, 60)
    cache = CacheFigures("0ab2", name, CacheTotals(counts, forgotten=7), 10, 2000, 4, 20)
    return EdgeFigures([cache], 1 << 28, 2000, 6, 12.5, is_kept=True)


def families(told: EdgeFigures) -> dict[str, Any]:
    return {family.name: family for family in text_string_to_metric_families(write(told).decode())}


def samples(name: str, told: EdgeFigures | None = None) -> dict[str, float]:
    return {
        sample.labels.get("reason") or sample.labels.get("le") or sample.name: sample.value
        for family in families(told or figures()).values()
        for sample in family.samples
        if sample.name == name
    }


def test_its_parser_reads_what_is_told() -> None:
    found = families(figures())
    assert samples("polyscale_cache_hits_total") == {"polyscale_cache_hits_total": 3}
    assert samples("polyscale_cache_time_saved_seconds_total") == {"polyscale_cache_time_saved_seconds_total": 1.5}
    assert samples("polyscale_cache_passes_total") == {one.name: number for number, one in enumerate(Reason)}
    assert samples("polyscale_memory_budget_bytes") == {"polyscale_memory_budget_bytes": 1 << 28}
    assert found["polyscale_build_info"].samples[0].labels["version"] == __version__
    assert found["process_resident_memory_bytes"].samples[0].value > 0
    assert all(family.documentation for family in found.values())


def test_histograms_are_cumulative_and_end_with_all() -> None:
    buckets = samples("polyscale_cache_origin_seconds_bucket")
    assert list(buckets) == [*(f"{bound:g}" for bound in BOUNDS), "+Inf"]
    assert (buckets["0.01"], buckets["0.05"], buckets["0.5"], buckets["5"], buckets["+Inf"]) == (0, 2, 3, 3, 4)
    assert samples("polyscale_cache_origin_seconds_count") == {"polyscale_cache_origin_seconds_count": 4}
    (seconds,) = samples("polyscale_cache_origin_seconds_sum").values()
    assert seconds == pytest.approx(60.34, rel=0.02)


def test_a_name_cannot_break_out_of_its_label() -> None:
    hostile = 'a"} 1\npolyscale_evil{x="\\'
    text = write(figures(hostile)).decode()
    names = {sample.name for family in text_string_to_metric_families(text) for sample in family.samples}
    assert "polyscale_evil" not in names
    assert {
        sample.labels["cache"]
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if "cache" in sample.labels
    } == {hostile}


def test_labels_are_few_whatever_is_run() -> None:
    """Of a cache: a series for each name, reason and bucket, and none for a query, a user or a value."""
    labels = {name for family in families(figures()).values() for sample in family.samples for name in sample.labels}
    assert labels == {"cache", "cache_id", "reason", "le", "version", "python"}
    of_a_cache = [
        sample for family in families(figures()).values() for sample in family.samples if "cache" in sample.labels
    ]
    assert len(of_a_cache) < 100


def test_names_are_as_the_convention_has_them() -> None:
    for family in families(figures()).values():
        if family.name.startswith("polyscale_"):
            assert re.fullmatch(r"polyscale_[a-z_]+", family.name)
            assert family.type != "counter" or family.samples[0].name.endswith("_total")


def test_the_dashboard_asks_for_what_there_is() -> None:
    told = {sample.name for family in families(figures()).values() for sample in family.samples}
    texts = json.dumps([DASHBOARD["panels"], DASHBOARD["templating"]])
    asked = set(re.findall(r"polyscale_[a-z_]+", texts))
    assert len(asked) > 15
    assert asked - told == set()
    labels = set(re.findall(r"by \(([a-z, ]+)\)", texts))
    assert {name for one in labels for name in one.split(", ")} <= {"cache", "reason", "le"}


def test_the_dashboard_can_be_imported() -> None:
    assert [one["name"] for one in DASHBOARD["__inputs"]] == ["DS_PROMETHEUS"]
    assert DASHBOARD["schemaVersion"] >= 39
    assert DASHBOARD["id"] is None
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert all(panel["datasource"]["uid"] == "${DS_PROMETHEUS}" for panel in panels)
    taken = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(set(taken)) == len(taken), "two panels are in one place"
    assert max(x for x, _ in taken) < 24
    assert {"reqps", "percentunit", "s", "bytes"} <= {panel["fieldConfig"]["defaults"]["unit"] for panel in panels}
