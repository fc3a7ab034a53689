"""Rows, the printed table and the JSON file."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.process import ServerError


def progress(text: str) -> None:
    """Say on stderr what goes on."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True)
class Row:
    """Repeated measurements of one thing. An empty protocol or 0 clients: it has none."""

    target: str
    work: str
    protocol: str
    clients: int
    placement: str
    unit: str
    values: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.values)

    def as_json(self) -> dict[str, object]:
        """As it stands in BENCH_JSON's file."""
        return {
            "target": self.target,
            "work": self.work,
            "protocol": self.protocol,
            "clients": self.clients,
            "placement": self.placement,
            "median": self.median,
            "min": min(self.values),
            "max": max(self.values),
            "unit": self.unit,
        }


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure to reach, and whether it was."""

    what: str
    goal: str
    reached: str
    ok: bool


Part = tuple[list[Row], list[Figure]]


@dataclass(slots=True)
class Results:
    """What came out; one part that fails takes nothing from the others."""

    rows: list[Row] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def add(self, measure: Callable[[], Part]) -> None:
        """Measure one part and keep it, or why it failed."""
        try:
            rows, figures = measure()
        except ServerError as error:
            self.failures.append(str(error))
        else:
            self.rows += rows
            self.figures += figures


def medians(rows: Iterable[Row], placement: str) -> dict[tuple[str, str, str, int], float]:
    """By target, work, protocol and clients, of one placement."""
    return {(row.target, row.work, row.protocol, row.clients): row.median for row in rows if row.placement == placement}


def number(value: float, unit: str) -> str:
    """As people read it: 84.6k tps, 0.42 ms, 131 MB, 12.3 kB."""
    if unit == "bytes":
        return f"{value / 1e6:.1f} MB" if abs(value) >= 1e6 else f"{value / 1e3:.1f} kB"
    if unit == "s":
        return f"{value * 1000:.1f} ms"
    if unit == "ms":
        return f"{value:.3f} ms"
    return f"{value / 1000:.1f}k" if value >= 1000 else f"{value:.0f}"


def print_rows(rows: Iterable[Row]) -> None:
    """The table: what was measured, median, spread."""
    line = "{:<11} {:<13} {:<9} {:>7}  {:<10} {:>11} {:>11} {:>11}"
    print(line.format("target", "work", "protocol", "clients", "placement", "median", "min", "max"))
    for row in rows:
        shown = [number(value, row.unit) for value in (row.median, min(row.values), max(row.values))]
        print(line.format(row.target, row.work, row.protocol or "-", row.clients or "-", row.placement or "-", *shown))


def print_figures(figures: Iterable[Figure]) -> None:
    """What the project promises, and what this run reached."""
    line = "{:<58} {:>12} {:>12}  {}"
    print("\n" + line.format("figure", "goal", "reached", ""))
    for figure in figures:
        print(line.format(figure.what, figure.goal, figure.reached, "yes" if figure.ok else "NO"))


def write_json(path: Path, rows: Iterable[Row]) -> None:
    """All rows, as a list of objects."""
    path.write_text(json.dumps([row.as_json() for row in rows], indent=2) + "\n")
