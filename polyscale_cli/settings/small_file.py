"""Read a file that a person may have put there: whatever it is, it is neither waited for nor read without end."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from polyscale_cli.errors import UsageError

LARGEST_BYTES = 1 << 20
_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0)
# A pipe would be waited for until somebody writes to it.
_FLAGS |= getattr(os, "O_NONBLOCK", 0)


def read_small(path: Path) -> tuple[str, os.stat_result]:
    """The text of a file, and what the system says of it.

    Raises:
        FileNotFoundError: there is none.
        UsageError: it cannot be read, is no file, too large, or no text.
    """
    try:
        descriptor = os.open(path, _FLAGS)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileNotFoundError(path) from error
    except OSError as error:
        raise unreadable(path, f"{error.strerror or error}.") from error
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise unreadable(path, "It is not a file.")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return _decoded(path, file.read(LARGEST_BYTES + 1)), found
    finally:
        os.close(descriptor)


def unreadable(path: Path, why: str) -> UsageError:
    """The error for a file of settings that cannot be used."""
    return UsageError(
        f"{path} cannot be read.", why=why, fix="Correct it, or move it out of the way.", code="UNREADABLE_FILE"
    )


def _decoded(path: Path, raw: bytes) -> str:
    if len(raw) > LARGEST_BYTES:
        raise unreadable(path, f"It is larger than {LARGEST_BYTES >> 20} MiB.")
    try:
        # Editors on Windows put a byte order mark first.
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise unreadable(path, f"It is not UTF-8 text: byte {error.start + 1}.") from None
