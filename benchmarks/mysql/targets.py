"""What is measured: the server, its query cache, the limit, a byte relay and the edge, each on a port of its own."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.report import progress
from benchmarks.target import Target, run_listening
from tests.servers.edge import Edge, run_edge
from tests.servers.mariadb import run_mariadb
from tests.servers.mysql import missing, run_mysql
from tests.servers.mysql_like import OPEN, MySqlLike
from tests.servers.process import ServerError, server_directory, system_program

DATABASE = "bench"
KEYS = 1_000_000


@dataclass(frozen=True, slots=True)
class Kind:
    """A database that speaks this protocol.

    Attributes:
        names: its targets, in the order in which they are started.
        run: one of it, with further settings.
        settings: room for the table, and no cache of its own.
        query_cache: what turns that cache on.
        missing: why it cannot be had here; None where it can.
    """

    name: str
    names: tuple[str, ...]
    run: Callable[..., contextlib.AbstractContextManager[MySqlLike]]
    settings: tuple[str, ...]
    query_cache: tuple[str, ...] = ()
    missing: Callable[[], str | None] = lambda: None


_ROOM = ("--innodb-buffer-pool-size=512M", "--max-connections=2000")
MARIADB = Kind(
    name="mariadb",
    names=("direct", "querycache", "canned", "relay", "edge"),
    run=run_mariadb,
    settings=(*_ROOM, "--innodb-log-file-size=512M", "--query-cache-type=0", "--query-cache-size=0"),
    query_cache=("--query-cache-type=1", "--query-cache-size=64M"),
)
MYSQL = Kind(
    name="mysql",
    names=("direct", "canned", "relay", "edge"),
    run=run_mysql,
    settings=(*_ROOM, "--innodb-redo-log-capacity=512M"),
    missing=missing,
)

_DIGITS = " UNION ALL ".join(f"SELECT {digit}" for digit in range(10))
_EACH = " CROSS JOIN ".join(f"digits AS d{place}" for place in range(6))
_ID = "1 + " + " + ".join(f"d{place}.d * {10**place}" for place in range(6))
# sysbench's table, with values that tell one key from another.
FILL = f"""
CREATE DATABASE {DATABASE};
USE {DATABASE};
CREATE TABLE sbtest1 (
    id INT NOT NULL PRIMARY KEY, k INT NOT NULL DEFAULT 0, c CHAR(120) NOT NULL, pad CHAR(60) NOT NULL DEFAULT ''
) ENGINE=InnoDB;
INSERT INTO sbtest1 (id, c)
WITH digits (d) AS ({_DIGITS}),
    ids (id) AS (SELECT {_ID} FROM {_EACH})
SELECT id, LEFT(REPEAT(CONCAT(LPAD(id, 11, '0'), '-'), 10), 119) FROM ids;
ANALYZE TABLE sbtest1;
"""


def expected(key: int) -> str:
    """What FILL wrote for that key."""
    return (f"{key:011}-" * 10)[:119]


@contextlib.contextmanager
def run_filled(kind: Kind, *settings: str) -> Iterator[MySqlLike]:
    """A server with the table. Raises ServerError where there is none to be had."""
    if (reason := kind.missing()) is not None:
        raise ServerError(reason)
    with kind.run(*kind.settings, *settings) as server:
        progress(f"{kind.name}: filling sbtest1 with {KEYS:,} rows")
        server.run(FILL)
        yield server


def query_cache_hits(server: MySqlLike) -> int:
    """How many answers its query cache has given."""
    return int(server.run("SHOW GLOBAL STATUS LIKE 'Qcache_hits'").split()[-1])


def edge_target(edge: Edge, origin: MySqlLike) -> Target:
    """The edge, by a cache whose entries outlive the run: an hour. No TLS: the limit is measured without."""
    cache = edge.create_cache(origin, "bench", defaultTtl=3600, originTls="disable")
    return Target(
        name="edge",
        port=edge.shared_port(origin.kind),
        process=edge.process,
        user=f"{cache.id}-{OPEN.name}",
        hits=lambda: cache.metrics().hits,
        fresh=cache.purge,
    )


@contextlib.contextmanager
def compiled() -> Iterator[Path]:
    """The limit's program, see canned.c. Raises ServerError with the compiler's words."""
    if not sys.platform.startswith("linux"):
        raise ServerError("the canned-answer server uses epoll, which is Linux's alone: leave it out by naming others")
    with server_directory("canned-program") as directory:
        program = directory / "canned"
        source = Path(__file__).with_name("canned.c")
        command = [system_program("cc"), "-std=c11", "-O2", "-D_GNU_SOURCE", "-o", str(program), str(source)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise ServerError(f"cannot compile {source.name}:\n{done.stderr}")
        yield program


@contextlib.contextmanager
def run_targets(kind: Kind, origin: MySqlLike, names: set[str]) -> Iterator[list[Target]]:
    """Start those of its targets that are asked for, in their order."""
    port = str(origin.port)
    with contextlib.ExitStack() as stack:
        targets = []
        if "direct" in names:
            targets.append(Target("direct", origin.port, origin.process, OPEN.name))
        if "querycache" in names:
            progress("starting MariaDB with its query cache")
            peer = stack.enter_context(run_filled(kind, *kind.query_cache))
            targets.append(
                Target("querycache", peer.port, peer.process, OPEN.name, hits=lambda: query_cache_hits(peer))
            )
        if "canned" in names:
            progress("starting the canned-answer server")
            program = stack.enter_context(compiled())
            where, process = stack.enter_context(run_listening("canned", (str(program),), port))
            targets.append(Target("canned", where, process, OPEN.name))
        if "relay" in names:
            progress("starting the relay")
            command = (sys.executable, "-m", "benchmarks.relay")
            where, process = stack.enter_context(run_listening("relay", command, port))
            targets.append(Target("relay", where, process, OPEN.name))
        if "edge" in names:
            progress("starting the edge")
            edge = stack.enter_context(run_edge())
            targets.append(edge_target(edge, origin))
        yield targets
