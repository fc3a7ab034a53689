"""A database server and an edge in one temporary directory, and what it takes to leave nothing of them behind."""

from __future__ import annotations

import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from polyscale_cli.connstr.model import Database
from polyscale_cli.connstr.url import assemble
from polyscale_cli.demo import mariadb, postgres
from polyscale_cli.demo.edge import OwnEdge
from polyscale_cli.demo.server import ThrowAwayServer
from polyscale_cli.settings.keys import LOCAL

if TYPE_CHECKING:
    from polyscale_cli.client.target import Target
    from polyscale_cli.demo.interrupts import Interrupts

# Of the user's own edge, and in the way here; empty counts as unset.
_EMPTY = ("POLYSCALE_API_URL", "POLYSCALE_TOKEN", "POLYSCALE_CACHE")


class Stage:
    """Where the demo plays.

    Attributes:
        directory: holds everything; a person may go there and type commands.
        server: the database.
        target: the edge's API, once it has started.
    """

    target: Target

    def __init__(self, interrupts: Interrupts, database: Database = Database.POSTGRES) -> None:
        server = _SERVERS[database]()
        self._interrupts = interrupts
        self.directory = _directory()
        try:
            self.edge = OwnEdge(self.directory, interrupts)
            self.server = server(self.directory, interrupts)
        except BaseException:
            shutil.rmtree(self.directory, ignore_errors=True)
            raise

    def start(self) -> None:
        """Start both, side by side. Raises PolyscaleError when one of them cannot start."""
        self.edge.launch()
        self.server.start()
        self.target = self.edge.target()
        self._write_env()

    def end(self) -> None:
        """End both and remove everything."""
        with self._interrupts.ignored():
            try:
                self.edge.stop()
            finally:
                try:
                    self.server.stop()
                finally:
                    shutil.rmtree(self.directory)

    def leave_up(self) -> Path:
        """Let both go on without us; a script that ends them and removes everything."""
        script = self.directory / "stop"
        state, here = shlex.quote(str(self.edge.state_dir)), shlex.quote(str(self.directory))
        server = self.server.process.pid if self.server.process is not None else 0
        edge = self.edge.process.pid if self.edge.process is not None else 0
        script.write_text(
            f"# Ends the edge and the {self.server.name} of the demo, and removes their directory.\n"
            f"[ -d {state} ] || exit 0\n"
            f"kill -TERM {edge}\nkill -{self.server.signals[0].name.removeprefix('SIG')} {server}\n"
            # A process that nobody has waited for still answers, so not for ever.
            "for i in $(seq 200); do\n"
            f"  kill -0 {edge} 2>/dev/null || kill -0 {server} 2>/dev/null || break\n"
            "  sleep 0.1\n"
            "done\n"
            f"rm -rf {here}\n"
        )
        return script

    def _write_env(self) -> None:
        """What a person's own project would have, so that the commands shown can be typed there."""
        file = self.directory / ".env"
        file.touch(mode=0o600)
        origin = self.server.url()
        url = assemble(origin, origin.scheme)
        variables = {"DATABASE_URL": url, "POLYSCALE_STATE_DIR": str(self.edge.state_dir), **dict.fromkeys(_EMPTY, "")}
        variables |= {"POLYSCALE_PROFILE": LOCAL, "POLYSCALE_CONFIG_DIR": str(self.directory / "config")}
        # Last on the path, for a person who has no psql or mariadb, or no polyscale outside of an environment.
        variables["PATH"] = f"$PATH:{Path(sys.executable).parent}:{self.server.programs}"
        file.write_text("".join(f'export {name}="{value}"\n' for name, value in variables.items()))


def _postgres() -> Callable[[Path, Interrupts], ThrowAwayServer]:
    programs = postgres.installed_programs()
    return lambda directory, interrupts: postgres.ThrowAwayPostgres(directory, programs, interrupts)


def _mariadb() -> Callable[[Path, Interrupts], ThrowAwayServer]:
    programs = mariadb.installed_programs()
    return lambda directory, interrupts: mariadb.ThrowAwayMariaDb(directory, programs, interrupts)


# Each looks whether what it needs is installed, before anything is made.
_SERVERS = {Database.POSTGRES: _postgres, Database.MARIADB: _mariadb}


def _directory() -> Path:
    """A new directory that the server's user can pass through, wherever that user may."""
    for place in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")):  # noqa: S108 - mkdtemp makes it safe
        resolved = place.resolve()
        if resolved.is_dir() and all(each.stat().st_mode & 0o001 for each in (resolved, *resolved.parents)):
            break
    else:
        place = Path(tempfile.gettempdir())
    directory = Path(tempfile.mkdtemp(prefix="polyscale-demo-", dir=place))
    directory.chmod(0o711)
    return directory
