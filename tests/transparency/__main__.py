"""Plays generated sessions until told to stop: ``python -m tests.transparency --database mariadb --seconds 600``.

Each that comes out differently through the edge is made small and printed, ready to be played again.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import signal
import sys
import time
from collections.abc import Callable, Iterator

from tests.servers.edge import run_edge
from tests.servers.mariadb import run_mariadb
from tests.servers.mysql import run_mysql
from tests.servers.postgres import run_postgres
from tests.transparency.mysql.generator import generate as generate_for_mysql
from tests.transparency.mysql.world import build as build_mysql
from tests.transparency.postgres.generator import generate as generate_for_postgres
from tests.transparency.postgres.world import build as build_postgres
from tests.transparency.script import Script
from tests.transparency.trial import examine
from tests.transparency.world import World

DATABASES = ("postgres", "mariadb", "mysql")


@contextlib.contextmanager
def world_of(database: str) -> Iterator[tuple[World, Callable[[int], Script]]]:
    """Start a database and an edge; the world that they make, and what makes the script of a seed for it."""
    with contextlib.ExitStack() as running:
        edge = running.enter_context(run_edge())
        if database == "postgres":
            postgres = running.enter_context(run_postgres())
            made = running.enter_context(build_postgres(postgres, edge, postgres.create_database()))
            yield made, generate_for_postgres
            return
        server = running.enter_context(run_mariadb() if database == "mariadb" else run_mysql())
        world = running.enter_context(build_mysql(server, edge, server.create_database()))
        yield world, functools.partial(generate_for_mysql, database)


def main() -> int:
    """Print differences as they are found; the exit status is 1 if there were any."""
    parser = argparse.ArgumentParser(prog="python -m tests.transparency", description=__doc__)
    parser.add_argument("--database", choices=DATABASES, default=DATABASES[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--count", type=int, default=1_000_000, help="play no more than this")
    arguments = parser.parse_args()
    seed = arguments.first
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(f"ended before seed {seed}"))  # the servers are ended, too
    differences = 0
    with world_of(arguments.database) as (world, generate):
        end = time.monotonic() + arguments.seconds
        while time.monotonic() < end and seed < arguments.first + arguments.count:
            found = examine(world, generate(seed), seed)
            if found is not None:
                differences += 1
                sys.stdout.write(f"seed {seed}: {found}\n\n")
                sys.stdout.flush()
            seed += 1
        sys.stdout.write(f"{seed - arguments.first} sessions, {differences} differences, {world.front.hits} hits\n")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
