"""PgBouncer in front of one server, session mode, trusting everybody: the peer of the benchmark."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

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
class PgBouncer:
    """A running PgBouncer."""

    port: int
    process: ServerProcess
    host: str = "127.0.0.1"


@contextlib.contextmanager
def run_pgbouncer(origin_port: int, database: str, user: str, prefix: tuple[str, ...] = ()) -> Iterator[PgBouncer]:
    """Run it for one database and one user.

    Session mode, as every feature of a session works through it; 1.18 has no prepared statements in transaction mode.
    """
    owner = unprivileged()
    with server_directory("pgbouncer", owner) as directory:
        port = free_port()
        config = directory / "pgbouncer.ini"
        users = directory / "users.txt"
        users.write_text(f'"{user}" ""\n')
        config.write_text(
            f"""[databases]
{database} = host=127.0.0.1 port={origin_port} dbname={database} user={user}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
pool_mode = session
max_client_conn = 500
default_pool_size = 100
ignore_startup_parameters = extra_float_digits
log_connections = 0
log_disconnections = 0
"""
        )
        for path in (users, config):
            path.chmod(0o644)
        process = ServerProcess((*prefix, system_program("pgbouncer"), str(config)), directory / "pgbouncer.log", owner)
        try:
            process.start()
        except FileNotFoundError:
            raise ServerError("no pgbouncer: apt-get install pgbouncer") from None
        try:
            process.wait_ready(lambda: listens(port))
            yield PgBouncer(port, process)
        finally:
            process.stop()
