"""Pgpool-II in front of one server with its query cache in shared memory: the peer of the benchmark."""

from __future__ import annotations

import contextlib
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from tests.servers.process import (
    ServerError,
    ServerProcess,
    free_port,
    listens,
    server_directory,
    system_program,
    unprivileged,
)


@dataclass(frozen=True, slots=True)
class Pgpool:
    """A running Pgpool-II."""

    port: int
    process: ServerProcess
    database: str
    user: str
    host: str = "127.0.0.1"

    def cache_hits(self) -> int:
        """How many answers came from the cache so far (SHOW POOL_CACHE)."""
        dsn = f"host={self.host} port={self.port} user={self.user} dbname={self.database} sslmode=disable"
        with psycopg.connect(dsn, autocommit=True) as connection:
            # Pgpool answers its own SHOW in the simple protocol only, and psycopg's cursors may choose the other.
            result = connection.pgconn.exec_(b"SHOW POOL_CACHE")
            names = [(result.fname(index) or b"").decode() for index in range(result.nfields)]
            value = result.get_value(0, names.index("num_cache_hits"))
        if value is None:
            raise ServerError("SHOW POOL_CACHE has no num_cache_hits")
        return int(value)


@contextlib.contextmanager
def run_pgpool(
    origin_port: int,
    database: str,
    user: str,
    cache_bytes: int = 256 << 20,
    prefix: tuple[str, ...] = (),
    settings: str = "",
) -> Iterator[Pgpool]:
    """Run it with the cache on, load balancing and health checks off, trusting whom the server trusts.

    Args:
        settings: lines for pgpool.conf, after our own, so that they win.
    """
    owner = unprivileged()
    with server_directory("pgpool", owner) as directory:
        port = free_port()
        (directory / "oiddir").mkdir()
        config = directory / "pgpool.conf"
        config.write_text(
            f"""backend_clustering_mode = 'raw'
listen_addresses = '127.0.0.1'
port = {port}
socket_dir = '{directory}'
pcp_listen_addresses = ''
pcp_port = {free_port()}
pcp_socket_dir = '{directory}'
backend_hostname0 = '127.0.0.1'
backend_port0 = {origin_port}
backend_weight0 = 1
enable_pool_hba = off
pool_passwd = ''
num_init_children = 48
max_pool = 1
connection_cache = on
load_balance_mode = off
log_min_messages = warning
pid_file_name = '{directory}/pgpool.pid'
logdir = '{directory}'
work_dir = '{directory}'
use_watchdog = off
sr_check_period = 0
health_check_period = 0
memory_cache_enabled = on
memqcache_method = 'shmem'
memqcache_total_size = {cache_bytes}
memqcache_max_num_cache = 1000000
memqcache_expire = 0
memqcache_auto_cache_invalidation = on
memqcache_maxcache = 400kB
memqcache_cache_block_size = 1MB
memqcache_oiddir = '{directory}/oiddir'
{settings}"""
        )
        for name in ("pcp.conf", "pool_hba.conf"):
            (directory / name).write_text("")
        for path in directory.iterdir():
            if owner is not None:
                shutil.chown(path, owner)
        arguments = ("-n", "-f", str(config), "-F", str(directory / "pcp.conf"), "-a", str(directory / "pool_hba.conf"))
        process = ServerProcess((*prefix, system_program("pgpool"), *arguments), directory / "pgpool.log", owner)
        try:
            process.start()
        except FileNotFoundError:
            raise ServerError("no pgpool: apt-get install pgpool2") from None
        try:
            process.wait_ready(lambda: listens(port))
            yield Pgpool(port, process, database, user)
        finally:
            process.stop(signal.SIGINT)  # fast: it ends sessions instead of waiting for them
