"""``polyscale rules explain``."""

from __future__ import annotations

from typing import Annotated

import typer

from polyscale_cli.client.rules import Explanation
from polyscale_cli.commands.session import session
from polyscale_cli.commands.statement import cache_and_statement
from polyscale_cli.options import context_of
from polyscale_cli.output import Lines, Result
from polyscale_cli.output.text import clean


def explain(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CACHE] SQL",
            help="The cache, as everywhere, and one statement, or a template's id; - reads it from stdin.",
        ),
    ] = None,
) -> Result:
    """Say whether a statement is cached, which rule decides for how long, and why.

    Nothing is run. What only the database's catalog can tell, such as whether a name is a table, is known once the
    statement has run through the cache. In place of a statement, the id of a template will do.

    \b
    Examples:
      polyscale rules explain shop "SELECT * FROM orders WHERE id = 7"
      polyscale rules explain shop - < report.sql
      polyscale rules explain shop "SELECT now()" --json
    """
    app = context_of(ctx)
    reference, sql = cache_and_statement(app, words or [], 'polyscale rules explain shop "SELECT 1"')
    with session(app) as current:
        found = current.cache(reference)
        said = current.api.explain(found.id, sql)
    return Result(data=said.data(), view=Lines(tuple(clean(line) for line in _lines(said))), ids=(said.template_id,))


def _lines(said: Explanation) -> list[str]:
    tables = [f"Tables: {', '.join(said.tables)}."] if said.tables else []
    return [*said.words, *tables, f"Template {said.template_id}: {said.template}"]
