"""An edge's PostgreSQL sessions in this process, in front of a real server, and connections to them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from polyscale_cli.edge.cache import Cache, DatabaseType
from polyscale_cli.edge.engine import CacheMetrics, Engine, Settings
from polyscale_cli.edge.serverless.backend import Answer, Backend
from polyscale_cli.edge.serverless.postgres.connection import connect
from polyscale_cli.edge.serverless.statement import Credentials, Statement, Value
from polyscale_cli.edge.wire.postgres import PostgresServer
from tests.servers.postgres import SCRAM, Postgres, Role
from tests.servers.process import PATIENCE

CACHE_ID = "5b0c1ed4-2a5f-4ee7-9a3e-0d6c1a7b9f10"

SCHEMA = """
CREATE TABLE items (id int PRIMARY KEY, name text);
INSERT INTO items SELECT g, 'item ' || g FROM generate_series(1, 500) g;
CREATE TYPE mood AS ENUM ('sad', 'so, so', 'happy');
CREATE TYPE pair AS (a int, b text);
CREATE DOMAIN positive AS int CHECK (value > 0);
CREATE DOMAIN few AS int[] CHECK (cardinality(value) < 5);
CREATE TYPE floats AS RANGE (subtype = float8);
"""


@dataclass(slots=True)
class Inside:
    """The edge's side of it."""

    postgres: Postgres
    database: str
    most_bytes: int = 1 << 26
    caches: dict[str, Cache] = field(init=False)
    engine: Engine = field(init=False)
    server: PostgresServer = field(init=False)
    opened: list[Backend] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.caches = {}
        self.engine = Engine(time.monotonic, budget_bytes=1 << 26, entry_limit_bytes=1 << 20)
        self.server = PostgresServer(self.engine, self.caches.get, tls=None)
        self.add(CACHE_ID, self.postgres.host, self.postgres.port)

    def add(self, cache_id: str, host: str, port: int) -> Cache:
        """Make a cache."""
        made = self.caches[cache_id] = Cache(cache_id, f"cache-{len(self.caches)}", host, port, DatabaseType.POSTGRES)
        self.engine.configure(cache_id, Settings(caches=True, ttl_seconds=60))
        return made

    async def connect(
        self,
        role: Role = SCRAM,
        *,
        password: str | None = None,
        database: str | None = None,
        cache_id: str = CACHE_ID,
        seconds: float = PATIENCE,
    ) -> Backend:
        """Log in."""
        secret = role.password if password is None else password
        credentials = Credentials(role.name, secret, self.database if database is None else database)
        cache = self.caches[cache_id]
        made = await connect(self.server, cache, credentials, seconds=seconds, most_bytes=self.most_bytes)
        self.opened.append(made)
        return made

    @property
    def metrics(self) -> CacheMetrics:
        """Of the first cache."""
        return self.engine.metrics(CACHE_ID)


async def ask(backend: Backend, text: str, *parameters: Value) -> Any:
    """Run a statement; its document, read."""
    return json.loads((await run(backend, text, *parameters)).document)


async def run(backend: Backend, text: str, *parameters: Value) -> Answer:
    """Run a statement."""
    return await asyncio.wait_for(backend.run(Statement(text, parameters)), PATIENCE)


@pytest.fixture(scope="session")
def filled(postgres: Postgres) -> Iterator[str]:
    """A database for all of these tests."""
    name = postgres.create_database()
    postgres.run(SCHEMA, name)
    postgres.run("GRANT ALL ON ALL TABLES IN SCHEMA public TO public", name)
    yield name
    postgres.drop_database(name)


@pytest.fixture
async def inside(postgres: Postgres, filled: str) -> AsyncIterator[Inside]:
    made = Inside(postgres, filled)
    yield made
    for backend in made.opened:
        backend.close()
    await made.server.drain(5)


@pytest.fixture
async def backend(inside: Inside) -> Backend:
    """One connection."""
    return await inside.connect()
