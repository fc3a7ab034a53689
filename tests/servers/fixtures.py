"""Fixtures for everybody: one PostgreSQL for each test process, a database for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.postgres import Postgres, run_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL. Parallel test processes have one each."""
    with run_postgres() as server:
        yield server


@pytest.fixture
def database(postgres: Postgres) -> Iterator[str]:
    """The name of a fresh database on it."""
    name = postgres.create_database()
    yield name
    postgres.drop_database(name)
