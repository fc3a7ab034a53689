"""``polyscale auth keys create``, ``list`` and ``revoke``."""

from __future__ import annotations

from typing import Annotated

import typer

from polyscale_cli.client.keys import KeyRecord, KeyScope
from polyscale_cli.commands.known import pick
from polyscale_cli.commands.session import session
from polyscale_cli.errors import ConflictError, NotFoundError, UsageError
from polyscale_cli.options import context_of
from polyscale_cli.output import Line, Narrowing, Result, Table
from polyscale_cli.output.result import Json

_SCOPES = ", ".join(KeyScope)


def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Words by which you will know it.")],
    *,
    scopes: Annotated[
        list[KeyScope] | None,
        typer.Option("--scope", metavar="SCOPE", help=f"What it may do; may be given again. {_SCOPES}."),
    ] = None,
) -> Result:
    """Make an API key and print it.

    It is shown this once: the edge keeps a hash alone. A key for CI that may only purge needs caches:purge and no more.
    Only the edge's own token may make keys: `polyscale edge token` prints it on the edge's machine.

    \b
    Examples:
      polyscale auth keys create deploy --scope caches:purge
      polyscale auth keys create board --scope caches:read --scope cacheRules:read
      polyscale auth keys create ci --scope caches:purge | gh secret set TOKEN
    """
    if not scopes:
        raise UsageError(
            "What may the key do?", why=f"There are {_SCOPES}.", fix="Give --scope.", code="NO_SCOPE"
        )  # fmt: skip
    app = context_of(ctx)
    with session(app) as current:
        made = current.api.create_key(name, sorted(set(scopes)))
    app.console.redact.learn([made.secret])
    data: dict[str, Json] = {**made.key.data(), "secret": made.secret}
    return Result(
        data=data,
        view=Line(made.secret),
        notes=(f"Made the key {made.key.name}, for {', '.join(made.key.scopes)}. It is shown this once.",),
        ids=(made.secret,),
    )


def list_keys(ctx: typer.Context) -> Result:
    """List the API keys, without their secrets.

    \b
    Examples:
      polyscale auth keys list
      polyscale auth keys list -o json | jq -r '.data[].name'
    """
    with session(context_of(ctx)) as current:
        keys = current.api.keys()
    return Result(
        data=[key.data() for key in keys],
        view=Table(
            ("name", "id", "key", "scopes", "made"),
            tuple((key.name, key.id, key.hint, ", ".join(key.scopes), key.created_at) for key in keys),
            empty="There are no API keys. Make one: polyscale auth keys create NAME --scope caches:purge",
            narrowings=(Narrowing("made"), Narrowing("scopes", 16), Narrowing("name", 12)),
        ),
        ids=tuple(key.id for key in keys),
    )


def revoke(
    ctx: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="KEY", help="Name, id, or the beginning of an id (6 or more).")],
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    if_exists: Annotated[bool, typer.Option("--if-exists", help="It is no error when there is no such key.")] = False,
) -> Result:
    """Revoke an API key, at once.

    \b
    Examples:
      polyscale auth keys revoke deploy
      polyscale auth keys revoke deploy --yes --if-exists
    """
    app = context_of(ctx)
    with session(app) as current:
        found = _picked(current.api.keys(), reference)
        if found is None:
            if not if_exists:
                raise NotFoundError(
                    f"There is no key {reference!r}.",
                    fix="See them all: polyscale auth keys list",
                    code="KEY_NOT_FOUND",
                )
            return Result(
                data={"revoked": False, "id": None, "name": reference}, notes=(f"There is no key {reference}.",)
            )
        if not yes:
            if not app.interactive:
                raise ConflictError(
                    f"The key {found.name} was not revoked: nobody is here to confirm it.",
                    fix="Add --yes.",
                    code="CONFIRMATION_NEEDED",
                )
            from polyscale_cli.output.prompt import confirm_by_name

            confirm_by_name(app.console, f"Whatever uses the key {found.name} is turned away from now on.", found.name)
        current.api.revoke_key(found.id)
    return Result(data={"revoked": True, "id": found.id, "name": found.name}, notes=(f"Revoked the key {found.name}.",))


def _no_key(reference: str) -> NotFoundError:
    return NotFoundError(
        f"There is no key {reference!r}.", fix="See them all: polyscale auth keys list", code="KEY_NOT_FOUND"
    )


def _picked(keys: tuple[KeyRecord, ...], reference: str) -> KeyRecord | None:
    try:
        return pick(keys, reference)
    except NotFoundError:
        return None
