"""What a session took is free as soon as it is over, however it ends: nothing is left to the collector of cycles.

The edge has that look seldom, and at what has lived for long hardly ever.
"""

from __future__ import annotations

import asyncio
import gc
import socket
import struct
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import uvloop

from polyscale_cli.edge.cache import Cache, DatabaseType, OriginTls
from polyscale_cli.edge.engine import Engine
from polyscale_cli.edge.wire.listeners import Listeners
from polyscale_cli.edge.wire.mysql.server import MySqlServer
from polyscale_cli.edge.wire.postgres.server import PostgresServer
from tests.e2e.raw import SYNC, TERMINATE, RawClient, parse, query
from tests.e2e.raw_mysql import Command, RawMySql
from tests.servers.mysql_like import OPEN, MySqlLike
from tests.servers.postgres import TRUST, Postgres

SECONDS = 10
ID = "00000000-0000-4000-8000-000000000000"


class PostgresSide:
    """A client of PostgreSQL's protocol."""

    database = DatabaseType.POSTGRES

    def __init__(self, origin: Postgres) -> None:
        self.origin = origin

    def serve(self, engine: Engine, cache: Cache) -> Listeners[Any]:
        return PostgresServer(engine, {ID: cache}.get, tls=None)

    def enter(self, stack: ExitStack, port: int) -> RawClient:
        return stack.enter_context(RawClient(port))

    def work(self, client: RawClient) -> None:
        """Log in, ask, prepare."""
        client.login(user=TRUST.name, database="app")
        for _ in range(3):
            client.send(query("SELECT count(*) FROM pg_type"))
            client.until("Z")
        client.send(parse("SELECT 1", "kept"), SYNC)
        client.until("Z")

    def say_goodbye(self, client: RawClient) -> None:
        client.send(TERMINATE)

    def hang(self, client: RawClient) -> None:
        client.send(query("SELECT pg_sleep(0.2)"))

    def terminate(self) -> None:
        self.origin.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{TRUST.name}'")


class MySqlSide:
    """A client of MySQL's protocol."""

    database = DatabaseType.MARIADB

    def __init__(self, origin: MySqlLike) -> None:
        self.origin = origin

    def serve(self, engine: Engine, cache: Cache) -> Listeners[Any]:
        return MySqlServer(engine, {ID: cache}.get, tls=None, database=self.database)

    def enter(self, stack: ExitStack, port: int) -> RawMySql:
        return stack.enter_context(RawMySql(port))

    def work(self, client: RawMySql) -> None:
        """Log in, ask, prepare."""
        client.login(OPEN.name)
        for _ in range(3):
            client.query("SELECT 1")
        client.prepare("SELECT 2")

    def say_goodbye(self, client: RawMySql) -> None:
        client.send(bytes((Command.QUIT,)))

    def hang(self, client: RawMySql) -> None:
        client.send(bytes((Command.QUERY,)) + b"DO SLEEP(0.2)")

    def terminate(self) -> None:
        self.origin.run(f"KILL USER {OPEN.name}")


def vanish(client: Any) -> None:
    """Close with a reset (socket(7), SO_LINGER)."""
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.socket.close()


def vanish_at_work(side: Any, client: Any) -> None:
    """The same, while the origin is at it."""
    side.hang(client)
    vanish(client)


Side = PostgresSide | MySqlSide
ENDINGS: dict[str, Callable[[Any, Any, Listeners[Any]], object]] = {
    "the client says goodbye": lambda side, client, _: side.say_goodbye(client),
    "the client vanishes": lambda _side, client, _: vanish(client),
    "the client vanishes in the midst of a statement": lambda side, client, _: vanish_at_work(side, client),
    "the origin ends it": lambda side, _client, _: side.terminate(),
    "the edge ends it": lambda _side, _client, server: server.end_sessions(ID, "over"),
}


@pytest.fixture(params=["postgres", "mariadb"], scope="module")
def side(request: pytest.FixtureRequest) -> Side:
    """Either protocol, in front of a real server."""
    origin = request.getfixturevalue(request.param)
    return PostgresSide(origin) if request.param == "postgres" else MySqlSide(origin)


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Leave cycles where they are."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


async def live(side: Side, ending: str) -> None:
    """One session, until all of it is free."""
    engine = Engine(asyncio.get_running_loop().time, budget_bytes=1 << 20, entry_limit_bytes=1 << 16)
    cache = Cache(ID, "one", "127.0.0.1", side.origin.port, side.database, origin_tls=OriginTls.DISABLE)
    server = side.serve(engine, cache)
    port = await server.listen("127.0.0.1", 0, ID)
    with ExitStack() as stack:
        client = await asyncio.to_thread(side.enter, stack, port)
        await asyncio.to_thread(side.work, client)  # type: ignore[arg-type]
        (session,) = server._sessions
        gone = [asyncio.Event(), asyncio.Event()]
        for each, event in zip((session, session.conversation), gone, strict=True):
            weakref.finalize(each, event.set)
        del session, each
        ENDINGS[ending](side, client, server)
        try:
            async with asyncio.timeout(SECONDS):
                await asyncio.gather(*(event.wait() for event in gone))
        finally:
            await server.drain(0)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.usefixtures("no_collector")
def test_a_session_is_free_as_soon_as_it_is_over(side: Side, ending: str) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(live(side, ending))
