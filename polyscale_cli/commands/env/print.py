"""``polyscale env print``: the variables on stdout, values included."""

from __future__ import annotations

import typer

from polyscale_cli.ci.harmless import HarmlessStream, harmless, harmless_json
from polyscale_cli.commands import origin
from polyscale_cli.commands.connstr import DriverOption
from polyscale_cli.commands.env.options import (
    CacheOption,
    DirectOption,
    FormatOption,
    HyperdriveOption,
    PrefixOption,
    PrismaPairOption,
    VariableNameOption,
    chosen_format,
    request,
)
from polyscale_cli.commands.env.variables import find_way, variables
from polyscale_cli.context import AppContext
from polyscale_cli.errors import UsageError
from polyscale_cli.options import context_of
from polyscale_cli.output import Lines, Result


def print_variables(
    ctx: typer.Context,
    *,
    cache: CacheOption = None,
    form: FormatOption = None,
    name: VariableNameOption = None,
    from_url: origin.FromUrlOption = None,
    prisma: PrismaPairOption = False,
    driver: DriverOption = None,
    hyperdrive: HyperdriveOption = None,
    prefix: PrefixOption = "",
    to_database: DirectOption = False,
) -> Result:
    """Print connection variables, through the cache, values included.

    For programs that read them from a pipe: nothing is left on disk. Takes the connection string from the environment,
    else from .env here.

    \b
    Examples:
      polyscale env print --format wrangler | npx wrangler secret bulk
      eval "$(polyscale env print --cache shop --format export)"
      polyscale env print --cache shop --prisma
    """
    app = context_of(ctx)
    chosen = chosen_format(form, None)
    asked = request(
        form=chosen,
        cache=cache,
        name=name,
        from_url=from_url,
        driver=driver,
        prisma=prisma,
        hyperdrive=hyperdrive,
        prefix=prefix,
        to_database=to_database,
    )
    way = find_way(app, asked, for_use_now=True)
    if way.elsewhere:
        app.console.warn(f"Check {way.given.source}: {way.elsewhere}.")
    found = variables(app, asked, way)
    printed = chosen.text(found.pairs)
    objection = _objection(app, printed)
    if objection is not None:
        if not chosen.is_json:
            raise UsageError(
                "Standard output cannot carry these variables as they are.",
                why=objection,
                fix="Use --format json, or set PYTHONIOENCODING=utf-8 where it is the encoding.",
                code="UNREPRESENTABLE",
            )
        printed = harmless_json(chosen.text(found.pairs, only_ascii=True))
    return Result(data=dict(found.pairs), view=Lines(tuple(printed[:-1].split("\n"))), notes=found.notes)


def _objection(app: AppContext, text: str) -> str | None:
    """What would become of the text on its way; None when it arrives as it is."""
    encoding = app.console.out.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return f"Its encoding is {encoding}."
    if isinstance(app.console.out, HarmlessStream) and harmless(text) != text:
        return "A value looks like a command to GitHub's runner, which would obey it."
    return None
