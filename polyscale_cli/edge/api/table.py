"""All operations of the API: what routes requests and what the OpenAPI document is made from."""

from __future__ import annotations

from polyscale_cli.edge.api import cache_ttls, caches, edge, explain, keys, reasons, statistics, why
from polyscale_cli.edge.api.routes import Route

ROUTES: tuple[Route, ...] = (
    *caches.ROUTES,
    *cache_ttls.ROUTES,
    *explain.ROUTES,
    *keys.ROUTES,
    *statistics.ROUTES,
    *reasons.ROUTES,
    *why.ROUTES,
    *edge.ROUTES,
)
