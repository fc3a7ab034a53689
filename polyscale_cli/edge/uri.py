"""``connectionUriTemplate``: how a client reaches a cache through this edge."""

from __future__ import annotations

from collections.abc import Iterable

from polyscale_cli.edge.cache import Cache, DatabaseType
from polyscale_cli.edge.runtime import Listener, address, reachable


def connection_uri_template(cache: Cache, listeners: Iterable[Listener], asked_by: str | None = None) -> str:
    """The URI with PolyScale's placeholders, or an empty string where this edge has no listener for the database type.

    Args:
        cache: the cache.
        listeners: the open ports of the edge.
        asked_by: the host by which the client that asks has reached the edge; it is the answer where the edge
            listens on every address.
    """
    if cache.database is not DatabaseType.POSTGRES:
        return ""
    shared: Listener | None = None
    own: Listener | None = None
    for listener in listeners:
        if listener.cache_id == cache.id:
            own = listener
        elif listener.cache_id is None and listener.protocol == cache.database:
            shared = listener
    used = own or shared
    if used is None:
        return ""
    host = reachable(used.host)
    if host != used.host and asked_by:
        host = asked_by
    where = address(host, used.port)
    return f"postgres://[USERNAME]:[PASSWORD]@{where}/[DATABASE]?application_name={cache.id}&channel_binding=disable"
