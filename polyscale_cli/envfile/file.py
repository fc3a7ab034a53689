"""Read and replace a file of secrets: never through a link, never half, never someone else's."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Generic, NamedTuple, Protocol, TypeVar

from polyscale_cli.envfile.dotenv import EnvFile, parse
from polyscale_cli.errors import ConflictError, PolyscaleError, UsageError

NEW_FILE_MODE = 0o600
_LARGEST = 4 * 1024 * 1024
_ROOT = 0
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


class Rendered(Protocol):
    """What a file can be written from."""

    def render(self) -> str:
        """The file's text."""


Content = TypeVar("Content", bound=Rendered)


class Loaded(NamedTuple, Generic[Content]):
    """A file as it was read; ``found`` is None when it did not exist."""

    path: Path
    content: Content
    found: os.stat_result | None

    @property
    def open_to_others(self) -> bool:
        """Whether other users may read it."""
        return self.found is not None and sys.platform != "win32" and bool(self.found.st_mode & 0o077)


def load(path: Path, parser: Callable[[str], Content]) -> Loaded[Content]:
    """Read a file that is to be changed; one that does not exist is read as an empty one.

    Raises:
        UsageError: it is a link, a directory, a device, somebody else's, read-only, too large, no text in UTF-8, or
            the parser refuses it.
    """
    try:
        found = path.lstat()
    except FileNotFoundError:
        return Loaded(path, parser(""), None)
    except OSError as error:
        raise _refused(path, f"it cannot be looked at: {error.strerror}", None) from error
    _check(path, found)
    return _parsed(path, parser, found)


def look(path: Path, parser: Callable[[str], Content]) -> Loaded[Content]:
    """Read a file that is not to be changed; a link is followed. Raises UsageError as `load` does."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return Loaded(path, parser(""), None)
    except OSError as error:
        raise _refused(path, f"it cannot be looked at: {error.strerror}", None) from error
    if not stat.S_ISREG(found.st_mode):
        raise _refused(path, "it is not a file", None)
    _check_size(path, found)
    return _parsed(path, parser, found)


def read(path: Path) -> EnvFile | None:
    """What a .env file says; None when it is not there. Raises UsageError."""
    loaded = look(path, parse)
    return None if loaded.found is None else loaded.content


def save(loaded: Loaded[Content], content: Content, *, mode: int | None = None) -> None:
    """Replace the file in one step.

    Without ``mode`` a new file is for its owner only, and an old one keeps its mode.

    Raises:
        ConflictError: somebody else changed it since it was read.
        UsageError: the directory cannot be written to.
        PolyscaleError: the disk is full, or fails. The file is as it was.
    """
    import tempfile

    path, found = loaded.path, loaded.found
    if mode is None:
        mode = NEW_FILE_MODE if found is None else stat.S_IMODE(found.st_mode)
    try:
        descriptor, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise _not_written(path, error, "its directory cannot be written to") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content.render().encode("utf-8"))
            if sys.platform != "win32":
                os.fchmod(file.fileno(), mode)
                if found is not None and os.geteuid() == _ROOT:
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
        raise _not_written(path, error, "it cannot be replaced") from error
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
    _check_size(path, found)


def _check_size(path: Path, found: os.stat_result) -> None:
    if found.st_size > _LARGEST:
        raise _refused(path, "it is larger than 4 MiB, which no file of variables is", "Name a file with --file.")


def _parsed(path: Path, parser: Callable[[str], Content], found: os.stat_result) -> Loaded[Content]:
    text = _text(path)
    try:
        return Loaded(path, parser(text), found)
    except UsageError as error:
        raise _refused(path, error.why or error.what, error.fix) from None


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


def _not_written(path: Path, error: OSError, why: str) -> PolyscaleError:
    reason = error.strerror or str(error)
    if error.errno in _DISK:
        return PolyscaleError(
            f"{path} is as it was: it could not be written.",
            why=f"{reason}.",
            fix="Make room on the disk, and run the command again.",
            code="FILE_NOT_WRITTEN",
        )
    return _refused(path, f"{why}: {reason}", None)


def _refused(path: Path, why: str, fix: str | None) -> UsageError:
    return UsageError(f"{path} cannot be used.", why=f"{why[:1].upper()}{why[1:]}.", fix=fix, code="FILE_REFUSED")
