"""The edge as a whole: registry, engine and listeners, and what can be done to a cache.

Every operation first makes its change durable and then visible; one that cannot be made durable changes nothing.
Operations that change something run one at a time, so that two of them never see each other half done.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import ssl
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from polyscale_cli.edge.cache import Cache, CacheMode, DatabaseType
from polyscale_cli.edge.clock import now
from polyscale_cli.edge.engine import CacheMetrics, Dialect, Engine, Purged, Selection, Settings
from polyscale_cli.edge.explanation import Knowledge
from polyscale_cli.edge.keys import ApiKey, Scope, digest, hint, new_secret
from polyscale_cli.edge.listening import port_in_use, start_failure
from polyscale_cli.edge.network_test import NetworkTest, run_network_test
from polyscale_cli.edge.observe.caches import ObservedCaches
from polyscale_cli.edge.observe.figures import EdgeFigures
from polyscale_cli.edge.observe.lifetime import Lifetime
from polyscale_cli.edge.observe.statistics import Statistics
from polyscale_cli.edge.registry import Registry
from polyscale_cli.edge.rulebook import RuleBook
from polyscale_cli.edge.runtime import Listener, is_loopback, reachable
from polyscale_cli.edge.serverless.endpoint import Endpoint
from polyscale_cli.edge.servers import make_servers
from polyscale_cli.edge.settings import EdgeSettings
from polyscale_cli.edge.state import StateDirectory
from polyscale_cli.edge.uri import connection_uri_template
from polyscale_cli.errors import ConflictError, NotFoundError, UsageError

_log = logging.getLogger(__name__)
# A change of one of these makes everything that is cached and everyone who is connected a matter of the past.
_ORIGIN_FIELDS = ("host", "port", "database", "origin_tls")


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made, and the only sight of its secret."""

    key: ApiKey
    secret: str


class Edge:
    """One edge. ``start`` opens its database listeners, ``drain`` and ``close`` end it."""

    def __init__(self, settings: EdgeSettings, registry: Registry, token: str, tls: ssl.SSLContext | None) -> None:
        self.settings = settings
        self.registry = registry
        self.started_at = now()
        self.draining = False
        self.listeners_changed: Callable[[], None] = lambda: None
        self.http: tuple[str, int] = (settings.host, 0)
        self._local = ApiKey(
            "local", "local", digest(token), hint(token), frozenset(Scope), self.started_at, local=True
        )
        self._engine = Engine(
            time.monotonic, budget_bytes=settings.memory_bytes, entry_limit_bytes=settings.entry_limit_bytes
        )
        self._began = time.monotonic()
        self._observed = ObservedCaches(registry, self._engine, self._connections)
        self.statistics = Statistics(
            StateDirectory(settings.state_dir).statistics, self._observed.states, habits=self._observed.habits
        )
        self._servers = make_servers(self._engine, registry.find, tls)
        self.sql = Endpoint(registry.find, self._servers, settings.sql)
        self._shared: tuple[Listener, ...] = ()
        self._own: dict[str, Listener] = {}
        self._changing = asyncio.Lock()
        self.rules = RuleBook(registry, self.dialect, self._changing, self._configure)

    async def start(self) -> None:
        """Open the listeners that caches share, then each cache's own.

        A port of a cache's own that cannot be opened does not keep the others from being served: it is logged, and
        setting it again (``PATCH``) tries again. So it is with a shared one that nobody has asked for.

        Raises:
            PolyscaleError: a shared port that was asked for cannot be opened.
        """
        await self.statistics.start()
        for cache in self.registry.caches():
            self._configure(cache)
            self._engine.restore_habits(cache.id, await self.statistics.load_habits(cache.id))
        for database in self._servers:
            await self._listen_for_all(database)
        for cache in self.registry.caches():
            if cache.listen_port is not None:
                try:
                    self._own[cache.id] = await self._listen(cache, cache.listen_port)
                except OSError as error:
                    _log.error("port %d of cache %s cannot be opened: %s", cache.listen_port, cache.name, error)

    async def drain(self) -> None:
        """Accept nobody more, let statements in flight finish, and end all sessions."""
        self.draining = self.sql.is_stopping = True
        await asyncio.gather(*(server.drain(self.settings.drain_seconds) for server in self._servers.values()))
        await self.sql.close()
        await self.statistics.close()

    def close(self) -> None:
        """Close the registry."""
        self.registry.close()

    @property
    def listeners(self) -> tuple[Listener, ...]:
        """The open database ports."""
        return (*self._shared, *self._own.values())

    # Caches

    def cache(self, cache_id: str) -> Cache:
        """The cache of this id.

        Raises:
            NotFoundError: there is none.
        """
        found = self.registry.find(cache_id)
        if found is None:
            raise NotFoundError(f"There is no cache {cache_id!r}.", code="CACHE_NOT_FOUND")
        return found

    def dialect(self, cache: Cache) -> Dialect | None:
        """The SQL of a cache's database; None where this edge does not speak it."""
        server = self._servers.get(cache.database)
        return server.dialect if server else None

    def knowledge(self, cache_id: str) -> Knowledge:
        """By what statements through a cache are explained.

        Raises:
            NotFoundError: there is no such cache.
            ConflictError: the edge does not know its database's SQL.
        """
        cache = self.cache(cache_id)
        dialect = self.dialect(cache)
        if dialect is None:
            raise ConflictError(f"This edge does not speak {cache.database} yet.", code="NO_LISTENER")
        return Knowledge(cache, self.rules.of(cache), dialect, self._engine.state(cache_id))

    def uri_template(self, cache: Cache, asked_by: str | None) -> str:
        """How a client connects to ``cache``."""
        return connection_uri_template(cache, self.listeners, asked_by)

    async def create_cache(self, cache: Cache) -> Cache:
        """Add ``cache``; its own port, if it asks for one, is open when this returns.

        Raises:
            ConflictError: the name or the port is taken, or the database type cannot have a port of its own.
            UsageError: the origin is this edge itself.
        """
        async with self._changing:
            self._check_sense(cache)
            own = None
            if cache.listen_port is not None:
                own = await self._listen_as_asked(cache, cache.listen_port)
                cache = dataclasses.replace(cache, listen_port=own.port)
            self._configure(cache)
            try:
                await asyncio.to_thread(self.registry.add_cache, cache)
            except BaseException:
                self._engine.forget(cache.id)
                await self._unlisten(own)
                raise
            if own is not None:
                self._own[cache.id] = own
            self.listeners_changed()
        _log.info("cache %s (%s) created", cache.name, cache.id)
        return cache

    async def update_cache(self, cache_id: str, changes: Mapping[str, Any]) -> Cache:
        """Change fields of a cache.

        A change of its origin ends its sessions and drops its entries; a change of its port moves the listener.

        Raises:
            NotFoundError: there is no such cache.
            ConflictError: the new name or port is taken; nothing has changed.
            UsageError: as for ``create_cache``.
        """
        async with self._changing:
            old = self.cache(cache_id)
            new = dataclasses.replace(old, **changes)
            self._check_sense(new)
            before = after = self._own.get(cache_id)
            if new.listen_port is None:
                after = None
            elif before is None or new.listen_port != before.port:
                after = await self._listen_as_asked(new, new.listen_port)
                new = dataclasses.replace(new, listen_port=after.port)
            try:
                await asyncio.to_thread(self.registry.replace_cache, new)
            except BaseException:
                await self._unlisten(after if after != before else None)
                raise
            await self._unlisten(before if after != before else None)
            self._own.pop(cache_id, None)
            if after is not None and after.protocol != new.database:
                after = await self._listen_for_another_type(after, new)
            if after is not None:
                self._own[cache_id] = after
            self._follow_origin(old, new)
            self._configure(new)
            self.listeners_changed()
        return new

    async def delete_cache(self, cache_id: str) -> None:
        """Remove a cache, end its sessions and drop its entries.

        Raises:
            NotFoundError: there is no such cache.
        """
        async with self._changing:
            cache = self.cache(cache_id)
            await asyncio.to_thread(self.registry.remove_cache, cache_id)
            await self._unlisten(self._own.pop(cache_id, None))
            ended = self._end_sessions(cache, f"the cache {cache.name} was deleted")
            self._engine.forget(cache_id)
            await self.statistics.forget(cache_id)
            self.listeners_changed()
        _log.info("cache %s (%s) deleted, %d sessions ended", cache.name, cache_id, ended)

    def purge_cache(self, cache_id: str, wanted: Selection, *, dry_run: bool = False) -> Purged:
        """Drop all entries of a cache, or some of them, and say how many they were.

        A dry run only counts them.

        Raises:
            NotFoundError: there is no such cache.
        """
        cache = self.cache(cache_id)
        purged = self._engine.purge(cache_id, wanted, dry_run=dry_run)
        if not dry_run:
            _log.info("cache %s (%s) purged of %d entries", cache.name, cache_id, purged.entries)
        return purged

    def metrics(self, cache_id: str) -> tuple[CacheMetrics, int]:
        """The counters of a cache since the edge started, and its connections now."""
        return self._engine.metrics(cache_id), self._connections(self.cache(cache_id))

    def lifetimes(self, cache_id: str, template_ids: Iterable[str]) -> dict[str, Lifetime]:
        """For how long answers of templates are kept, of those that have been met since the edge started."""
        return self._observed.lifetimes(self.statistics.collector, cache_id, template_ids)

    def figures(self) -> EdgeFigures:
        """What Prometheus is told, as of the last time that statistics were counted."""
        return EdgeFigures(
            caches=self._observed.figures(self.statistics.collector),
            memory_budget=self.settings.memory_bytes,
            memory_used=self._engine.used_bytes,
            evicted=self._engine.evicted,
            uptime=time.monotonic() - self._began,
            is_kept=self.statistics.is_kept,
        )

    async def test_network(self, cache_id: str) -> NetworkTest:
        """Test the way to a cache's origin and keep the outcome."""
        cache = self.cache(cache_id)
        server = self._servers.get(cache.database)
        outcome = await run_network_test(cache, server_version=server.server_version(cache_id) if server else None)
        outcome = dataclasses.replace(outcome, hindrances=self._engine.hindrances(cache_id))
        async with self._changing:
            await asyncio.to_thread(self.registry.add_network_test, cache_id, outcome.to_json())
        return outcome

    def network_tests(self, cache_id: str) -> list[str]:
        """The kept network tests of a cache as JSON, the newest first."""
        self.cache(cache_id)
        return self.registry.network_tests(cache_id)

    # API keys

    def keys_that_open(self) -> list[ApiKey]:
        """Every key that is accepted, the local token among them."""
        return [self._local, *self.registry.api_keys()]

    async def create_key(self, name: str, scopes: Iterable[Scope]) -> NewKey:
        """Make a key.

        Raises:
            ConflictError: there is one of this name.
        """
        secret = new_secret()
        key = ApiKey(str(uuid.uuid4()), name, digest(secret), hint(secret), frozenset(scopes), now())
        async with self._changing:
            await asyncio.to_thread(self.registry.add_key, key)
        _log.info("API key %s (%s) created", key.name, key.hint)
        return NewKey(key, secret)

    async def delete_key(self, key_id: str) -> None:
        """Revoke a key.

        Raises:
            NotFoundError: there is no such key.
        """
        async with self._changing:
            key = self.registry.find_key(key_id)
            if key is None:
                raise NotFoundError(f"There is no API key {key_id!r}.", code="KEY_NOT_FOUND")
            await asyncio.to_thread(self.registry.remove_key, key_id)
        _log.info("API key %s (%s) revoked", key.name, key.hint)

    # Steps of the operations

    def _configure(self, cache: Cache) -> None:
        settings = Settings(
            caches=cache.caching_enabled,
            ttl_seconds=cache.ttl_seconds,
            observes=cache.mode is CacheMode.OBSERVE,
            rules=self.rules.of(cache),
        )
        self._engine.configure(cache.id, settings)

    def _connections(self, cache: Cache) -> int:
        server = self._servers.get(cache.database)
        return server.connections(cache.id) if server is not None else 0

    def _follow_origin(self, old: Cache, new: Cache) -> None:
        if any(getattr(old, field) != getattr(new, field) for field in _ORIGIN_FIELDS):
            # The sessions first: one that still runs could fill in an answer of the old origin.
            ended = self._end_sessions(old, f"the origin of the cache {new.name} was changed")
            self._engine.forget(new.id)
            _log.info("cache %s (%s) has another origin, %d sessions ended", new.name, new.id, ended)

    def _check_sense(self, cache: Cache) -> None:
        if cache.listen_port is not None and cache.database not in self._servers:
            raise ConflictError(
                f"listenPort: this edge cannot listen for {cache.database} yet.",
                fix="Leave listenPort out.",
                code="NO_LISTENER",
            )
        own_hosts = {self.settings.host, reachable(self.settings.host)}
        if (is_loopback(cache.host) or cache.host in own_hosts) and cache.port in {
            *(listener.port for listener in self.listeners),
            self.http[1],
        }:
            raise UsageError(
                f"host: {cache.host}:{cache.port} is this edge itself.",
                why="A cache whose origin is its own edge would connect to itself without end.",
                fix="Give the host and port of the database.",
            )

    def _end_sessions(self, cache: Cache, message: str) -> int:
        self.sql.forget(cache.id)
        server = self._servers.get(cache.database)
        return server.end_sessions(cache.id, message) if server else 0

    async def _listen_for_all(self, database: DatabaseType) -> None:
        host, wanted = self.settings.host, self.settings.shared_port(database)
        try:
            bound = await self._servers[database].listen(host, wanted.port)
        except OSError as error:
            failure = start_failure(error, host, wanted.port, wanted.option)
            if wanted.asked_for:
                raise failure from error
            _log.warning("caches of type %s have no port to share: %s %s", database, failure.what, failure.fix)
        else:
            self._shared += (Listener(database, host, bound),)

    async def _listen_for_another_type(self, listener: Listener, cache: Cache) -> Listener | None:
        """Give a cache's own port to the server of its new database type; None where another program was faster."""
        await self._unlisten(listener)
        try:
            return await self._listen(cache, listener.port)
        except OSError as error:
            _log.error("port %d of cache %s cannot be opened again: %s", listener.port, cache.name, error)
            return None

    async def _listen_as_asked(self, cache: Cache, port: int) -> Listener:
        try:
            return await self._listen(cache, port)
        except OSError as error:
            raise port_in_use(error, self.settings.host, port) from error

    async def _listen(self, cache: Cache, port: int) -> Listener:
        bound = await self._servers[cache.database].listen(self.settings.host, port, cache.id)
        return Listener(cache.database, self.settings.host, bound, cache.id)

    async def _unlisten(self, listener: Listener | None) -> None:
        if listener is not None:
            await self._servers[DatabaseType(listener.protocol)].unlisten(listener.port)
