"""Keep secrets out of git: ask git itself, for its rules of what is ignored are more than a list of names."""

from __future__ import annotations

import enum
import os
import subprocess
from pathlib import Path

_SECONDS = 10
_NOT_THERE = 1


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
