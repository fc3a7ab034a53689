"""The caches that an edge remembers although they were deleted."""

from __future__ import annotations

from polyscale_cli.client.api import ManagementApi
from polyscale_cli.client.models import DeletedCache, unreadable
from polyscale_cli.errors import NotFoundError


def deleted_caches(api: ManagementApi) -> tuple[DeletedCache, ...]:
    """Where they led, the latest first; an older edge remembers none. Raises what `HttpClient.request` raises."""
    try:
        rows = api.send("GET", "/v1/deleted-caches")
    except NotFoundError:
        return ()
    if not isinstance(rows, list):
        raise unreadable("a list of deleted caches")
    return tuple(map(DeletedCache.read, rows))
