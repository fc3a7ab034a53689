"""``polyscale env write``: make ``DATABASE_URL`` in a ``.env`` file go through a cache."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from polyscale_cli.commands import origin
from polyscale_cli.commands.connstr import DriverOption, PrismaOption, chosen_profile
from polyscale_cli.commands.way import address_of, find_cache, leads_elsewhere
from polyscale_cli.connstr.profiles import ANY, profile_of_scheme
from polyscale_cli.connstr.write import direct, goes_through_a_cache, through_cache
from polyscale_cli.context import AppContext
from polyscale_cli.envfile.dotenv import EnvFile
from polyscale_cli.envfile.file import Loaded, load, save
from polyscale_cli.errors import ConflictError, UsageError
from polyscale_cli.options import context_of
from polyscale_cli.output import Result
from polyscale_cli.output.result import Json
from polyscale_cli.settings.environment import text
from polyscale_cli.settings.known_caches import KnownCache

DIRECT_NAME = "DIRECT_URL"


@dataclass(frozen=True, slots=True)
class _Change:
    """What is to be written: the values by key, and what to say about it."""

    values: dict[str, str]
    notes: tuple[str, ...]


def write(
    ctx: typer.Context,
    *,
    cache: Annotated[
        str | None,
        typer.Option("--cache", metavar="CACHE", envvar="POLYSCALE_CACHE", help="Name, id, or the beginning of an id."),
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", metavar="FILE", help="The file; .env if not given.")] = None,
    name: origin.NameOption = origin.DEFAULT_NAME,
    from_url: origin.FromUrlOption = None,
    prisma: PrismaOption = False,
    driver: DriverOption = None,
    to_database: Annotated[
        bool, typer.Option("--direct", help="The way back: make the variable lead to the database itself.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Write even if git tracks the file or the URL is another database's.")
    ] = False,
) -> Result:
    """Write the cached connection string to a .env file.

    Takes the URL that is there, or in the environment, and changes where it leads. Everything else in the file stays as
    it is. With --prisma, DIRECT_URL keeps the database's own URL for migrations. Run again, it changes nothing.

    \b
    Examples:
      polyscale env write --cache shop
      polyscale env write --cache shop --prisma --file .env.local
      polyscale env write --cache shop --direct
    """
    app = context_of(ctx)
    profile = chosen_profile(driver, prisma=prisma)
    path = origin.env_file(app, file)
    loaded = load(path)
    given = _given(app, loaded, name, from_url)
    known = find_cache(app, cache, given.url)
    elsewhere = leads_elsewhere(given.url, known)
    if elsewhere and not force:
        raise ConflictError(
            f"{given.source} is not a URL of the cache {known.name}'s database.",
            why=f"{elsewhere[:1].upper()}{elsewhere[1:]}.",
            fix="Name the right cache with --cache, or replace the URL with --force.",
            code="OTHER_DATABASE",
        )
    if to_database:
        written = direct(given.url, known.host, known.port, known.origin_tls)
    else:
        profile = profile or profile_of_scheme(given.url.driver) or ANY
        written = through_cache(given.url, address_of(app, known), profile)
    change = _Change({name: written.url}, written.notes)
    if prisma and not to_database:
        change = _with_direct_url(change, loaded, given, known)
    return _apply(app, loaded, change, known, force=force, direction="leads to its database" if to_database else "")


def _given(app: AppContext, loaded: Loaded, name: str, from_url: str | None) -> origin.Origin:
    if from_url:
        return origin.from_url(app, from_url)
    value = loaded.content.get(name, app.environ)
    if value:
        return origin.understood(app, value, f"{name} in {loaded.path.name}")
    value = text(app.environ, name)
    if value is not None:
        return origin.understood(app, value, f"{name} in the environment")
    raise UsageError(
        f"There is no {name}, neither in {loaded.path} nor in the environment.",
        fix="Put your database's URL there, name another variable with --name, or pipe the URL in: --from-url -",
        code="NO_DATABASE_URL",
    )


def _with_direct_url(change: _Change, loaded: Loaded, given: origin.Origin, known: KnownCache) -> _Change:
    """Prisma's migrations take locks and a shadow database of their own: they go around the cache."""
    present = loaded.content.get(DIRECT_NAME)
    hint = f"Prisma 7: datasource.url = env('{DIRECT_NAME}') in prisma.config.ts; before: directUrl in schema.prisma."
    if present:
        return _Change(change.values, (*change.notes, f"{DIRECT_NAME} is there already, and stays.", hint))
    own = direct(given.url, known.host, known.port, known.origin_tls)
    notes = (*change.notes, hint)
    if goes_through_a_cache(given.url):
        notes = (*notes, f"{DIRECT_NAME} is made from the cache's own data: check its TLS parameters.")
    return _Change({**change.values, DIRECT_NAME: own.url}, notes)


def _apply(
    app: AppContext, loaded: Loaded, change: _Change, known: KnownCache, *, force: bool, direction: str
) -> Result:
    content = loaded.content
    for key, value in change.values.items():
        if content.get(key) != value:
            content = content.set(key, value)
    changed = sorted(key for key, value in change.values.items() if loaded.content.get(key) != value)
    data: dict[str, Json] = {
        "file": str(loaded.path),
        "changed": bool(changed),
        "keys": changed,
        "cache_id": known.id,
        "cache": known.name,
    }
    where = loaded.path.name
    direction = direction or f"goes through the cache {known.name}"
    first = next(iter(change.values))
    _warn_of_shadows(app, loaded.content, where, change)
    if not changed:
        return Result(data=data, notes=(f"{first} in {where} {direction} already; nothing was changed.",))
    _guard(app, loaded.path, force=force)
    if loaded.open_to_others:
        app.console.warn(f"{where} can be read by other users of this machine: chmod 600 {where}")
    save(loaded, content)
    notes = (f"{first} in {where} {direction} now. Written: {', '.join(changed)}.", *change.notes)
    return Result(data=data, notes=notes)


def _guard(app: AppContext, path: Path, *, force: bool) -> None:
    from polyscale_cli.envfile.gitguard import GitState, git_state

    state = git_state(path)
    if state is GitState.TRACKED and not force:
        raise ConflictError(
            f"git tracks {path.name}, and the URL holds a password.",
            fix=f"Take it out with `git rm --cached {path.name}`, or write anyway with --force.",
            code="TRACKED_BY_GIT",
        )
    if state is GitState.NOT_IGNORED:
        app.console.warn(f"git does not ignore {path.name}: add it to .gitignore before the next commit.")


def _warn_of_shadows(app: AppContext, content: EnvFile, where: str, change: _Change) -> None:
    for key, value in change.values.items():
        if content.count(key) > 1:
            app.console.warn(f"{where} sets {key} more than once; the last one counts.")
        if text(app.environ, key) not in {None, value}:
            app.console.warn(f"{key} is also set in the environment, which most programs prefer to {where}.")
