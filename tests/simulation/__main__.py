"""``python -m tests.simulation``: play a hundred thousand seeds, or tell the story of one.

python -m tests.simulation                       what `make simulation` does
python -m tests.simulation --from 5000000        others
python -m tests.simulation --seed 28195          one, with all that happened in it
python -m tests.simulation --break "a fence drops nothing"      with the engine broken: this must be found
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time

from tests.simulation.faults import FAULTS, broken
from tests.simulation.run import STEPS, play_many, tell


def main() -> int:
    """Play, and say what came out; 0 if nothing was wrong."""
    parser = argparse.ArgumentParser(prog="simulation", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=100_000)
    parser.add_argument("--from", type=int, default=0, dest="first", metavar="SEED")
    parser.add_argument("--steps", type=int, default=STEPS, help="of each seed")
    parser.add_argument("--seed", type=int, help="tell the story of this one")
    parser.add_argument("--break", choices=FAULTS, dest="fault", metavar="FAULT", help="; ".join(FAULTS))
    given = parser.parse_args()
    with broken(given.fault) if given.fault else contextlib.nullcontext():
        if given.seed is not None:
            story, is_wrong = tell(given.seed, given.steps)
            sys.stdout.write(story + "\n")
            return 1 if is_wrong else 0
        began = time.monotonic()
        outcome = play_many(given.first, given.seeds, given.steps)
    sys.stdout.write(f"{outcome.report()}\n{time.monotonic() - began:.0f} s\n")
    return 0 if outcome.failed is None else 1


if __name__ == "__main__":
    sys.exit(main())
