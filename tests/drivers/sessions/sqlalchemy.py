"""SQLAlchemy, on drivers that wait and on asyncpg."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from tests.drivers.sessions.face import DriverError, OnLoop, Rows, comparable

Clause = tuple[sqlalchemy.TextClause, dict[str, object]]


def named(sql: str, parameters: Sequence[object]) -> Clause:
    """``:p1`` for ``$1``."""
    text = sqlalchemy.text(re.sub(r"\$(\d+)", r":p\1", sql.replace(":", "\\:")))
    return text, {f"p{number}": value for number, value in enumerate(parameters, 1)}


def sqlalchemy_error(error: sqlalchemy.exc.DBAPIError) -> DriverError:
    """As every session tells it, whatever driver is below."""
    original: Any = error.orig
    if hasattr(original, "diag"):  # psycopg, psycopg2
        return DriverError(getattr(original, "sqlstate", None) or original.pgcode, original.diag.message_primary)
    if original.args and isinstance(original.args[0], dict):  # pg8000
        return DriverError(original.args[0]["C"], original.args[0]["M"])
    if len(original.args) == 2:  # those of MySQL
        return DriverError(getattr(original, "sqlstate", None), f"{original.args[0]}: {original.args[1]}")
    return DriverError(getattr(original, "sqlstate", None), str(original.__cause__ or original))


class SqlAlchemy:
    """On a driver that waits; each read outside of ``begin`` is in autocommit."""

    def __init__(self, written: str) -> None:
        self.engine = _engine(written)
        self.connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def query(self, sql: str, *parameters: object) -> Rows:
        try:
            result = self.connection.execute(*named(sql, parameters))
            return [comparable(row) for row in result] if result.returns_rows else []
        except sqlalchemy.exc.DBAPIError as error:
            raise sqlalchemy_error(error) from None

    def begin(self) -> None:
        self.connection.rollback()
        self.connection.execution_options(isolation_level="READ COMMITTED")

    def commit(self) -> None:
        self.connection.commit()
        self.connection.execution_options(isolation_level="AUTOCOMMIT")

    def rollback(self) -> None:
        self.connection.rollback()
        self.connection.execution_options(isolation_level="AUTOCOMMIT")

    def streamed(self, sql: str, size: int) -> Rows:
        self.begin()
        result = self.connection.execute(sqlalchemy.text(sql), execution_options={"yield_per": size})
        rows = [tuple(row) for row in result]
        self.commit()
        return rows

    def encrypted(self) -> bool | None:
        driver: Any = self.connection.connection.driver_connection
        if hasattr(driver, "_usock"):
            return hasattr(driver._usock, "cipher")
        return bool(driver.pgconn.ssl_in_use if hasattr(driver, "pgconn") else driver.info.ssl_in_use)

    def close(self) -> None:
        self.connection.close()
        self.engine.dispose()


def _engine(written: str) -> sqlalchemy.Engine:
    """The engine of a URL, or of the source code that connstr writes where no URL will do."""
    if "\n" not in written:
        return sqlalchemy.create_engine(written, poolclass=NullPool)
    space: dict[str, Any] = {}
    exec(written, space)
    engine: sqlalchemy.Engine = space["engine"]
    return engine


class SqlAlchemyAsync(OnLoop):
    """On asyncpg."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.engine = create_async_engine(url, poolclass=NullPool)
        self.connection = self.run(self._connect())

    async def _connect(self) -> AsyncConnection:
        connection = await self.engine.connect()
        return await connection.execution_options(isolation_level="AUTOCOMMIT")

    def query(self, sql: str, *parameters: object) -> Rows:
        async def ask() -> Rows:
            result = await self.connection.execute(*named(sql, parameters))
            return [tuple(row) for row in result] if result.returns_rows else []

        try:
            return self.run(ask())
        except sqlalchemy.exc.DBAPIError as error:
            raise sqlalchemy_error(error) from None

    def begin(self) -> None:
        self.run(self.connection.rollback())
        self.run(self.connection.execution_options(isolation_level="READ COMMITTED"))

    def commit(self) -> None:
        self.run(self.connection.commit())
        self.run(self.connection.execution_options(isolation_level="AUTOCOMMIT"))

    def rollback(self) -> None:
        self.run(self.connection.rollback())
        self.run(self.connection.execution_options(isolation_level="AUTOCOMMIT"))

    def streamed(self, sql: str, size: int) -> Rows:
        async def read() -> Rows:
            result = await self.connection.stream(sqlalchemy.text(sql), execution_options={"yield_per": size})
            return [tuple(row) async for row in result]

        self.begin()
        rows = self.run(read())
        self.commit()
        return rows

    def encrypted(self) -> bool | None:
        raw: Any = self.run(self.connection.get_raw_connection())
        return raw.driver_connection._transport.get_extra_info("sslcontext") is not None

    def close(self) -> None:
        async def end() -> None:
            await self.connection.close()
            await self.engine.dispose()

        self.run(end())
        self.runner.close()
