"""The table of PostgreSQL."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Sequence

from benchmarks.affinity import Placement
from benchmarks.postgres import load, memory
from benchmarks.postgres.figures import CLIENTS, LATENCY_CLIENTS, MISS_LATENCY_CLIENTS, throughput_figures
from benchmarks.postgres.pgbench import PgBench, Protocol
from benchmarks.postgres.targets import DATABASE, NAMES, POSTGRES_SETTINGS, SCALE, run_targets
from benchmarks.postgres.verify import PREPARE_DATA, check_answers
from benchmarks.report import Part, Results, progress
from benchmarks.throughput import Throughput
from benchmarks.work import Cell, Kept, Work
from tests.servers.postgres import Postgres, postgres_bin, run_postgres

WORKS = ("hot", "miss", "p99", "latency", "memory", "scan", "crowd", "statements", "connections")
WORDS = frozenset({*NAMES, *WORKS, *Protocol})
REPEATS = 5
ASKING = frozenset(NAMES) - {"canned"}
"""The limit keeps nothing and asks nobody, so it has no misses."""


def cells(protocols: Sequence[str], works: set[str], placements: Sequence[Placement]) -> list[Cell]:
    """What to measure, in order; `works` out of hot, miss, p99 and latency: of the edge and two beside it."""
    kinds = {
        "hot": (Work.HOT, CLIENTS, frozenset(NAMES), Kept.RATE),
        "miss": (Work.MISS, CLIENTS, ASKING, Kept.RATE),
        "p99": (Work.HOT, LATENCY_CLIENTS, frozenset({"edge", "pgbouncer", "canned"}), Kept.LATENCY),
        "latency": (Work.MISS, MISS_LATENCY_CLIENTS, frozenset({"edge", "pgbouncer", "direct"}), Kept.LATENCY),
    }
    return [
        Cell(work, protocol, clients, placement, targets, kept)
        for kind, (work, clients, targets, kept) in kinds.items()
        if kind in works
        for placement, protocol in itertools.product(placements, protocols)
    ]


def prepare(origin: Postgres) -> None:
    """Make pgbench's tables, with values that tell one key from another."""
    progress(f"filling pgbench_accounts, scale {SCALE}")
    origin.run(f"CREATE DATABASE {DATABASE}")
    command = [str(postgres_bin() / "pgbench"), "--initialize", "--quiet", "--scale", str(SCALE), origin.dsn(DATABASE)]
    subprocess.run(command, check=True, capture_output=True)
    origin.run(PREPARE_DATA, DATABASE)
    origin.run("VACUUM ANALYZE", DATABASE)
    origin.run("CHECKPOINT", DATABASE)


def throughput(origin: Postgres, names: set[str], plan: Sequence[Cell], seconds: int, repeats: int) -> Part:
    """Hits, misses and latencies, with the answers checked before and after."""
    with run_targets(origin, names) as targets:
        measured = Throughput(targets, origin.process, PgBench(), seconds)
        protocols = sorted({cell.protocol for cell in plan})
        check_answers(targets, protocols)
        rows = measured.run(plan, repeats)
        check_answers(targets, protocols)
        measured.check_hits(plan)
    return rows, throughput_figures(rows)


def measure(words: set[str], placements: Sequence[Placement], seconds: int, repeats: int) -> Results:
    """What the words name; of targets, works and protocols each, all where none is named."""
    targets = words & set(NAMES) or set(NAMES)
    works = words & set(WORKS) or set(WORKS)
    protocols = [each for each in Protocol if each in words] or list(Protocol)
    results = Results()
    plan = cells(protocols, works, placements)
    measures = {"memory": memory.entries, "scan": memory.scan} if "edge" in targets else {}
    if plan or works & set(measures):
        with run_postgres(POSTGRES_SETTINGS) as origin:
            prepare(origin)
            if plan:
                results.add(lambda: throughput(origin, targets, plan, seconds, repeats))
            for work, part in measures.items():
                if work in works:
                    results.add(lambda part=part: part(origin))  # type: ignore[misc]
    lonely = {"crowd": load.crowd, "statements": load.statements, "connections": load.come_and_go}
    for work, alone in lonely.items():
        if work in works and "edge" in targets:
            results.add(alone)
    return results
