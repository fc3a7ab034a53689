"""``polyscale console``: where the web console is, or the browser with it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import typer

from polyscale_cli.commands.session import session
from polyscale_cli.options import context_of
from polyscale_cli.output import Line, Result


def console(
    ctx: typer.Context,
    *,
    with_browser: Annotated[bool, typer.Option("--open", help="Open it in the browser, logged in.")] = False,
) -> Result:
    """Show the address of the web console, or open it.

    The console shows what caches do, and changes them. It asks for the token that `polyscale edge token` prints. With
    --open the browser is handed the token behind the address's #, which no server and no log is sent.

    \b
    Examples:
      polyscale console
      polyscale console --open
    """
    app = context_of(ctx)
    with session(app) as current:
        # The console is the edge's: say now if nobody answers there.
        current.api.edge()
        url = f"{current.target.url}/"
        opened = with_browser and _opened(f"{url}#token={quote(current.target.token.secret, safe='')}")
    notes: tuple[str, ...] = ()
    if with_browser and not opened:
        notes = ("No browser could be started here: open the address yourself, and log in with the token.",)
    elif not with_browser:
        notes = ("Log in with what `polyscale edge token` prints; with --open, the browser brings it along.",)
    return Result(data={"url": url, "opened": opened}, view=Line(url), notes=notes)


def _opened(address: str) -> bool:
    import webbrowser

    return webbrowser.open(address)
