"""Whether a read is served from the cache, and that nobody else's answer ever is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg

from tests.servers.edge import EdgeCache
from tests.servers.patience import runs

Rows = list[tuple[Any, ...]]
Enter = Callable[..., psycopg.Connection]


def ask(connection: psycopg.Connection, sql: str) -> Rows:
    """Run a read."""
    return connection.execute(sql.encode()).fetchall()


def until_served(cache: EdgeCache, connection: psycopg.Connection, sql: str) -> Rows:
    """Ask until the answer comes from the cache; the answer. AssertionError where it never does."""
    for _ in runs():
        before = cache.metrics().hits
        found = ask(connection, sql)
        if cache.metrics().hits > before:
            return found
    raise AssertionError(f"not one hit of {sql}")


def first_time(cache: EdgeCache, connection: psycopg.Connection, sql: str) -> Rows:
    """Ask once; the answer, which must not have come from the cache."""
    before = cache.metrics().hits
    found = ask(connection, sql)
    assert cache.metrics().hits == before, "answered from the cache"
    return found
