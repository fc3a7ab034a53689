"""Sets of variables that belong together: Prisma's two URLs, and what the Serverless client wants."""

from __future__ import annotations

from polyscale_cli.connstr import prisma_project
from polyscale_cli.connstr.model import CacheAddress, DatabaseUrl
from polyscale_cli.connstr.profiles import PRISMA
from polyscale_cli.connstr.profiles.serverless import credentials
from polyscale_cli.connstr.write import direct, goes_through_a_cache, plain_user, through_cache
from polyscale_cli.value import Value

DATABASE_NAME = "DATABASE_URL"
DIRECT_NAME = "DIRECT_URL"
SERVERLESS_NAMES = ("CACHE_ID", "USERNAME", "PASSWORD", "DATABASE_NAME")


class Variables(Value):
    """Names and values in the order in which they are written, and what their reader should know."""

    pairs: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Variables(notes={self.notes})"


def prisma_variables(
    url: DatabaseUrl,
    cache: CacheAddress,
    *,
    host: str,
    port: int,
    origin_tls: str,
    version: tuple[int, int] | None = None,
    name: str = DATABASE_NAME,
    direct_name: str = DIRECT_NAME,
) -> Variables:
    """``DATABASE_URL`` through the cache and ``DIRECT_URL`` around it, for migrations: they take locks and a database
    of their own.

    ``host``, ``port`` and ``origin_tls`` are the origin's, for a URL that goes through a cache already; ``version`` is
    Prisma's, as `prisma_project.prisma_version` finds it.

    Raises:
        UsageError: the URL cannot be written for Prisma.
    """
    through = through_cache(url, cache, PRISMA)
    around = direct(url, host, port, origin_tls)
    notes = [*through.notes, prisma_project.hint(version, direct_name)]
    objection = prisma_project.objection(version)
    if objection:
        notes.append(objection)
    if goes_through_a_cache(url):
        notes.append(f"{direct_name} is made from the cache's own data: check its TLS parameters.")
    return Variables(((name, through.url), (direct_name, around.url)), tuple(notes))


def serverless_variables(url: DatabaseUrl, cache_id: str) -> Variables:
    """What the Serverless client wants: ``CACHE_ID``, ``USERNAME``, ``PASSWORD`` and ``DATABASE_NAME``.

    Raises:
        UsageError: user, password or database is missing; the client accepts none of them empty.
    """
    user, password, database = credentials(plain_user(url), url.password, url.name)
    values = (cache_id, user, password, database)
    return Variables(tuple(zip(SERVERLESS_NAMES, values, strict=True)))
