"""One face for every driver, so that one table of tests runs over all of them.

Statements are written with `$1` for a parameter, and each session rewrites that into its driver's own manner. All are
in autocommit: what holds inside transactions is the business of the freshness tests.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

import asyncpg
import psycopg
import sqlalchemy
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

T = TypeVar("T")
Rows = list[tuple[Any, ...]]
NODE_DIRECTORY = Path(__file__).parent / "node"


class DriverError(Exception):
    """What the server objected to, as the driver tells it."""

    def __init__(self, sqlstate: str | None, message: str) -> None:
        super().__init__(f"{sqlstate}: {message}")
        self.sqlstate = sqlstate
        self.message = message


class Session(Protocol):
    """One connection of one driver."""

    def query(self, sql: str, *parameters: object) -> Rows:
        """Run one statement; its rows. Raises DriverError."""

    def encrypted(self) -> bool:
        """Whether the driver speaks TLS."""

    def close(self) -> None:
        """End the connection."""


def _percent(sql: str) -> str:
    return re.sub(r"\$\d+", "%s", sql)


def _psycopg_error(error: psycopg.Error) -> DriverError:
    return DriverError(error.sqlstate, error.diag.message_primary or str(error))


class Psycopg:
    """psycopg 3, blocking."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)

    def query(self, sql: str, *parameters: object) -> Rows:
        try:
            cursor = self.connection.execute(_percent(sql).encode(), parameters or None)
            return cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            raise _psycopg_error(error) from None

    def encrypted(self) -> bool:
        return bool(self.connection.pgconn.ssl_in_use)

    def close(self) -> None:
        self.connection.close()


class PsycopgPipeline(Psycopg):
    """psycopg 3 in pipeline mode: two statements on their way before the first is answered, each with its Sync."""

    def query(self, sql: str, *parameters: object) -> Rows:
        try:
            with self.connection.pipeline() as pipeline:
                cursor = self.connection.execute(_percent(sql).encode(), parameters or None)
                pipeline.sync()
                self.connection.execute("SELECT 'behind it'")
            return cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            raise _psycopg_error(error) from None


class _Async:
    """A loop for a driver that needs one."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(coroutine)


class PsycopgAsync(_Async):
    """psycopg 3 on asyncio."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.connection = self.run(psycopg.AsyncConnection.connect(url, autocommit=True))

    def query(self, sql: str, *parameters: object) -> Rows:
        async def ask() -> Rows:
            cursor = await self.connection.execute(_percent(sql).encode(), parameters or None)
            return await cursor.fetchall() if cursor.description else []

        try:
            return self.run(ask())
        except psycopg.Error as error:
            raise _psycopg_error(error) from None

    def encrypted(self) -> bool:
        return bool(self.connection.pgconn.ssl_in_use)

    def close(self) -> None:
        self.run(self.connection.close())
        self.runner.close()


class Asyncpg(_Async):
    """asyncpg: everything is a named prepared statement, answers in binary."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.connection = self.run(asyncpg.connect(url))

    def query(self, sql: str, *parameters: object) -> Rows:
        try:
            return [tuple(row) for row in self.run(self.connection.fetch(sql, *parameters))]
        except asyncpg.PostgresError as error:
            raise DriverError(error.sqlstate, str(error)) from None

    def encrypted(self) -> bool:
        return self.connection._transport.get_extra_info("sslcontext") is not None

    def close(self) -> None:
        self.run(self.connection.close())
        self.runner.close()


def _named(sql: str, parameters: Sequence[object]) -> tuple[sqlalchemy.TextClause, dict[str, object]]:
    text = sqlalchemy.text(re.sub(r"\$(\d+)", r":p\1", sql.replace(":", "\\:")))
    return text, {f"p{number}": value for number, value in enumerate(parameters, 1)}


def _sqlalchemy_error(error: sqlalchemy.exc.DBAPIError) -> DriverError:
    original: Any = error.orig
    if isinstance(original, psycopg.Error):
        return _psycopg_error(original)
    cause = original.__cause__
    return DriverError(getattr(original, "sqlstate", None), str(cause or original))


class SqlAlchemy:
    """SQLAlchemy on psycopg."""

    def __init__(self, url: str) -> None:
        self.engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self.connection = self.engine.connect()

    def query(self, sql: str, *parameters: object) -> Rows:
        try:
            result = self.connection.execute(*_named(sql, parameters))
            return [tuple(row) for row in result] if result.returns_rows else []
        except sqlalchemy.exc.DBAPIError as error:
            raise _sqlalchemy_error(error) from None

    def encrypted(self) -> bool:
        driver: Any = self.connection.connection.driver_connection
        return bool(driver.pgconn.ssl_in_use)

    def close(self) -> None:
        self.connection.close()
        self.engine.dispose()


class SqlAlchemyAsync(_Async):
    """SQLAlchemy on asyncpg."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.engine = create_async_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self.connection = self.run(self._connect())

    async def _connect(self) -> AsyncConnection:
        return await self.engine.connect()

    def query(self, sql: str, *parameters: object) -> Rows:
        async def ask() -> Rows:
            result = await self.connection.execute(*_named(sql, parameters))
            return [tuple(row) for row in result] if result.returns_rows else []

        try:
            return self.run(ask())
        except sqlalchemy.exc.DBAPIError as error:
            raise _sqlalchemy_error(error) from None

    def encrypted(self) -> bool:
        raw: Any = self.run(self.connection.get_raw_connection())
        return raw.driver_connection._transport.get_extra_info("sslcontext") is not None

    def close(self) -> None:
        async def end() -> None:
            await self.connection.close()
            await self.engine.dispose()

        self.run(end())
        self.runner.close()


class _Lines:
    """A driver in another process that takes and gives lines."""

    def __init__(self, command: Sequence[str], env: dict[str, str], cwd: Path | None = None) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **env},
            cwd=cwd,
        )

    def tell(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise DriverError(None, f"{self.process.args!r} ended with {self.process.wait()}")
        return line.rstrip("\n")

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


class Node(_Lines):
    """node-postgres or postgres.js, see node/session.mjs."""

    driver = "pg"

    def __init__(self, url: str) -> None:
        super().__init__(["node", "session.mjs", self.driver], {"DATABASE_URL": url}, NODE_DIRECTORY)
        self._answer()

    def query(self, sql: str, *parameters: object) -> Rows:
        self.tell(json.dumps({"sql": sql, "parameters": parameters}))
        return self._answer()

    def encrypted(self) -> bool:
        self.tell(json.dumps({"encrypted": True}))
        return self._answer() == [(True,)]

    def _answer(self) -> Rows:
        answer = json.loads(self.hear())
        if "error" in answer:
            raise DriverError(answer["error"]["code"], answer["error"]["message"])
        return [tuple(row) for row in answer["rows"]]


class NodeNamed(Node):
    """node-postgres with named prepared statements."""

    driver = "pg-named"


class PostgresJs(Node):
    """postgres.js."""

    driver = "postgres"


class Psql(_Lines):
    """psql, one session: the simple protocol and nothing else; parameters become literals."""

    END = "@@end"

    def __init__(self, url: str) -> None:
        super().__init__(
            ["psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", url], {"PGCONNECT_TIMEOUT": "10"}
        )
        self.tell("\\set VERBOSITY terse")

    def query(self, sql: str, *parameters: object) -> Rows:
        for number, value in enumerate(parameters, 1):
            sql = sql.replace(f"${number}", "'" + str(value).replace("'", "''") + "'")
        self.tell(f"{sql};\n\\echo {self.END} :ERROR :SQLSTATE :LAST_ERROR_MESSAGE")
        rows: Rows = []
        while not (line := self.hear()).startswith(self.END):
            rows.append(tuple(line.split("|")))
        failed, sqlstate, message = (*line.removeprefix(self.END).strip().split(" ", 2), "")[:3]
        if failed == "true":
            raise DriverError(sqlstate, message)
        return rows

    def encrypted(self) -> bool:
        self.tell(f"\\conninfo\n\\echo {self.END}")
        said = ""
        while (line := self.hear()) != self.END:
            said += line
        return "SSL connection" in said
