"""A real PostgreSQL on loopback, TLS on, one role for each way of proving who one is."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg.conninfo import make_conninfo

from tests.servers.certificates import Certificates, make_certificates
from tests.servers.pristine import copy_of
from tests.servers.process import ServerError, ServerProcess, free_port, server_directory, unprivileged

SUPERUSER = "postgres"


@dataclass(frozen=True, slots=True)
class Role:
    """A role to log in with, and the only way that pg_hba.conf lets it in."""

    name: str
    password: str
    hba: str
    encryption: str = "scram-sha-256"


# A password with everything that a URL or a connection string could stumble on.
SCRAM = Role("app_scram", "s3cret/@:?#&=%+ '\"é", "host all app_scram 127.0.0.1/32 scram-sha-256")
MD5 = Role("app_md5", "md5-secret", "host all app_md5 127.0.0.1/32 md5", encryption="md5")
CLEARTEXT = Role("app_cleartext", "clear-secret", "host all app_cleartext 127.0.0.1/32 password")
TRUST = Role("app_trust", "", "host all app_trust 127.0.0.1/32 trust")
TLS_ONLY = Role("app_tls", "tls-secret", "hostssl all app_tls 127.0.0.1/32 scram-sha-256")
PLAIN_ONLY = Role("app_plain", "plain-secret", "hostnossl all app_plain 127.0.0.1/32 scram-sha-256")
ROLES = (SCRAM, MD5, CLEARTEXT, TRUST, TLS_ONLY, PLAIN_ONLY)


def postgres_bin() -> Path:
    """The directory of the newest installed server's programs. Raises ServerError when there is none."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda path: int(re.sub(r"\D.*", "", path.parent.name) or 0))
    on_path = shutil.which("initdb")
    if on_path is None:
        raise ServerError("no PostgreSQL server programs: apt-get install postgresql, or brew install postgresql@17")
    return Path(on_path).resolve().parent


@dataclass(slots=True)
class Postgres:
    """A running server. `settings` are extra lines of postgresql.conf."""

    directory: Path
    port: int
    certificates: Certificates
    process: ServerProcess
    numbers: Iterator[int]

    host: str = "127.0.0.1"

    def dsn(self, database: str = "postgres") -> str:
        """How the superuser gets in, without a password; and without TLS, which would be half of a short connection."""
        return make_conninfo(host=self.host, port=self.port, user=SUPERUSER, dbname=database, sslmode="disable")

    def url(self, role: Role = SCRAM, database: str = "app", query: str = "") -> str:
        """The URL a user of this server would have in DATABASE_URL."""
        password = f":{quote(role.password, safe='')}" if role.password else ""
        return f"postgresql://{role.name}{password}@{self.host}:{self.port}/{database}{query}"

    def run(self, sql: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run SQL as superuser, straight at the server, in autocommit; the rows of the last result, if it has any."""
        with psycopg.connect(self.dsn(database), autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description is not None else []

    def create_database(self) -> str:
        """A new database that every role may do everything in; its name."""
        name = f"test_{next(self.numbers)}"
        self.run(f"CREATE DATABASE {name} OWNER {SCRAM.name} STRATEGY file_copy")
        self.run("GRANT ALL ON SCHEMA public TO public", name)
        return name

    def drop_database(self, name: str) -> None:
        """Drop it, ending whoever is still in it."""
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def start(self) -> None:
        """Start the server (again) on its port and wait until it answers."""
        self.process.start()
        self.process.wait_ready(self.answers)

    def answers(self) -> bool:
        """Whether a session can be had."""
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.dsn(), connect_timeout=10):
            return True
        return False

    def stop(self) -> None:
        """Fast shutdown: sessions get 57P01."""
        self.process.stop(signal.SIGINT)

    def crash(self) -> None:
        """Immediate shutdown: sessions are cut off, the next start recovers."""
        self.process.stop(signal.SIGQUIT)


LOCALE = ("--encoding", "UTF8", "--locale", "C.UTF-8")

BASE_SETTINGS = """
listen_addresses = '127.0.0.1,127.0.0.2'
max_connections = 400
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum_naptime = 1h
log_destination = stderr
timezone = 'UTC'
"""


def _run(program: str, directory: Path, *arguments: str, stdin: str = "") -> None:
    """Run one of the server's programs on a cluster."""
    user = unprivileged()
    done = subprocess.run(
        [postgres_bin() / program, *arguments],
        input=stdin.encode(),
        user=user,
        group=user,
        extra_groups=[] if user else None,
        cwd=directory,
        capture_output=True,
    )
    if done.returncode:
        raise ServerError(f"{program} failed: {done.stderr.decode(errors='replace')}")


def _make_cluster(directory: Path) -> None:
    """Make one with the roles and the database ``app``."""
    where = ("-D", str(directory))
    _run("initdb", directory, *where, "--username", SUPERUSER, "--auth", "trust", "--no-sync", *LOCALE)
    for database, statements in (("postgres", [*map(_making, ROLES), _MAKING_APP]), ("app", [_OPENING_APP])):
        lines = "".join(f"{statement}\n" for statement in statements)
        _run("postgres", directory, "--single", *where, "-c", "exit_on_error=on", database, stdin=lines)


def _making(role: Role) -> str:
    secret = f"PASSWORD '{role.password.replace(chr(39), chr(39) * 2)}'" if role.password else ""
    return f"SET password_encryption = '{role.encryption}'; CREATE ROLE {role.name} LOGIN {secret}"


_MAKING_APP = f"CREATE DATABASE app OWNER {SCRAM.name}"
_OPENING_APP = "GRANT ALL ON SCHEMA public TO public"


def _become_another(directory: Path) -> None:
    """Give a copy an identifier of its own: by that, an edge knows whether two origins are one server.

    It begins ``global/pg_control``. The log names it, too, and is begun anew; ``--force``, because the
    checksum of what was changed is no longer right.
    """
    with (directory / "global" / "pg_control").open("r+b") as control:
        control.write(os.urandom(4))
    _run("pg_resetwal", directory, "-D", str(directory), "--force")


def _initialise(directory: Path, user: str | None, settings: str, certificates: Certificates) -> None:
    copy_of("postgres", _make_cluster, directory / "data", user)
    _become_another(directory / "data")
    tls = f"ssl = on\nssl_cert_file = '{certificates.cert}'\nssl_key_file = '{certificates.key}'\n"
    conf = f"{BASE_SETTINGS}unix_socket_directories = '{directory}'\n{tls}{settings}"
    with (directory / "data" / "postgresql.conf").open("a") as file:
        file.write(conf)
    lines = [f"local all all trust\nhost all {SUPERUSER} 127.0.0.1/32 trust", *(role.hba for role in ROLES)]
    (directory / "data" / "pg_hba.conf").write_text("\n".join(lines) + "\n")


@contextlib.contextmanager
def run_postgres(settings: str = "", prefix: tuple[str, ...] = ()) -> Iterator[Postgres]:
    """Make a cluster in a temporary directory, run it, and take both away afterwards.

    Args:
        settings: lines for postgresql.conf, after our own, so that they win.
        prefix: a command to run the server under, such as taskset.
    """
    user = unprivileged()
    with server_directory("postgres", user) as directory:
        certificates = make_certificates(directory)
        if user is not None:
            for path in (certificates.ca, certificates.cert, certificates.key):
                shutil.chown(path, user)
        _initialise(directory, user, settings, certificates)
        port = free_port()
        command = (*prefix, str(postgres_bin() / "postgres"), "-D", str(directory / "data"), "-p", str(port))
        log = directory / "postgres.log"
        process = ServerProcess(command, log, user)
        server = Postgres(directory, port, certificates, process, itertools.count(1))
        server.start()
        try:
            yield server
        finally:
            if server.process.running:
                server.process.stop(signal.SIGINT)
            keep = os.environ.get("POLYSCALE_TEST_KEEP_LOGS")
            if keep:
                shutil.copy(log, Path(keep) / f"postgres-{port}.log")
