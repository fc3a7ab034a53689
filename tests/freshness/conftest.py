"""A database with the same tables for each test, made from a template, and a cache in front of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.freshness.arena import BEHIND, Arena
from tests.freshness.schema import OWNERSHIP, SCHEMA
from tests.freshness.through import Through
from tests.servers.edge import Edge, EdgeCache
from tests.servers.postgres import TRUST, Postgres, run_postgres

TEMPLATE = "freshness_template"


@pytest.fixture(scope="session")
def template(postgres: Postgres) -> str:
    """A database to copy; nobody may stay connected to it."""
    postgres.run(f"CREATE DATABASE {TEMPLATE}")
    postgres.run(SCHEMA, TEMPLATE)
    postgres.run(OWNERSHIP.replace("{owner}", TRUST.name), TEMPLATE)
    postgres.run("GRANT ALL ON SCHEMA public, two TO public", TEMPLATE)
    postgres.run("GRANT ALL ON ALL TABLES IN SCHEMA public, two TO public", TEMPLATE)
    return TEMPLATE


@pytest.fixture
def database(postgres: Postgres, template: str) -> Iterator[str]:
    """A copy of the template; its name."""
    name = f"fresh_{next(postgres.numbers)}"
    postgres.run(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {TRUST.name} STRATEGY file_copy")
    yield name
    postgres.drop_database(name)


@pytest.fixture(scope="module")
def arena(postgres: Postgres, edge: Edge, template: str) -> Iterator[Arena]:
    """One copy of the template for many cases; not for all, for nobody sweeps what they leave in its catalog."""
    name = f"arena_{next(postgres.numbers)}"
    postgres.run(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {TRUST.name} STRATEGY file_copy")
    postgres.run(BEHIND, name)
    cache = edge.create_cache(postgres, originTls="disable")
    made = Arena(Through(cache, postgres, name))
    yield made
    made.close()
    cache.delete()
    postgres.drop_database(name)


@pytest.fixture
def cache(edge: Edge, postgres: Postgres) -> Iterator[EdgeCache]:
    """A cache without TLS, which is tried elsewhere and would be most of these tests' time."""
    made = edge.create_cache(postgres, originTls="disable")
    yield made
    made.delete()


@pytest.fixture
def through(cache: EdgeCache, postgres: Postgres, database: str) -> Iterator[Through]:
    """Connections through the edge, closed afterwards."""
    made = Through(cache, postgres, database)
    yield made
    for each in made.opened:
        each.close()


@pytest_asyncio.fixture
async def through_async(through: Through) -> AsyncIterator[Through]:
    """The same for tests that are coroutines: asyncpg's connections are closed on their loop."""
    yield through
    for each in through.opened_async:
        each.terminate()


@pytest.fixture
def through_two_phase(edge: Edge) -> Iterator[Through]:
    """The same on a server of its own, which has room for prepared transactions."""
    with run_postgres("max_prepared_transactions = 5") as server:
        server.run(SCHEMA, "app")
        server.run(OWNERSHIP.replace("{owner}", TRUST.name), "app")
        cache = edge.create_cache(server, originTls="disable")
        made = Through(cache, server, "app")
        yield made
        for each in made.opened:
            each.close()
        cache.delete()
