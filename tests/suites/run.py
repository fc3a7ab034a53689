"""Run a suite of somebody else's twice at the same time: straight at a database, and through an edge at another."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from tests.servers.edge import EdgeCache, run_edge
from tests.servers.mysql_like import MySqlLike
from tests.servers.postgres import Postgres, run_postgres
from tests.servers.process import ServerError
from tests.suites.outcomes import Difference, Outcomes, differences, read_junit
from tests.tally import Tally

# What this project's own tests are run with, and other people's may not bear.
PLUGINS_LEFT_OUT = ("cacheprovider", "xdist", "asyncio", "timeout", "hypothesispytest", "anyio")
# Roles that suites make log in by md5: for SCRAM over TLS pg8000 insists on channel binding.
SETTINGS = "max_prepared_transactions = 20\npassword_encryption = md5\n"

Server = TypeVar("Server", bound=Postgres | MySqlLike)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run of a suite finds its database."""

    host: str
    port: int
    database: str


@dataclass(frozen=True, slots=True)
class Suite(Generic[Server]):
    """A suite that pytest can run, on one kind of server.

    Attributes:
        name: what its line in the table is called.
        version: of what it tries.
        directory: where it runs.
        prepare: makes a database ready, and gives its name.
        arguments: of pytest, for a place.
        environment: likewise.
        unsteady: tests that come out now one way and now the other, without an edge, too; docs/drivers.md says why.
    """

    name: str
    version: str
    directory: Path
    prepare: Callable[[Server], str]
    arguments: Callable[[Place], Sequence[str]]
    environment: Callable[[Place], Mapping[str, str]]
    unsteady: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Comparison(Generic[Server]):
    """Both runs of a suite."""

    suite: Suite[Server]
    direct: Outcomes
    edge: Outcomes
    hits: int
    differences: list[Difference]

    @property
    def tally(self) -> Tally:
        """Its line; what was skipped did not run."""
        ran = sum(not outcome.startswith("skipped") for outcome in self.edge.values())
        return Tally(self.suite.name, self.suite.version, ran, self.hits, len(self.differences))


@dataclass(frozen=True, slots=True)
class Pair(Generic[Server]):
    """A server that is reached directly, and one just like it that is reached through an edge.

    The cache has a port of its own, so that a suite's connection parameters are the same for both.
    """

    direct: Server
    behind: Server
    cache: EdgeCache
    port: int

    def compare(self, suite: Suite[Server], results: Path, timeout: float) -> Comparison[Server]:
        """Run a suite both ways. ``timeout`` is in seconds. Raises ServerError when a run leaves no results."""
        before = self.cache.metrics().hits
        straight = Place(self.direct.host, self.direct.port, suite.prepare(self.direct))
        through = Place(self.cache.edge.host, self.port, suite.prepare(self.behind))
        with _run(suite, straight, results / "direct") as direct, _run(suite, through, results / "edge") as edge:
            outcomes = direct(timeout), edge(timeout)
        hits = self.cache.metrics().hits - before
        return Comparison(suite, *outcomes, hits, differences(*outcomes, suite.unsteady))


@contextlib.contextmanager
def postgres_for_suites() -> Iterator[Postgres]:
    """A PostgreSQL that can do all that they try, and lets in the roles that they make."""
    with run_postgres(SETTINGS) as postgres:
        with (postgres.directory / "data" / "pg_hba.conf").open("a") as lines:
            lines.write("host all all 127.0.0.1/32 md5\n")
        postgres.run("SELECT pg_reload_conf()")
        yield postgres


@contextlib.contextmanager
def run_pair(start: Callable[[], AbstractContextManager[Server]]) -> Iterator[Pair[Server]]:
    """Start two servers in the same way, and the edge."""
    with start() as direct, start() as behind, run_edge() as edge:
        cache = edge.create_cache(behind, listenPort=0)
        port = int(edge.api.get(f"/v1/caches/{cache.id}").raise_for_status().json()["listenPort"])
        yield Pair(direct, behind, cache, port)


@contextlib.contextmanager
def _run(suite: Suite[Server], place: Place, base: Path) -> Iterator[Callable[[float], Outcomes]]:
    """pytest on a suite, in a process of its own; gives what waits for its end."""
    results, log = base.with_suffix(".xml"), base.with_suffix(".log")
    results.unlink(missing_ok=True)
    plugins = [word for name in PLUGINS_LEFT_OUT for word in ("-p", f"no:{name}")]
    report = (f"--junitxml={results}", "-o", "junit_family=xunit2", "-q", "--tb=short")
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *plugins, *report, *suite.arguments(place)],
            cwd=suite.directory,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            # Some suites print sets in messages and test names.
            env={**os.environ, "PYTHONHASHSEED": "0", **suite.environment(place)},
        )

    def outcomes(timeout: float) -> Outcomes:
        process.wait(timeout)
        if not results.exists():
            raise ServerError(f"{suite.name} has no results:\n{log.read_text(errors='replace')[-4000:]}")
        return read_junit(results)

    try:
        yield outcomes
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
