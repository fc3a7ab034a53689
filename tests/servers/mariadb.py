"""A real MariaDB on loopback, TLS on, with a superuser that needs no password on its socket."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.servers.certificates import make_certificates
from tests.servers.mysql_like import MySqlLike, running
from tests.servers.pristine import copy_of
from tests.servers.process import ServerError, ServerProcess, free_port, server_directory, system_program, unprivileged

_SETTINGS = (
    *("--bind-address=127.0.0.1", "--skip-name-resolve", "--skip-log-bin", "--character-set-server=utf8mb4"),
    *(
        "--innodb-flush-log-at-trx-commit=0",
        "--innodb-buffer-pool-size=16M",
        "--innodb-log-file-size=4M",
        "--max-allowed-packet=64M",
    ),
)


class MariaDb(MySqlLike):
    """A running MariaDB."""

    __slots__ = ()
    kind = "mariadb"


def _install(directory: Path) -> None:
    user = unprivileged()
    done = subprocess.run(
        [
            *(system_program("mariadb-install-db"), "--no-defaults", f"--datadir={directory}"),
            f"--tmpdir={directory}",
            *("--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"),
        ],
        user=user,
        group=user,
        extra_groups=[] if user else None,
        cwd=directory,
        capture_output=True,
    )
    if done.returncode:
        raise ServerError(f"mariadb-install-db failed: {done.stderr.decode(errors='replace')}")


@contextlib.contextmanager
def run_mariadb(*settings: str) -> Iterator[MariaDb]:
    """Make a data directory in a temporary place, run a server on it, and take both away afterwards.

    `settings` are further arguments of the server's.
    """
    user = unprivileged()
    with server_directory("mariadb", user) as directory:
        certificates = make_certificates(directory)
        if user is not None:
            for path in (certificates.ca, certificates.cert, certificates.key):
                shutil.chown(path, user)
        copy_of("mariadb", _install, directory / "data", user)
        port = free_port()
        command = (
            *(system_program("mariadbd"), "--no-defaults", f"--datadir={directory / 'data'}", f"--port={port}"),
            *(f"--socket={directory / 's'}", f"--ssl-cert={certificates.cert}", f"--ssl-key={certificates.key}"),
            # A server that starts empties the place for temporary tables, whoever else's are there.
            f"--tmpdir={directory}",
            *(*_SETTINGS, *settings),
        )
        process = ServerProcess(command, directory / "mariadb.log", user)
        client = (system_program("mariadb"), "--no-defaults")
        server = MariaDb(directory, port, certificates, process, client)
        with running(server):
            yield server
