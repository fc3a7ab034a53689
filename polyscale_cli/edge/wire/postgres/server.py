"""All PostgreSQL listeners of an edge, and the sessions on them."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable

from polyscale_cli.edge.cache import Cache
from polyscale_cli.edge.engine import Engine
from polyscale_cli.edge.wire.listeners import LOGIN_SECONDS, Listeners
from polyscale_cli.edge.wire.origin import OriginError
from polyscale_cli.edge.wire.places import Places
from polyscale_cli.edge.wire.postgres import origin
from polyscale_cli.edge.wire.postgres.dialect import PostgresDialect
from polyscale_cli.edge.wire.postgres.session import SHUTTING_DOWN, Session

_log = logging.getLogger(__name__)


class PostgresServer(Listeners[Session]):
    """Listeners that know sessions by their backends' keys as well, for CancelRequests.

    Args:
        engine: where answers are kept.
        find: gives the cache with an id, or None.
        tls: offered to clients; None offers none.
        login_seconds: how long a client may take from connecting to being logged in.
        places: shared by the listeners of a process; None for one that has no others.
    """

    def __init__(
        self,
        engine: Engine,
        find: Callable[[str], Cache | None],
        *,
        tls: ssl.SSLContext | None,
        login_seconds: float = LOGIN_SECONDS,
        places: Places | None = None,
    ) -> None:
        super().__init__(
            engine,
            PostgresDialect(),
            find,
            tls=tls,
            farewell=SHUTTING_DOWN,
            login_seconds=login_seconds,
            places=places,
        )
        self._by_key: dict[bytes, Session] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def _new_session(self, own_cache: str | None) -> Session:
        return Session(self, own_cache)

    def logged_in(self, session: Session, version: str | None) -> None:
        """Note a login."""
        super().logged_in(session, version)
        if session.backend_key is not None:
            self._by_key[session.backend_key] = session

    def left(self, session: Session) -> None:
        """Forget a session."""
        super().left(session)
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
        except OriginError as error:
            _log.warning("cannot pass a cancel request on: %s", error)
        finally:
            done()
