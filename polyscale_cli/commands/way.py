"""Bring together a connection string and the cache it is to go through, asking the API only when nothing is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from polyscale_cli.commands.known import CACHE_NOT_FOUND, Named, known_caches, named, pick
from polyscale_cli.connstr.model import MYSQL_FAMILY, CacheAddress, Database, DatabaseUrl
from polyscale_cli.connstr.write import cache_id_in, goes_through_a_cache
from polyscale_cli.context import AppContext
from polyscale_cli.errors import AuthenticationError, NotFoundError, UnavailableError, UsageError
from polyscale_cli.settings.keys import LOCAL, Key
from polyscale_cli.settings.known_caches import KnownCache
from polyscale_cli.settings.local_edge import LocalEdge, bracketed, how_to_listen, is_loopback, read_local_edge
from polyscale_cli.settings.paths import state_dir

if TYPE_CHECKING:
    from polyscale_cli.client.models import CacheRecord, DeletedCache
    from polyscale_cli.commands.session import Session


def find_cache(
    app: AppContext, reference: str | None, url: DatabaseUrl | None, *, also_deleted: bool = False
) -> KnownCache:
    """The cache that is named, or else the one whose origin the URL names, or else the only one.

    What is remembered comes first; the API is asked, and a local edge started, only when that has no answer. A URL that
    goes through a cache that was deleted counts as one of that cache's origin; ``also_deleted`` takes such a cache
    itself where there is no other, for the way back to the database.

    Raises:
        NotFoundError, UsageError: nothing fits, or several do.
    """
    with named(app.settings, reference) as name:
        remembered = known_caches(app).all()
        chosen = None
        with suppress(NotFoundError, UsageError):
            chosen = _choose(remembered, name, url)
        if chosen is not None and _stray_id(url, remembered) is None:
            return chosen
        from polyscale_cli.commands.session import session

        try:
            with session(app) as current:
                if also_deleted and reference is None:
                    # The way back is that of the URL, whichever cache the settings name for commands here.
                    gone = _gone(current, url, _stray_id(url, current.caches()), by_place=False)
                    if gone is not None:
                        return gone.known()
                return _asked(current, name, url, also_deleted=also_deleted)
        except (UnavailableError, AuthenticationError):
            # Whether the URL's own cache is gone is not worth more than what is remembered of the one that was named.
            if chosen is None:
                raise
            return chosen


def _stray_id(url: DatabaseUrl | None, caches: Iterable[Named]) -> str | None:
    """The id that a URL carries, if it is that of none of these caches."""
    through = None if url is None else cache_id_in(url)
    return through if through and all(one.id != through for one in caches) else None


def _asked(current: Session, reference: str | None, url: DatabaseUrl | None, *, also_deleted: bool) -> KnownCache:
    # The API's answer refreshes what is remembered; a cache without an address for its protocol is not in there.
    caches = current.caches()
    known = [found for one in caches if (found := one.known()) is not None]
    stray = _stray_id(url, caches)
    gone = _gone(current, url, stray, by_place=also_deleted)
    if gone is not None:
        known = [one.replace(replaces=(gone.id,)) if _of_one_origin(one, gone) else one for one in known]
    try:
        if reference is not None and (chosen := pick(caches, reference)).known() is None:
            raise _no_listener(chosen)
        return _choose(known, reference, url)
    except NotFoundError:
        unreachable = [one for one in caches if one.known() is None and _is_origin(url, one)]
        if reference is None and unreachable:
            raise _no_listener(unreachable[0]) from None
        if gone is not None and reference in {None, gone.name, gone.id}:
            if also_deleted:
                return gone.known()
            raise _deleted(gone) from None
        if reference is None and stray is not None:
            raise unknown_id(stray) from None
        raise


def _gone(current: Session, url: DatabaseUrl | None, stray: str | None, *, by_place: bool) -> DeletedCache | None:
    """The deleted cache that a URL goes through; with ``by_place`` also one of the database that it leads to."""
    if url is None or (stray is None and (not by_place or goes_through_a_cache(url))):
        return None
    return next(
        (
            one
            for one in current.deleted_caches()
            if (one.id == stray if stray is not None else leads_elsewhere(url, one.known()) is None)
        ),
        None,
    )


def _deleted(cache: DeletedCache) -> NotFoundError:
    """What to say of a connection string through a cache that was deleted."""
    import shlex

    return NotFoundError(
        f"The connection string goes through the cache {cache.name}, which was deleted.",
        why=f"Its database is at {bracketed(cache.host)}:{cache.port}.",
        fix="Lead it back to the database with `polyscale env write --direct`, or through a new cache:"
        f" polyscale cache create {shlex.quote(cache.name)} --from-env",
        code=CACHE_NOT_FOUND,
    )


def unknown_id(cache_id: str) -> NotFoundError:
    """What to say of a connection string through a cache of which the edge knows nothing."""
    return NotFoundError(
        f"The connection string goes through the cache {cache_id}, of which this edge knows nothing.",
        why="It is another edge's, or this edge has lost its state.",
        fix="Put the database's own URL in its place, or name the edge that has the cache: POLYSCALE_API_URL, or"
        " --profile NAME",
        code=CACHE_NOT_FOUND,
    )


def address_of(app: AppContext, cache: KnownCache, *, for_use_now: bool = False) -> CacheAddress:
    """Where clients reach a cache now: the local edge's file knows it better than memory does.

    ``for_use_now`` starts the local edge where none runs and nothing forbids it, since a program is about to connect.
    Raises what keeps the edge from starting.
    """
    database = Database(cache.database)
    configured = app.settings.value(Key.API_URL)
    if configured is None:
        edge = read_local_edge(state_dir(app.environ))
        if edge is None and for_use_now:
            edge = _edge_to_use(app)
        if edge is None:
            app.console.note("The edge is not running now; start it with: polyscale edge start")
        else:
            found = edge.address_of(cache.id, cache.database)
            if found is not None:
                return CacheAddress(cache.id, *found, database, edge.http_url)
    return CacheAddress(cache.id, cache.edge_host, cache.edge_port, database, configured)


def _edge_to_use(app: AppContext) -> LocalEdge | None:
    from polyscale_cli.commands.session import forbids_start, started

    if app.settings.profile != LOCAL or forbids_start(app) is not None:
        return None
    return started(app).local


def address_by_memory(cache: KnownCache) -> CacheAddress:
    """Where clients reached a cache when it was last heard of, for who does not go there."""
    return CacheAddress(cache.id, cache.edge_host, cache.edge_port, Database(cache.database), None)


def leads_elsewhere(url: DatabaseUrl, cache: KnownCache) -> str | None:
    """Why a URL is not one of this cache's database; None when it is."""
    through = cache_id_in(url)
    if through is not None:
        return None if through in {cache.id, *cache.replaces} else f"it goes through another cache, {through}"
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


def _of_one_origin(cache: KnownCache, gone: DeletedCache) -> bool:
    of_one_type = cache.database == gone.database or {cache.database, gone.database} <= MYSQL_FAMILY
    return of_one_type and same_place((cache.host, cache.port), (gone.host, gone.port))


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
            code=CACHE_NOT_FOUND,
        )
    return pick(caches, reference)
