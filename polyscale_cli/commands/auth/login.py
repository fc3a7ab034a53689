"""``polyscale auth login``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from polyscale_cli.client.target import Target
from polyscale_cli.commands.auth.shared import Api, api_of, ask_edge, warn_of_variable
from polyscale_cli.context import AppContext
from polyscale_cli.credentials import keyring_store, store
from polyscale_cli.credentials.token import LONGEST, Kind, Token, checked
from polyscale_cli.errors import AuthenticationError, UsageError
from polyscale_cli.options import context_of
from polyscale_cli.output import Result
from polyscale_cli.settings.keys import Key

NO_KEYRING = "NO_KEYRING"


def login(
    ctx: typer.Context,
    *,
    with_token: Annotated[bool, typer.Option("--with-token", help="Read the token from stdin.")] = False,
    token_file: Annotated[
        Path | None, typer.Option("--token-file", metavar="FILE", help="Read the token from a file.")
    ] = None,
    insecure_storage: Annotated[
        bool, typer.Option("--insecure-storage", help="Keep it in a file that you alone may read, unencrypted.")
    ] = False,
) -> Result:
    """Store a token for the API of the profile in use.

    The token is tried first, then kept in the system's keyring, for this profile and this API alone. Where there is no
    keyring, nothing is stored unless --insecure-storage says so. POLYSCALE_KEYRING (auto, off or required) says whether
    it is asked. In CI, set POLYSCALE_TOKEN and log in nowhere.

    \b
    Examples:
      polyscale auth login --profile staging
      pass show polyscale/staging | polyscale auth login --with-token
      polyscale auth login --token-file key.txt --insecure-storage
    """
    app = context_of(ctx)
    api = api_of(app)
    kind = _store_for(app, api, insecure=insecure_storage)
    token = _given(app, with_token=with_token, token_file=token_file)
    app.console.redact.learn([token.secret])
    edge = ask_edge(app, Target(api.url, token, None, api.named_by))
    change = _kept(app, api, token, kind)
    if change.left_behind:
        app.console.warn(f"An older token may still be in the keyring: {change.left_behind}")
    warn_of_variable(app)
    return Result(
        data={
            "profile": api.place.profile,
            "api_url": api.url,
            "store": change.store,
            "edge_version": edge.version,
        },
        notes=(f"Logged in to {api.url} (profile {api.place.profile}). The token is in {change.where}.",),
    )


def _store_for(app: AppContext, api: Api, *, insecure: bool) -> Kind:
    """Where the token will go: decided before it is asked for."""
    mode = app.settings.value(Key.KEYRING) or ""
    if insecure:
        if mode == "required":
            raise UsageError(
                "--insecure-storage and a required keyring were both given.",
                fix="Leave one of them out; POLYSCALE_KEYRING, or the profile's keyring, requires it.",
            )
        return Kind.FILE
    against = keyring_store.why_not(app.settings)
    if against is None:
        return Kind.KEYRING
    return _file_instead(app, api, f"The reason is that {against}.")


def _kept(app: AppContext, api: Api, token: Token, kind: Kind) -> store.Change:
    if kind is Kind.KEYRING:
        try:
            return store.keep_in_keyring(api.file, api.place, token)
        except AuthenticationError as error:
            if app.settings.value(Key.KEYRING) == "required":
                raise
            _file_instead(app, api, error.why or error.what)
    return store.keep_in_file(app.settings, api.file, api.place, token)


def _file_instead(app: AppContext, api: Api, why: str) -> Kind:
    """The file, if a person agrees to it: never in silence. Raises AuthenticationError."""
    if app.interactive:
        from polyscale_cli.output.prompt import confirm

        app.console.warn(f"There is no keyring to keep the token in. {why}")
        if confirm(app.console, f"Keep it unencrypted in {api.file.path}, which you alone may read?"):
            return Kind.FILE
    raise AuthenticationError(
        "There is no keyring to keep the token in, and nothing was stored.",
        why=why,
        fix="Add --insecure-storage to keep it in a file that you alone may read, or set POLYSCALE_TOKEN instead.",
        code=NO_KEYRING,
    )


def _given(app: AppContext, *, with_token: bool, token_file: Path | None) -> Token:
    """The token, from where the options say, or from the person. Raises UsageError or AuthenticationError."""
    if with_token and token_file is not None:
        raise UsageError("--with-token and --token-file were both given.", fix="Give one of them.")
    if token_file is not None:
        return checked(_file_text(app.cwd / token_file.expanduser()), f"the file {token_file}", Kind.GIVEN)
    if with_token:
        # A little more than a token may be, so that one that is too long is seen to be.
        return checked(app.stdin.read(2 * LONGEST), "stdin", Kind.GIVEN)
    if app.interactive:
        from polyscale_cli.output.prompt import ask_secret

        return checked(ask_secret(app.console, "Token"), "what was typed", Kind.GIVEN)
    raise UsageError(
        "No token was given, and nobody is here to be asked.",
        fix="Pipe it in with --with-token, or name a file with --token-file. Without a login, set POLYSCALE_TOKEN.",
        code="NO_TOKEN_GIVEN",
    )


def _file_text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="surrogateescape") as file:
            return file.read(2 * LONGEST)
    except OSError as error:
        raise UsageError(
            f"The token file {path} cannot be read.", why=f"{error.strerror or error}.", code="UNREADABLE_FILE"
        ) from error
