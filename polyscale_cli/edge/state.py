"""The state directory: what an edge must not lose, readable by its owner alone."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from polyscale_cli.errors import PolyscaleError

DIRECTORY_MODE = 0o700
FILE_MODE = 0o600
_CHOOSE_ANOTHER = "Set POLYSCALE_STATE_DIR to another directory, or make this one yours and writable."


@dataclass(frozen=True, slots=True)
class StateDirectory:
    """The files of one edge."""

    path: Path

    @property
    def database(self) -> Path:
        """Caches and keys (SQLite)."""
        return self.path / "edge.db"

    @property
    def statistics(self) -> Path:
        """What caches have done (SQLite)."""
        return self.path / "statistics.db"

    @property
    def token(self) -> Path:
        """The local API token, which may do everything."""
        return self.path / "token"

    @property
    def lock(self) -> Path:
        """The pid of the running edge, which holds a lock on this file for as long as it lives."""
        return self.path / "edge.pid"

    @property
    def runtime(self) -> Path:
        """Where the running edge listens (JSON)."""
        return self.path / "edge.json"

    @property
    def log(self) -> Path:
        """The log, turned over when it has grown."""
        return self.path / "edge.log"

    @property
    def tls_key(self) -> Path:
        """Private key of the self-signed certificate."""
        return self.path / "tls.key"

    @property
    def tls_cert(self) -> Path:
        """The self-signed certificate."""
        return self.path / "tls.crt"

    def prepare(self) -> None:
        """Make the directory, or make sure that it is this user's and closed to others.

        Raises:
            PolyscaleError: it cannot be made, is not a directory, is not writable, or belongs to another user.
        """
        try:
            self.path.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
            found = self.path.stat()
        except FileExistsError:
            raise self._refused("it is not a directory", _CHOOSE_ANOTHER) from None
        except OSError as error:
            raise self._refused(error.strerror or str(error), _CHOOSE_ANOTHER) from error
        if sys.platform != "win32":
            if found.st_uid != os.geteuid():
                raise self._refused(
                    f"it belongs to user id {found.st_uid}, and this is user id {os.geteuid()}", _CHOOSE_ANOTHER
                )
            self._close_to_others(found.st_mode)
        if not os.access(self.path, os.R_OK | os.W_OK | os.X_OK):
            raise self._refused("it is not writable", _CHOOSE_ANOTHER)

    def _close_to_others(self, mode: int) -> None:
        try:
            if stat.S_IMODE(mode) != DIRECTORY_MODE:
                self.path.chmod(DIRECTORY_MODE)
            for file in (
                *(self.database, self.statistics, self.token, self.lock, self.runtime, self.log, self.tls_key),
            ):
                with contextlib.suppress(FileNotFoundError):
                    if stat.S_IMODE(file.stat().st_mode) & 0o077:
                        file.chmod(FILE_MODE)
        except OSError as error:
            raise self._refused(f"its mode cannot be set: {error.strerror}", _CHOOSE_ANOTHER) from error

    def _refused(self, why: str, fix: str) -> PolyscaleError:
        return PolyscaleError(
            f"The edge cannot keep its state in {self.path}.",
            why=f"{why[:1].upper()}{why[1:]}.",
            fix=fix,
            code="STATE_DIR",
        )


def write_private(path: Path, text: str) -> None:
    """Replace ``path`` in one step by a file with mode 0600, so that no reader sees half of it."""
    made = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
    except BaseException:
        made.unlink(missing_ok=True)
        raise
