"""The tables of MariaDB and of MySQL."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from benchmarks.affinity import Placement
from benchmarks.mysql import load
from benchmarks.mysql.figures import THREADS, figures
from benchmarks.mysql.idle import idle
from benchmarks.mysql.sysbench import Protocol, Sysbench
from benchmarks.mysql.targets import Kind, run_filled, run_targets
from benchmarks.mysql.verify import check_answers
from benchmarks.report import Part, Results
from benchmarks.target import Target
from benchmarks.throughput import Throughput
from benchmarks.work import Cell, Kept, Work
from tests.servers.mysql_like import OPEN, MySqlLike

WORKS = ("hot", "miss", "latency", "idle", "statements", "connections")
REPEATS = 3
HOT = frozenset({"direct", "querycache", "canned", "edge"})
MISS = frozenset({"direct", "relay", "edge"})


def words_of(kind: Kind) -> frozenset[str]:
    """What its table can be narrowed to."""
    return frozenset({*kind.names, *WORKS, *Protocol})


def cells(protocols: Sequence[str], works: set[str], placements: Sequence[Placement]) -> list[Cell]:
    """What to measure, in order; `works` out of hot, miss and latency, which is a single client's, of either work."""
    kinds = (
        ("hot", Work.HOT, THREADS, HOT, Kept.RATE),
        ("miss", Work.MISS, THREADS, MISS, Kept.RATE),
        ("latency", Work.HOT, 1, HOT, Kept.RATE | Kept.LATENCY),
        ("latency", Work.MISS, 1, MISS, Kept.RATE | Kept.LATENCY),
    )
    return [
        Cell(work, protocol, threads, placement, targets, kept)
        for kind, work, threads, targets, kept in kinds
        if kind in works
        for placement, protocol in itertools.product(placements, protocols)
    ]


def throughput(
    kind: Kind, origin: MySqlLike, names: set[str], plan: Sequence[Cell], seconds: int, repeats: int
) -> Part:
    """Hits, misses and latencies, with the answers checked before and after."""
    server = Target("the server", origin.port, origin.process, OPEN.name)
    with run_targets(kind, origin, names) as targets:
        measured = Throughput(targets, origin.process, Sysbench(), seconds)
        protocols = sorted({cell.protocol for cell in plan})
        check_answers(server, targets, protocols)
        rows = measured.run(plan, repeats)
        check_answers(server, targets, protocols)
        measured.check_hits(plan, of=("edge", "querycache"))
    return rows, figures(rows)


def measure(kind: Kind, words: set[str], placements: Sequence[Placement], seconds: int, repeats: int) -> Results:
    """What the words name; of targets, works and protocols each, all where none is named."""
    targets = words & set(kind.names) or set(kind.names)
    works = words & set(WORKS) or set(WORKS)
    protocols = [each for each in Protocol if each in words] or list(Protocol)
    plan = cells(protocols, works, placements)
    results = Results()
    with run_filled(kind) as origin:
        if plan:
            results.add(lambda: throughput(kind, origin, targets, plan, seconds, repeats))
        alone = {"idle": idle, "statements": load.statements, "connections": load.come_and_go}
        for work, part in alone.items():
            if work in works and "edge" in targets:
                results.add(lambda part=part: part(origin))  # type: ignore[misc]
    return results
