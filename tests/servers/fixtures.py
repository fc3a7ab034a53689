"""Fixtures for everybody: one PostgreSQL for each test process, a database for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.edge import Edge, EdgeCache, run_edge
from tests.servers.mariadb import MariaDb, run_mariadb
from tests.servers.mysql import MySql, missing, run_mysql
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


@pytest.fixture(scope="session")
def edge(postgres: Postgres) -> Iterator[Edge]:
    """An edge that trusts the authority of `postgres`, shared by the tests of one process. Do not stop it."""
    with run_edge(environment={"SSL_CERT_FILE": str(postgres.certificates.ca)}) as running:
        yield running
        assert running.process.running, f"the edge ended on its own:\n{running.log}"
    assert running.process.popen is not None
    assert running.process.popen.returncode == 0, running.log


@pytest.fixture
def own_edge(postgres: Postgres) -> Iterator[Edge]:
    """An edge for one test alone, to be stopped, killed and restarted."""
    with run_edge(environment={"SSL_CERT_FILE": str(postgres.certificates.ca)}) as running:
        yield running


@pytest.fixture
def cache(edge: Edge, postgres: Postgres) -> Iterator[EdgeCache]:
    """A cache of `postgres` on `edge`, deleted afterwards."""
    made = edge.create_cache(postgres)
    yield made
    edge.api.delete(f"/v1/caches/{made.id}")


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDb]:
    """A real MariaDB. Parallel test processes that ask for it have one each."""
    with run_mariadb() as server:
        yield server


@pytest.fixture(scope="session")
def mysql() -> Iterator[MySql]:
    """A real MySQL 9. Parallel test processes that ask for it have one each; the tests are skipped where it is not."""
    if (reason := missing()) is not None:
        pytest.skip(reason)
    with run_mysql() as server:
        yield server
