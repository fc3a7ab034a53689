"""``polyscale cache show``."""

from __future__ import annotations

import typer

from polyscale_cli.commands.cache import shared
from polyscale_cli.commands.session import session
from polyscale_cli.options import CacheRef, context_of
from polyscale_cli.output import Fields, Result


def show(ctx: typer.Context, cache: CacheRef = None) -> Result:
    """Show one cache, its address and its counters.

    Counters begin when the edge starts.

    \b
    Examples:
      polyscale cache show shop
      polyscale cache show shop -o json
    """
    with session(context_of(ctx)) as current:
        found = current.cache(cache)
        metrics = current.api.observed_metrics(found.id)
    pairs = shared.fields_of(found) + tuple((name, f"{value:,}") for name, value in metrics.counts.items())
    if found.observes:
        pairs += metrics.observed.fields
    counted = {**metrics.counts, **metrics.observed.data()}
    return Result(data={**found.data(), "metrics": counted}, view=Fields(pairs), ids=(found.id,))
