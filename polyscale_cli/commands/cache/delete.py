"""``polyscale cache delete``."""

from __future__ import annotations

from typing import Annotated

import typer

from polyscale_cli.client.models import CacheRecord
from polyscale_cli.commands.cache.leftovers import Leftover, leftovers
from polyscale_cli.commands.session import Session, session
from polyscale_cli.context import AppContext
from polyscale_cli.errors import ConflictError, NotFoundError
from polyscale_cli.options import context_of
from polyscale_cli.output import Result


def delete(
    ctx: typer.Context,
    cache: Annotated[str, typer.Argument(metavar="CACHE", help="Name, id, or the beginning of an id (6 or more).")],
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    if_exists: Annotated[bool, typer.Option("--if-exists", help="It is no error when there is no such cache.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Delete nothing; say what would go.")] = False,
) -> Result:
    """Delete a cache and end its connections.

    The database is not touched. Clients that still use the cache's connection string are turned away. Where this
    directory's .env, .env.local or .polyscale.toml still name the cache, it is said how to put that right.

    \b
    Examples:
      polyscale cache delete shop
      polyscale cache delete shop --dry-run
      polyscale cache delete shop --yes --if-exists
    """
    app = context_of(ctx)
    with session(app) as current:
        try:
            found = current.cache(cache)
        except NotFoundError:
            if not if_exists:
                raise
            return Result(
                data={"deleted": False, "id": None, "name": cache},
                notes=(f"There is no cache {cache}.",),
            )
        left = leftovers(app, found)
        if dry_run:
            return _what_would_go(current, found, left)
        if not yes:
            _confirm(app, found, left)
        current.api.delete(found.id)
        current.known.forget(found.id)
    return Result(
        data={"deleted": True, "id": found.id, "name": found.name},
        notes=(f"Deleted the cache {found.name}.", *(f"{one.what} through it, and nowhere now." for one in left)),
        next_steps=tuple(one.command for one in left),
    )


def _what_would_go(current: Session, cache: CacheRecord, left: tuple[Leftover, ...]) -> Result:
    metrics = current.api.metrics(cache.id)
    entries, connections = metrics.get("entries", 0), metrics.get("connections", 0)
    return Result(
        data={
            "deleted": False,
            "dry_run": True,
            "id": cache.id,
            "name": cache.name,
            "entries": entries,
            "connections": connections,
        },
        notes=(
            f"This would delete the cache {cache.name} ({cache.id}): {entries:,} entries would be dropped,"
            f" {connections:,} connections ended.",
            *(f"{one.what} through it." for one in left),
        ),
    )


def _confirm(app: AppContext, cache: CacheRecord, left: tuple[Leftover, ...]) -> None:
    if not app.interactive:
        raise ConflictError(
            f"The cache {cache.name} was not deleted: nobody is here to confirm it.",
            fix="Add --yes.",
            code="CONFIRMATION_NEEDED",
        )
    from polyscale_cli.output.prompt import confirm_by_name

    for one in left:
        app.console.warn(f"{one.what} through the cache {cache.name}.")
    confirm_by_name(app.console, f"This deletes the cache {cache.name} and ends its connections.", cache.name)
