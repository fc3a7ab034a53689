"""psycopg 3: blocking, binary, in pipeline mode, and on asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import psycopg

from tests.drivers.sessions.face import Autocommitting, DriverError, OnLoop, Rows, cancel_from_another_thread, percent


def psycopg_error(error: psycopg.Error) -> DriverError:
    """As every session tells it."""
    return DriverError(error.sqlstate, error.diag.message_primary or str(error))


class Psycopg(Autocommitting):
    """Blocking; answers in text."""

    binary = False

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)

    def query(self, sql: str, *parameters: object) -> Rows:
        try:
            cursor = self.connection.execute(percent(sql).encode(), parameters or None, binary=self.binary)
            return cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            raise psycopg_error(error) from None

    def cancelled(self, sql: str, runs: Callable[[], object]) -> None:
        cancel_from_another_thread(lambda: self.query(sql), runs, self.connection.cancel_safe)

    def copy_in(self, sql: str, text: str) -> None:
        with self.connection.cursor().copy(sql.encode()) as copy:
            copy.write(text)

    def copy_out(self, sql: str) -> str:
        with self.connection.cursor().copy(sql.encode()) as copy:
            return b"".join(bytes(part) for part in copy).decode()

    def listen(self, channel: str) -> None:
        self.connection.execute(f"LISTEN {channel}".encode())

    def heard(self) -> str:
        return str(next(iter(self.connection.notifies(timeout=30, stop_after=1))).payload)

    def streamed(self, sql: str, size: int) -> Rows:
        rows: Rows = []
        with self.connection.transaction(), self.connection.cursor("in_parts", binary=self.binary) as cursor:
            cursor.execute(sql.encode())
            while part := cursor.fetchmany(size):
                rows += part
        return rows

    def encrypted(self) -> bool:
        return bool(self.connection.pgconn.ssl_in_use)

    def close(self) -> None:
        self.connection.close()


class PsycopgBinary(Psycopg):
    """Blocking; answers in binary, and statements prepared from the first run."""

    binary = True

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.connection.prepare_threshold = 0


class PsycopgPipeline(Psycopg):
    """In pipeline mode: two statements on their way before the first is answered, each with its Sync."""

    def query(self, sql: str, *parameters: object) -> Rows:
        try:
            with self.connection.pipeline() as pipeline:
                cursor = self.connection.execute(percent(sql).encode(), parameters or None)
                pipeline.sync()
                self.connection.execute("SELECT 'behind it'")
            return cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            raise psycopg_error(error) from None


class PsycopgAsync(OnLoop):
    """On asyncio."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.connection = self.run(psycopg.AsyncConnection.connect(url, autocommit=True))

    def query(self, sql: str, *parameters: object) -> Rows:
        return self.run(self._query(sql, *parameters))

    async def _query(self, sql: str, *parameters: object) -> Rows:
        try:
            cursor = await self.connection.execute(percent(sql).encode(), parameters or None)
            return await cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            raise psycopg_error(error) from None

    def begin(self) -> None:
        self.run(self.connection.set_autocommit(False))

    def commit(self) -> None:
        self.run(self.connection.commit())
        self.run(self.connection.set_autocommit(True))

    def rollback(self) -> None:
        self.run(self.connection.rollback())
        self.run(self.connection.set_autocommit(True))

    def cancelled(self, sql: str, runs: Callable[[], object]) -> None:
        async def both() -> None:
            task = asyncio.create_task(self._query(sql))
            await asyncio.to_thread(runs)
            await self.connection.cancel_safe()
            await task

        self.run(both())

    def copy_in(self, sql: str, text: str) -> None:
        async def copy() -> None:
            async with self.connection.cursor().copy(sql.encode()) as copying:
                await copying.write(text)

        self.run(copy())

    def copy_out(self, sql: str) -> str:
        async def copy() -> str:
            async with self.connection.cursor().copy(sql.encode()) as copying:
                return b"".join([bytes(part) async for part in copying]).decode()

        return self.run(copy())

    def streamed(self, sql: str, size: int) -> Rows:
        async def read() -> Rows:
            rows: Rows = []
            async with self.connection.transaction(), self.connection.cursor("in_parts") as cursor:
                await cursor.execute(sql.encode())
                while part := await cursor.fetchmany(size):
                    rows += part
            return rows

        return self.run(read())

    def encrypted(self) -> bool:
        return bool(self.connection.pgconn.ssl_in_use)

    def close(self) -> None:
        self.run(self.connection.close())
        self.runner.close()
