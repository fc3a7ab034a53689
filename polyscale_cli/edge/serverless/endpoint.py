"""``POST /sql``: a body in, an answer out. What is HTTP about it is done by whoever calls."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from polyscale_cli.edge.cache import Cache, DatabaseType
from polyscale_cli.edge.engine import Origin, Scope
from polyscale_cli.edge.serverless import failures, replies
from polyscale_cli.edge.serverless.allowance import Allowance
from polyscale_cli.edge.serverless.backend import Backend, ConnectionLost, QueryFailed, Refused, Unreachable
from polyscale_cli.edge.serverless.bindings import bind
from polyscale_cli.edge.serverless.digests import Digests
from polyscale_cli.edge.serverless.limits import EndpointLimits
from polyscale_cli.edge.serverless.mysql.connection import connect as connect_mysql
from polyscale_cli.edge.serverless.pools import Pool, Pools
from polyscale_cli.edge.serverless.postgres.connection import connect as connect_postgres
from polyscale_cli.edge.serverless.replies import SqlReply
from polyscale_cli.edge.serverless.request import SqlRequest, read
from polyscale_cli.edge.serverless.statement import Credentials, Statement
from polyscale_cli.edge.wire.listeners import Listeners

LOGIN_SECONDS = 15.0
"""From connecting to being logged in, the origin's part included."""

LONGEST_AT_ONCE = 16 * 1024
"""Characters of a text in which placeholders are found while everybody waits; that takes 1 to 2 us each at worst."""

_SCOPE = "documents"
_MYSQL = (DatabaseType.MYSQL, DatabaseType.MARIADB)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was carried out.

    Attributes:
        reply: the answer.
        scope: where answers of its cache are kept in JSON.
        allowance: of its cache.
    """

    reply: SqlReply
    scope: Scope
    allowance: Allowance


class Endpoint:
    """The endpoint of one edge.

    Args:
        find: gives the cache with an id, or None.
        servers: by database type.
        limits: see there.
    """

    def __init__(
        self,
        find: Callable[[str], Cache | None],
        servers: Mapping[DatabaseType, Listeners[Any]],
        limits: EndpointLimits,
    ) -> None:
        self.limits = limits
        self.digests = Digests()
        self.is_stopping = False
        self._find = find
        self._servers = servers
        self._pools = Pools(limits.pools)
        self._allowances: dict[str, Allowance] = {}

    async def answer(self, body: bytes) -> Asked:
        """Carry out one request.

        Raises:
            ApiError: see ``failures``.
        """
        began = time.perf_counter()
        request = read(body)
        cache = self._cache_of(request)
        server = self._servers.get(cache.database)
        if server is None:
            raise failures.not_over_http(cache.database)
        allowance = self._allowance(cache.id)
        if not allowance.take():
            raise failures.too_many_requests(self.limits.requests_per_minute, allowance.retry_after)
        state = server.state_of(cache)
        scope = state.scope(_SCOPE)
        key = self.digests.of(body)
        entry = scope.entries.get(key)
        if entry is not None and (entry.expires > (now := state.clock()) or entry.may_be_served(now)):
            entry.hits += 1
            entry.tally.hits += 1
            return Asked(replies.hit(replies.document_of(entry.response)), scope, allowance)
        statement = await self._bound(request, cache)
        if self.is_stopping:
            raise failures.stopping()
        try:
            answer = await self._pool(cache, server, request.credentials, state.origin).run(statement)
        except (QueryFailed, Refused, Unreachable, ConnectionLost) as error:
            raise failures.of_backend(error) from None
        if answer.entry is not None:
            scope.derive(answer.entry, key, replies.kept(answer.document))
        if answer.was_hit:
            return Asked(replies.hit(answer.document), scope, allowance)
        seconds = time.perf_counter() - began
        return Asked(replies.forwarded(answer.document, why_not=answer.why_not, seconds=seconds), scope, allowance)

    def forget(self, cache_id: str) -> None:
        """Close the connections of a cache that was deleted, or whose origin has changed."""
        self._pools.close_those_of(cache_id)
        self._allowances.pop(cache_id, None)

    async def close(self) -> None:
        """Close all connections."""
        await self._pools.close()

    async def _bound(self, request: SqlRequest, cache: Cache) -> Statement:
        if len(request.sql) <= LONGEST_AT_ONCE:
            return bind(request.sql, request.bindings, cache.database)
        return await asyncio.to_thread(bind, request.sql, request.bindings, cache.database)

    def _cache_of(self, request: SqlRequest) -> Cache:
        cache = self._find(request.cache_id)
        if cache is None:
            raise failures.no_such_cache(request.cache_id)
        wanted = request.provider
        if wanted is not None and wanted != cache.database:
            raise failures.BadRequest(
                "PROVIDER_MISMATCH", f"provider: the cache is one of {cache.database}, not of {wanted}."
            )
        return cache

    def _allowance(self, cache_id: str) -> Allowance:
        allowance = self._allowances.get(cache_id)
        if allowance is None:
            allowance = self._allowances[cache_id] = Allowance(self.limits.requests_per_minute, time.monotonic)
        return allowance

    def _pool(self, cache: Cache, server: Listeners[Any], credentials: Credentials, origin: Origin) -> Pool:
        who = self.digests.of(repr((credentials.username, credentials.password, credentials.database)).encode())
        most_bytes = self.limits.answer_bytes
        connect: Callable[..., Awaitable[Backend]] = connect_mysql if cache.database in _MYSQL else connect_postgres
        return self._pools.find(
            cache.id,
            who,
            lambda: connect(server, cache, credentials, seconds=LOGIN_SECONDS, most_bytes=most_bytes),
            lambda: origin.redefined,
        )
