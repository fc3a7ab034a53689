"""``polyscale cache list``."""

from __future__ import annotations

import typer

from polyscale_cli.commands.cache import shared
from polyscale_cli.commands.session import session
from polyscale_cli.options import context_of
from polyscale_cli.output import Narrowing, Result, Table
from polyscale_cli.settings.local_edge import bracketed

SHORT_ID = 8
"""Digits of an id that are enough for every command."""


def list_caches(ctx: typer.Context) -> Result:
    """List the caches.

    \b
    Examples:
      polyscale cache list
      polyscale cache list -o json | jq -r '.data[].name'
    """
    with session(context_of(ctx)) as current:
        caches = current.caches()
    rows = tuple(
        (
            cache.name,
            cache.id,
            cache.database,
            f"{bracketed(cache.host)}:{cache.port}",
            shared.address(cache),
            shared.caching_word(cache),
        )
        for cache in caches
    )
    return Result(
        data=[cache.data() for cache in caches],
        view=Table(
            ("name", "id", "database", "origin", "connect to", "caching"),
            rows,
            empty="There are no caches yet. Create one: polyscale cache create NAME --from-env",
            narrowings=(
                Narrowing("id", SHORT_ID, marked=False),
                Narrowing("origin", 24),
                Narrowing("name", 12),
                Narrowing("caching"),
                Narrowing("origin", 15),
            ),
        ),
        ids=tuple(cache.id for cache in caches),
    )
