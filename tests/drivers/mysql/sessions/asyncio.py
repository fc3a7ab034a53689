"""asyncmy and aiomysql."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
from collections.abc import Callable
from typing import Any, ClassVar

from tests.drivers.mysql.sessions.face import Address, any_certificate, percent
from tests.drivers.sessions.face import DriverError, OnLoop, Rows


class AioMySql(OnLoop):
    """aiomysql: PyMySQL's protocol on asyncio."""

    module: ClassVar = "aiomysql"

    def __init__(self, address: Address) -> None:
        super().__init__()
        driver: Any = importlib.import_module(self.module)
        self.errors: type[Exception] = driver.Error
        self.connection: Any = self.run(self._connect(driver.connect, address))

    async def _connect(self, connect: Callable[..., Any], address: Address) -> Any:
        return await connect(
            host=address.host,
            port=address.port,
            user=address.user,
            password=address.password,
            db=address.database,
            autocommit=True,
            ssl=any_certificate() if address.encrypted else None,
        )

    def query(self, sql: str, *parameters: object) -> Rows:
        found = self.run(self._results(percent(sql, parameters), parameters))
        return found[0] if found else []

    def several(self, sql: str) -> list[Rows]:
        return self.run(self._results(sql, ()))

    async def _results(self, sql: str, parameters: tuple[object, ...]) -> list[Rows]:
        found = []
        try:
            async with self.connection.cursor() as cursor:
                await cursor.execute(sql, parameters or None)
                more = True
                while more:
                    if cursor.description:
                        found.append([tuple(row) for row in await cursor.fetchall()])
                    more = await cursor.nextset()
        except self.errors as error:
            raise DriverError(None, f"{error.args[0]}: {error.args[1]}") from None
        return found

    def begin(self) -> None:
        self.run(self.connection.begin())

    def commit(self) -> None:
        self.run(self.connection.commit())

    def rollback(self) -> None:
        self.run(self.connection.rollback())

    def encrypted(self) -> bool | None:
        return bool(self.connection._secure)

    def close(self) -> None:
        self.run(self._close())
        self.runner.close()

    async def _close(self) -> None:
        # It does not wait for the end of TLS itself, and the loop would be closed before that has come.
        writer: asyncio.StreamWriter = self.connection._writer
        await self.connection.ensure_closed()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


class AsyncMy(AioMySql):
    """asyncmy: the same in Cython."""

    module: ClassVar = "asyncmy"

    async def _close(self) -> None:
        await self.connection.ensure_closed()

    def encrypted(self) -> bool | None:
        return None
