"""One world for all scripts of a test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.edge import Edge, run_edge
from tests.servers.postgres import Postgres
from tests.transparency.postgres.world import PostgresWorld, build


@pytest.fixture(scope="session")
def world(postgres: Postgres, edge: Edge) -> Iterator[PostgresWorld]:
    """The tables and the edge."""
    name = postgres.create_database()
    with build(postgres, edge, name) as made:
        yield made
    postgres.drop_database(name)


@pytest.fixture(scope="module")
def undisturbed_world(postgres: Postgres) -> Iterator[PostgresWorld]:
    """One with an edge of its own: a session that is lost in the middle of a write keeps tables closed for a while."""
    name = postgres.create_database()
    with run_edge() as edge, build(postgres, edge, name) as made:
        yield made
    postgres.drop_database(name)
