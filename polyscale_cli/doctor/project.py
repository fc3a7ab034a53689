"""The project in this directory: which connection string its programs get, and whether they can use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from polyscale_cli.connstr import prisma_project
from polyscale_cli.connstr.model import DatabaseUrl
from polyscale_cli.connstr.parse import parse
from polyscale_cli.doctor.cache_url import CHECK, Source, Survey, check_way
from polyscale_cli.doctor.finding import Finding, fail, ok, warn
from polyscale_cli.envfile.file import read
from polyscale_cli.errors import UsageError
from polyscale_cli.settings.environment import text

VARIABLES = ("DATABASE_URL", "DIRECT_URL")
ENV_FILES = (".env", ".env.local")


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
    environ: Mapping[str, str], directory: Path, survey: Survey, learn: Callable[[DatabaseUrl], None]
) -> Iterator[Finding]:
    """Whether DATABASE_URL leads through a cache that exists, in a form that works there.

    ``learn`` is told of the URL, so that its password is masked.
    """
    found = _database_url(environ, directory)
    if found is None:
        yield ok(CHECK, "There is none here.")
        return
    value, source = found
    try:
        url = parse(value)
    except UsageError as error:
        yield fail(CHECK, f"{source} cannot be used.", code=error.code, why=error.why, fix=error.fix)
        return
    learn(url)
    yield from check_way(url, source, survey)


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


def _database_url(environ: Mapping[str, str], directory: Path) -> tuple[str, Source] | None:
    """The connection string that programs here get, and where it stands."""
    name = VARIABLES[0]
    given = text(environ, name)
    if given is not None:
        return given, Source(name, None)
    for file in ENV_FILES:
        try:
            content = read(directory / file)
        except UsageError:
            continue
        value = content.get(name, environ) if content is not None else None
        if value:
            return value, Source(name, file)
    return None
