"""What SQL over HTTP may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """Of the connections of one user in one database.

    Attributes:
        connections: most of them.
        idle_seconds: after which an unused one is closed.
        queue: how many may wait for one.
        queue_seconds: how long they may.
        statement_seconds: how long a statement may take.
    """

    connections: int = 2
    idle_seconds: float = 60.0
    queue: int = 1_000
    queue_seconds: float = 10.0
    statement_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class EndpointLimits:
    """Of all requests.

    Attributes:
        pools: of the connections.
        requests_per_minute: of one cache.
        body_bytes: of one request.
        answer_bytes: of one answer, as the database sends it.
        origins: web pages that may ask from a browser; ``*`` stands for all.
    """

    pools: PoolLimits = PoolLimits()
    requests_per_minute: int = 60_000
    body_bytes: int = 1024 * 1024
    answer_bytes: int = 64 * 1024 * 1024
    origins: tuple[str, ...] = ()
