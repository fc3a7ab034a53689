"""``connectionUriTemplate``: how a client reaches a cache through this edge."""

from __future__ import annotations

from collections.abc import Iterable

from polyscale_cli.edge.cache import Cache, DatabaseType
from polyscale_cli.edge.runtime import Listener, address, reachable

_POSTGRES = "postgres://[USERNAME]:[PASSWORD]@{where}/[DATABASE]?application_name={id}&channel_binding=disable"
# By database type: on the port that its caches share, where the client must name the cache, and on a cache's own.
_SHARED = {
    DatabaseType.POSTGRES: _POSTGRES,
    DatabaseType.MYSQL: "mysql://{id}-[USERNAME]:[PASSWORD]@{where}/[DATABASE]",
    DatabaseType.MARIADB: "mariadb://{id}-[USERNAME]:[PASSWORD]@{where}/[DATABASE]",
}
_OWN = {
    DatabaseType.POSTGRES: _POSTGRES,
    DatabaseType.MYSQL: "mysql://[USERNAME]:[PASSWORD]@{where}/[DATABASE]",
    DatabaseType.MARIADB: "mariadb://[USERNAME]:[PASSWORD]@{where}/[DATABASE]",
}


def connection_uri_template(cache: Cache, listeners: Iterable[Listener], asked_by: str | None = None) -> str:
    """The URI with PolyScale's placeholders, or an empty string where this edge has no listener for the database type.

    Args:
        cache: the cache.
        listeners: the open ports of the edge.
        asked_by: the host by which the client that asks has reached the edge; it is the answer where the edge
            listens on every address.
    """
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
    form = (_SHARED if own is None else _OWN)[cache.database]
    return form.format(where=address(host, used.port), id=cache.id)
