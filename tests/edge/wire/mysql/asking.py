"""Asking a real server what statements touch, and how a session stands, over a session of any user's."""

from __future__ import annotations

from dataclasses import dataclass

import pymysql

from polyscale_cli.edge.engine import Resolution
from polyscale_cli.edge.wire.mysql.catalog import Inquiry
from polyscale_cli.edge.wire.mysql.dialect import MySqlDialect
from polyscale_cli.edge.wire.mysql.flavour import Flavour
from polyscale_cli.edge.wire.mysql.session_question import (
    ServerFacts,
    SessionFacts,
    read_server,
    read_session,
    server_questions,
    session_question,
)
from tests.servers.mysql_like import MySqlLike

DIALECT = MySqlDialect()


@dataclass(slots=True)
class Asker:
    """One session that is asked."""

    connection: pymysql.Connection
    flavour: Flavour

    def run(self, sql: str | bytes) -> list[tuple[bytes | None, ...]]:
        """Run a statement; its rows, with every value as the server sends it."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            return [tuple(_sent(value) for value in row) for row in cursor.fetchall()]

    def touches(self, sql: str) -> Resolution:
        """Ask what a statement touches."""
        inquiry = Inquiry(DIALECT.analyse(sql.encode()), DIALECT, self.flavour)
        while True:
            resolution = inquiry.take(self.run(inquiry.question()))
            if resolution is not None:
                return resolution

    def session(self) -> SessionFacts:
        """Ask how the session stands."""
        (row,) = self.run(session_question(self.flavour))
        return read_session(row)

    def server(self, question: int = 0) -> ServerFacts:
        """Ask which server it is."""
        (row,) = self.run(server_questions(self.flavour)[question])
        return read_server(row)


def _sent(value: object) -> bytes | None:
    if value is None or isinstance(value, bytes):
        return value
    return str(value).encode()


def asker(server: MySqlLike, user: str = "root", database: str | None = None, *, mode: str | None = None) -> Asker:
    """Log in over the socket; everybody but root has the password ``p``."""
    connection = pymysql.connect(
        unix_socket=str(server.socket),
        user=user,
        password="" if user == "root" else "p",
        database=database,
        autocommit=True,
        sql_mode=mode,
    )
    version: str = connection.get_server_info()
    is_mariadb = "MariaDB" in version
    return Asker(connection, Flavour.of(version.removeprefix("5.5.5-"), is_mariadb=is_mariadb))
