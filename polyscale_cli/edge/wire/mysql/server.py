"""The listeners of one type of caches, and the sessions on them."""

from __future__ import annotations

import itertools
import ssl
from collections.abc import Callable

from polyscale_cli.edge.cache import Cache, DatabaseType
from polyscale_cli.edge.engine import Engine
from polyscale_cli.edge.wire.listeners import LOGIN_SECONDS, Listeners
from polyscale_cli.edge.wire.mysql.capabilities import OFFERED_AS_MARIADB, OFFERED_AS_MYSQL, Capability
from polyscale_cli.edge.wire.mysql.dialect import MySqlDialect
from polyscale_cli.edge.wire.mysql.session import SHUTTING_DOWN, Session
from polyscale_cli.edge.wire.places import Places

_VERSIONS = {
    DatabaseType.MYSQL: "8.4.0-polyscale",
    DatabaseType.MARIADB: "5.5.5-10.11.0-MariaDB-polyscale",
}
"""What clients are greeted with before their origin is known; the rest of the greeting follows from it."""

FIRST_THREAD = 0x4000_0000
"""The lowest number that the edge gives a connection. Servers count from 1, so that the two are not mistaken; half the
range is left out, because MariaDB Connector/J takes a number's highest bit for its sign."""


class MySqlServer(Listeners[Session]):
    """Listeners that give their sessions numbers, as the greeting needs one before any origin is connected.

    Args:
        engine: where answers are kept.
        find: gives the cache with an id, or None.
        tls: offered to clients; None offers none.
        database: MYSQL or MARIADB, whose clients look alike until they have read the greeting.
        login_seconds: how long a client may take from connecting to being logged in.
        places: shared by the listeners of a process; None for one that has no others.

    Attributes:
        offers: what clients are offered; less once an origin has turned out to lack some of it.
    """

    def __init__(
        self,
        engine: Engine,
        find: Callable[[str], Cache | None],
        *,
        tls: ssl.SSLContext | None,
        database: DatabaseType,
        login_seconds: float = LOGIN_SECONDS,
        places: Places | None = None,
    ) -> None:
        super().__init__(
            engine,
            MySqlDialect(),
            find,
            tls=tls,
            farewell=SHUTTING_DOWN,
            login_seconds=login_seconds,
            places=places,
        )
        self.database = database
        self.version = _VERSIONS[database]
        self.offers = OFFERED_AS_MARIADB if database is DatabaseType.MARIADB else OFFERED_AS_MYSQL
        self._numbers = itertools.count(FIRST_THREAD)
        self._by_number: dict[int, Session] = {}

    def _new_session(self, own_cache: str | None) -> Session:
        return Session(self, own_cache, next(self._numbers) & 0x7FFF_FFFF | FIRST_THREAD)

    def lacks(self, capability: Capability) -> None:
        """Note what an origin lacks that was on offer: the next client is not offered it."""
        self.offers &= ~capability

    def logged_in(self, session: Session, version: str | None) -> None:
        """Note a login."""
        super().logged_in(session, version)
        self._by_number[session.number] = session

    def left(self, session: Session) -> None:
        """Forget a session."""
        super().left(session)
        if self._by_number.get(session.number) is session:
            del self._by_number[session.number]

    def thread_at_origin(self, number: int, cache: Cache) -> int:
        """Give the origin's number of a connection that a client of the same cache knows by another."""
        session = self._by_number.get(number)
        if (
            session is None
            or session.cache is None
            or (session.cache.host, session.cache.port) != (cache.host, cache.port)
        ):
            return number
        return session.origin_number
