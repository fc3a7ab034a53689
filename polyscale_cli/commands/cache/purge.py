"""``polyscale purge`` and ``polyscale cache purge``."""

from __future__ import annotations

from typing import Annotated

import typer

from polyscale_cli.commands.session import pick, session
from polyscale_cli.errors import UsageError
from polyscale_cli.options import context_of
from polyscale_cli.output import Lines, Result


def purge(
    ctx: typer.Context,
    caches: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CACHE]...",
            envvar="POLYSCALE_CACHE",
            help="Names, ids, or beginnings of ids. Not needed while there is only one cache.",
        ),
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All caches.")] = False,
) -> Result:
    """Drop everything that caches hold.

    It takes effect at once, and it is safe to repeat: nothing to drop is a success.

    \b
    Examples:
      polyscale purge shop
      polyscale purge shop blog -o json
      polyscale purge --all
    """
    app = context_of(ctx)
    with session(app) as current:
        known = current.caches()
        if everything and caches:
            raise UsageError("--all and names were both given.", fix="Give one of them.")
        references: list[str | None] = [*caches] if caches else [None]
        chosen = list(known) if everything else [pick(known, reference) for reference in references]
        # The same cache named twice is purged once.
        distinct = list({cache.id: cache for cache in chosen}.values())
        with app.progress("Purging"):
            purged = [(cache, current.api.purge(cache.id)) for cache in distinct]
    return Result(
        data={
            "purged": sum(count for _, count in purged),
            "caches": [{"id": cache.id, "name": cache.name, "purged": count} for cache, count in purged],
        },
        view=Lines(
            tuple(f"Purged {count} {'entry' if count == 1 else 'entries'} of {cache.name}." for cache, count in purged)
        ),
    )
