"""Projects made of the examples, each with a database of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.serverless.project import Project, copy_example
from tests.servers.edge import Edge
from tests.servers.postgres import SCRAM, Postgres

MakeProject = Callable[[str], Project]


@pytest.fixture
def example(edge: Edge, postgres: Postgres, database: str, tmp_path: Path) -> Iterator[MakeProject]:
    """Copies an example, for the owner of an empty database."""
    made: list[Project] = []

    def make(name: str) -> Project:
        made.append(copy_example(name, tmp_path / name, edge, postgres.url(SCRAM, database)))
        return made[-1]

    yield make
    for project in made:
        for cache in project.caches:
            cache.delete()
