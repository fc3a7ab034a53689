"""The project in this directory: which connection string its programs get, and whether they can use it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from polyscale_cli.connstr import prisma_project
from polyscale_cli.connstr.model import Database, DatabaseUrl
from polyscale_cli.connstr.parse import parse
from polyscale_cli.connstr.write import cache_id_in
from polyscale_cli.doctor.finding import Finding, fail, ok, warn
from polyscale_cli.envfile.file import read
from polyscale_cli.errors import UsageError
from polyscale_cli.settings.environment import text
from polyscale_cli.settings.local_edge import is_loopback

VARIABLES = ("DATABASE_URL", "DIRECT_URL")
ENV_FILES = (".env", ".env.local")


@dataclass(frozen=True, slots=True)
class Known:
    """One cache, as far as a connection string can be wrong about it.

    Attributes:
        tls_origin: whether its database offers TLS to the edge, where that is known.
    """

    id: str
    name: str
    host: str
    port: int
    tls_origin: bool = False


def check_shadows(environ: Mapping[str, str], directory: Path) -> Iterator[Finding]:
    """Whether the environment hides what a .env file says: nearly every loader lets the environment win."""
    for file in ENV_FILES:
        try:
            content = read(directory / file)
        except UsageError as error:
            yield warn("env files", error.what, why=error.why, fix=error.fix)
            continue
        if content is None:
            continue
        shadowed = [
            name
            for name in VARIABLES
            if text(environ, name) is not None and content.get(name, environ) not in {None, environ[name]}
        ]
        for name in shadowed:
            yield warn(
                "env files",
                f"{name} in the environment hides another one in {file}.",
                why="Prisma and most loaders of .env files leave variables alone that are set already.",
                fix=f"unset {name}, or set it to the same",
            )
        if not shadowed:
            yield ok("env files", f"Nothing in the environment hides {file}.")


def check_url(
    environ: Mapping[str, str],
    directory: Path,
    caches: Collection[Known] | None,
    learn: Callable[[DatabaseUrl], None],
) -> Iterator[Finding]:
    """Whether DATABASE_URL leads through a cache that exists, in a form that works there.

    ``caches`` are those of the edge, None where it cannot be asked. ``learn`` is told of the URL, so that its password
    is masked.
    """
    found = _database_url(environ, directory)
    if found is None:
        yield ok("DATABASE_URL", "There is none here.")
        return
    value, source = found
    try:
        url = parse(value)
    except UsageError as error:
        yield fail("DATABASE_URL", f"{source} cannot be used.", code=error.code, why=error.why, fix=error.fix)
        return
    learn(url)
    cache_id = cache_id_in(url)
    if cache_id is None:
        yield from _around(url, source, caches)
        return
    cache = next((one for one in caches or () if one.id == cache_id), None)
    if caches is not None and cache is None:
        yield fail(
            "DATABASE_URL",
            f"{source} names the cache {cache_id}, and the edge has none of that id.",
            code="CACHE_NOT_FOUND",
            why="It was deleted, or belongs to another edge.",
            fix="Write it anew: polyscale env write --cache NAME",
        )
        return
    yield ok("DATABASE_URL", f"{source} leads through the cache {cache.name if cache else cache_id}.")
    yield from _check_binding(url, source, cache)


def check_prisma(environ: Mapping[str, str], directory: Path) -> Iterator[Finding]:
    """Whether this project's Prisma is new enough."""
    version = prisma_project.prisma_version(directory)
    if version is None:
        return
    objection = prisma_project.objection(version)
    if objection is not None:
        yield fail(
            "prisma",
            objection,
            code="PRISMA_TOO_OLD",
            why="A database that uses SCRAM over TLS refuses a client that believes channels could have been bound.",
            fix="npm install prisma@latest @prisma/client@latest",
        )
        return
    yield ok("prisma", f"Prisma {version[0]}.{version[1]} understands channel_binding.")
    if version >= prisma_project.FIRST_WITH_CONFIG_FILE and not any(
        (directory / name).exists() for name in ("prisma.config.ts", "prisma.config.js", ".config/prisma.ts")
    ):
        yield warn(
            "prisma",
            f"Prisma {version[0]} reads no .env by itself, and there is no prisma.config.ts here.",
            fix="Load it there: import 'dotenv/config'",
        )


def _database_url(environ: Mapping[str, str], directory: Path) -> tuple[str, str] | None:
    """The connection string that programs here get, and where it stands."""
    name = VARIABLES[0]
    given = text(environ, name)
    if given is not None:
        return given, f"{name} in the environment"
    for file in ENV_FILES:
        try:
            content = read(directory / file)
        except UsageError:
            continue
        value = content.get(name, environ) if content is not None else None
        if value:
            return value, f"{name} in {file}"
    return None


def _around(url: DatabaseUrl, source: str, caches: Collection[Known] | None) -> Iterator[Finding]:
    for one in caches or ():
        if one.port == url.port and _same_host(one.host, url.host):
            yield warn(
                "DATABASE_URL",
                f"{source} leads to the database itself, although there is the cache {one.name} for it.",
                why="What goes around the cache is not answered from it, and its writes are not seen by it.",
                fix=f"polyscale env write --cache {one.name}",
            )
            return
    yield ok("DATABASE_URL", f"{source} leads to a database that has no cache.")


def _same_host(one: str, other: str) -> bool:
    """Whether two names are the same host's, as far as names tell; this machine has several."""
    return one.lower() == other.lower() or (is_loopback(one) and is_loopback(other))


def _check_binding(url: DatabaseUrl, source: str, cache: Known | None) -> Iterator[Finding]:
    if url.database is not Database.POSTGRES:
        return
    binding = (url.parameter("channel_binding") or "").lower()
    if binding == "require":
        yield fail(
            "channel binding",
            f"{source} has channel_binding=require.",
            code="CHANNEL_BINDING",
            why="A channel is bound to the database's certificate, and the client sees the edge's.",
            fix="Write it anew, which sets it to disable: polyscale env write",
        )
    elif binding != "disable" and cache is not None and cache.tls_origin:
        yield warn(
            "channel binding",
            f"{source} has no channel_binding=disable.",
            why="libpq, psycopg, Npgsql and Prisma then take the missing offer for an attack, where the database"
            " uses SCRAM over TLS, and are refused. asyncpg, postgres.js and pg8000 are not, and must not have it.",
            fix="Write it for your driver: polyscale connstr --from-env --driver NAME",
        )
