"""Connections through an edge to one database, and what the cache's counters say of a read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import asyncpg
import psycopg

from tests.servers.edge import EdgeCache
from tests.servers.patience import AT_ONCE, runs
from tests.servers.postgres import TRUST, Postgres, Role

Rows = list[tuple[Any, ...]]
T = TypeVar("T")

MOST_RUNS = AT_ONCE


def ask(connection: psycopg.Connection, sql: str, parameters: Sequence[object] | None = None, **how: Any) -> Rows:
    """Run a read and give its rows."""
    return connection.execute(sql.encode(), parameters, **how).fetchall()


@dataclass(slots=True)
class Through:
    """One cache in front of one database, and the connections that were opened through it."""

    cache: EdgeCache
    postgres: Postgres
    database: str
    opened: list[psycopg.Connection] = field(default_factory=list)
    opened_async: list[Any] = field(default_factory=list)

    def connect(self, role: Role = TRUST, database: str | None = None, **options: Any) -> psycopg.Connection:
        """A psycopg connection in autocommit."""
        url = self.cache.url(role, database or self.database, sslmode="disable")
        connection = psycopg.connect(url, autocommit=True, **options)
        connection.prepare_threshold = 1000  # only where a test says so
        self.opened.append(connection)
        return connection

    async def connect_async(self) -> Any:
        """An asyncpg connection."""
        connection = await asyncpg.connect(
            host=self.cache.edge.host,
            port=self.cache.edge.postgres_port,
            user=TRUST.name,
            database=self.database,
            server_settings={"application_name": self.cache.id},
            ssl=False,
        )
        self.opened_async.append(connection)
        return connection

    def around(self, sql: str) -> Rows:
        """Run SQL as superuser, around the edge."""
        return self.postgres.run(sql, self.database)

    @property
    def hits(self) -> int:
        return self.cache.metrics().hits

    def hit(self, read: Callable[[], T]) -> tuple[T, bool]:
        """Run a read; its answer, and whether it came from the cache."""
        before = self.hits
        answer = read()
        return answer, self.hits > before

    def prime(self, read: Callable[[], T]) -> T:
        """Run a read until it is answered from the cache; the answer."""
        for _ in runs():
            answer, was_hit = self.hit(read)
            if was_hit:
                return answer
        raise AssertionError("not one hit")

    def never_hits(self, read: Callable[[], T]) -> list[T]:
        """Run a read often enough for any other to hit; its answers, none of them from the cache."""
        before = self.hits
        answers = [read() for _ in range(MOST_RUNS)]
        assert self.hits == before, "answered from the cache"
        return answers

    async def prime_async(self, read: Callable[[], Awaitable[T]]) -> T:
        """The same as ``prime`` for a coroutine."""
        for _ in runs():
            before = self.hits
            answer = await read()
            if self.hits > before:
                return answer
        raise AssertionError("not one hit")
