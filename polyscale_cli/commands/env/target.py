"""Which file is meant, and what to call it."""

from __future__ import annotations

from pathlib import Path

from polyscale_cli.commands import origin
from polyscale_cli.context import AppContext
from polyscale_cli.envfile.formats import Format
from polyscale_cli.errors import UsageError


def target(app: AppContext, form: Format, file: Path | None) -> Path:
    """The file that is meant. Raises UsageError when this runs nowhere."""
    if file is None or not file.expanduser().is_absolute():
        try:
            Path.cwd()
        except FileNotFoundError:
            raise UsageError(
                "The directory that this runs in does not exist any more.",
                fix="Go to another one, or give the file's whole path with --file.",
                code="NO_DIRECTORY",
            ) from None
    if file is None and form.file != Format.DOTENV.file:
        return app.cwd / form.file
    return origin.env_file(app, file)


def shown(app: AppContext, path: Path) -> str:
    """A file as a person would type it here."""
    return str(path.relative_to(app.cwd) if path.is_relative_to(app.cwd) else path)
