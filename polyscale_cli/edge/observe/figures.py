"""The figures of an edge and its caches, as they stand; ``exposition`` writes them for Prometheus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from polyscale_cli.edge.observe.collector import CacheTotals


@dataclass(frozen=True, slots=True)
class CacheFigures:
    """One cache; ``templates`` are those that the edge holds now."""

    id: str
    name: str
    totals: CacheTotals
    entries: int
    bytes: int
    connections: int
    templates: int


@dataclass(frozen=True, slots=True)
class EdgeFigures:
    """The edge: its memory in bytes, its age in seconds, and ``is_kept``: statistics are written to their file."""

    caches: Sequence[CacheFigures]
    memory_budget: int
    memory_used: int
    evicted: int
    uptime: float
    is_kept: bool
