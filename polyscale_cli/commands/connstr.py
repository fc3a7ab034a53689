"""``polyscale connstr``: the user's connection string, through a cache."""

from __future__ import annotations

from typing import Annotated

import typer

from polyscale_cli.commands import origin
from polyscale_cli.commands.way import address_of, find_cache, leads_elsewhere
from polyscale_cli.connstr.model import SCHEMES, Database, DatabaseUrl
from polyscale_cli.connstr.profiles import ANY, PRISMA, PROFILES, Profile, profile_named, profile_of_scheme
from polyscale_cli.context import AppContext
from polyscale_cli.errors import UsageError
from polyscale_cli.options import CacheRef, context_of
from polyscale_cli.output import Line, Lines, Result, Table
from polyscale_cli.output.result import Json
from polyscale_cli.settings.environment import text
from polyscale_cli.settings.known_caches import KnownCache

PASSWORD = "POLYSCALE_DB_PASSWORD"  # noqa: S105 - the name of a variable

DriverOption = Annotated[
    str | None,
    typer.Option(
        "--driver",
        metavar="NAME",
        help="Write it for one driver; see --list-drivers.",
        autocompletion=lambda: list(PROFILES),
    ),
]
ServerlessOption = Annotated[
    bool, typer.Option("--serverless", help="Write it for @polyscale/serverless-js, which sends SQL over HTTP.")
]
PrismaOption = Annotated[bool, typer.Option("--prisma", help="Write it for Prisma.")]


def connstr(
    ctx: typer.Context,
    cache: CacheRef = None,
    *,
    from_env: origin.FromEnvOption = False,
    from_url: origin.FromUrlOption = None,
    variable: origin.VariableOption = origin.DEFAULT_NAME,
    user: Annotated[
        str | None, typer.Option("--user", metavar="USER", envvar="POLYSCALE_DB_USER", help="The database user.")
    ] = None,
    database: Annotated[
        str | None, typer.Option("--database", metavar="NAME", envvar="POLYSCALE_DB_NAME", help="The database's name.")
    ] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from stdin, not from POLYSCALE_DB_PASSWORD.")
    ] = False,
    no_password: Annotated[bool, typer.Option("--no-password", help="Leave the password out.")] = False,
    prisma: PrismaOption = False,
    serverless: ServerlessOption = False,
    driver: DriverOption = None,
    list_drivers: Annotated[bool, typer.Option("--list-drivers", help="List what it can be written for.")] = False,
    to_database: Annotated[bool, typer.Option("--direct", help="The way around: to the database itself.")] = False,
) -> Result:
    """Print your connection string, through the cache.

    One line on stdout, ready for $(...); for some frameworks, a few lines of source code. It takes your own URL, in
    any form, and changes where it leads; user, password and the rest stay.

    \b
    Examples:
      polyscale connstr shop --from-env
      polyscale connstr shop --from-env --prisma
      pass show db/url | polyscale connstr shop --from-url - --driver asyncpg
      polyscale connstr shop --from-env --driver django
      polyscale connstr shop --from-env --serverless
      polyscale connstr shop --user app --database shop
    """
    from polyscale_cli.connstr.write import cache_id_in, direct, through_cache

    app = context_of(ctx)
    if list_drivers:
        return _drivers()
    profile = chosen_profile(driver, prisma=prisma, serverless=serverless)
    given = _given_url(app, variable, from_env=from_env, from_url=from_url)
    if given is not None and (user or database or password_stdin) and (from_env or from_url):
        given = _without_parts(given)
    known = find_cache(app, cache, given.url if given else None)
    if given is not None:
        url = given.url
        elsewhere = leads_elsewhere(url, known)
        if elsewhere:
            app.console.warn(f"Check {given.source}: {elsewhere}. The URL printed leads to the cache {known.name}.")
    else:
        url = _from_parts(app, known, user, database, password_stdin=password_stdin, no_password=no_password)
    if no_password:
        url = url.replace(password=None)
    profile = profile or profile_of_scheme(url.driver) or ANY
    if to_database:
        written = direct(url, known.host, known.port, known.origin_tls, profile)
    else:
        written = through_cache(url, address_of(app, known, for_use_now=True), profile)
        if cache_id_in(url) == known.id:
            app.console.note(f"It goes through the cache {known.name} already.")
    data: dict[str, Json] = {
        "url": written.url if profile.one_line else None,
        "snippet": None if profile.one_line else written.url,
        "cache_id": known.id,
        "cache": known.name,
        "driver": profile.name,
    }
    view = Line(written.url) if profile.one_line else Lines(tuple(written.url.split("\n")))
    notes = (*written.notes, *_about_prisma(app)) if profile is PRISMA else written.notes
    return Result(data=data, view=view, notes=notes)


def chosen_profile(
    driver: str | None, *, prisma: bool, serverless: bool = False, one_line: bool = False
) -> Profile | None:
    """The profile that options ask for.

    Raises:
        UsageError: they ask for two, for one that there is not, or, where ``one_line`` is needed, for source code.
    """
    asked = {"--prisma": prisma, "--serverless": serverless, "--driver": bool(driver)}
    given = [option for option, is_given in asked.items() if is_given]
    if len(given) > 1:
        raise UsageError(f"{given[0]} and {given[1]} were both given.", fix="Give one of them.")
    if prisma:
        return PRISMA
    if serverless:
        return profile_named("serverless")
    profile = profile_named(driver) if driver else None
    if one_line and profile is not None and not profile.one_line:
        raise UsageError(
            f"What {profile.name} reads is source code, not the value of a variable.",
            fix=f"See it with: polyscale connstr --driver {profile.name}",
            code="NOT_ONE_LINE",
        )
    return profile


def _about_prisma(app: AppContext) -> tuple[str, ...]:
    """Where this project's version of Prisma wants the URLs, and whether it is too old."""
    from polyscale_cli.connstr import prisma_project
    from polyscale_cli.connstr.variables import DIRECT_NAME

    version = prisma_project.prisma_version(app.cwd)
    said = (prisma_project.hint(version, DIRECT_NAME), prisma_project.objection(version))
    return tuple(sentence for sentence in said if sentence)


def _drivers() -> Result:
    rows = tuple((one.name, " ".join(one.databases), one.summary) for one in PROFILES.values())
    return Result(
        data=[
            {
                "name": one.name,
                "databases": list(one.databases),
                "description": one.summary,
                "one_line": one.one_line,
                "aliases": list(one.aliases),
            }
            for one in PROFILES.values()
        ],
        view=Table(("driver", "databases", "for"), rows, wraps=True),
    )


def _given_url(app: AppContext, name: str, *, from_env: bool, from_url: str | None) -> origin.Origin | None:
    if from_env and from_url:
        raise UsageError("--from-env and --from-url were both given.", fix="Give one of them.")
    if from_env:
        return origin.from_env(app, name)
    return origin.from_url(app, from_url) if from_url else None


def _without_parts(_: origin.Origin) -> origin.Origin:
    raise UsageError(
        "A whole connection string and parts of one were both given.",
        fix="Give --from-env or --from-url, or --user, --database and --password-stdin.",
    )


def _from_parts(
    app: AppContext,
    cache: KnownCache,
    user: str | None,
    database: str | None,
    *,
    password_stdin: bool,
    no_password: bool,
) -> DatabaseUrl:
    """Build the URL from what options, variables or a person say."""
    from polyscale_cli.output.prompt import ask, ask_secret

    if user is None and not app.interactive:
        raise UsageError(
            "A connection string needs a user, and none was given.",
            fix="Use --from-env or --from-url - to start from your own URL, or give --user (POLYSCALE_DB_USER), "
            "--database (POLYSCALE_DB_NAME) and --password-stdin (POLYSCALE_DB_PASSWORD).",
            code="NO_USER",
        )
    user = user or ask(app.console, "Database user")
    if database is None and app.interactive:
        database = ask(app.console, "Database name", default=user)
    password: str | None = None
    if password_stdin:
        password = app.stdin.read().rstrip("\r\n")
    elif not no_password:
        password = text(app.environ, PASSWORD)
        if password is None and app.interactive:
            password = ask_secret(app.console, "Password")
    url = DatabaseUrl(
        database=Database(cache.database),
        scheme=SCHEMES[Database(cache.database)],
        host=cache.host,
        port=cache.port,
        user=user,
        password=password,
        name=database,
    )
    origin.hide(app, url)
    return url
