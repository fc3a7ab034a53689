"""``polyscale link`` and ``polyscale unlink``: bind a directory to a profile and a cache."""

from __future__ import annotations

import typer

from polyscale_cli.errors import UsageError
from polyscale_cli.options import CacheRef, context_of
from polyscale_cli.output import Result
from polyscale_cli.settings.keys import Key
from polyscale_cli.settings.project_file import FILE, ProjectFile
from polyscale_cli.settings.resolve import Origin
from polyscale_cli.settings.toml_text import backup_note


def link(ctx: typer.Context, cache: CacheRef = None) -> Result:
    """Bind this directory to a cache, so that commands here need not name it.

    Writes .polyscale.toml, which names a profile and a cache and holds no secret: it may be committed. It holds for the
    directories below, too.

    \b
    Examples:
      polyscale link shop
      polyscale link shop --profile staging
    """
    from polyscale_cli.commands.session import session

    app = context_of(ctx)
    with session(app) as current:
        chosen = current.cache(cache)
    # An API that a variable names belongs to no profile, and no file may name it.
    from_variable = app.settings.resolve(Key.API_URL).origin is Origin.ENVIRONMENT
    profile = None if from_variable else app.settings.profile
    project = ProjectFile(app.cwd / FILE, profile, chosen.name)
    kept = project.save()
    through = f" (profile {profile})" if profile else ""
    return Result(
        data={"file": str(project.path), "profile": profile, "cache": chosen.name, "cache_id": chosen.id},
        notes=(f"Commands in {app.cwd} use the cache {chosen.name}{through}.", *backup_note(kept)),
    )


def unlink(ctx: typer.Context) -> Result:
    """Remove the .polyscale.toml that holds here.

    It is no error when there is none.

    \b
    Examples:
      polyscale unlink
    """
    app = context_of(ctx)
    path = app.settings.project_path()
    if path is None:
        return Result(data={"removed": False, "file": None}, notes=(f"No {FILE} holds in {app.cwd}.",))
    try:
        path.unlink()
    except OSError as error:
        raise UsageError(
            f"{path} cannot be removed.", why=f"{error.strerror or error}.", code="UNWRITABLE_FILE"
        ) from error
    return Result(data={"removed": True, "file": str(path)}, notes=(f"Removed {path}.",))
