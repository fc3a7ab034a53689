"""psycopg 2: the simple protocol, with parameters written into the text by the driver."""

from __future__ import annotations

import io
import select
from collections.abc import Callable
from typing import Any

import psycopg2
import psycopg2.extensions

from tests.drivers.sessions.face import (
    Autocommitting,
    DriverError,
    Rows,
    cancel_from_another_thread,
    comparable,
    percent,
)


def psycopg2_error(error: psycopg2.Error) -> DriverError:
    """As every session tells it."""
    return DriverError(error.pgcode, error.diag.message_primary or str(error))


class Psycopg2(Autocommitting):
    """Blocking."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg2.connect(url)
        self.connection.autocommit = True

    def query(self, sql: str, *parameters: object) -> Rows:
        try:
            with self.connection.cursor() as cursor:
                cursor.execute(percent(sql), parameters or None)
                return [comparable(row) for row in cursor.fetchall()] if cursor.description else []
        except psycopg2.Error as error:
            raise psycopg2_error(error) from None

    def cancelled(self, sql: str, runs: Callable[[], object]) -> None:
        cancel_from_another_thread(lambda: self.query(sql), runs, self.connection.cancel)

    def copy_in(self, sql: str, text: str) -> None:
        with self.connection.cursor() as cursor:
            cursor.copy_expert(sql, io.StringIO(text))

    def copy_out(self, sql: str) -> str:
        said = io.StringIO()
        with self.connection.cursor() as cursor:
            cursor.copy_expert(sql, said)
        return said.getvalue()

    def listen(self, channel: str) -> None:
        self.query(f"LISTEN {channel}")

    def heard(self) -> str:
        while not self.connection.notifies:
            assert select.select([self.connection], [], [], 30) != ([], [], []), "no notification"
            self.connection.poll()
        notification: Any = self.connection.notifies.pop(0)
        return str(notification.payload)

    def streamed(self, sql: str, size: int) -> Rows:
        rows: Rows = []
        self.begin()
        with self.connection.cursor("in_parts") as cursor:
            cursor.execute(sql)
            while part := cursor.fetchmany(size):
                rows += part
        self.commit()
        return rows

    def encrypted(self) -> bool:
        return bool(self.connection.info.ssl_in_use)

    def close(self) -> None:
        self.connection.close()
