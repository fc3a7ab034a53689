"""One read, over one connection, as often as one likes: by asyncpg, and by asyncmy."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from polyscale_cli.connstr.model import DatabaseUrl
from polyscale_cli.performance.statement import not_a_read
from polyscale_cli.sql import mysql, postgres
from polyscale_cli.sql.answer import Way
from polyscale_cli.sql.mysql_connection import close, connected, ended_with_us

if TYPE_CHECKING:
    import asyncpg
    from asyncpg.prepared_stmt import PreparedStatement

Rows = list[tuple[Any, ...]]


class Reader(ABC):
    """A statement that is ready to be run.

    Attributes:
        encrypted: whether its connection is.
    """

    encrypted: bool

    @abstractmethod
    async def read(self) -> Rows:
        """Run it once. Raises what the driver raises, which `explained` puts into our own words."""

    @abstractmethod
    async def read_in_read_only_transaction(self) -> None:
        """Run it where the database refuses to write. Such a setting of the session itself could outlive it in a
        pooler between here and the database.
        """

    @abstractmethod
    def explained(self) -> AbstractContextManager[None]:
        """What the driver raises inside becomes an error of ours."""


class PostgresReader(Reader):
    """Prepared, in the extended protocol."""

    def __init__(self, connection: asyncpg.Connection, statement: PreparedStatement, way: Way) -> None:
        self._connection = connection
        self._statement = statement
        self._way = way
        self.encrypted = postgres.is_encrypted(connection)

    async def read(self) -> Rows:
        """Run it once."""
        return [tuple(record) for record in await self._statement.fetch()]

    async def read_in_read_only_transaction(self) -> None:
        """Run it once."""
        async with self._connection.transaction(readonly=True):
            await self._statement.fetch()

    def explained(self) -> AbstractContextManager[None]:
        """In words of this way."""
        return postgres.explained(self._way)


class MySqlReader(Reader):
    """As text, in one packet."""

    def __init__(self, connection: Any, url: DatabaseUrl, sql: str, way: Way, *, encrypted: bool) -> None:
        self._connection = connection
        self._url = url
        self._sql = sql
        self._way = way
        self.encrypted = encrypted

    async def read(self) -> Rows:
        """Run it once."""
        async with ended_with_us(self._connection, self._url), self._connection.cursor() as cursor:
            await cursor.execute(self._sql)
            return list(await cursor.fetchall())

    async def read_in_read_only_transaction(self) -> None:
        """Run it once, and see whether it is one statement that has rows."""
        await self._connection.query("START TRANSACTION READ ONLY")
        async with ended_with_us(self._connection, self._url), self._connection.cursor() as cursor:
            await cursor.execute(self._sql)
            has_rows = bool(cursor.description)
            several = await cursor.nextset()
        if several or not has_rows:
            raise not_a_read("It is more than one statement." if several else "It has no rows to answer with.")
        await self._connection.query("ROLLBACK")

    def explained(self) -> AbstractContextManager[None]:
        """In words of this way."""
        return mysql.explained(self._way)


@contextlib.asynccontextmanager
async def postgres_reader(dsn: str, sql: str, way: Way, *, connect_seconds: float) -> AsyncIterator[Reader]:
    """A connection to PostgreSQL with the statement prepared. Raises what `polyscale_cli.sql.postgres.run` does."""
    import asyncpg

    with postgres.explained(way):
        connection = await asyncpg.connect(dsn, timeout=connect_seconds)
    try:
        with postgres.explained(way):
            statement = await connection.prepare(sql)
            if statement.get_parameters() or not statement.get_attributes():
                raise not_a_read(
                    "It has parameters: write their values into it."
                    if statement.get_parameters()
                    else "It has no rows to answer with."
                )
            # asyncpg prepares without a Sync, and what comes before the next one is one exchange: let it end here.
            await connection.execute(postgres.SYNCHRONISES)
        yield PostgresReader(connection, statement, way)
    finally:
        await connection.close(timeout=1)


@contextlib.asynccontextmanager
async def mysql_reader(url: DatabaseUrl, sql: str, way: Way, *, connect_seconds: float) -> AsyncIterator[Reader]:
    """A connection to MySQL or MariaDB. Raises what `polyscale_cli.sql.mysql.run` does."""
    with mysql.explained(way):
        connection, encrypted = await connected(url, connect_seconds)
    try:
        yield MySqlReader(connection, url, sql, way, encrypted=encrypted)
    finally:
        await close(connection)
