"""Keep secrets out of git: ask git itself, for its rules of what is ignored are more than a list of names."""

from __future__ import annotations

import enum
import os
import re
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from polyscale_cli.envfile.file import load, save

_SECONDS = 10
_NOT_THERE = 1
_IGNORE_FILE = ".gitignore"
_PATTERN_CHARACTERS = re.compile(r"([\\*?\[\]]|[ ](?=[ ]*$))")


class GitState(enum.Enum):
    """What git makes of a file."""

    OUTSIDE = enum.auto()
    IGNORED = enum.auto()
    NOT_IGNORED = enum.auto()
    TRACKED = enum.auto()
    UNKNOWN = enum.auto()


def git_state(path: Path) -> GitState:
    """Ask git about a file. OUTSIDE without git or a work tree, UNKNOWN when git refuses to say."""
    directory, name = path.parent, path.name
    inside = _git(directory, "rev-parse", "--is-inside-work-tree")
    if inside is None:
        return GitState.OUTSIDE
    if inside.returncode != 0:
        # Git trusts no work tree of another user; that is no "outside".
        return GitState.UNKNOWN if b"dubious ownership" in inside.stderr else GitState.OUTSIDE
    if inside.stdout.strip() != b"true":
        return GitState.OUTSIDE
    tracked = _git(directory, "ls-files", "--error-unmatch", "--", name)
    if tracked is not None and tracked.returncode == 0:
        return GitState.TRACKED
    ignored = _git(directory, "check-ignore", "-q", "--", name)
    if ignored is None or ignored.returncode not in {0, _NOT_THERE}:
        return GitState.UNKNOWN
    return GitState.IGNORED if ignored.returncode == 0 else GitState.NOT_IGNORED


def ignore(path: Path) -> Path | None:
    """Add one line for this file to the ``.gitignore`` beside it, or, where there is none, at the work tree's top.

    Returns the ``.gitignore``; None when the line is there already, so that another rule must take it back.

    Raises:
        UsageError, PolyscaleError: the ``.gitignore`` cannot be written.
    """
    beside = path.parent / _IGNORE_FILE
    prefix = ""
    if not beside.exists():
        asked = _git(path.parent, "rev-parse", "--show-cdup", "--show-prefix")
        if asked is not None and asked.returncode == 0:
            up, _, below = os.fsdecode(asked.stdout).partition("\n")
            beside, prefix = (path.parent / up).resolve() / _IGNORE_FILE, below.removesuffix("\n")
    loaded = load(beside, _IgnoreFile)
    line = "/" + _PATTERN_CHARACTERS.sub(r"\\\1", prefix + path.name)
    changed = loaded.content.with_line(line)
    if changed is None:
        return None
    readable = stat.S_IRUSR | stat.S_IWUSR | stat.S_IRGRP | stat.S_IROTH
    save(loaded, changed, mode=readable if loaded.found is None else None)
    return beside


@dataclass(frozen=True, slots=True)
class _IgnoreFile:
    """A ``.gitignore``."""

    text: str

    def render(self) -> str:
        """The file's text."""
        return self.text

    def with_line(self, line: str) -> _IgnoreFile | None:
        """The file with a line at its end; None when it has that line."""
        if line in self.text.splitlines():
            return None
        newline = "\r\n" if "\r\n" in self.text else "\n"
        joint = newline if self.text and not self.text.endswith("\n") else ""
        return _IgnoreFile(f"{self.text}{joint}{line}{newline}")


def _git(directory: Path, *arguments: str) -> subprocess.CompletedProcess[bytes] | None:
    # A repository's own settings can name programs for git to run; none of them is needed here.
    command = ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", *arguments]
    environ = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"):
        environ.pop(name, None)
    try:
        return subprocess.run(  # noqa: S603 - fixed program, no shell
            command, cwd=directory, env=environ, capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
