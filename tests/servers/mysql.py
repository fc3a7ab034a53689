"""A real MySQL 9 on loopback, TLS on, with a superuser that needs no password on its socket.

`.ci/mysql` has unpacked it, with an empty data directory to copy; where that was not possible, it has left the reason.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.servers.certificates import make_certificates
from tests.servers.mysql_like import MySqlLike, running
from tests.servers.process import ServerProcess, free_port, server_directory, unprivileged


def _kept() -> Path:
    """Where `.ci/mysql` puts what it makes: for root where another user can read it."""
    if unprivileged() is not None:
        return Path("/var/cache/polyscale-tests")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "polyscale-tests"


# Before a test has a home of its own.
_KEPT = _kept()
HOME = _KEPT / "mysql"

_SETTINGS = (
    *("--bind-address=127.0.0.1", "--skip-name-resolve", "--skip-log-bin", "--mysqlx=OFF", "--secure-file-priv="),
    *("--innodb-flush-method=nosync", "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=OFF"),
    *(
        "--innodb-buffer-pool-size=16M",
        "--innodb-redo-log-capacity=8M",
        "--performance-schema=OFF",
        "--max-allowed-packet=64M",
    ),
)


class MySql(MySqlLike):
    """A running MySQL."""

    __slots__ = ()
    kind = "mysql"


def missing() -> str | None:
    """Why there is no MySQL here; None where there is."""
    if (HOME / "mysqld").exists():
        return None
    reason = _KEPT / "mysql-missing"
    return f"no MySQL 9 here: {reason.read_text().strip() if reason.exists() else '.ci/mysql was not run'}"


@contextlib.contextmanager
def run_mysql(*settings: str) -> Iterator[MySql]:
    """Copy the empty data directory into a temporary place, run a server on it, and take both away afterwards.

    `settings` are further arguments of the server's.
    """
    user = unprivileged()
    with server_directory("mysql", user) as directory:
        certificates = make_certificates(directory)
        if user is not None:
            for path in (certificates.ca, certificates.cert, certificates.key):
                shutil.chown(path, user)
        subprocess.run(["cp", "--archive", "--sparse=always", HOME / "data", directory / "data"], check=True)
        port = free_port()
        command = (
            *(
                str(HOME / "mysqld"),
                f"--datadir={directory / 'data'}",
                f"--port={port}",
                f"--pid-file={directory / 'pid'}",
            ),
            *(f"--socket={directory / 's'}", f"--ssl-cert={certificates.cert}", f"--ssl-key={certificates.key}"),
            # A server that starts empties the place for temporary tables, whoever else's are there.
            f"--tmpdir={directory}",
            *(*_SETTINGS, *settings),
        )
        process = ServerProcess(command, directory / "mysql.log", user)
        server = MySql(directory, port, certificates, process, (str(HOME / "mysql"),))
        with running(server):
            yield server
