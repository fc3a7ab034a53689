"""Data directories that were made once in each test process, and are copied for each server that it starts."""

from __future__ import annotations

import atexit
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

_made: dict[str, Path] = {}


def copy_of(name: str, make: Callable[[Path], None], to: Path, user: str | None) -> None:
    """Copy a directory to where there is none yet; ``make`` fills an empty one of that user's before the first time."""
    if name not in _made:
        first = Path(tempfile.mkdtemp(prefix=f"polyscale-{name}-new-"))
        # An interpreter that is shutting down has no other moment: servers of a session's fixtures may come any time.
        atexit.register(shutil.rmtree, first, ignore_errors=True)
        if user is not None:
            shutil.chown(first, user)
        make(first)
        _made[name] = first
    subprocess.run(["cp", "-a", _made[name], to], check=True)
