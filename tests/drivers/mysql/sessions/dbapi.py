"""Drivers in Python that wait: PyMySQL and MySQL Connector, and how mysqlclient is driven in its own process."""

from __future__ import annotations

import contextlib
from typing import Any

from tests.drivers.mysql.sessions.face import Address, any_certificate, percent
from tests.drivers.sessions.face import DriverError, Rows


class OverCursors:
    """What the Python Database API (PEP 249) makes alike."""

    connection: Any
    errors: type[Exception]

    def query(self, sql: str, *parameters: object) -> Rows:
        with contextlib.closing(self.connection.cursor()) as cursor:
            return self.ask(cursor, percent(sql, parameters), *parameters)

    def several(self, sql: str) -> list[Rows]:
        with contextlib.closing(self.connection.cursor()) as cursor:
            found = []
            try:
                cursor.execute(sql)
                more = True
                while more:
                    if cursor.description:
                        found.append(_rows(cursor))
                    more = cursor.nextset()
            except self.errors as error:
                raise self.said(error) from None
            return found

    def ask(self, cursor: Any, sql: str, *parameters: object) -> Rows:
        """Run a statement; its rows. Raises DriverError."""
        try:
            cursor.execute(sql, parameters or None)
            return _rows(cursor)
        except self.errors as error:
            raise self.said(error) from None

    def said(self, error: Any) -> DriverError:
        """What the driver tells of an error."""
        return DriverError(error.sqlstate, f"{error.args[0]}: {error.args[1]}")

    def begin(self) -> None:
        self.connection.begin()

    def commit(self) -> None:
        self.connection.commit()

    def rollback(self) -> None:
        self.connection.rollback()

    def close(self) -> None:
        self.connection.close()


def _rows(cursor: Any) -> Rows:
    return [tuple(row) for row in cursor.fetchall()] if cursor.description else []


class PyMySql(OverCursors):
    """PyMySQL: it puts parameters into the text."""

    def __init__(self, address: Address) -> None:
        import pymysql
        from pymysql.constants import CLIENT

        self.errors = pymysql.MySQLError
        self.connection = pymysql.connect(
            host=address.host,
            port=address.port,
            user=address.user,
            password=address.password,
            database=address.database,
            autocommit=True,
            client_flag=CLIENT.MULTI_STATEMENTS,
            **({"ssl": any_certificate()} if address.encrypted else {"ssl_disabled": True}),
        )

    def encrypted(self) -> bool:
        return bool(self.connection._secure)


class MySqlConnector(OverCursors):
    """MySQL Connector/Python, in Python alone: not every one of its releases has a C library for every Python."""

    def __init__(self, address: Address) -> None:
        import mysql.connector

        self.errors = mysql.connector.Error
        self.connection = mysql.connector.connect(
            host=address.host,
            port=address.port,
            user=address.user,
            password=address.password,
            database=address.database,
            autocommit=True,
            use_pure=True,
            ssl_disabled=not address.encrypted,
        )
        self.statements: dict[str, Any] = {}

    def said(self, error: Any) -> DriverError:
        return DriverError(error.sqlstate, f"{error.errno}: {error.msg}")

    def prepared(self, sql: str, *parameters: object) -> Rows:
        if sql not in self.statements:
            self.statements[sql] = self.connection.cursor(prepared=True)
        return self.ask(self.statements[sql], sql, *parameters)

    def begin(self) -> None:
        self.connection.start_transaction()

    def reset(self) -> None:
        self.statements.clear()
        self.connection.cmd_reset_connection()
        self.connection.autocommit = True

    def encrypted(self) -> bool | None:
        return None
