"""Django's database layer, on psycopg."""

from __future__ import annotations

from typing import Any

from tests.drivers.sessions.face import DriverError, Rows, percent


class Django:
    """A connection of django.db: in autocommit, with transactions by set_autocommit as ``atomic`` uses it."""

    def __init__(self, written: str) -> None:
        from django import setup
        from django.conf import settings
        from django.db.utils import ConnectionHandler

        if not settings.configured:
            settings.configure()
            setup()
        space: dict[str, Any] = {}
        exec(written, space)
        self.connection: Any = ConnectionHandler(space["DATABASES"])["default"]
        self.connection.connect()

    def query(self, sql: str, *parameters: object) -> Rows:
        from django.db import DatabaseError

        try:
            with self.connection.cursor() as cursor:
                cursor.execute(percent(sql), parameters or None)
                return list(cursor.fetchall()) if cursor.description else []
        except DatabaseError as error:
            cause: Any = error.__cause__
            raise DriverError(cause.sqlstate, cause.diag.message_primary) from None

    def begin(self) -> None:
        self.connection.set_autocommit(False)

    def commit(self) -> None:
        self.connection.commit()
        self.connection.set_autocommit(True)

    def rollback(self) -> None:
        self.connection.rollback()
        self.connection.set_autocommit(True)

    def streamed(self, sql: str, size: int) -> Rows:
        rows: Rows = []
        self.begin()
        # What QuerySet.iterator() reads by.
        with self.connection.chunked_cursor() as cursor:
            cursor.execute(sql)
            while part := cursor.fetchmany(size):
                rows += part
        self.commit()
        return rows

    def encrypted(self) -> bool:
        return bool(self.connection.connection.pgconn.ssl_in_use)

    def close(self) -> None:
        self.connection.close()
