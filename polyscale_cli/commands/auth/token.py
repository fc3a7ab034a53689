"""``polyscale auth status``, ``auth token`` and ``auth logout``."""

from __future__ import annotations

import typer

from polyscale_cli.client.target import current_token, find_target
from polyscale_cli.commands.auth.shared import api_of, ask_edge, warn_of_variable
from polyscale_cli.errors import AuthenticationError, UnavailableError
from polyscale_cli.options import context_of
from polyscale_cli.output import Fields, Line, Problem, Result
from polyscale_cli.output.result import Json


def status(ctx: typer.Context) -> Result:
    """Show which token is used, where it comes from, and whether it is valid.

    Asks the API. Exits with 4 when there is no token or it is refused, and with 6 when the API is out of reach.

    \b
    Examples:
      polyscale auth status
      polyscale auth status --profile staging -o json
    """
    app = context_of(ctx)
    target = find_target(app.settings)
    if target is None:
        raise UnavailableError(
            "The edge on this machine does not run, so its token cannot be tried.",
            fix="Start it: polyscale edge start",
            code="EDGE_NOT_RUNNING",
            next_steps=("polyscale edge start",),
        )
    refusal: AuthenticationError | None = None
    version: str | None = None
    try:
        version = ask_edge(app, target).version
    except AuthenticationError as error:
        refusal = error
    data: dict[str, Json] = {
        "profile": app.settings.profile,
        "api_url": target.url,
        "token": target.token.masked,
        "source": target.token.kind,
        "source_detail": target.token.source,
        "valid": refusal is None,
        # The API's keys do not expire; they are revoked.
        "expires_at": None,
        "edge_version": version,
    }
    pairs = (
        ("profile", app.settings.profile),
        ("api", target.url),
        ("token", f"{target.token.masked} from {target.token.source}"),
        ("valid", "no" if refusal else "yes, until it is revoked"),
    )
    return Result(
        data=data,
        view=Fields(pairs),
        exit_code=refusal.exit_code if refusal else 0,
        errors=(Problem.of(refusal),) if refusal else (),
    )


def token(ctx: typer.Context) -> Result:
    """Print the token that commands use.

    One line on stdout, for scripts. Keep it as you keep a password.

    \b
    Examples:
      polyscale auth token
      POLYSCALE_TOKEN="$(polyscale auth token)" ./deploy.sh
    """
    app = context_of(ctx)
    found = current_token(app.settings)
    # The answer is the one place where it shows; CI hides it there, too.
    app.console.redact.learn([found.secret])
    return Result(data={"token": found.secret, "source": found.kind}, view=Line(found.secret))


def logout(ctx: typer.Context) -> Result:
    """Forget the stored token of the profile in use.

    The key itself stays valid until `polyscale auth keys revoke`. It is no error when none is stored.

    \b
    Examples:
      polyscale auth logout
      polyscale auth logout --profile staging
    """
    from polyscale_cli.credentials import store

    app = context_of(ctx)
    api = api_of(app)
    change = store.forget(app.settings, api.file, api.place)
    if change.left_behind:
        app.console.warn(f"It is no longer used, but may still be in the keyring: {change.left_behind}")
    warn_of_variable(app)
    note = f"No token was stored for {api.place.origin} (profile {api.place.profile})."
    if change.store is not None:
        note = f"Forgot the token for {api.place.origin} (profile {api.place.profile}). It was in {change.where}."
    return Result(
        data={
            "profile": api.place.profile,
            "origin": api.place.origin,
            "forgotten": change.store is not None,
            "store": change.store,
        },
        notes=(note,),
    )
