"""Plays generated sessions until told to stop: ``python -m tests.transparency --seconds 600 --first 1``.

Each that comes out differently through the edge is made small and printed, ready to be played again.
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.servers.edge import run_edge
from tests.servers.postgres import run_postgres
from tests.transparency.generator import generate
from tests.transparency.trial import cuttings_of, differs, is_settled, shrink
from tests.transparency.world import World, build


def report(world: World, seed: int) -> str | None:
    """Say how the script of a seed differs, if it does."""
    cuttings = cuttings_of(seed)
    found = differs(world, generate(seed), cuttings, seed)
    if found is None:
        return None
    if not is_settled(world, found.script):
        return f"seed {seed}: comes out differently each time, without the edge, too\n{found.how}"
    alone = differs(world, found.script, cuttings, seed, fresh=True)
    if alone is None:
        return f"seed {seed}, but not by itself in a new cache: {found}"
    return f"seed {seed}: {shrink(alone, lambda script: differs(world, script, alone.cuttings, seed, fresh=True))}"


def main() -> int:
    """Print differences as they are found; the exit status is 1 if there were any."""
    parser = argparse.ArgumentParser(prog="python -m tests.transparency", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--count", type=int, default=1_000_000, help="play no more than this")
    arguments = parser.parse_args()
    differences = 0
    seed = arguments.first
    with run_postgres() as postgres, run_edge() as edge, build(postgres, edge, postgres.create_database()) as world:
        end = time.monotonic() + arguments.seconds
        while time.monotonic() < end and seed < arguments.first + arguments.count:
            found = report(world, seed)
            seed += 1
            if found is not None:
                differences += 1
                sys.stdout.write(f"{found}\n\n")
                sys.stdout.flush()
    sys.stdout.write(f"{seed - arguments.first} sessions, {differences} differences\n")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
