"""Files that only their owner may read: written in one step, and looked at before they are believed."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

from polyscale_cli.settings.small_file import read_small, unreadable

_OTHERS = 0o077
_ROOT = 0


def write_private(path: Path, text: str, *, durable: bool = False) -> None:
    """Replace ``path`` by a file of mode 0600 in a directory of mode 0700. Raises OSError.

    ``durable`` waits for the disk, so that not even a power cut leaves an empty file.
    """
    import tempfile

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # mkstemp gives mode 0600 and a name that nobody else uses.
    descriptor, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        Path(made).replace(path)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise


def read_private(path: Path, warn: Callable[[str], None]) -> str | None:
    """The text of a file of the user's own, None when there is none.

    Other users' rights to it are taken away, with a warning.

    Raises:
        UsageError: it cannot be read, is no text, no file, too large, or somebody else's.
    """
    try:
        text, found = read_small(path)
    except FileNotFoundError:
        return None
    if sys.platform == "win32":
        return text
    me = os.geteuid()
    if me not in {_ROOT, found.st_uid} and found.st_uid != _ROOT:
        raise unreadable(path, "It belongs to another user, who could send your token elsewhere.")
    if found.st_uid == me and found.st_mode & _OTHERS:
        _close_to_others(path, stat.S_IMODE(found.st_mode), warn)
    return text


def _close_to_others(path: Path, mode: int, warn: Callable[[str], None]) -> None:
    try:
        path.chmod(mode & ~_OTHERS)
    except OSError as error:
        # A file system that is read-only, such as a volume of Kubernetes.
        warn(f"{path} is open to other users of this machine, and stays so: {error.strerror or error}.")
    else:
        warn(f"{path} was open to other users of this machine; now it is yours alone.")
