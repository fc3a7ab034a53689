"""A client and a server of either protocol, for what is the same whatever is spoken."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from polyscale_cli.edge.cache import Cache, DatabaseType, OriginTls
from polyscale_cli.edge.engine import Engine
from polyscale_cli.edge.wire.listeners import Listeners
from polyscale_cli.edge.wire.mysql.server import MySqlServer
from polyscale_cli.edge.wire.postgres.server import PostgresServer
from tests.e2e.raw import SYNC, TERMINATE, RawClient, parse, query
from tests.e2e.raw_mysql import Command, RawMySql
from tests.servers.mysql_like import OPEN, MySqlLike
from tests.servers.postgres import TRUST, Postgres

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
            self.ask(client)
        client.send(parse("SELECT 1", "kept"), SYNC)
        client.until("Z")

    def ask(self, client: RawClient) -> None:
        """Read something that is kept."""
        client.send(query("SELECT 1"))
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
            self.ask(client)
        client.prepare("SELECT 2")

    def ask(self, client: RawMySql) -> None:
        """Read something that is kept."""
        client.query("SELECT 1")

    def say_goodbye(self, client: RawMySql) -> None:
        client.send(bytes((Command.QUIT,)))

    def hang(self, client: RawMySql) -> None:
        client.send(bytes((Command.QUERY,)) + b"DO SLEEP(0.2)")

    def terminate(self) -> None:
        self.origin.run(f"KILL USER {OPEN.name}")


Side = PostgresSide | MySqlSide


def cache_of(side: Side) -> Cache:
    """A cache in front of its server."""
    return Cache(ID, "one", "127.0.0.1", side.origin.port, side.database, origin_tls=OriginTls.DISABLE)
