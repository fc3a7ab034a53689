"""``polyscale config list``, ``get``, ``set``, ``unset`` and ``path``."""

from __future__ import annotations

from typing import Annotated

import typer

from polyscale_cli.commands.profile import select
from polyscale_cli.errors import NotFoundError, UsageError
from polyscale_cli.options import context_of
from polyscale_cli.output import Line, Result, Table
from polyscale_cli.settings.keys import DEFINITIONS, LOCAL, Key
from polyscale_cli.settings.paths import config_dir
from polyscale_cli.settings.resolve import Origin, Resolved, Settings
from polyscale_cli.settings.toml_text import backup_note
from polyscale_cli.settings.user_file import FILE, IN_PROFILE
from polyscale_cli.settings.values import checked

_KeyArgument = Annotated[
    str,
    typer.Argument(
        metavar="KEY",
        help="See them all with `polyscale config list`: timeout, cache, …",
        autocompletion=lambda: [str(key) for key in DEFINITIONS],
    ),
]


def list_settings(
    ctx: typer.Context,
    *,
    show_origin: Annotated[bool, typer.Option("--show-origin", help="Also say where each value comes from.")] = False,
) -> Result:
    """List the settings that hold here.

    An option comes before a variable, then .polyscale.toml, the profile in your own file, and what is built in.

    \b
    Examples:
      polyscale config list --show-origin
      polyscale config list -o json
    """
    app = context_of(ctx)
    found = [app.settings.resolve(key) for key in DEFINITIONS]
    rows = tuple(_row(one, with_origin=show_origin) for one in found)
    columns = ("setting", "value", "origin", "place") if show_origin else ("setting", "value")
    return Result(
        data=[{"key": one.key, "value": one.value, "origin": one.origin, "place": one.place} for one in found],
        view=Table(columns, rows),
        ids=tuple(one.key for one in found),
    )


def get(ctx: typer.Context, key: _KeyArgument) -> Result:
    """Print the value of one setting.

    Exits with 3 when it has none.

    \b
    Examples:
      polyscale config get api_url
      polyscale config get timeout --profile staging
    """
    app = context_of(ctx)
    found = app.settings.resolve(_key(key))
    if found.value is None:
        raise NotFoundError(f"{found.key} has no value.", code="NOT_SET")
    data = {"key": found.key, "value": found.value, "origin": found.origin, "place": found.place}
    return Result(data=data, view=Line(found.value))


def set_value(
    ctx: typer.Context,
    key: _KeyArgument,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="Its value.")],
) -> Result:
    """Set a value in the profile in use.

    \b
    Examples:
      polyscale config set timeout 10
      polyscale config set cache shop --profile staging
    """
    app = context_of(ctx)
    wanted = _key(key)
    if wanted is Key.PROFILE:
        return select(app, value)
    profile = _writable(app.settings, wanted)
    kept_value = checked(wanted, value, str(wanted))
    if wanted is Key.API_URL:
        from polyscale_cli.client.target import refuse_clear_text

        refuse_clear_text(kept_value, "api_url")
    user = app.settings.user_file.with_value(profile, wanted, kept_value)
    kept = user.save()
    holds = app.settings.resolve(wanted)
    if holds.origin in {Origin.ENVIRONMENT, Origin.PROJECT}:
        app.console.warn(f"{holds.place} says {holds.value}, and comes first.")
    return Result(
        data={"key": wanted, "value": kept_value, "profile": profile, "file": str(user.path)},
        notes=(f"Set {wanted} of the profile {profile} in {user.path}.", *backup_note(kept)),
    )


def unset(ctx: typer.Context, key: _KeyArgument) -> Result:
    """Take a value out of the profile in use.

    It is no error when it is not there.

    \b
    Examples:
      polyscale config unset timeout
      polyscale config unset cache --profile staging
    """
    app = context_of(ctx)
    wanted = _key(key)
    if wanted is Key.PROFILE:
        return select(app, LOCAL)
    profile = _writable(app.settings, wanted)
    if wanted is Key.API_URL:
        raise UsageError(
            f"The profile {profile} is nothing without its API.",
            fix=f"Remove it whole: polyscale profile remove {profile}",
        )
    user = app.settings.user_file
    was_there = wanted in user.profiles.get(profile, {})
    kept = user.with_value(profile, wanted, None).save() if was_there else None
    said = f"Took {wanted} out of the profile {profile}." if was_there else f"The profile {profile} has no {wanted}."
    return Result(
        data={"key": wanted, "removed": was_there, "profile": profile, "file": str(user.path)},
        notes=(said, *backup_note(kept)),
    )


def path(ctx: typer.Context) -> Result:
    """Print where your own file of settings is, whether or not it exists yet.

    \b
    Examples:
      polyscale config path
      cat "$(polyscale config path)"
    """
    found = config_dir(context_of(ctx).environ) / FILE
    return Result(data={"path": str(found), "exists": found.exists()}, view=Line(str(found)))


def _row(one: Resolved, *, with_origin: bool) -> tuple[str, ...]:
    row = (str(one.key), one.value or "")
    return (*row, str(one.origin), one.place) if with_origin else row


def _key(name: str) -> Key:
    """The setting of that name, as the file or a variable spells it. Raises UsageError."""
    plain = name.strip().lower().removeprefix("polyscale_").replace("-", "_")
    try:
        return Key(plain)
    except ValueError:
        pass
    if "token" in plain or "password" in plain:
        raise UsageError(
            "A secret is no setting.",
            why="The file of settings is no place for one.",
            fix="Store a token with `polyscale auth login`; a database's password is never stored.",
            code="SECRET",
        )
    import difflib

    near = difflib.get_close_matches(plain, list(Key), n=1)
    raise UsageError(
        f"There is no setting {name[:80]!r}.",
        why=f"There are {', '.join(Key)}.",
        fix=f"Did you mean {near[0]}?" if near else None,
        code="UNKNOWN_SETTING",
    )


def _writable(settings: Settings, key: Key) -> str:
    """The profile to write to. Raises UsageError or NotFoundError."""
    definition = DEFINITIONS[key]
    if key not in IN_PROFILE:
        options = f"{definition.option} or {definition.variable}" if definition.option else definition.variable
        raise UsageError(
            f"{key} cannot stand in a file.",
            why=f"A profile may have {', '.join(sorted(IN_PROFILE))}.",
            fix=f"Set it with {options}.",
            code="NOT_IN_A_FILE",
        )
    profile = settings.profile
    if profile not in settings.user_file.names():
        raise NotFoundError(
            f"There is no profile {profile}.",
            fix=f"Make it: polyscale profile add {profile} --api-url URL",
            code="PROFILE_NOT_FOUND",
        )
    if key is Key.API_URL and profile == LOCAL:
        raise UsageError(
            f"The profile {LOCAL} is the edge on this machine, and has no API URL.",
            fix="Make a profile for another edge: polyscale profile add NAME --api-url URL",
            code="BUILT_IN_PROFILE",
        )
    return profile
