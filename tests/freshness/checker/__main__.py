"""``python -m tests.freshness.checker``: run it by hand, for as long as you like.

python -m tests.freshness.checker --seconds 600             what `make freshness` does
python -m tests.freshness.checker --seconds 10 --broken     an edge without fences: this must find stale reads
python -m tests.freshness.checker --seconds 60 --peer       Pgpool-II's query cache instead of the edge
python -m tests.freshness.checker --database mariadb        another database
"""

from __future__ import annotations

import argparse
import sys

from tests.freshness.checker.databases import DATABASES
from tests.freshness.checker.game import Options, play


def main() -> int:
    """Play, and say what came out; 0 if every answer was right."""
    parser = argparse.ArgumentParser(prog="checker", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", choices=DATABASES, default="postgres")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--readers", type=int, default=12)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-faults", action="store_true", help="inject nothing")
    parser.add_argument("--http", action="store_true", help="half of the players ask over HTTP")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--broken", action="store_true", help="an edge whose fences do nothing")
    what.add_argument("--peer", action="store_true", help="another cache instead of the edge; never restarted")
    what.add_argument("--directly", action="store_true", help="nothing before the database: are the traps right?")
    given = parser.parse_args()
    verdict = play(
        Options(
            seconds=given.seconds,
            database=given.database,
            readers=given.readers,
            writers=given.writers,
            seed=given.seed,
            faults=not given.no_faults,
            http=given.http,
            broken=given.broken,
            peer=given.peer,
            directly=given.directly,
            progress=True,
        )
    )
    sys.stdout.write(verdict.report() + "\n")
    return 0 if verdict.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
