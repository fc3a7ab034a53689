"""One client of a crowd: sends a request, reads until it is answered. No driver, which would be most of the work."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from tests.e2e.raw import startup_packet
from tests.servers.edge import EdgeCache
from tests.servers.postgres import TRUST

READY = b"Z\0\0\0\x05"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a crowd goes: through a cache, to a database."""

    cache: EdgeCache
    database: str


@dataclass(slots=True)
class Connection:
    """Logged in, until it is closed."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def open(cls, place: Place) -> Connection:
        """Connect and log in.

        Raises:
            ConnectionError: nobody was let in.
        """
        edge = place.cache.edge
        connection = cls(*await asyncio.open_connection(edge.host, edge.postgres_port))
        parameters = {"user": TRUST.name, "database": place.database, "application_name": place.cache.id}
        try:
            await connection.ask(startup_packet(parameters))
        except BaseException:
            connection.drop()
            raise
        return connection

    async def ask(self, request: bytes) -> bytes:
        """Send a request; everything up to its ReadyForQuery.

        Raises:
            ConnectionError: the connection was closed instead.
        """
        self.writer.write(request)
        answer = bytearray()
        while answer[-6:-1] != READY:
            data = await self.reader.read(1 << 16)
            if not data:
                raise ConnectionError(f"closed after {bytes(answer[-300:])!r}")
            answer += data
        return bytes(answer)

    def close(self) -> None:
        """Say goodbye."""
        self.writer.write(b"X\0\0\0\4")
        self.writer.close()

    def drop(self) -> None:
        """Vanish."""
        self.writer.transport.abort()
