"""One world for all scripts of a test process, on each of the two servers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.edge import run_edge
from tests.servers.mysql_like import MySqlLike
from tests.transparency.mysql.world import MySqlWorld, build


@pytest.fixture(scope="module", params=["mariadb", "mysql"])
def world(request: pytest.FixtureRequest) -> Iterator[MySqlWorld]:
    """The tables, and an edge of its own: what some scripts leave closed for a while is nobody else's business."""
    server: MySqlLike = request.getfixturevalue(request.param)
    name = server.create_database()
    with run_edge() as edge, build(server, edge, name) as made:
        yield made
    server.drop_database(name)
