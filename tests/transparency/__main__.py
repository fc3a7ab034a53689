"""Plays generated sessions until told to stop: ``python -m tests.transparency --seconds 600 --first 1``.

Each that comes out differently through the edge is made small and printed, ready to be played again.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time

from tests.servers.edge import run_edge
from tests.servers.postgres import run_postgres
from tests.transparency.postgres.generator import generate
from tests.transparency.postgres.world import build
from tests.transparency.trial import examine


def main() -> int:
    """Print differences as they are found; the exit status is 1 if there were any."""
    parser = argparse.ArgumentParser(prog="python -m tests.transparency", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--count", type=int, default=1_000_000, help="play no more than this")
    arguments = parser.parse_args()
    seed = arguments.first
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(f"ended before seed {seed}"))  # the servers are ended, too
    differences = 0
    with run_postgres() as postgres, run_edge() as edge, build(postgres, edge, postgres.create_database()) as world:
        end = time.monotonic() + arguments.seconds
        while time.monotonic() < end and seed < arguments.first + arguments.count:
            found = examine(world, generate(seed), seed)
            if found is not None:
                differences += 1
                sys.stdout.write(f"seed {seed}: {found}\n\n")
                sys.stdout.flush()
            seed += 1
    sys.stdout.write(f"{seed - arguments.first} sessions, {differences} differences\n")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
