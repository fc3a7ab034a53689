"""`python -m benchmarks`: start everything, measure it, print the table and the figures.

Environment: BENCH_SECONDS (each run, 2), BENCH_REPEATS (5), BENCH_JSON (a file for the rows).
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import load, memory
from benchmarks.affinity import CAN_PIN, Placement
from benchmarks.figures import throughput_figures
from benchmarks.pgbench import Protocol
from benchmarks.report import Figure, Row, print_figures, print_rows, progress, write_json
from benchmarks.startup import startup
from benchmarks.targets import DATABASE, NAMES, POSTGRES_SETTINGS, SCALE, run_targets
from benchmarks.throughput import Cell, Throughput, cells
from benchmarks.verify import PREPARE_DATA, check_answers, check_hits
from tests.servers.postgres import Postgres, postgres_bin, run_postgres
from tests.servers.process import ServerError

WORKS = ("hot", "miss", "p99", "latency", "memory", "scan", "crowd", "statements", "startup")


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__.split("\n", 1)[0])
    parser.add_argument(
        "--only",
        nargs="+",
        default=[],
        choices=(*NAMES, *WORKS, *Protocol),
        metavar="WORD",
        help=f"targets ({', '.join(NAMES)}), works ({', '.join(WORKS)}) or protocols; all of what is not named",
    )
    parser.add_argument("--cross-core", action="store_true", help="also with pgbench on a processor of its own")
    parser.add_argument("--seconds", type=int, default=int(os.environ.get("BENCH_SECONDS", "2")))
    parser.add_argument("--repeats", type=int, default=int(os.environ.get("BENCH_REPEATS", "5")))
    return parser.parse_args()


def prepare(origin: Postgres) -> None:
    """Make pgbench's tables, with values that tell one key from another."""
    progress(f"filling pgbench_accounts, scale {SCALE}")
    origin.run(f"CREATE DATABASE {DATABASE}")
    command = [str(postgres_bin() / "pgbench"), "--initialize", "--quiet", "--scale", str(SCALE), origin.dsn(DATABASE)]
    subprocess.run(command, check=True, capture_output=True)
    origin.run(PREPARE_DATA, DATABASE)
    origin.run("VACUUM ANALYZE", DATABASE)
    origin.run("CHECKPOINT", DATABASE)


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


def throughput(origin: Postgres, names: set[str], plan: Sequence[Cell], options: argparse.Namespace) -> Part:
    """Hits, misses and latencies, with the answers checked before and after."""
    with run_targets(origin, names) as targets:
        measured = Throughput(targets, origin, options.seconds)
        protocols = sorted({cell.protocol for cell in plan})
        check_answers(targets, protocols)
        rows = measured.run(plan, options.repeats)
        check_answers(targets, protocols)
        check_hits(measured, plan)
    return rows, throughput_figures(rows)


def main() -> int:
    """Run it all; 0 unless an answer was wrong or a server failed."""
    options = arguments()
    words = set(options.only)
    targets = words & set(NAMES) or set(NAMES)
    works = words & set(WORKS) or set(WORKS)
    protocols = [each for each in Protocol if each in words] or list(Protocol)
    placements = [Placement.SAME_CORE if CAN_PIN else Placement.UNPINNED]
    if options.cross_core and CAN_PIN:
        placements.append(Placement.CROSS_CORE)
    began = time.monotonic()
    results = Results()
    plan = cells(protocols, works, placements)
    measures = {"memory": memory.entries, "scan": memory.scan} if "edge" in targets else {}
    if plan or works & set(measures):
        with run_postgres(POSTGRES_SETTINGS) as origin:
            prepare(origin)
            if plan:
                results.add(lambda: throughput(origin, targets, plan, options))
            for work, measure in measures.items():
                if work in works:
                    results.add(lambda measure=measure: measure(origin))  # type: ignore[misc]
    for work, part in {"crowd": load.crowd, "statements": load.statements}.items():
        if work in works and "edge" in targets:
            results.add(part)
    if "startup" in works:
        results.add(startup)

    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"{python}, {os.cpu_count()} processors, {options.repeats} x {options.seconds} s, targets interleaved\n")
    print_rows(results.rows)
    print_figures(results.figures)
    if destination := os.environ.get("BENCH_JSON"):
        write_json(Path(destination), results.rows)
    progress(f"took {time.monotonic() - began:.0f} s")
    for failure in results.failures:
        print(f"FAILED: {failure}", file=sys.stderr)
    return 1 if results.failures else 0


if __name__ == "__main__":
    sys.exit(main())
