"""A throw-away database server on loopback, with a password: what all kinds of them have in common."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from signal import Signals
from typing import TYPE_CHECKING, Any, ClassVar

from polyscale_cli.connstr.model import DatabaseUrl
from polyscale_cli.demo.process import ending, ready, started
from polyscale_cli.errors import PolyscaleError

if TYPE_CHECKING:
    from polyscale_cli.demo.interrupts import Interrupts

HOST = "127.0.0.1"
USER = "demo"
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom the server runs as, since it refuses to run as root: numeric ids of an ordinary user that is there."""

    uid: int
    gid: int


class ThrowAwayServer(ABC):
    """One server in one directory.

    Args:
        directory: others may pass through it; the data below it belongs to the server's user.

    Attributes:
        name: for people.
        kind: the name of its data directory and its log.
        signals: end it, one after the other if need be.
        programs: the directory of its programs; the one for typing SQL is one of them.
        port: known once it has started.
    """

    name: ClassVar[str]
    kind: ClassVar[str]
    signals: ClassVar[tuple[Signals, ...]]
    programs: Path

    def __init__(self, directory: Path, interrupts: Interrupts) -> None:
        self.data = directory / self.kind
        self.log = directory / f"{self.kind}.log"
        self.scratch = directory / "scratch"
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None
        self._interrupts = interrupts
        self._password = secrets.token_urlsafe(12)
        self._owner = _owner(self.name)

    @abstractmethod
    def url(self, name: str | None = "planets") -> DatabaseUrl:
        """How to log in."""

    def start(self) -> None:
        """Make the data directory and start the server. Raises PolyscaleError with its own words when it cannot."""
        for place in (self.data, self.scratch):
            place.mkdir(mode=0o700)
            self._give(place)
        self._initialise()
        for last in (False, False, True):
            self.port = _free_port()
            with self._interrupts.held():
                self.process = started(self._command(), self.log, **self._as_owner())
            try:
                ready(self.process, self._is_ready, self.log, self.name, _START_SECONDS)
            except PolyscaleError:
                # Somebody else may have taken the port since it was looked for.
                if last or "Address already in use" not in self.log.read_text(errors="replace"):
                    raise
                self.log.unlink()
            else:
                return

    def stop(self) -> None:
        """End it, sessions and all; nothing happens when it does not run."""
        if self.process is not None:
            ending(self.process, self.signals, _STOP_SECONDS)
            self.process = None

    @abstractmethod
    def _initialise(self) -> None:
        """Fill the data directory."""

    @abstractmethod
    def _command(self) -> list[str]:
        """What starts the server on its port."""

    @abstractmethod
    def _is_ready(self) -> bool:
        """Whether it accepts connections."""

    def _run(self, command: list[str]) -> None:
        """Run a program that makes the data directory. Raises PolyscaleError with its words when it fails."""
        with self._interrupts.held():
            self.process = started(command, self.log, **self._as_owner())
        if self.process.wait() != 0:
            raise PolyscaleError(
                f"{self.name} could not make its data directory.",
                why=self.log.read_text(errors="replace").strip()[-2000:] or None,
                code=f"DEMO_{self.kind.upper()}",
            )

    def _secret_file(self, name: str, content: str) -> Path:
        """A file that the server's user alone can read."""
        file = self.data.with_name(name)
        file.touch(mode=0o600)
        file.write_text(content)
        self._give(file)
        return file

    def _give(self, path: Path) -> None:
        if self._owner is not None:
            os.chown(path, self._owner.uid, self._owner.gid)

    def _as_owner(self) -> dict[str, Any]:
        """How its programs are started: nothing of the caller's settings, and as a user that is not root."""
        left_out = ("PG", "MYSQL", "MARIADB", "LC_", "LANG")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
        # A MariaDB that starts removes what others have left in the common place, and they may still be at work.
        same: dict[str, Any] = {"env": {**environment, "TMPDIR": str(self.scratch)}, "cwd": self.data}
        if self._owner is None:
            return same
        return {**same, "user": self._owner.uid, "group": self._owner.gid, "extra_groups": []}


def _owner(server: str) -> Owner | None:
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
        f"{server} does not run as root, and this machine has neither a user postgres nor nobody.",
        fix="Run the demo as an ordinary user.",
        code="DEMO_AS_ROOT",
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
