"""What is measured: Postgres itself, its peers, the limit and the edge, each on a port of its own."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.report import progress
from tests.servers.edge import Edge, EdgeCache, run_edge
from tests.servers.pgbouncer import run_pgbouncer
from tests.servers.pgpool import run_pgpool
from tests.servers.postgres import SUPERUSER, Postgres
from tests.servers.process import ServerProcess, server_directory

DATABASE = "bench"
SCALE = 10
KEYS = SCALE * 100_000
NAMES = ("direct", "pgbouncer", "pgpool", "canned", "edge")

POSTGRES_SETTINGS = """
shared_buffers = 1GB
jit = off
max_wal_size = 4GB
"""


@dataclass(frozen=True, slots=True)
class Target:
    """One of them.

    Attributes:
        user: whom pgbench says it is.
        options: further libpq settings, as in a connection string.
        hits: how many answers its cache has given so far, where it has one.
        fresh: makes it forget what it has, where it can.
    """

    name: str
    port: int
    process: ServerProcess
    options: str = ""
    hits: Callable[[], int] | None = None
    fresh: Callable[[], object] | None = None

    @property
    def dsn(self) -> str:
        """How to reach it. No TLS: PgBouncer, Pgpool-II and the limit are measured without."""
        return f"host=127.0.0.1 port={self.port} user={SUPERUSER} dbname={DATABASE} sslmode=disable {self.options}"


@contextlib.contextmanager
def run_canned() -> Iterator[tuple[int, ServerProcess]]:
    """The limit, see benchmarks.canned."""
    with server_directory("canned") as directory:
        port_file = directory / "port"
        command = (sys.executable, "-m", "benchmarks.canned", str(port_file))
        process = ServerProcess(command, directory / "canned.log", cwd=Path(__file__).parent.parent)
        process.start()
        try:
            process.wait_ready(port_file.exists)
            yield int(port_file.read_text()), process
        finally:
            process.stop()


def edge_target(edge: Edge, cache: EdgeCache) -> Target:
    """The edge, by one of its caches."""
    return Target(
        name="edge",
        port=edge.postgres_port,
        process=edge.process,
        options=f"application_name={cache.id}",
        hits=lambda: cache.metrics().hits,
        fresh=cache.purge,
    )


@contextlib.contextmanager
def run_targets(origin: Postgres, names: set[str]) -> Iterator[list[Target]]:
    """Start those of NAMES that are asked for, in the order of NAMES."""
    with contextlib.ExitStack() as stack:
        targets = []
        if "direct" in names:
            targets.append(Target("direct", origin.port, origin.process))
        if "pgbouncer" in names:
            progress("starting PgBouncer, session mode")
            bouncer = stack.enter_context(run_pgbouncer(origin.port, DATABASE, SUPERUSER))
            targets.append(Target("pgbouncer", bouncer.port, bouncer.process))
        if "pgpool" in names:
            progress("starting Pgpool-II, query cache in shared memory")
            pool = stack.enter_context(run_pgpool(origin.port, DATABASE, SUPERUSER))
            targets.append(Target("pgpool", pool.port, pool.process, hits=pool.cache_hits))
        if "canned" in names:
            progress("starting the canned-answer server")
            port, process = stack.enter_context(run_canned())
            targets.append(Target("canned", port, process))
        if "edge" in names:
            progress("starting the edge")
            edge = stack.enter_context(run_edge())
            # An hour, so that no entry expires between its warm-up and its measurement.
            cache = edge.create_cache(origin, "bench", defaultTtl=3600, originTls="disable")
            targets.append(edge_target(edge, cache))
        yield targets
