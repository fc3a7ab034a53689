"""pg8000: pure Python, the extended protocol with parameters as text."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pg8000.native

from tests.drivers.sessions.face import DriverError, InSql, Rows


class Pg8000(InSql):
    """Its native interface."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        self.connection = pg8000.native.Connection(
            unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            host=parts.hostname,
            port=parts.port or 5432,
            database=parts.path.removeprefix("/"),
            application_name=dict(parse_qsl(parts.query)).get("application_name"),
            # Over TLS it insists on binding the channel.
            ssl_context=False,
        )

    def query(self, sql: str, *parameters: object) -> Rows:
        named = {f"p{number}": value for number, value in enumerate(parameters, 1)}
        for number in range(len(parameters), 0, -1):
            sql = sql.replace(f"${number}", f":p{number}")
        try:
            rows: Any = self.connection.run(sql, **named)
        except pg8000.native.DatabaseError as error:
            said = error.args[0]
            raise DriverError(said["C"], said["M"]) from None
        return [tuple(row) for row in rows or []]

    def copy_in(self, sql: str, text: str) -> None:
        self.connection.run(sql, stream=io.BytesIO(text.encode()))

    def copy_out(self, sql: str) -> str:
        said = io.BytesIO()
        self.connection.run(sql, stream=said)
        return said.getvalue().decode()

    def encrypted(self) -> bool:
        return hasattr(self.connection._usock, "cipher")

    def close(self) -> None:
        self.connection.close()
