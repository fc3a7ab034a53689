"""Patience with an edge: reads that are run until the cache answers, counts that are asked until they are told."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tests.servers.edge import EdgeCache
from tests.servers.process import wait_until

AT_ONCE = 8
"""A read is served from its third run; a driver that prepares on the way needs a few more."""

_SECONDS = 60.0
_PAUSE = 0.05


def runs(at_once: int = AT_ONCE) -> Iterator[int]:
    """Count runs: a few at once, and then some seconds of others with pauses in between.

    The edge asks each server's catalog so many questions a second and no more, and all tests of a process ask one.
    """
    deadline = time.monotonic() + _SECONDS
    number = 0
    while number < at_once or time.monotonic() < deadline:
        if number >= at_once:
            time.sleep(_PAUSE)
        yield number
        number += 1


def until_counted(cache: EdgeCache) -> None:
    """Wait until statistics over time tell of all that has run: what was counted a moment ago may be told again."""

    def is_told() -> bool:
        asked = cache.edge.api.get(f"/v1/caches/{cache.id}/statistics").raise_for_status()
        total, now = asked.json()["total"], cache.metrics()
        return (total["hits"], total["misses"], total["passes"]) == (now.hits, now.misses, now.passes)

    wait_until(is_told, "statistics tell of all that has run")
