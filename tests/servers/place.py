"""Where everything is kept that a test makes: in memory, where there is enough. A disk is most of a server's start."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

IN_MEMORY = Path("/dev/shm")
NEEDED_BYTES = 6 << 30
"""For the servers of all test processes and what they are made to hold. A container has 64 MB unless told otherwise."""


def keep_in_memory() -> None:
    """Have temporary directories made in memory, by us and by whatever we start, unless TMPDIR says where."""
    if "TMPDIR" in os.environ or not IN_MEMORY.is_dir() or not os.access(IN_MEMORY, os.W_OK | os.X_OK):
        return
    found = os.statvfs(IN_MEMORY)
    free = min(found.f_bavail * found.f_frsize, _available_bytes())
    # Tests make programs, too.
    if free < NEEDED_BYTES or found.f_flag & os.ST_NOEXEC:
        return
    os.environ["TMPDIR"] = str(IN_MEMORY)
    tempfile.tempdir = None


def _available_bytes() -> int:
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) << 10
    return 0
