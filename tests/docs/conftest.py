"""The database that the pages are followed with, one for each test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.docs.world import World, run_origin, run_world
from tests.servers.postgres import Postgres


@pytest.fixture(scope="session")
def origin() -> Iterator[Postgres]:
    """A PostgreSQL with the role of the pages."""
    with run_origin() as server:
        yield server


@pytest.fixture
def world(origin: Postgres) -> Iterator[World]:
    """A reader's machine."""
    with run_world(origin) as made:
        yield made
