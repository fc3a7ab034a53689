"""`make suites`: other people's suites, whole, directly and through the edge, and where they differ."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.suites.outcomes import counts
from tests.suites.projects import SUITES
from tests.suites.run import run_pair
from tests.tally import table

TIMEOUT = 3600.0


def main() -> int:
    """Run what was asked for; 1 if anything came out otherwise."""
    parser = argparse.ArgumentParser(prog="python -m tests.suites", description=__doc__)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=", ".join(SUITES))
    parser.add_argument("--keep", type=Path, help="a directory for the results and logs of each run")
    asked = parser.parse_args()
    if unknown := set(asked.suites) - set(SUITES):
        parser.error(f"no such suite: {', '.join(sorted(unknown))}")
    tallies = []
    for name in asked.suites or SUITES:
        with tempfile.TemporaryDirectory(prefix="polyscale-suite-") as made, run_pair() as pair:
            home = Path(made) / "suite"
            home.mkdir()
            results = Path(made) if asked.keep is None else asked.keep / name
            results.mkdir(parents=True, exist_ok=True)
            found = pair.compare(SUITES[name](home), results, TIMEOUT)
        say(f"{found.suite.name}\n  direct: {counts(found.direct)}\n  edge:   {counts(found.edge)}")
        for difference in found.differences:
            say(str(difference))
        tallies.append(found.tally)
    say("\n" + "\n".join(table(tallies)))
    return int(any(tally.differences for tally in tallies))


def say(text: str) -> None:
    """A line at once: a run takes many minutes."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
