"""A throw-away MariaDB, by the programs that are installed on this machine."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path
from signal import Signals
from typing import TYPE_CHECKING

from polyscale_cli.connstr.model import Database, DatabaseUrl
from polyscale_cli.demo.server import HOST, USER, ThrowAwayServer
from polyscale_cli.errors import PolyscaleError

if TYPE_CHECKING:
    from polyscale_cli.demo.interrupts import Interrupts

# Where systems put servers, beside the search path of a person.
_PLACES = ("/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin")
_MAKER, _SERVER = "mariadb-install-db", "mariadbd"
_GREETING_SECONDS = 5.0

# Nothing in it outlives the demo, so that nothing has to reach the disk.
_SETTINGS = (
    *(f"--bind-address={HOST}", "--skip-name-resolve", "--skip-log-bin", "--max-connections=20", "--skip-ssl"),
    *("--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=OFF", "--character-set-server=utf8mb4"),
)


def installed_programs() -> dict[str, Path]:
    """Where the server's programs are. Raises PolyscaleError when they are not installed."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), *_PLACES))
    found = {name: where for name in (_MAKER, _SERVER) if (where := shutil.which(name, path=path))}
    if len(found) < 2:
        raise PolyscaleError(
            "The demo needs a MariaDB, which is not installed.",
            why=f"There is no {' and no '.join(name for name in (_MAKER, _SERVER) if name not in found)}.",
            fix="Install it: apt-get install mariadb-server-core mariadb-client, or brew install mariadb",
            code="DEMO_NOT_INSTALLED",
        )
    return {name: Path(where) for name, where in found.items()}


class ThrowAwayMariaDb(ThrowAwayServer):
    """A MariaDB, without TLS."""

    name = "MariaDB"
    kind = "mariadb"
    signals = (Signals.SIGTERM,)

    def __init__(self, directory: Path, programs: dict[str, Path], interrupts: Interrupts) -> None:
        super().__init__(directory, interrupts)
        self._paths = programs
        self.programs = programs[_SERVER].parent

    def url(self, name: str | None = "planets") -> DatabaseUrl:
        """How to log in."""
        query = (("ssl-mode", "DISABLED"),)
        return DatabaseUrl(Database.MARIADB, "mariadb", HOST, self.port, USER, self._password, name, query=query)

    def _initialise(self) -> None:
        made = (f"--datadir={self.data}", "--auth-root-authentication-method=normal", "--skip-test-db")
        self._run([str(self._paths[_MAKER]), "--no-defaults", *made, "--skip-name-resolve"])
        # Nobody gets in before the server has read this; its root would have no password.
        self._secret_file(
            "users.sql",
            "DELETE FROM mysql.global_priv WHERE user IN ('root', '');\nFLUSH PRIVILEGES;\n"  # noqa: S608 - all ours
            f"CREATE OR REPLACE USER {USER}@'{HOST}' IDENTIFIED BY '{self._password}';\n"
            f"GRANT ALL ON *.* TO {USER}@'{HOST}';\n",
        )

    def _command(self) -> list[str]:
        return [
            *(str(self._paths[_SERVER]), "--no-defaults", f"--datadir={self.data}", f"--port={self.port}"),
            *(f"--socket={self.data / 's'}", f"--pid-file={self.data / 'pid'}"),
            *(f"--init-file={self.data.with_name('users.sql')}", *_SETTINGS),
        ]

    def _is_ready(self) -> bool:
        """It greets whoever connects, once it lets people in."""
        try:
            with socket.create_connection((HOST, self.port), _GREETING_SECONDS) as probe:
                return bool(probe.recv(1))
        except OSError:
            return False
