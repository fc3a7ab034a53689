"""Read and replace a file of secrets: never through a link, never half, never someone else's."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from polyscale_cli.envfile.dotenv import EnvFile, parse
from polyscale_cli.errors import ConflictError, UsageError

NEW_FILE_MODE = 0o600
_LARGEST = 4 * 1024 * 1024
_ROOT = 0


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file as it was read; ``found`` is None when it did not exist."""

    path: Path
    content: EnvFile
    found: os.stat_result | None

    @property
    def open_to_others(self) -> bool:
        """Whether other users may read it."""
        return self.found is not None and sys.platform != "win32" and bool(self.found.st_mode & 0o077)


def load(path: Path) -> Loaded:
    """Read a file that is to be changed.

    Raises:
        UsageError: it is a link, a directory, a device, somebody else's, read-only, too large, or no text in UTF-8.
    """
    try:
        found = path.lstat()
    except FileNotFoundError:
        return Loaded(path, parse(""), None)
    except OSError as error:
        raise _refused(path, f"it cannot be looked at: {error.strerror}", None) from error
    _check(path, found)
    return Loaded(path, parse(_text(path)), found)


def read(path: Path) -> EnvFile | None:
    """Read a file that is not to be changed; a link is followed. None when it does not exist. Raises UsageError."""
    if not path.exists():
        return None
    if not path.is_file():
        raise _refused(path, "it is not a file", None)
    return parse(_text(path))


def save(loaded: Loaded, content: EnvFile) -> None:
    """Replace the file in one step; a new one is for its owner only, an old one keeps its mode.

    Raises:
        ConflictError: somebody else changed it since it was read.
        UsageError: the directory cannot be written to.
    """
    path, found = loaded.path, loaded.found
    try:
        descriptor, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise _refused(path, f"its directory cannot be written to: {error.strerror}", None) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content.render().encode("utf-8"))
            if found is not None and sys.platform != "win32":
                os.fchmod(file.fileno(), stat.S_IMODE(found.st_mode))
                if os.geteuid() == _ROOT:
                    os.fchown(file.fileno(), found.st_uid, found.st_gid)
            file.flush()
            os.fsync(file.fileno())
        if _fingerprint(path) != _fingerprint_of(found):
            raise ConflictError(
                f"{path} was changed by another program just now.", fix="Run the command again.", code="FILE_CHANGED"
            )
        Path(made).replace(path)
    except OSError as error:
        Path(made).unlink(missing_ok=True)
        raise _refused(path, error.strerror or str(error), None) from error
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise
    _sync_directory(path.parent)


def _check(path: Path, found: os.stat_result) -> None:
    if stat.S_ISLNK(found.st_mode):
        raise _refused(path, "it is a symbolic link", f"Name the file behind it: --file {path.resolve()}")
    if stat.S_ISDIR(found.st_mode):
        raise _refused(path, "it is a directory", "Name a file with --file.")
    if not stat.S_ISREG(found.st_mode):
        raise _refused(path, "it is not an ordinary file", "Name a file with --file.")
    if sys.platform != "win32" and os.geteuid() not in {found.st_uid, _ROOT}:
        raise _refused(path, f"it belongs to user id {found.st_uid}", "Change its owner, or name a file with --file.")
    # Root may write anything, but somebody made it read-only for a reason.
    if not found.st_mode & 0o222 or not os.access(path, os.W_OK):
        raise _refused(path, "it is read-only", f"Allow it with: chmod u+w {path}")
    if found.st_size > _LARGEST:
        raise _refused(path, "it is larger than 4 MiB, which no .env file is", "Name a file with --file.")


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise _refused(path, "it is not text in UTF-8", "Save it as UTF-8.") from None
    except OSError as error:
        raise _refused(path, f"it cannot be read: {error.strerror}", None) from error


def _fingerprint(path: Path) -> tuple[int, int, int] | None:
    try:
        return _fingerprint_of(path.lstat())
    except FileNotFoundError:
        return None


def _fingerprint_of(found: os.stat_result | None) -> tuple[int, int, int] | None:
    return None if found is None else (found.st_ino, found.st_size, found.st_mtime_ns)


def _sync_directory(path: Path) -> None:
    if sys.platform == "win32":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refused(path: Path, why: str, fix: str | None) -> UsageError:
    return UsageError(f"{path} is left alone.", why=f"{why[:1].upper()}{why[1:]}.", fix=fix, code="FILE_REFUSED")
