"""One connection of the demo's, in each protocol; closed at once at the end, whatever it was doing."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from polyscale_cli.connstr.model import Database, DatabaseUrl
from polyscale_cli.connstr.url import assemble

if TYPE_CHECKING:
    from asyncpg import Connection as AsyncpgConnection

CONNECT_SECONDS = 30.0
Rows = list[tuple[Any, ...]]


class Connection(ABC):
    """A connection that statements are run on one after the other."""

    @abstractmethod
    async def execute(self, sql: str) -> None:
        """Run a statement whose rows nobody wants."""

    @abstractmethod
    async def fetch(self, sql: str) -> Rows:
        """Run a read."""

    @abstractmethod
    async def reader(self, sql: str) -> Callable[[], Awaitable[Rows]]:
        """Prepare a read that is to be run over and over, each time with nothing before or after it."""

    @abstractmethod
    def close(self) -> None:
        """End it without a goodbye."""


class PostgresConnection(Connection):
    """By asyncpg, in the extended protocol."""

    def __init__(self, connection: AsyncpgConnection) -> None:
        self._connection = connection

    async def execute(self, sql: str) -> None:
        """Run a statement whose rows nobody wants."""
        await self._connection.execute(sql)

    async def fetch(self, sql: str) -> Rows:
        """Run a read."""
        return [tuple(row) for row in await self._connection.fetch(sql)]

    async def reader(self, sql: str) -> Callable[[], Awaitable[Rows]]:
        """Prepare a read."""
        prepared = await self._connection.prepare(sql)
        # asyncpg prepares without a Sync, and what comes before the next one is one exchange: let it end here.
        await self._connection.execute("SHOW server_version")

        async def read() -> Rows:
            return [tuple(row) for row in await prepared.fetch()]

        return read

    def close(self) -> None:
        """End it."""
        self._connection.terminate()


class MySqlConnection(Connection):
    """By asyncmy, in the text protocol."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def execute(self, sql: str) -> None:
        """Run a statement whose rows nobody wants."""
        await self.fetch(sql)

    async def fetch(self, sql: str) -> Rows:
        """Run a read."""
        async with self._connection.cursor() as cursor:
            await cursor.execute(sql)
            return list(await cursor.fetchall()) if cursor.description else []

    async def reader(self, sql: str) -> Callable[[], Awaitable[Rows]]:
        """A read has nothing to be prepared here."""

        async def read() -> Rows:
            return await self.fetch(sql)

        return read

    def close(self) -> None:
        """End it."""
        self._connection.close()


async def connect(url: DatabaseUrl) -> Connection:
    """Log in, without TLS: everything is on this machine, and the servers have none."""
    if url.database is Database.POSTGRES:
        import asyncpg

        return PostgresConnection(await asyncpg.connect(assemble(url, "postgresql"), timeout=CONNECT_SECONDS))
    import asyncmy

    return MySqlConnection(
        await asyncmy.connect(
            host=url.host,
            port=url.port,
            user=url.user,
            password=url.password or "",
            database=url.name,
            connect_timeout=CONNECT_SECONDS,
            autocommit=True,
        )
    )


def faults() -> tuple[type[Exception], ...]:
    """What a statement or a connection may fail with, in either protocol."""
    import asyncmy.errors
    import asyncpg

    return (asyncpg.PostgresError, asyncpg.InterfaceError, asyncmy.errors.MySQLError, OSError)
