"""Read and write TOML; the parser and the writer are imported only where there is something to read or to write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from polyscale_cli.errors import UsageError
from polyscale_cli.settings.private_file import write_private

HEADING = "# Written by polyscale, which keeps no comments. Change it with an editor or with the command."


def parse_toml(path: Path, content: str) -> dict[str, Any]:
    """Read TOML. Raises UsageError, which names file and place and repeats nothing of the content."""
    import tomllib

    try:
        return tomllib.loads(content)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(
            f"{path} is not TOML.",
            why=f"{_without_text(str(error))}.",
            fix="Correct it with an editor, or move it out of the way.",
            code="BROKEN_FILE",
        ) from None


def write_toml(path: Path, values: Mapping[str, Any], way_out: str) -> Path | None:
    """Replace a file in one step; where comments would be lost, the old one is kept beside it, and its path returned.

    Raises:
        UsageError: it cannot be written; ``way_out`` is what may be done instead of making its directory writable.
    """
    import tomli_w

    try:
        kept = _backed_up(path)
        write_private(path, f"{HEADING}\n\n{tomli_w.dumps(values)}", durable=True)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written.",
            why=f"{error.strerror or error}.",
            fix=f"Make its directory yours, or {way_out}.",
            code="UNWRITABLE_FILE",
        ) from error
    return kept


def backup_note(kept: Path | None) -> tuple[str, ...]:
    """What to tell the user of a file that lost its comments."""
    return (f"The file had comments, which are lost in it; the copy before this change is {kept}.",) if kept else ()


def _backed_up(path: Path) -> Path | None:
    try:
        old = path.read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return None
    if "#" not in old.removeprefix(HEADING):
        return None
    backup = path.with_name(f"{path.name}.bak")
    write_private(backup, old.encode(errors="surrogateescape").decode(errors="replace"))
    return backup


def _without_text(message: str) -> str:
    """The parser's complaint without what it quotes, which may be a secret that stands in the wrong file."""
    return re.sub(r"'.{2,}'", "…", message)
