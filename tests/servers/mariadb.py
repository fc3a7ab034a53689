"""A real MariaDB on loopback, TLS on, with a superuser that needs no password on its socket."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.servers.certificates import Certificates, make_certificates
from tests.servers.process import ServerError, ServerProcess, free_port, server_directory, system_program, unprivileged

_SETTINGS = (
    *("--bind-address=127.0.0.1", "--skip-name-resolve", "--skip-log-bin", "--character-set-server=utf8mb4"),
    *("--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M", "--innodb-log-file-size=4M"),
)


@dataclass(slots=True)
class MariaDb:
    """A running server."""

    directory: Path
    port: int
    certificates: Certificates
    process: ServerProcess

    host: str = "127.0.0.1"

    def run(self, sql: str) -> str:
        """Run SQL as superuser over the socket; what the client prints. Raises ServerError with the server's words."""
        done = subprocess.run(
            [system_program("mariadb"), "--no-defaults", f"--socket={self.socket}", "--user=root", "--batch"],
            input=sql.encode(),
            capture_output=True,
            timeout=60,
        )
        if done.returncode:
            raise ServerError(done.stderr.decode(errors="replace"))
        return done.stdout.decode()

    @property
    def socket(self) -> Path:
        """The Unix socket."""
        return self.directory / "s"

    def answers(self) -> bool:
        """Whether a session can be had."""
        with contextlib.suppress(ServerError):
            return bool(self.run("SELECT 1"))
        return False


def _install(directory: Path, user: str | None) -> None:
    done = subprocess.run(
        [
            *(system_program("mariadb-install-db"), "--no-defaults", f"--datadir={directory / 'data'}"),
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
def run_mariadb() -> Iterator[MariaDb]:
    """Make a data directory in a temporary place, run a server on it, and take both away afterwards."""
    user = unprivileged()
    with server_directory("mariadb", user) as directory:
        certificates = make_certificates(directory)
        if user is not None:
            for path in (certificates.ca, certificates.cert, certificates.key):
                shutil.chown(path, user)
        _install(directory, user)
        port = free_port()
        command = (
            *(system_program("mariadbd"), "--no-defaults", f"--datadir={directory / 'data'}", f"--port={port}"),
            *(f"--socket={directory / 's'}", f"--ssl-cert={certificates.cert}", f"--ssl-key={certificates.key}"),
            *_SETTINGS,
        )
        process = ServerProcess(command, directory / "mariadb.log", user)
        server = MariaDb(directory, port, certificates, process)
        process.start()
        process.wait_ready(server.answers)
        try:
            yield server
        finally:
            if process.running:
                process.stop(signal.SIGTERM)
