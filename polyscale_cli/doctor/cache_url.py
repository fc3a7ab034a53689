"""The connection string that programs here get: whether it leads through a cache, and to where the edge listens."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass

from polyscale_cli.connstr.model import Database, DatabaseUrl
from polyscale_cli.connstr.write import cache_id_in
from polyscale_cli.doctor.finding import Finding, fail, ok, warn
from polyscale_cli.settings.local_edge import EdgeListener, bracketed, is_loopback, is_unspecified, reachable

CHECK = "DATABASE_URL"
CONNECT_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Known:
    """One cache, as far as a connection string can be wrong about it.

    Attributes:
        doors: the ports of the edge on this machine that its clients may use; empty for an edge elsewhere.
        tls_origin: whether its database offers TLS to the edge, where that is known.
    """

    id: str
    name: str
    host: str
    port: int
    doors: tuple[EdgeListener, ...] = ()
    tls_origin: bool = False


@dataclass(frozen=True, slots=True)
class Survey:
    """The caches that there are.

    Attributes:
        asked: whether the edge told; else this is what earlier commands remembered, and there may be others.
        deleted: those that there were.
    """

    caches: tuple[Known, ...]
    asked: bool
    deleted: tuple[Known, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a connection string stands: a variable, of the environment or of a file."""

    variable: str
    file: str | None

    def __str__(self) -> str:
        return f"{self.variable} in {self.file or 'the environment'}"

    def rewrite(self, arguments: str) -> str:
        """What to type so that it leads where `env write` with these arguments would have it."""
        if self.file is None:
            return f"Unset it, or set it to what this prints: polyscale env print {arguments}"
        return f"polyscale env write {arguments}{'' if self.file == '.env' else f' --file {self.file}'}"


def check_way(url: DatabaseUrl, source: Source, survey: Survey) -> Iterator[Finding]:
    """Whether a connection string leads through a cache that exists, where the edge listens for it."""
    cache_id = cache_id_in(url)
    if cache_id is None:
        yield _around(url, source, survey)
        return
    cache = next((one for one in survey.caches if one.id == cache_id), None)
    if cache is None:
        yield _without_cache(cache_id, source, survey)
        return
    wrong = _wrong_door(url, source, cache)
    if wrong is not None:
        yield wrong
    elif survey.asked:
        yield ok(CHECK, f"{source} leads through the cache {cache.name}.")
    else:
        yield _cannot_tell(f"{source} leads through the cache {cache.name}, as far as is remembered.")
    yield from _check_binding(url, source, cache)


def _around(url: DatabaseUrl, source: Source, survey: Survey) -> Finding:
    for one in survey.caches:
        if one.port == url.port and _same_host(one.host, url.host):
            return warn(
                CHECK,
                f"{source} leads to the database itself, although there is the cache {one.name} for it.",
                why="What goes around the cache is not answered from it, and its writes are not seen by it.",
                fix=source.rewrite(f"--cache {one.name}"),
            )
    if survey.asked:
        return ok(CHECK, f"{source} leads to a database that has no cache.")
    return _cannot_tell(f"{source} leads to a database; whether that has a cache cannot be told.")


def _without_cache(cache_id: str, source: Source, survey: Survey) -> Finding:
    gone = next((one for one in survey.deleted if one.id == cache_id), None)
    if gone is not None:
        return fail(
            CHECK,
            f"{source} goes through the cache {gone.name}, which was deleted.",
            code="CACHE_NOT_FOUND",
            why=f"Its database is at {bracketed(gone.host)}:{gone.port}.",
            fix=f"Lead it back there: {source.rewrite('--direct')}",
        )
    if survey.asked:
        return fail(
            CHECK,
            f"{source} names the cache {cache_id}, of which the edge knows nothing.",
            code="CACHE_NOT_FOUND",
            why="It is another edge's, or this edge has lost its state.",
            fix="Put the database's own URL there, or name the edge that has the cache: POLYSCALE_API_URL",
        )
    return _cannot_tell(f"{source} goes through the cache {cache_id}; whether there is one cannot be told.")


def _cannot_tell(what: str) -> Finding:
    return warn(CHECK, what, why="No edge could be asked.", fix="Start the edge, and look again: polyscale edge start")


def _wrong_door(url: DatabaseUrl, source: Source, cache: Known) -> Finding | None:
    """What is wrong with host and port, compared with where the edge on this machine listens."""
    if not cache.doors or any(_leads_to(url, door) for door in cache.doors):
        return None
    place = f"{bracketed(url.host)}:{url.port}"
    doors = " and ".join(f"{bracketed(reachable(door.host))}:{door.port}" for door in cache.doors)
    why = f"The edge listens for the cache {cache.name} on {doors}."
    fix = source.rewrite(f"--cache {cache.name}")
    if is_loopback(url.host) and not _answers(url.host, url.port):
        what = f"{source} leads to {place}, where nothing listens."
        return fail(CHECK, what, code="WRONG_ADDRESS", why=why, fix=fix)
    what = f"{source} leads to {place}, which is not where the edge listens."
    return warn(CHECK, what, why=f"{why} Unless something in between leads there, this is another program.", fix=fix)


def _leads_to(url: DatabaseUrl, door: EdgeListener) -> bool:
    if url.port != door.port:
        return False
    return is_unspecified(door.host) or _same_host(url.host, door.host)


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host.strip("[]"), port), CONNECT_SECONDS).close()
    except OSError:
        return False
    return True


def _same_host(one: str, other: str) -> bool:
    """Whether two names are the same host's, as far as names tell; this machine has several."""
    return one.lower() == other.lower() or (is_loopback(one) and is_loopback(other))


def _check_binding(url: DatabaseUrl, source: Source, cache: Known) -> Iterator[Finding]:
    if url.database is not Database.POSTGRES:
        return
    binding = (url.parameter("channel_binding") or "").lower()
    if binding == "require":
        yield fail(
            "channel binding",
            f"{source} has channel_binding=require.",
            code="CHANNEL_BINDING",
            why="A channel is bound to the database's certificate, and the client sees the edge's.",
            fix=f"Write it anew, which sets it to disable: {source.rewrite(f'--cache {cache.name}')}",
        )
    elif binding != "disable" and cache.tls_origin:
        yield warn(
            "channel binding",
            f"{source} has no channel_binding=disable.",
            why="libpq, psycopg, Npgsql and Prisma then take the missing offer for an attack, where the database"
            " uses SCRAM over TLS, and are refused. asyncpg, postgres.js and pg8000 are not, and must not have it.",
            fix="Write it for your driver: polyscale connstr --from-env --driver NAME",
        )
