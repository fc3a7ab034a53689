"""The table of SQL over HTTP."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.affinity import CAN_PIN, Placement
from benchmarks.http.crowd import CROWD, crowd
from benchmarks.http.targets import NAMES, check_answers, run_targets
from benchmarks.http.wrk import Protocol, Wrk
from benchmarks.report import Figure, Part, Results, Row, medians
from benchmarks.throughput import Throughput
from benchmarks.work import Cell, Kept, Work
from tests.servers.postgres import Postgres, run_postgres

CONNECTIONS = 32
REPEATS = 5
WORDS = frozenset({*NAMES, *Protocol, CROWD})
LEAST_RATIO = 2.0
MOST_P99_MS = 1.0


def cells(protocols: Sequence[Protocol], placements: Sequence[Placement]) -> list[Cell]:
    """What to measure; half of the load is half of the rate that one core has with the load on it.

    Latencies at half load are measured from another core: on the server's own, the load would wait for itself.
    """
    everyone = frozenset(NAMES)
    made = [Cell(Work.HOT, Protocol.FULL, CONNECTIONS, placement, everyone) for placement in placements]
    if Protocol.HALF in protocols:
        apart = Placement.CROSS_CORE if CAN_PIN else Placement.UNPINNED
        made.insert(1, Cell(Work.HOT, Protocol.HALF, CONNECTIONS, apart, everyone, Kept.RATE | Kept.LATENCY))
    return made


def figures(rows: Sequence[Row]) -> list[Figure]:
    """What the project promises."""
    found = medians(rows, Placement.SAME_CORE)
    apart = medians(rows, Placement.CROSS_CORE)
    made = []
    ours = found.get(("edge", "hot", Protocol.FULL, CONNECTIONS))
    theirs = found.get(("starlette", "hot", Protocol.FULL, CONNECTIONS))
    if ours is not None and theirs is not None:
        ratio = ours / theirs
        made.append(Figure("hits over HTTP: edge / starlette", ">= 2 x", f"{ratio:.2f} x", ratio >= LEAST_RATIO))
    p99 = apart.get(("edge", "hot p99", Protocol.HALF, CONNECTIONS))
    if p99 is not None:
        made.append(Figure("p99 of a hit over HTTP at half load", "< 1 ms", f"{p99:.3f} ms", p99 < MOST_P99_MS))
    return made


def _measured(origin: Postgres, names: set[str], plan: Sequence[Cell], seconds: int, repeats: int) -> Part:
    with run_targets(origin, names) as targets:
        throughput = Throughput(targets, origin.process, Wrk(), seconds)
        check_answers(targets)
        rows = throughput.run(plan, repeats)
        check_answers(targets)
        throughput.check_hits(plan)
    return rows, figures(rows)


def measure(words: set[str], placements: Sequence[Placement], seconds: int, repeats: int) -> Results:
    """What the words name; of targets and protocols each, all where none is named."""
    names = words & set(NAMES) or set(NAMES)
    protocols = [each for each in Protocol if each in words] or list(Protocol)
    results = Results()
    with run_postgres() as origin:
        if words != {CROWD}:
            results.add(lambda: _measured(origin, names, cells(protocols, placements), seconds, repeats))
        if CROWD in words or not words:
            results.add(lambda: crowd(origin))
    return results
