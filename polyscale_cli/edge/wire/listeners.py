"""The listeners of one protocol, and the sessions on them, whatever is spoken there."""

from __future__ import annotations

import asyncio
import socket
import ssl
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Generic, TypeVar

from polyscale_cli.edge.cache import Cache
from polyscale_cli.edge.engine import CacheState, Dialect, Engine
from polyscale_cli.edge.wire.places import Places, most_open_files
from polyscale_cli.edge.wire.stopwatch import Stopwatch

LOGIN_SECONDS = 60.0
"""How long a client may take from connecting to being logged in; PostgreSQL's own authentication_timeout."""

CROWDED_SECONDS = 1.0
"""How long a client may take to say which cache it wants, where very many have not said it."""

BACKLOG = 1024
_DRAIN_TICK = 0.02


class ClientSession(asyncio.Protocol, ABC):
    """One client's connection, as its listener sees it.

    Attributes:
        cache: None until the client has said which.
    """

    cache: Cache | None

    @property
    @abstractmethod
    def is_logged_in(self) -> bool:
        """Whether the login is over."""

    @property
    @abstractmethod
    def is_idle(self) -> bool:
        """Whether nothing is under way for the client: no request, no transaction, no finished login."""

    @abstractmethod
    def time_next(self) -> None:
        """Time the next request, if it is a hit."""

    @abstractmethod
    def shut(self, text: str) -> None:
        """End the session from the edge's side, with a reason."""


AnySession = TypeVar("AnySession", bound=ClientSession)
AnyProtocol = TypeVar("AnyProtocol", bound=asyncio.Protocol)


class Listeners(ABC, Generic[AnySession]):
    """Listens, and knows every session.

    Args:
        engine: where answers are kept.
        dialect: the protocol's SQL.
        find: gives the cache with an id, or None.
        tls: offered to clients; None offers none.
        farewell: what a client is told when the edge stops.
        login_seconds: how long a client may take from connecting to being logged in.
        places: shared by the listeners of a process; None for one that has no others.
    """

    def __init__(
        self,
        engine: Engine,
        dialect: Dialect,
        find: Callable[[str], Cache | None],
        *,
        tls: ssl.SSLContext | None,
        farewell: str,
        login_seconds: float = LOGIN_SECONDS,
        places: Places | None = None,
    ) -> None:
        self.find = find
        self.tls = tls
        self.login_seconds = login_seconds
        self.places = places or Places(most_open_files())
        self._farewell = farewell
        self._engine = engine
        self.dialect = dialect
        # The first analysis loads modules: not while clients wait, nor when their connections have taken all files.
        self.dialect.analyse(b"SELECT 1")
        self._listeners: dict[int, asyncio.Server] = {}
        self._sessions: set[AnySession] = set()
        self._stopwatch = Stopwatch(self._sessions)
        self._versions: dict[str, str] = {}

    @abstractmethod
    def _new_session(self, own_cache: str | None) -> AnySession:
        """Make the session of a client that connects; ``own_cache`` is its listener's own."""

    async def listen(self, host: str, port: int, own_cache: str | None = None) -> int:
        """Open a port; ``own_cache`` is the cache that clients on it mean if they name none.

        Returns the port, which the system chooses for 0.

        Raises:
            OSError: it cannot be opened.
        """
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: self._new_session(own_cache), host, port, backlog=BACKLOG)
        bound: int = server.sockets[0].getsockname()[1]
        self._listeners[bound] = server
        return bound

    async def connect_inside(
        self, cache_id: str, client: Callable[[], AnyProtocol]
    ) -> tuple[asyncio.Transport, AnyProtocol, AnySession]:
        """Connect a client of the edge's own, over a pair of sockets, as if by a port of the cache's own.

        Returns the client's transport, the client, and the session at the other end.

        Raises:
            OSError: the system has no more sockets.
        """
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        session = self._new_session(cache_id)
        try:
            await _connected(loop, lambda: session, theirs)
            transport, protocol = await _connected(loop, client, ours)
        except BaseException:
            ours.close()
            theirs.close()
            raise
        return transport, protocol, session

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
            session.is_logged_in and session.cache is not None and session.cache.id == cache_id
            for session in self._sessions
        )

    def server_version(self, cache_id: str) -> str | None:
        """The origin's version, as the last login to it reported it."""
        return self._versions.get(cache_id)

    async def drain(self, seconds: float) -> None:
        """Stop accepting; end idle sessions now, others when their statement is done, all when the time is over."""
        for port in list(self._listeners):
            await self.unlisten(port)
        self._stopwatch.stop()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while self._sessions and loop.time() < deadline:
            for session in list(self._sessions):
                if session.is_idle:
                    session.shut(self._farewell)
            await asyncio.sleep(_DRAIN_TICK)
        for session in list(self._sessions):
            session.shut(self._farewell)

    # -- for sessions ----------------------------------------------------------------------------------------------

    def state_of(self, cache: Cache) -> CacheState:
        """The engine's side of a cache."""
        return self._engine.cache(cache.id, self.dialect, (_one_loopback(cache.host), cache.port))

    def joined(self, session: AnySession) -> float:
        """Note a connection. Returns the seconds in which it has to say which cache it wants."""
        self._sessions.add(session)
        self.places.came(session)
        self._stopwatch.start()
        return CROWDED_SECONDS if self.places.is_crowded else self.login_seconds

    def logged_in(self, session: AnySession, version: str | None) -> None:
        """Note a login, and the version that the origin reports."""
        if version is not None and session.cache is not None:
            self._versions[session.cache.id] = version

    def left(self, session: AnySession) -> None:
        """Forget a session."""
        self._sessions.discard(session)
        self.places.left(session)


async def _connected(
    loop: asyncio.AbstractEventLoop, factory: Callable[[], AnyProtocol], end: socket.socket
) -> tuple[asyncio.Transport, AnyProtocol]:
    if end.family == getattr(socket, "AF_UNIX", None):
        return await loop.create_unix_connection(factory, sock=end)
    return await loop.create_connection(factory, sock=end)  # Windows has pairs of TCP sockets


def _one_loopback(host: str) -> str:
    """Give the names of this machine one spelling, so that caches in front of one origin are known as such."""
    return "127.0.0.1" if host.lower() in ("localhost", "::1") else host.lower()
