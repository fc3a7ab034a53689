"""All PostgreSQL listeners of an edge, and the sessions on them."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable

from polyscale_cli.edge.cache import Cache
from polyscale_cli.edge.engine import CacheState, Engine
from polyscale_cli.edge.wire.postgres import origin
from polyscale_cli.edge.wire.postgres.dialect import PostgresDialect
from polyscale_cli.edge.wire.postgres.session import SHUTTING_DOWN, Session

_log = logging.getLogger(__name__)

LOGIN_SECONDS = 60.0
"""PostgreSQL's own authentication_timeout."""

BACKLOG = 1024
_DRAIN_TICK = 0.02


class PostgresServer:
    """Listens, and knows every session.

    Args:
        engine: where answers are kept.
        find: gives the cache with an id, or None.
        tls: offered to clients; None offers none.
        login_seconds: how long a client may take from connecting to being logged in.
    """

    def __init__(
        self,
        engine: Engine,
        find: Callable[[str], Cache | None],
        *,
        tls: ssl.SSLContext | None,
        login_seconds: float = LOGIN_SECONDS,
    ) -> None:
        self.find = find
        self.tls = tls
        self.login_seconds = login_seconds
        self._engine = engine
        self._dialect = PostgresDialect()
        # The first analysis loads modules: not while clients wait, nor when their connections have taken all files.
        self._dialect.analyse(b"SELECT 1")
        self._listeners: dict[int, asyncio.Server] = {}
        self._sessions: set[Session] = set()
        self._by_key: dict[bytes, Session] = {}
        self._versions: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def listen(self, host: str, port: int, own_cache: str | None = None) -> int:
        """Open a port; ``own_cache`` is the cache that clients on it mean if they name none.

        Returns the port, which the system chooses for 0.

        Raises:
            OSError: it cannot be opened.
        """
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Session(self, own_cache), host, port, backlog=BACKLOG)
        bound: int = server.sockets[0].getsockname()[1]
        self._listeners[bound] = server
        return bound

    async def unlisten(self, port: int) -> None:
        """Close a port; sessions that came by it go on."""
        server = self._listeners.pop(port, None)
        if server is not None:
            server.close()

    def end_sessions(self, cache_id: str, message: str) -> int:
        """End all sessions of a cache. Returns how many there were."""
        sessions = [session for session in self._sessions if session.cache and session.cache.id == cache_id]
        for session in sessions:
            session.shut(message)
        return len(sessions)

    def connections(self, cache_id: str) -> int:
        """How many clients are logged in to a cache."""
        return sum(
            session.conversation is not None and session.cache is not None and session.cache.id == cache_id
            for session in self._sessions
        )

    def server_version(self, cache_id: str) -> str | None:
        """The origin's version, as the last login to it reported it."""
        return self._versions.get(cache_id)

    async def drain(self, seconds: float) -> None:
        """Stop accepting; end idle sessions now, others when their statement is done, all when the time is over."""
        for port in list(self._listeners):
            await self.unlisten(port)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while self._sessions and loop.time() < deadline:
            for session in list(self._sessions):
                if session.conversation is None or session.conversation.is_idle:
                    session.shut(SHUTTING_DOWN)
            await asyncio.sleep(_DRAIN_TICK)
        for session in list(self._sessions):
            session.shut(SHUTTING_DOWN)

    # -- for sessions ----------------------------------------------------------------------------------------------

    def state_of(self, cache: Cache) -> CacheState:
        """The engine's side of a cache."""
        return self._engine.cache(cache.id, self._dialect, (_one_loopback(cache.host), cache.port))

    def joined(self, session: Session) -> None:
        """Note a connection."""
        self._sessions.add(session)

    def logged_in(self, session: Session, version: str | None) -> None:
        """Note a login."""
        if session.backend_key is not None:
            self._by_key[session.backend_key] = session
        if version is not None and session.cache is not None:
            self._versions[session.cache.id] = version

    def left(self, session: Session) -> None:
        """Forget a session."""
        self._sessions.discard(session)
        key = session.backend_key
        if key is not None and self._by_key.get(key) is session:
            del self._by_key[key]

    def cancel(self, key: bytes, done: Callable[[], None]) -> None:
        """Carry out a CancelRequest, then call ``done``; who asks is never told whether it did anything."""
        session = self._by_key.get(key)
        if session is None or session.cache is None or session.conversation is None or session.conversation.cancel():
            done()
            return
        task = asyncio.get_running_loop().create_task(self._cancel(session.cache, key, done))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _cancel(self, cache: Cache, key: bytes, done: Callable[[], None]) -> None:
        try:
            await origin.cancel(cache, key)
        except origin.OriginError as error:
            _log.warning("cannot pass a cancel request on: %s", error)
        finally:
            done()


def _one_loopback(host: str) -> str:
    """Give the names of this machine one spelling, so that caches in front of one origin are known as such."""
    return "127.0.0.1" if host.lower() in ("localhost", "::1") else host.lower()
