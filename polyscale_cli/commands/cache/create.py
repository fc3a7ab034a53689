"""``polyscale cache create``."""

from __future__ import annotations

import enum
from shlex import quote
from typing import Annotated, Any

import typer

from polyscale_cli.client.models import CacheRecord, NetworkTest
from polyscale_cli.commands import origin
from polyscale_cli.commands.cache import shared
from polyscale_cli.commands.session import Session, session
from polyscale_cli.commands.way import same_place, unknown_id
from polyscale_cli.connstr.model import MYSQL_FAMILY, Database
from polyscale_cli.connstr.tls import origin_tls as tls_of
from polyscale_cli.connstr.write import cache_id_in
from polyscale_cli.context import AppContext
from polyscale_cli.errors import ConflictError, PolyscaleError, UsageError
from polyscale_cli.options import context_of
from polyscale_cli.output import Fields, Problem, Result
from polyscale_cli.settings.local_edge import is_loopback, reachable

CHECK_FAILED = 7


class DatabaseChoice(enum.StrEnum):
    """What the database speaks."""

    POSTGRES = "postgres"
    MYSQL = "mysql"
    MARIADB = "mariadb"
    MSSQL = "mssql"


def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Letters, digits, '.', '_', '-' and inner spaces.")],
    *,
    from_env: origin.FromEnvOption = False,
    from_url: origin.FromUrlOption = None,
    variable: origin.VariableOption = origin.DEFAULT_NAME,
    database: Annotated[
        DatabaseChoice | None,
        typer.Option("--type", metavar="TYPE", help="postgres, mysql, mariadb or mssql."),
    ] = None,
    host: shared.HostOption = None,
    port: shared.PortOption = None,
    description: shared.DescriptionOption = None,
    ttl: shared.TtlOption = None,
    origin_tls: shared.OriginTlsOption = None,
    listen_port: Annotated[
        int | None,
        typer.Option("--listen-port", metavar="PORT", min=0, max=65535, help="A port of its own; 0 takes any."),
    ] = None,
    caching: shared.CachingOption = None,
    default: shared.DefaultOption = None,
    mode: shared.ModeOption = None,
    if_not_exists: Annotated[
        bool, typer.Option("--if-not-exists", help="Use the cache of that name if it has the same database.")
    ] = False,
    no_test: Annotated[bool, typer.Option("--no-test", help="Do not test the way to the database.")] = False,
) -> Result:
    """Create a cache in front of a database and test the way to it.

    Of the connection string only type, host, port and TLS mode are used; user and password are never sent or stored.
    A cache whose test fails is created all the same, and the exit code is 7.

    \b
    Examples:
      polyscale cache create shop --from-env
      pass show db/url | polyscale cache create shop --from-url -
      polyscale cache create shop --type postgres --host db.internal --port 5432
      polyscale cache create trial --from-env --mode observe
    """
    app = context_of(ctx)
    place = _place(app, variable, database, host, port, from_env=from_env, from_url=from_url)
    fields = {"name": name, **place}
    fields |= shared.treatment(
        description=description,
        ttl=ttl,
        origin_tls=str(origin_tls) if origin_tls else None,
        caching=caching,
        mode=str(mode) if mode else None,
        default=str(default) if default else None,
    )
    if listen_port is not None:
        fields["listenPort"] = listen_port
    with session(app) as current:
        _refuse_own_edge(current, place["host"], place["port"])
        if current.target.local is None and is_loopback(place["host"]):
            app.console.warn(f"{place['host']} is looked for on the edge's own machine, not on this one.")
        cache, created = _made(current, fields, if_not_exists=if_not_exists)
        current.remember(cache)
        result = _tested(app, current, cache, created=created, no_test=no_test)
    if result.exit_code:
        return result
    source = "--from-url -" if from_url else "--from-env"
    return result.replace(next_steps=(f"polyscale connstr {quote(cache.name)} {source}",))


def _place(
    app: AppContext,
    variable: str,
    database: DatabaseChoice | None,
    host: str | None,
    port: int | None,
    *,
    from_env: bool,
    from_url: str | None,
) -> dict[str, Any]:
    """Type, host, port and TLS mode of the database, in the API's words."""
    whole, parts = bool(from_env) + bool(from_url), (database, host, port)
    if whole > 1 or (whole and any(part is not None for part in parts)):
        raise UsageError(
            "The database was named in more than one way.",
            fix="Give --from-env, or --from-url -, or --type, --host and --port.",
        )
    if not whole:
        missing = [option for option, part in zip(("--type", "--host", "--port"), parts, strict=True) if part is None]
        if missing:
            raise UsageError(
                f"Which database? {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing.",
                fix="Give --type, --host and --port, or take them from DATABASE_URL: --from-env or --from-url -.",
                code="NO_DATABASE",
            )
        return {"database": str(database), "host": host, "port": port}
    found = origin.from_env(app, variable) if from_env else origin.from_url(app, str(from_url))
    url = found.url
    through = cache_id_in(url)
    if through is not None:
        return _place_behind(app, found.source, through)
    return {"database": str(url.database), "host": url.host, "port": url.port, "originTls": tls_of(url)}


def _place_behind(app: AppContext, source: str, cache_id: str) -> dict[str, Any]:
    """Where a cache led that was deleted, and whose connection string is still there.

    Raises:
        ConflictError: it was not deleted.
        NotFoundError: the edge knows nothing of it.
    """
    with session(app) as current:
        for cache in current.caches():
            if cache.id == cache_id:
                raise ConflictError(
                    f"{source} goes through a cache already.",
                    why=f"It carries the id of {cache.name}, {cache_id}.",
                    fix="Use that cache, or the database's own URL; after `env write --prisma` that is in DIRECT_URL:"
                    " --variable DIRECT_URL",
                    code="ALREADY_CACHED",
                )
        for gone in current.deleted_caches():
            if gone.id == cache_id:
                app.console.note(
                    f"{source} goes through the cache {gone.name}, which was deleted; its database is taken."
                )
                return {"database": gone.database, "host": gone.host, "port": gone.port, "originTls": gone.origin_tls}
    raise unknown_id(cache_id)


def _refuse_own_edge(current: Session, host: str, port: int) -> None:
    """A cache of the edge itself would send every statement in a circle."""
    listeners = current.target.local.listeners if current.target.local else ()
    if any(same_place((host, port), (reachable(one.host), one.port)) for one in listeners):
        raise ConflictError(
            f"{host}:{port} is the edge itself.", fix="Name the database that is behind it.", code="ALREADY_CACHED"
        )


def _made(current: Session, fields: dict[str, Any], *, if_not_exists: bool) -> tuple[CacheRecord, bool]:
    try:
        return current.api.create(fields), True
    except ConflictError as error:
        if not if_not_exists or error.code != "NAME_TAKEN":
            if error.code == "NAME_TAKEN":
                raise ConflictError(
                    f"There is a cache {fields['name']} already.",
                    fix="Choose another name, or use the one that is there with --if-not-exists.",
                    code=error.code,
                ) from error
            raise
        taken = error
    existing = next((cache for cache in current.caches() if cache.name == fields["name"]), None)
    if existing is None:
        raise taken
    types = {existing.database, fields["database"]}
    alike = len(types) == 1 or types <= MYSQL_FAMILY
    if not alike or not same_place((existing.host, existing.port), (fields["host"], fields["port"])):
        raise ConflictError(
            f"There is a cache {existing.name}, and it has another database.",
            why=f"It leads to {existing.database} at {existing.host}:{existing.port}.",
            fix="Choose another name, or change it with `polyscale cache update`.",
            code="NAME_TAKEN",
        )
    return existing, False


def _of_the_servers_kind(
    current: Session, cache: CacheRecord, test: NetworkTest
) -> tuple[CacheRecord, tuple[str, ...]]:
    """Make a cache of MySQL one of MariaDB, or back, where the server is that, and say so.

    Most drivers call both by one name in their URLs, and clients would be greeted for the other.
    """
    if cache.database not in MYSQL_FAMILY or test.server_version is None:
        return cache, ()
    found = Database.MARIADB if "MariaDB" in test.server_version else Database.MYSQL
    if found == cache.database:
        return cache, ()
    changed = current.api.update(cache.id, {"database": str(found)})
    current.remember(changed)
    return changed, (f"The server is {test.server_version}: the cache is of type {found}.",)


def _tested(app: AppContext, current: Session, cache: CacheRecord, *, created: bool, no_test: bool) -> Result:
    test: NetworkTest | None = None
    said: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    exit_code = 0
    if not no_test:
        try:
            with app.progress(f"Testing the way to {cache.host}:{cache.port}"):
                test = current.api.test(cache.id)
            cache, said = _of_the_servers_kind(current, cache, test)
        except PolyscaleError as error:
            # The cache is there; what could not be done is the test.
            problems, exit_code = (Problem.of(error),), error.exit_code
        if test is not None and not test.ok:
            problems, exit_code = (shared.problem_of(test),), CHECK_FAILED
    pairs = shared.fields_of(cache)
    if test is not None:
        pairs += (("test", shared.outcome(test)),)
    outcome = f"Created the cache {cache.name}." if created else f"The cache {cache.name} exists already."
    return Result(
        data={"created": created, "cache": cache.data(), "test": test.data() if test else None},
        view=Fields(pairs),
        exit_code=exit_code,
        errors=problems,
        notes=(outcome, *said),
        next_steps=(f"polyscale cache test {quote(cache.name)}",) if problems else (),
        ids=(cache.id,),
    )
