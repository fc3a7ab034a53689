"""``polyscale profile list``, ``use``, ``add`` and ``remove``."""

from __future__ import annotations

from typing import Annotated

import typer

from polyscale_cli.client.target import refuse_clear_text
from polyscale_cli.context import AppContext
from polyscale_cli.credentials.place import Place
from polyscale_cli.credentials.resolve import credential_file
from polyscale_cli.errors import ConflictError, NotFoundError, UsageError
from polyscale_cli.options import context_of
from polyscale_cli.output import Result, Table
from polyscale_cli.output.result import Json
from polyscale_cli.settings.keys import LOCAL, Key
from polyscale_cli.settings.profile_name import checked_name
from polyscale_cli.settings.resolve import Origin
from polyscale_cli.settings.toml_text import backup_note
from polyscale_cli.settings.user_file import UserFile
from polyscale_cli.settings.values import checked

_NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The profile's name.")]


def list_profiles(ctx: typer.Context) -> Result:
    """List the profiles.

    A profile is an API and how to use it. `local`, the edge on this machine, is always there.

    \b
    Examples:
      polyscale profile list
      polyscale profile list -o json
    """
    app = context_of(ctx)
    user, in_use, stored = app.settings.user_file, app.settings.profile, credential_file(app.settings)
    data: list[dict[str, Json]] = []
    for name in user.names():
        values = user.profiles.get(name, {})
        url = values.get(Key.API_URL)
        record = stored.find(Place.of(name, url)) if url else None
        data.append(
            {
                "name": name,
                "api_url": url,
                "cache": values.get(Key.CACHE),
                "in_use": name == in_use,
                "token_store": record.store if record else None,
            }
        )
    rows = tuple(
        (
            f"{'*' if row['in_use'] else ' '} {row['name']}",
            str(row["api_url"] or ("the edge on this machine" if row["name"] == LOCAL else "")),
            str(row["cache"] or ""),
            str(row["token_store"] or ("its own" if row["name"] == LOCAL else "none")),
        )
        for row in data
    )
    return Result(data=data, view=Table(("profile", "api", "cache", "token"), rows, wraps=True), ids=user.names())


def use(ctx: typer.Context, name: _NameArgument) -> Result:
    """Use a profile from now on.

    --profile, POLYSCALE_PROFILE and a project file still come first.

    \b
    Examples:
      polyscale profile use staging
      polyscale profile use local
    """
    app = context_of(ctx)
    return select(app, name)


def select(app: AppContext, name: str) -> Result:
    """Make a profile the one in use. Raises NotFoundError."""
    user = app.settings.user_file
    _must_exist(user, name)
    kept = user.using(name).save()
    chosen = app.settings.resolve(Key.PROFILE)
    if chosen.origin in {Origin.ENVIRONMENT, Origin.PROJECT} and chosen.value != name:
        app.console.warn(f"{chosen.place} says {chosen.value}, and comes first.")
    return Result(
        data={"profile": name, "file": str(user.path)}, notes=(f"The profile {name} is in use.", *backup_note(kept))
    )


def add(
    ctx: typer.Context,
    name: _NameArgument,
    *,
    api_url: Annotated[
        str, typer.Option("--api-url", metavar="URL", help="Its management API, such as https://edge.example.com.")
    ],
    cache: Annotated[
        str | None, typer.Option("--cache", metavar="CACHE", help="The cache of commands that name none.")
    ] = None,
    in_use: Annotated[bool, typer.Option("--use", help="Use it from now on.")] = False,
) -> Result:
    """Add a profile: an API, and how to use it.

    \b
    Examples:
      polyscale profile add staging --api-url https://edge.example.com --use
      polyscale profile add work --api-url https://edge.example.com --cache shop
    """
    app = context_of(ctx)
    checked_name(name, "the command line")
    _refuse_local(name)
    url = checked(Key.API_URL, api_url, "--api-url")
    refuse_clear_text(url, "--api-url")
    user = app.settings.user_file
    there = user.profiles.get(name)
    if there is not None and there.get(Key.API_URL) != url:
        raise ConflictError(
            f"There is a profile {name} already.",
            why=f"Its API is {there.get(Key.API_URL)}.",
            fix=f"Choose another name, or change it: polyscale config set api_url {url} --profile {name}",
            code="PROFILE_EXISTS",
        )
    user = user.with_value(name, Key.API_URL, url)
    if cache is not None:
        user = user.with_value(name, Key.CACHE, checked(Key.CACHE, cache, "--cache"))
    kept = (user.using(name) if in_use else user).save()
    return Result(
        data={"name": name, "api_url": url, "cache": cache, "in_use": in_use, "file": str(user.path)},
        notes=(f"{'Added' if there is None else 'Kept'} the profile {name}.", *backup_note(kept)),
        next_steps=(f"polyscale auth login --profile {name}",),
    )


def remove(
    ctx: typer.Context,
    name: _NameArgument,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    if_exists: Annotated[bool, typer.Option("--if-exists", help="It is no error when there is none.")] = False,
) -> Result:
    """Remove a profile, and forget its token.

    \b
    Examples:
      polyscale profile remove staging
      polyscale profile remove staging --yes --if-exists
    """
    from polyscale_cli.credentials import store

    app = context_of(ctx)
    _refuse_local(name)
    user = app.settings.user_file
    if name not in user.profiles and if_exists:
        return Result(data={"removed": False, "name": name}, notes=(f"There is no profile {name}.",))
    _must_exist(user, name)
    if not yes:
        _confirm(app, name)
    file = credential_file(app.settings)
    for place in [place for place in file.places() if place.profile == name]:
        change = store.forget(app.settings, file, place)
        if change.left_behind:
            app.console.warn(f"The token may still be in the keyring: {change.left_behind}")
    kept = user.without(name).save()
    was_in_use = f" `{LOCAL}` is in use now." if user.selected == name else ""
    return Result(
        data={"removed": True, "name": name},
        notes=(f"Removed the profile {name}.{was_in_use}", *backup_note(kept)),
    )


def _confirm(app: AppContext, name: str) -> None:
    if not app.interactive:
        raise ConflictError(
            f"The profile {name} was not removed: nobody is here to confirm it.",
            fix="Add --yes.",
            code="CONFIRMATION_NEEDED",
        )
    from polyscale_cli.output.prompt import DeclinedError, confirm

    if not confirm(app.console, f"Remove the profile {name}, and forget its token?"):
        raise DeclinedError("Aborted: nothing was changed.")


def _must_exist(user: UserFile, name: str) -> None:
    if name not in user.names():
        raise NotFoundError(
            f"There is no profile {name!r}.",
            why=f"There are {', '.join(user.names())}.",
            fix="Add it: polyscale profile add NAME --api-url URL",
            code="PROFILE_NOT_FOUND",
        )


def _refuse_local(name: str) -> None:
    if name == LOCAL:
        raise UsageError(
            f"The profile {LOCAL} is built in.",
            why="It is the edge on this machine, and has no API URL of its own.",
            fix="Choose another name.",
            code="BUILT_IN_PROFILE",
        )
