"""An edge's MySQL and MariaDB sessions in this process, in front of real servers, and connections to them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pymysql
import pytest

from polyscale_cli.edge.cache import Cache, DatabaseType, OriginTls
from polyscale_cli.edge.engine import CacheMetrics, Engine, Settings
from polyscale_cli.edge.serverless.backend import Answer, Backend
from polyscale_cli.edge.serverless.mysql.connection import connect
from polyscale_cli.edge.serverless.statement import Credentials, Statement, Value
from polyscale_cli.edge.wire.mysql.server import MySqlServer
from tests.servers.mysql_like import APP, Account, MySqlLike
from tests.servers.process import PATIENCE

CACHE_ID = "7d0f2b54-4f66-4d0e-8f5d-0e1a9c3b7f21"

SCHEMA = """
CREATE TABLE items (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(50));
INSERT INTO items (name) VALUES ('ant'), ('bee'), ('cat');
CREATE PROCEDURE two_results() BEGIN SELECT 1 AS a; SELECT 2 AS b UNION SELECT 3; END;
CREATE PROCEDURE begins_and_fails() BEGIN
  START TRANSACTION; UPDATE items SET name = 'left' WHERE id = 1; SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'stop';
END;
CREATE PROCEDURE doubles(IN a INT, OUT b INT) SET b = 2 * a;
"""


@dataclass(slots=True)
class Inside:
    """The edge's side of it."""

    origin: MySqlLike
    database: str
    most_bytes: int = 1 << 26
    caches: dict[str, Cache] = field(init=False, default_factory=dict)
    engine: Engine = field(init=False)
    server: MySqlServer = field(init=False)
    opened: list[Backend] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.engine = Engine(time.monotonic, budget_bytes=1 << 26, entry_limit_bytes=1 << 20)
        kind = DatabaseType(self.origin.kind)
        self.server = MySqlServer(self.engine, self.caches.get, tls=None, database=kind)
        self.point_to(self.origin.host, self.origin.port)

    def point_to(self, host: str, port: int, origin_tls: OriginTls = OriginTls.PREFER) -> None:
        """Let the cache be in front of this server."""
        kind = self.server.database
        self.caches[CACHE_ID] = Cache(CACHE_ID, "shop", host, port, kind, origin_tls=origin_tls)
        self.engine.configure(CACHE_ID, Settings(caches=True, ttl_seconds=60))

    async def connect(
        self,
        account: Account = APP,
        *,
        password: str | None = None,
        database: str | None = None,
        seconds: float = PATIENCE,
    ) -> Backend:
        """Log in."""
        secret = account.password if password is None else password
        credentials = Credentials(account.name, secret, self.database if database is None else database)
        made = await connect(
            self.server, self.caches[CACHE_ID], credentials, seconds=seconds, most_bytes=self.most_bytes
        )
        self.opened.append(made)
        return made

    @property
    def metrics(self) -> CacheMetrics:
        """Of the cache."""
        return self.engine.metrics(CACHE_ID)

    def counted(self, what: str) -> int:
        """A counter of the origin's."""
        return int(self.origin.run(f"SHOW GLOBAL STATUS LIKE '{what}'").split()[-1])

    async def questions(self, work: Awaitable[object], what: str = "Queries") -> int:
        """How many commands the origin is sent for something, by that counter."""
        # One connection for all of it: the goodbye of each is a command, too, and counted at some later time.
        with pymysql.connect(unix_socket=str(self.origin.socket), user="root") as connection:

            def counted() -> int:
                with connection.cursor() as cursor:
                    cursor.execute("SHOW GLOBAL STATUS LIKE %s", (what,))
                    ((_, value),) = cursor.fetchall()
                return int(value)

            before = counted()
            await work
            after = counted()
            return after - before - (counted() - after)


@contextlib.asynccontextmanager
async def listening(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """A server that is none; its port."""
    running = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        running.add(asyncio.current_task())
        await serve(reader, writer)
        await reader.read()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await asyncio.gather(*(task for task in running if task is not None))


async def run(backend: Backend, text: str, *parameters: Value) -> Answer:
    """Run a statement, and make the connection ready for the next, as a pool does."""
    try:
        return await asyncio.wait_for(backend.run(Statement(text, parameters)), PATIENCE)
    finally:
        if backend.is_usable:
            await backend.reset()


async def ask(backend: Backend, text: str, *parameters: Value) -> Any:
    """Run a statement; its document, read."""
    return json.loads((await run(backend, text, *parameters)).document)


@pytest.fixture(scope="session", params=["mariadb", "mysql"])
def origin(request: pytest.FixtureRequest) -> MySqlLike:
    """Each of the two servers."""
    found: MySqlLike = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def filled(origin: MySqlLike) -> Iterator[str]:
    """A database for the tests of a module."""
    name = origin.create_database()
    origin.run(
        "DELIMITER //\n" + SCHEMA.replace(";\nCREATE", "//\nCREATE").replace(";\nINSERT", "//\nINSERT") + "//", name
    )
    yield name
    origin.drop_database(name)


@pytest.fixture
async def inside(origin: MySqlLike, filled: str) -> AsyncIterator[Inside]:
    made = Inside(origin, filled)
    yield made
    for backend in made.opened:
        backend.close()
    await made.server.drain(5)


@pytest.fixture
async def backend(inside: Inside) -> Backend:
    """One connection."""
    return await inside.connect()
