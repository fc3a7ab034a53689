"""The figures that the project promises, computed from the medians of one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.affinity import Placement
from benchmarks.report import Figure, Row, medians

CLIENTS = 8
LATENCY_CLIENTS = 32
MISS_LATENCY_CLIENTS = 1
# work, protocol, against, at least. Same core, 8 clients. Against the limit: what has been reached once (0.96, 1.01 and
# 0.89), less 3 %.
RATIOS = (
    ("hot", "simple", "canned", 0.93),
    ("hot", "extended", "canned", 0.98),
    ("hot", "prepared", "canned", 0.87),
    ("hot", "simple", "pgpool", 1.9),
    ("hot", "extended", "pgpool", 11.0),
    ("hot", "prepared", "pgpool", 6.0),
    ("hot", "simple", "pgbouncer", 3.0),
    ("hot", "extended", "pgbouncer", 3.0),
    ("hot", "prepared", "pgbouncer", 3.0),
    ("miss", "simple", "pgbouncer", 0.9),
    ("miss", "extended", "pgbouncer", 0.9),
    ("miss", "prepared", "pgbouncer", 0.9),
)
P99_LIMIT_MS = 1.0
# One client, a miss each time: milliseconds over what it takes without the edge, and times what it takes by PgBouncer.
ADDED_LIMIT_MS = 0.060
MISS_LATENCY_RATIO = 1.25
_NAMES = {"canned": "the canned-answer limit", "pgpool": "Pgpool-II with its cache", "pgbouncer": "PgBouncer, session"}
_WORKS = {"hot": "hits", "miss": "misses"}


def throughput_figures(rows: Sequence[Row]) -> list[Figure]:
    """Those of RATIOS and the latency figure for which this run has both sides."""
    found = medians(rows, Placement.SAME_CORE)
    figures = []
    for work, protocol, against, least in RATIOS:
        ours = found.get(("edge", work, protocol, CLIENTS))
        theirs = found.get((against, work, protocol, CLIENTS))
        if ours is not None and theirs is not None:
            ratio = ours / theirs
            what = f"{_WORKS[work]}, {protocol}: edge / {_NAMES[against]}"
            figures.append(Figure(what, f">= {least:g} x", f"{ratio:.2f} x", ratio >= least))
    for protocol in ("simple", "extended", "prepared"):
        p99 = found.get(("edge", "hot p99", protocol, LATENCY_CLIENTS))
        if p99 is not None:
            what = f"hits, {protocol}: p99 of the edge with {LATENCY_CLIENTS} clients"
            figures.append(Figure(what, f"< {P99_LIMIT_MS:g} ms", f"{p99:.3f} ms", p99 < P99_LIMIT_MS))
        figures += _miss_latency(protocol, found)
    return figures


def _miss_latency(protocol: str, found: Mapping[tuple[str, str, str, int], float]) -> list[Figure]:
    """What the edge adds to a miss of a single client."""
    ours, direct, pgbouncer = (
        found.get((target, "miss p50", protocol, MISS_LATENCY_CLIENTS)) for target in ("edge", "direct", "pgbouncer")
    )
    figures = []
    if ours is not None and direct is not None:
        added = ours - direct
        what = f"misses, {protocol}: median of one client, edge - direct"
        figures.append(Figure(what, f"<= {ADDED_LIMIT_MS:.3f} ms", f"{added:.3f} ms", added <= ADDED_LIMIT_MS))
    if ours is not None and pgbouncer is not None:
        ratio = ours / pgbouncer
        what = f"misses, {protocol}: median of one client, edge / PgBouncer"
        figures.append(Figure(what, f"<= {MISS_LATENCY_RATIO:g} x", f"{ratio:.2f} x", ratio <= MISS_LATENCY_RATIO))
    return figures
