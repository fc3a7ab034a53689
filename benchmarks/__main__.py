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
from pathlib import Path

from benchmarks import memory
from benchmarks.affinity import CAN_PIN, Placement
from benchmarks.figures import throughput_figures
from benchmarks.pgbench import Protocol
from benchmarks.report import Figure, Row, print_figures, print_rows, progress, write_json
from benchmarks.startup import startup
from benchmarks.targets import DATABASE, NAMES, POSTGRES_SETTINGS, SCALE, run_targets
from benchmarks.throughput import Throughput, cells
from benchmarks.verify import PREPARE_DATA, check_answers, check_hits
from tests.servers.postgres import Postgres, postgres_bin, run_postgres

WORKS = ("hot", "miss", "p99", "memory", "scan", "startup")


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
    rows: list[Row] = []
    figures: list[Figure] = []
    plan = cells(protocols, works, placements)
    needs_origin = plan or works & {"memory", "scan"}
    if needs_origin:
        with run_postgres(POSTGRES_SETTINGS) as origin:
            prepare(origin)
            if plan:
                with run_targets(origin, targets) as started:
                    measured = Throughput(started, origin, options.seconds)
                    check_answers(started, protocols)
                    rows += measured.run(plan, options.repeats)
                    check_answers(started, protocols)
                    check_hits(measured, plan)
                figures += throughput_figures(rows)
            for work, measure in (("memory", memory.entries), ("scan", memory.scan)):
                if work in works and "edge" in targets:
                    more_rows, more_figures = measure(origin)
                    rows += more_rows
                    figures += more_figures
    if "startup" in works:
        more_rows, more_figures = startup()
        rows += more_rows
        figures += more_figures

    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"{python}, {os.cpu_count()} processors, {options.repeats} x {options.seconds} s, targets interleaved\n")
    print_rows(rows)
    print_figures(figures)
    if destination := os.environ.get("BENCH_JSON"):
        write_json(Path(destination), rows)
    progress(f"took {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
