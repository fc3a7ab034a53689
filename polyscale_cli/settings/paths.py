"""Directories of this user, by the XDG base directory specification; on macOS under Library."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from polyscale_cli.errors import UsageError
from polyscale_cli.settings.environment import text

NAME = "polyscale"
NO_HOME = "NO_HOME"


def home(environ: Mapping[str, str]) -> Path:
    """The user's home directory. Raises UsageError where there is none, as in some containers."""
    given = text(environ, "HOME")
    if given:
        return Path(given)
    try:
        return Path.home()
    except RuntimeError as error:
        raise UsageError(
            "There is no home directory to keep files in.",
            why="HOME is not set, and this user is not in the system's list of users.",
            fix="Set HOME, or POLYSCALE_CONFIG_DIR, POLYSCALE_STATE_DIR and XDG_CACHE_HOME.",
            code=NO_HOME,
        ) from error


def config_dir(environ: Mapping[str, str]) -> Path:
    """The user's own file, and tokens that were stored in a file. ``POLYSCALE_CONFIG_DIR`` moves it."""
    given = text(environ, "POLYSCALE_CONFIG_DIR")
    if given:
        return Path(given).expanduser().absolute()
    return _base(environ, "XDG_CONFIG_HOME", ".config", "Library/Application Support")


def state_dir(environ: Mapping[str, str]) -> Path:
    """The local edge's state: database, token, keys, log. ``POLYSCALE_STATE_DIR`` moves it."""
    given = text(environ, "POLYSCALE_STATE_DIR")
    if given:
        return Path(given).expanduser().absolute()
    return _base(environ, "XDG_DATA_HOME", ".local/share", "Library/Application Support")


def cache_dir(environ: Mapping[str, str]) -> Path:
    """What this command may forget at any time without harm."""
    return _base(environ, "XDG_CACHE_HOME", ".cache", "Library/Caches")


def _base(environ: Mapping[str, str], variable: str, elsewhere: str, on_macos: str) -> Path:
    given = text(environ, variable)
    # The specification says that a relative path there is to be ignored.
    if given and Path(given).is_absolute():
        return Path(given) / NAME
    return home(environ) / (on_macos if sys.platform == "darwin" else elsewhere) / NAME
