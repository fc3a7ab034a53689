"""`make suites`: other people's suites, whole, directly and through the edge, and where they differ."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from tests.servers.mariadb import run_mariadb
from tests.servers.mysql import missing, run_mysql
from tests.suites.outcomes import counts
from tests.suites.projects import ON_MARIADB, ON_MYSQL, ON_POSTGRES
from tests.suites.run import Server, Suite, postgres_for_suites, run_pair
from tests.tally import Tally, table

TIMEOUT = 3600.0


SUITES = (*ON_POSTGRES, *ON_MARIADB, *ON_MYSQL)


def main() -> int:
    """Run what was asked for; 1 if anything came out otherwise."""
    parser = argparse.ArgumentParser(prog="python -m tests.suites", description=__doc__)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=", ".join(SUITES))
    parser.add_argument("--keep", type=Path, help="a directory for the results and logs of each run")
    asked = parser.parse_args()
    if unknown := set(asked.suites) - set(SUITES):
        parser.error(f"no such suite: {', '.join(sorted(unknown))}")
    names = asked.suites or SUITES
    tallies = _run(names, asked.keep, postgres_for_suites, ON_POSTGRES)
    tallies += _run(names, asked.keep, run_mariadb, ON_MARIADB)
    if (reason := missing()) is None:
        tallies += _run(names, asked.keep, run_mysql, ON_MYSQL)
    elif set(names) & set(ON_MYSQL):
        say(f"{', '.join(ON_MYSQL)}: not run, {reason}")
    say("\n" + "\n".join(table(tallies)))
    return int(any(tally.differences for tally in tallies))


def _run(
    names: Collection[str],
    keep: Path | None,
    start: Callable[[], AbstractContextManager[Server]],
    suites: Mapping[str, Callable[[Path], Suite[Server]]],
) -> list[Tally]:
    """Those suites of one kind of server that are among the names."""
    tallies = []
    for name in (each for each in suites if each in names):
        with tempfile.TemporaryDirectory(prefix="polyscale-suite-") as made, run_pair(start) as pair:
            home = Path(made) / "suite"
            home.mkdir()
            results = Path(made) if keep is None else keep / name
            results.mkdir(parents=True, exist_ok=True)
            found = pair.compare(suites[name](home), results, TIMEOUT)
        say(f"{name}\n  direct: {counts(found.direct)}\n  edge:   {counts(found.edge)}")
        for difference in found.differences:
            say(str(difference))
        tallies.append(found.tally)
    return tallies


def say(text: str) -> None:
    """A line at once: a run takes many minutes."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
