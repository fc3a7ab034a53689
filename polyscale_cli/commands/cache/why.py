"""``polyscale cache why``."""

from __future__ import annotations

from typing import Annotated

import typer

from polyscale_cli.client.why import Why
from polyscale_cli.commands.session import session
from polyscale_cli.commands.statement import cache_and_statement
from polyscale_cli.options import context_of
from polyscale_cli.output import Lines, Result
from polyscale_cli.output.text import clean


def why(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CACHE] SQL",
            help="The cache, as everywhere, and one query, or a template's id; - reads it from stdin.",
        ),
    ] = None,
) -> Result:
    """Tell what became of the answers to a query, and why it is served or not.

    Of an answer that is held: whose read filled it and when, how often it was served, and when it ends. Of those that
    went: when, and by which write of which session, a purge, a setting, or want of memory. Where nothing was ever kept:
    why, and what to do about it. Nothing is run; of writes only templates are shown, never their values. With the id of
    a template, as `polyscale cache queries` shows it, it is about all queries of that template.

    \b
    Examples:
      polyscale cache why shop "SELECT * FROM orders WHERE id = 7"
      polyscale cache why shop - < report.sql
      polyscale cache why shop 5d41402abc4b2a76
      polyscale cache why shop "SELECT now()" --json
    """
    app = context_of(ctx)
    reference, sql = cache_and_statement(app, words or [], 'polyscale cache why shop "SELECT 1"')
    with session(app) as current:
        found = current.cache(reference)
        told = current.api.why(found.id, sql)
    return Result(
        data=told.data(),
        view=Lines(tuple(clean(line) for line in _lines(told))),
        ids=(told.explanation.template_id,),
    )


def _lines(told: Why) -> list[str]:
    tables = sorted({name for one in told.held for name in one.tables}) or list(told.explanation.tables)
    tags = sorted({name for one in told.held for name in one.tags})
    return [
        *told.words,
        *([f"Tables: {', '.join(tables)}."] if tables else []),
        *([f"Tags: {', '.join(tags)}."] if tags else []),
        f"Template {told.explanation.template_id}: {told.explanation.template}",
    ]
