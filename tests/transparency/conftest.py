"""One world for all scripts of a test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.edge import Edge
from tests.servers.postgres import Postgres
from tests.transparency.world import World, build


@pytest.fixture(scope="session")
def world(postgres: Postgres, edge: Edge) -> Iterator[World]:
    """The tables and the edge."""
    name = postgres.create_database()
    with build(postgres, edge, name) as made:
        yield made
    postgres.drop_database(name)
