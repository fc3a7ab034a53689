"""Bring together a connection string and the cache it is to go through, asking the API only when nothing is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from polyscale_cli.commands.known import known_caches, named, pick
from polyscale_cli.connstr.model import MYSQL_FAMILY, CacheAddress, Database, DatabaseUrl
from polyscale_cli.connstr.write import cache_id_in
from polyscale_cli.context import AppContext
from polyscale_cli.errors import NotFoundError, UsageError
from polyscale_cli.settings.keys import Key
from polyscale_cli.settings.known_caches import KnownCache
from polyscale_cli.settings.local_edge import how_to_listen, is_loopback, read_local_edge
from polyscale_cli.settings.paths import state_dir

if TYPE_CHECKING:
    from polyscale_cli.client.models import CacheRecord


def find_cache(app: AppContext, reference: str | None, url: DatabaseUrl | None) -> KnownCache:
    """The cache that is named, or else the one whose origin the URL names, or else the only one.

    What is remembered comes first; the API is asked, and a local edge started, only when that has no answer.

    Raises:
        NotFoundError, UsageError: nothing fits, or several do.
    """
    with named(app.settings, reference) as name:
        return _find(app, name, url)


def _find(app: AppContext, reference: str | None, url: DatabaseUrl | None) -> KnownCache:
    try:
        return _choose(known_caches(app).all(), reference, url)
    except (NotFoundError, UsageError):
        pass
    from polyscale_cli.commands.session import session

    with session(app) as current:
        # The API's answer refreshes what is remembered; a cache without an address for its protocol is not in there.
        caches = current.caches()
        known = [found for one in caches if (found := one.known()) is not None]
        if reference is not None and (chosen := pick(caches, reference)).known() is None:
            raise _no_listener(chosen)
        try:
            return _choose(known, reference, url)
        except NotFoundError:
            unreachable = [one for one in caches if one.known() is None and _is_origin(url, one)]
            if reference is None and unreachable:
                raise _no_listener(unreachable[0]) from None
            raise


def address_of(app: AppContext, cache: KnownCache) -> CacheAddress:
    """Where clients reach a cache now: the local edge's file knows it better than memory does."""
    database = Database(cache.database)
    configured = app.settings.value(Key.API_URL)
    if configured is None:
        edge = read_local_edge(state_dir(app.environ))
        if edge is None:
            app.console.note("The edge is not running now; start it with: polyscale edge start")
        else:
            found = edge.address_of(cache.id, cache.database)
            if found is not None:
                return CacheAddress(cache.id, *found, database, edge.http_url)
    return CacheAddress(cache.id, cache.edge_host, cache.edge_port, database, configured)


def leads_elsewhere(url: DatabaseUrl, cache: KnownCache) -> str | None:
    """Why a URL is not one of this cache's database; None when it is."""
    through = cache_id_in(url)
    if through is not None:
        return None if through == cache.id else f"it goes through another cache, {through}"
    if url.database.value != cache.database and not {url.database.value, cache.database} <= MYSQL_FAMILY:
        return f"it is for {url.database}, and the cache {cache.name} is for {cache.database}"
    if not same_place((url.host, url.port), (cache.host, cache.port)):
        return f"it leads to {url.host}:{url.port}, and the cache {cache.name} to {cache.host}:{cache.port}"
    return None


def same_place(one: tuple[str, int], other: tuple[str, int]) -> bool:
    """Whether two addresses are the same, as far as names tell; this machine has several."""
    if one[1] != other[1]:
        return False
    hosts = [host.strip("[]").rstrip(".").lower() for host in (one[0], other[0])]
    return hosts[0] == hosts[1] or all(is_loopback(host) for host in hosts)


def _is_origin(url: DatabaseUrl | None, cache: CacheRecord) -> bool:
    return url is None or same_place((url.host, url.port), (cache.host, cache.port))


def _no_listener(cache: CacheRecord) -> UsageError:
    return UsageError(
        f"The edge has no listener for {cache.database}, the database type of {cache.name}.",
        fix=how_to_listen(cache.database),
        code="UNSUPPORTED_DATABASE",
    )


def _choose(caches: Sequence[KnownCache], reference: str | None, url: DatabaseUrl | None) -> KnownCache:
    if reference is None and url is not None:
        fitting = [cache for cache in caches if leads_elsewhere(url, cache) is None]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            return pick(fitting, None)
        where = f"{url.host}:{url.port}"
        raise NotFoundError(
            f"There is no cache for the database at {where}.",
            fix="Create one with `polyscale cache create NAME --from-env`, or name the cache.",
            code="CACHE_NOT_FOUND",
        )
    return pick(caches, reference)
