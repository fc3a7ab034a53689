"""What is measured: Postgres itself, its peers, the limit and the edge, each on a port of its own."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

from benchmarks.report import progress
from benchmarks.target import Target, run_listening
from tests.servers.edge import Edge, EdgeCache, run_edge
from tests.servers.pgbouncer import run_pgbouncer
from tests.servers.pgpool import run_pgpool
from tests.servers.postgres import SUPERUSER, Postgres

DATABASE = "bench"
SCALE = 10
KEYS = SCALE * 100_000
CANNED = (sys.executable, "-m", "benchmarks.postgres.canned")
NAMES = ("direct", "pgbouncer", "pgpool", "canned", "edge")

POSTGRES_SETTINGS = """
shared_buffers = 1GB
jit = off
max_wal_size = 4GB
"""


def dsn(target: Target) -> str:
    """How to reach it. No TLS: PgBouncer, Pgpool-II and the limit are measured without."""
    where = f"host=127.0.0.1 port={target.port} user={SUPERUSER} dbname={DATABASE}"
    return f"{where} sslmode=disable {target.options}"


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
            port, process = stack.enter_context(run_listening("canned", CANNED))
            targets.append(Target("canned", port, process))
        if "edge" in names:
            progress("starting the edge")
            edge = stack.enter_context(run_edge())
            # An hour, so that no entry expires between its warm-up and its measurement.
            cache = edge.create_cache(origin, "bench", defaultTtl=3600, originTls="disable")
            targets.append(edge_target(edge, cache))
        yield targets
