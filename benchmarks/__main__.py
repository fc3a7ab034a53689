"""`python -m benchmarks`: start everything, measure it, print the tables and the figures.

Environment: BENCH_SECONDS (each run, 2), BENCH_REPEATS (MySQL and MariaDB 3, others 5), BENCH_STATEMENTS (2,500,000),
BENCH_CONNECTIONS (20,000), BENCH_JSON (a file for the rows).
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.affinity import CAN_PIN, Placement
from benchmarks.http import table as http
from benchmarks.mysql import table as mysql
from benchmarks.mysql.targets import MARIADB, MYSQL
from benchmarks.postgres import table as postgres
from benchmarks.report import Figure, Results, Row, print_figures, print_rows, progress, write_json
from benchmarks.startup import startup
from tests.servers.process import ServerError

STARTUP = "startup"


@dataclass(frozen=True, slots=True)
class Table:
    """One database's.

    Attributes:
        words: what `--only` may name: targets, works, protocols.
        repeats: how often each thing is measured unless told otherwise.
        measure: of the words that are named, the placements, seconds and repeats.
    """

    words: frozenset[str]
    repeats: int
    measure: Callable[[set[str], list[Placement], int, int], Results]


TABLES = {
    "postgres": Table(postgres.WORDS, postgres.REPEATS, postgres.measure),
    "mariadb": Table(mysql.words_of(MARIADB), mysql.REPEATS, partial(mysql.measure, MARIADB)),
    "mysql": Table(mysql.words_of(MYSQL), mysql.REPEATS, partial(mysql.measure, MYSQL)),
    "http": Table(http.WORDS, http.REPEATS, http.measure),
}
USUAL = {"postgres", "mariadb", "http"}
"""The tables that are measured unless told otherwise."""


def arguments() -> argparse.Namespace:
    """The command line."""
    words = "; ".join(f"{name}: {', '.join(sorted(table.words))}" for name, table in TABLES.items())
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__.split("\n", 1)[0])
    parser.add_argument(
        "--database", choices=TABLES, help=f"one table alone; unless told otherwise {' and '.join(sorted(USUAL))}"
    )
    parser.add_argument(
        "--only",
        nargs="+",
        default=[],
        choices=sorted({STARTUP}.union(*(table.words for table in TABLES.values()))),
        metavar="WORD",
        help=f"targets, works and protocols, of each all where none is named; tables that do not know every word are "
        f"left out. {words}; and {STARTUP}",
    )
    parser.add_argument("--cross-core", action="store_true", help="also with the load on a processor of its own")
    parser.add_argument("--seconds", type=int, default=int(os.environ.get("BENCH_SECONDS", "2")))
    parser.add_argument("--repeats", type=int, default=int(os.environ.get("BENCH_REPEATS", "0")) or None)
    return parser.parse_args()


def chosen(database: str | None, words: set[str]) -> list[str]:
    """The tables that are asked for, by name or by words that they know."""
    if words == {STARTUP}:
        return []
    names = USUAL if database is None else {database}
    return [name for name, table in TABLES.items() if name in names and words - {STARTUP} <= table.words]


def show(rows: Sequence[Row], figures: Sequence[Figure]) -> None:
    """Print one table and what it comes to."""
    print_rows(rows)
    if figures:
        print_figures(figures)
    print(flush=True)


def main() -> int:
    """Run it all; 0 unless an answer was wrong or a server failed."""
    options = arguments()
    words = set(options.only)
    names = chosen(options.database, words)
    if not names and words != {STARTUP}:
        print(f"no one table knows all of: {' '.join(sorted(words))}", file=sys.stderr)
        return 2
    placements = [Placement.SAME_CORE if CAN_PIN else Placement.UNPINNED]
    if options.cross_core and CAN_PIN:
        placements.append(Placement.CROSS_CORE)
    began = time.monotonic()
    everything = Results()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"{python}, {os.cpu_count()} processors, runs of {options.seconds} s, targets interleaved\n")
    for name in names:
        table = TABLES[name]
        repeats = options.repeats or table.repeats
        try:
            results = table.measure(words - {STARTUP}, placements, options.seconds, repeats)
        except ServerError as error:
            everything.failures.append(f"{name}: {error}")
            continue
        print(f"{name}, {repeats} times\n")
        show(results.rows, results.figures)
        everything.rows += results.rows
        everything.failures += results.failures
    if STARTUP in words or not (words or options.database):
        rows, figures = startup()
        show(rows, figures)
        everything.rows += rows
    if destination := os.environ.get("BENCH_JSON"):
        write_json(Path(destination), everything.rows)
    progress(f"took {time.monotonic() - began:.0f} s")
    for failure in everything.failures:
        print(f"FAILED: {failure}", file=sys.stderr)
    return 1 if everything.failures else 0


if __name__ == "__main__":
    sys.exit(main())
