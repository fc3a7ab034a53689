"""The figures that the project promises for MySQL and MariaDB, computed from the medians of one run."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.affinity import Placement
from benchmarks.mysql.sysbench import Protocol
from benchmarks.report import Figure, Row, medians

THREADS = 8
# work, against, at least. Same core, THREADS threads, either protocol.
RATIOS = (
    ("hot", "querycache", 1.2),
    ("hot", "canned", 0.85),
    ("miss", "relay", 0.75),
)
_NAMES = {"querycache": "MariaDB's query cache", "canned": "the canned-answer limit", "relay": "direct by a relay"}
_WORKS = {"hot": "hits", "miss": "misses"}


def figures(rows: Sequence[Row]) -> list[Figure]:
    """Those of RATIOS for which this run has both sides."""
    found = medians(rows, Placement.SAME_CORE)
    made = []
    for work, against, least in RATIOS:
        for protocol in Protocol:
            ours = found.get(("edge", work, protocol, THREADS))
            theirs = found.get((against, work, protocol, THREADS))
            if ours is not None and theirs is not None:
                ratio = ours / theirs
                what = f"{_WORKS[work]}, {protocol}: edge / {_NAMES[against]}"
                made.append(Figure(what, f">= {least:g} x", f"{ratio:.2f} x", ratio >= least))
    return made
