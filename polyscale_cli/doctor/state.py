"""The files of the edge and of the user: what an edge that was killed left behind, and who may read them."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from polyscale_cli.doctor.finding import Finding, fail, ok, warn
from polyscale_cli.settings.chosen_ports import FILE as PORTS_FILE
from polyscale_cli.settings.local_edge import PID_FILE, RUNTIME_FILE, read_local_edge

SECRETS = ("token", "tls.key", "credentials.json")
REGISTRY_FILE = "edge.db"
_FILES = (
    REGISTRY_FILE,
    "edge.db-wal",
    "edge.db-shm",
    PID_FILE,
    RUNTIME_FILE,
    PORTS_FILE,
    "edge.log",
    "config.toml",
    *SECRETS,
)


def check_files(name: str, directory: Path, variable: str) -> Iterator[Finding]:
    """Whether a directory of ours, which a variable names, can be made, and the secrets in it are closed to others."""
    try:
        found = directory.stat()
    except FileNotFoundError:
        parent = next(one for one in directory.parents if one.exists())
        if os.access(parent, os.W_OK | os.X_OK):
            yield ok(name, f"{directory} does not exist yet.")
            return
        yield fail(
            name,
            f"{directory} does not exist and cannot be made.",
            code="UNWRITABLE",
            why=f"{parent} may not be written.",
            fix=f"Make that writable, or name another directory with {variable}.",
        )
        return
    except OSError as error:
        yield fail(
            name,
            f"{directory} cannot be read: {error.strerror}.",
            code="UNREADABLE",
            fix=f"Check its owner, or name another directory with {variable}.",
        )
        return
    if not stat.S_ISDIR(found.st_mode):
        yield fail(
            name, f"{directory} is not a directory.", code="NOT_A_DIRECTORY", fix="Move it away, or choose another."
        )
        return
    if not os.access(directory, os.R_OK | os.W_OK | os.X_OK):
        yield fail(
            name,
            f"{directory} may not be written.",
            code="UNWRITABLE",
            fix=f"Make it writable, or name another directory with {variable}.",
        )
        return
    troubles = list(_modes(name, directory, found)) if sys.platform != "win32" else []
    yield from troubles or [ok(name, f"{directory} is closed to others.")]


def check_registry(directory: Path) -> Iterator[Finding]:
    """Whether an edge that is started now could read its caches; of one that runs, nothing is touched."""
    path = directory / REGISTRY_FILE
    if read_local_edge(directory) is not None or not path.exists():
        return
    import contextlib
    import sqlite3

    try:
        # Nothing is made beside it, and no lock is taken: no edge runs.
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as found:
            found.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        with path.open("r+b"):
            pass
    except (sqlite3.Error, OSError) as error:
        yield fail(
            "registry",
            f"{path}, in which the edge keeps its caches, cannot be used.",
            code="REGISTRY",
            why=f"{error}.",
            fix="Check the file's owner. If it is damaged, restore a copy or move it away: the edge begins a new one.",
        )


def check_leftovers(directory: Path) -> Iterator[Finding]:
    """Whether what the files say of a running edge is true."""
    if read_local_edge(directory) is not None or not (directory / RUNTIME_FILE).exists():
        return
    pid = _pid(directory / PID_FILE)
    if pid is not None and _is_alive(pid):
        yield warn(
            "leftovers",
            f"{directory / RUNTIME_FILE} is there, and the edge of pid {pid} does not hold its lock.",
            why="It is starting or stopping just now, or another program has got its number.",
            fix="Look again: polyscale edge status",
        )
        return
    yield warn(
        "leftovers",
        f"An edge ended without tidying up: {directory / RUNTIME_FILE} still says where it listened.",
        why=f"It was killed, or the machine was: there is no process {pid}." if pid else "It was killed.",
        fix="Start it again, which replaces the file: polyscale edge start",
    )


def _modes(name: str, directory: Path, found: os.stat_result) -> Iterator[Finding]:
    if found.st_uid != os.geteuid():
        yield fail(
            name,
            f"{directory} belongs to user id {found.st_uid}, and this is user id {os.geteuid()}.",
            code="FOREIGN_DIRECTORY",
            fix="Choose a directory of your own, or run as its owner.",
        )
    if stat.S_IMODE(found.st_mode) & 0o077:
        yield warn(name, f"{directory} is open to other users.", fix=f"chmod 700 {directory}")
    for file in _FILES:
        try:
            mode = stat.S_IMODE((directory / file).lstat().st_mode)
        except OSError:
            continue
        if mode & 0o077 and file in SECRETS:
            yield fail(
                name,
                f"{directory / file} can be read by other users (mode {mode:o}).",
                code="SECRET_READABLE",
                why="Whoever reads it may do everything that you may.",
                fix=f"chmod 600 {directory / file}",
            )
        elif mode & 0o022:
            yield warn(name, f"{directory / file} can be changed by others.", fix=f"chmod 600 {directory / file}")


def _pid(file: Path) -> int | None:
    try:
        return int(file.read_text(encoding="utf-8").split()[0])
    except (OSError, ValueError, IndexError):
        return None


def _is_alive(pid: int) -> bool:
    if sys.platform == "win32":
        return False  # there, a signal of 0 would end it
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
