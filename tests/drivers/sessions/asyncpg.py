"""asyncpg: everything is a named prepared statement, or an unnamed one without its cache; answers in binary."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from typing import Any

import asyncpg

from tests.drivers.sessions.face import DriverError, OnLoop, Rows


class Asyncpg(OnLoop):
    """With its defaults."""

    options: dict[str, Any] = {}  # noqa: RUF012 - never changed

    def __init__(self, url: str) -> None:
        super().__init__()
        self.connection = self.run(asyncpg.connect(url, **self.options))
        self.notifications: asyncio.Queue[str] = asyncio.Queue()
        self.transaction: Any = None

    def query(self, sql: str, *parameters: object) -> Rows:
        return self.run(self._query(sql, *parameters))

    async def _query(self, sql: str, *parameters: object) -> Rows:
        try:
            return [tuple(row) for row in await self.connection.fetch(sql, *parameters)]
        except asyncpg.PostgresError as error:
            raise DriverError(error.sqlstate, str(error)) from None

    def begin(self) -> None:
        self.transaction = self.connection.transaction()
        self.run(self.transaction.start())

    def commit(self) -> None:
        self.run(self.transaction.commit())

    def rollback(self) -> None:
        self.run(self.transaction.rollback())

    def cancelled(self, sql: str, runs: Callable[[], object]) -> None:
        async def both() -> None:
            task = asyncio.create_task(self._query(sql))
            await asyncio.to_thread(runs)
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                # It sends the CancelRequest behind our back and swallows what comes of it, but before anything else.
                await self._query("SELECT 1")
                raise DriverError("57014", "cancelled") from None

        self.run(both())

    def copy_in(self, sql: str, text: str) -> None:
        table = sql.split()[1]
        self.run(self.connection.copy_to_table(table, source=io.BytesIO(text.encode())))

    def copy_out(self, sql: str) -> str:
        said = io.BytesIO()
        inner = sql[sql.index("(") + 1 : sql.rindex(")")]
        self.run(self.connection.copy_from_query(inner, output=said))
        return said.getvalue().decode()

    def listen(self, channel: str) -> None:
        def keep(_: object, __: int, ___: str, payload: str) -> None:
            self.notifications.put_nowait(payload)

        self.run(self.connection.add_listener(channel, keep))

    def heard(self) -> str:
        return self.run(asyncio.wait_for(self.notifications.get(), 30))

    def streamed(self, sql: str, size: int) -> Rows:
        async def read() -> Rows:
            async with self.connection.transaction():
                return [tuple(row) async for row in self.connection.cursor(sql, prefetch=size)]

        return self.run(read())

    def encrypted(self) -> bool:
        return self.connection._transport.get_extra_info("sslcontext") is not None

    def close(self) -> None:
        self.run(self.connection.close())
        self.runner.close()


class AsyncpgWithoutCache(Asyncpg):
    """As poolers between statements want it: each statement is described anew, with a Flush, before it is run."""

    options = {"statement_cache_size": 0}  # noqa: RUF012 - never changed
