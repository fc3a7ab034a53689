"""One edge for each state directory: a lock on the pid file that the kernel drops when its holder dies.

A pid alone proves nothing: after ``kill -9`` the file stays, and the number may by then be another program's.
The lock is what says whether an edge runs; the number only says which process it is.

The edge holds the lock exclusively. Whoever only wants to know asks for it shared, for a moment; an edge that
starts in that moment sees the lock taken, finds that it could share it, and therefore tries again.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path

from polyscale_cli.edge.state import FILE_MODE

if sys.platform == "win32":
    import msvcrt

    # Locks are mandatory on Windows: the locked byte lies far behind the pid, which stays readable.
    _LOCKED_BYTE = 1 << 20

    def _try_lock(descriptor: int, *, shared: bool) -> bool:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(descriptor: int, *, shared: bool) -> bool:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class EdgeLock:
    """The lock of a running edge, held from ``acquire`` to ``release`` or the end of the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Take the lock and write our pid; False if another edge has it."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, FILE_MODE)
        while not _try_lock(descriptor, shared=False):
            # Windows knows no shared lock there, so that an edge that starts while another is asked for gives up.
            if sys.platform == "win32" or not _try_lock(descriptor, shared=True):
                os.close(descriptor)
                return False
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            time.sleep(0.01)
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Give the lock back. The file stays: to remove it would let two edges lock two files of one name."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None


def holder(path: Path) -> int | None:
    """The pid of the edge that holds the lock at ``path``; None if no edge runs, 0 if it has not said its pid yet."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        if _try_lock(descriptor, shared=True):
            return None
        os.lseek(descriptor, 0, os.SEEK_SET)
        with contextlib.suppress(ValueError):
            return int(os.read(descriptor, 32))
        return 0
    finally:
        os.close(descriptor)
