"""``.polyscale.toml``, which binds a directory to a profile and a cache.

It comes with a repository, and so perhaps from a stranger. Therefore it only chooses among what its reader has set up:
the name of a profile, and a cache. An address of an API or a token in it is refused, not ignored, so that nobody
believes it to be in use.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from polyscale_cli.errors import UsageError
from polyscale_cli.settings.keys import DEFINITIONS, Key
from polyscale_cli.settings.small_file import read_small, unreadable
from polyscale_cli.settings.toml_text import parse_toml, write_toml
from polyscale_cli.settings.values import checked
from polyscale_cli.value import Value

FILE = ".polyscale.toml"
_ALLOWED = tuple(key for key, definition in DEFINITIONS.items() if definition.in_project)


class ProjectFile(Value):
    """What a project file chooses."""

    path: Path
    profile: str | None = None
    cache: str | None = None

    def value(self, key: Key) -> str | None:
        """What it says of one setting."""
        return {Key.PROFILE: self.profile, Key.CACHE: self.cache}.get(key)

    def save(self) -> Path | None:
        """Write it; where that loses comments, the path of the copy that has them. Raises UsageError."""
        said = {str(key): text for key in _ALLOWED if (text := self.value(key)) is not None}
        kept = write_toml(self.path, said, "name the cache without a file: POLYSCALE_CACHE, or the command's own CACHE")
        # Unlike the user's own file it belongs to the repository, and so to everybody who works in it.
        umask = os.umask(0)
        os.umask(umask)
        self.path.chmod(0o666 & ~umask)
        return kept


def find_project_file(start: Path, home: Path | None) -> Path | None:
    """The nearest project file from ``start`` upwards, no further than the repository's root or the home directory."""
    for directory in _upwards(start, home):
        path = directory / FILE
        if _is_there(path):
            return path
    return None


def read_project_file(path: Path) -> ProjectFile:
    """Read a project file.

    Raises:
        UsageError: it is broken or unreadable, or says anything but a profile and a cache.
    """
    try:
        content, _ = read_small(path)
    except FileNotFoundError as error:
        # A link that leads nowhere is there, and is not.
        raise unreadable(path, "It leads to a file that is not there.") from error
    document = parse_toml(path, content)
    for key in document:
        if key not in _ALLOWED:
            raise UsageError(
                f"{path} may not set {key[:80]!r}, and nothing of it is used.",
                why="A project file comes with a repository: it could send your token to a stranger. It may choose "
                f"{' and '.join(_ALLOWED)}, by name.",
                fix=f"If you trust it, put {key[:80]} into a profile of your own (polyscale profile add); "
                "then take it out of the file.",
                code="PROJECT_FILE",
            )
    values: dict[Key, str] = {}
    for key in _ALLOWED:
        value = document.get(key)
        if value is None:
            continue
        if not isinstance(value, str) or not value:
            raise UsageError(f"{key} in {path} has to be a text.", fix="Correct it.", code="PROJECT_FILE")
        values[key] = checked(key, value, str(path))
    return ProjectFile(path, values.get(Key.PROFILE), values.get(Key.CACHE))


def _upwards(start: Path, home: Path | None) -> Iterator[Path]:
    """``start`` and what is above it, as far as it is the same project; alone when it is in no repository nor home."""
    walked: list[Path] = []
    for directory in (start, *start.parents):
        walked.append(directory)
        if directory == home or _is_there(directory / ".git"):
            yield from walked
            return
    yield start


def _is_there(path: Path) -> bool:
    """Whether something has that name, be it a link that leads nowhere; what may not be looked at is not there."""
    try:
        path.lstat()
    except OSError:
        return False
    return True
