"""Where a command takes the database's connection string from: environment, ``.env``, stdin, or its parts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from polyscale_cli.connstr.model import DatabaseUrl
from polyscale_cli.context import AppContext
from polyscale_cli.errors import UsageError
from polyscale_cli.settings.environment import text
from polyscale_cli.value import Value

DEFAULT_NAME = "DATABASE_URL"
ENV_FILES = (".env", ".env.local")
STDIN = "-"

FromEnvOption = Annotated[
    bool, typer.Option("--from-env", help="Take the connection string from the environment, else from .env here.")
]
FromUrlOption = Annotated[
    str | None, typer.Option("--from-url", metavar="-", help="Read the connection string from stdin: --from-url -")
]
VariableOption = Annotated[
    str, typer.Option("--variable", metavar="NAME", help="The variable that --from-env reads.", show_default=True)
]
NameOption = Annotated[
    str, typer.Option("--name", metavar="VARIABLE", help="The variable that holds it.", show_default=True)
]


class Origin(Value):
    """A connection string and where it was found."""

    url: DatabaseUrl
    source: str


def given(app: AppContext, url: str | None, variable: str, *, also_env: bool) -> Origin:
    """The connection string from where it was said to be, by default the environment. Raises UsageError."""
    if url is None:
        return from_env(app, variable)
    if also_env:
        raise UsageError("--from-env and --from-url were both given.", fix="Give one of them.")
    return from_url(app, url)


def from_env(app: AppContext, name: str = DEFAULT_NAME) -> Origin:
    """The variable, from the environment, else from ``.env`` or ``.env.local`` in the working directory.

    Raises:
        UsageError: it is nowhere, or cannot be used.
    """
    from polyscale_cli.envfile.file import read

    given = text(app.environ, name)
    if given is not None:
        return understood(app, given, f"{name} in the environment")
    for file in ENV_FILES:
        content = read(app.cwd / file)
        value = content.get(name, app.environ) if content is not None else None
        if value:
            return understood(app, value, f"{name} in {file}")
    raise UsageError(
        f"There is no {name}, neither in the environment nor in {' or '.join(ENV_FILES)} in {app.cwd}.",
        fix="Set it, name another variable with --variable, or pipe the URL in: --from-url -",
        code="NO_DATABASE_URL",
    )


def from_url(app: AppContext, given: str) -> Origin:
    """The connection string on stdin; a person at a terminal is asked for it. Raises UsageError."""
    if given != STDIN:
        origin = understood(app, given, "--from-url")
        if origin.url.password is not None:
            app.console.warn(
                "A password on the command line can be read by other users of this machine. Pipe it in: --from-url -"
            )
        return origin
    if app.interactive:
        from polyscale_cli.output.prompt import ask_secret

        return understood(app, ask_secret(app.console, "Connection string"), "what was typed")
    return understood(app, app.stdin.read(), "stdin")


def understood(app: AppContext, value: str, source: str) -> Origin:
    """Read a connection string, and see to it that its password shows up nowhere. Raises UsageError with the source."""
    from polyscale_cli.connstr.parse import parse

    if not value.strip():
        raise UsageError(f"There is no connection string in {source}.", code="NO_DATABASE_URL")
    try:
        url = parse(value)
    except UsageError as error:
        raise UsageError(
            f"The connection string in {source} cannot be used.",
            why=error.why or error.what,
            fix=error.fix,
            code=error.code,
        ) from None
    hide(app, url)
    return Origin(url, source)


def hide(app: AppContext, url: DatabaseUrl) -> None:
    """Mask the password wherever else it may appear, as it is and as URLs have it."""
    if url.password:
        from polyscale_cli.connstr.quoting import encode

        app.console.redact.learn((url.password, encode(url.password)))


def env_file(app: AppContext, given: Path | None) -> Path:
    """The file that ``env write`` changes: ``.env``, unless only ``.env.local`` is there."""
    if given is not None:
        return app.cwd / given.expanduser()
    found = [file for file in ENV_FILES if (app.cwd / file).exists() or (app.cwd / file).is_symlink()]
    chosen = found[0] if found else ENV_FILES[0]
    if chosen != ENV_FILES[0]:
        app.console.note(f"Using {chosen}: there is no {ENV_FILES[0]} here.")
    return app.cwd / chosen
