"""What a MySQL and a MariaDB under test have in common: how one reaches them, and whom they let in."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from tests.servers.certificates import Certificates
from tests.servers.process import PATIENCE, ServerError, ServerProcess


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may log in with a password, from anywhere."""

    name: str
    password: str
    more: str = ""
    """What else CREATE USER is told."""

    def __str__(self) -> str:
        return f"'{self.name}'@'%'"


APP = Account("app", "apple pie")
"""Has the server's default way to log in."""
SECURE = Account("secure", "se cret", "REQUIRE SSL")
"""The same, over TLS alone."""
OPEN = Account("open", "")
"""Has no password."""


_AS_SUPERUSER = ("--user=root", "--batch", "--default-character-set=utf8mb4")


@dataclass(slots=True)
class MySqlLike:
    """A running server, TLS on.

    Attributes:
        directory: its own; the data, the log and the socket are in it.
        client: its command-line client and what that is always told.
    """

    directory: Path
    port: int
    certificates: Certificates
    process: ServerProcess
    client: Sequence[str]

    host: str = "127.0.0.1"
    kind: ClassVar[str]

    def run(self, sql: str, database: str = "") -> str:
        """Run SQL as superuser over the socket; what the client prints. Raises ServerError with the server's words."""
        done = subprocess.run(
            [*self.client, f"--socket={self.socket}", *_AS_SUPERUSER, *([database] if database else [])],
            input=sql.encode(),
            capture_output=True,
            timeout=PATIENCE,
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

    def create_database(self) -> str:
        """A new, empty database; its name."""
        name = f"test_{os.urandom(5).hex()}"
        self.run(f"CREATE DATABASE {name}")
        return name

    def drop_database(self, name: str) -> None:
        """Take a database away."""
        self.run(f"DROP DATABASE {name}")

    def let_in(self, *accounts: Account) -> None:
        """Make accounts that may do everything."""
        words = []
        for account in accounts:
            made = f"CREATE USER {account} IDENTIFIED BY '{account.password}' {account.more}"
            words.append(f"{made}; GRANT ALL ON *.* TO {account};")
        self.run("".join(words))


@contextlib.contextmanager
def running(server: MySqlLike) -> Iterator[None]:
    """Start it with its accounts, and end it without ceremony: its data goes with it."""
    try:
        server.process.start()
        server.process.wait_ready(server.answers)
        server.let_in(APP, SECURE, OPEN)
        yield
    finally:
        if server.process.popen is not None:
            server.process.popen.kill()
            server.process.popen.wait()
