"""One arena for all cases of a module, on each of the two servers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.freshness.mysql.arena import Arena
from tests.servers.edge import run_edge
from tests.servers.mysql_like import MySqlLike


@pytest.fixture(scope="module", params=["mariadb", "mysql"])
def mysql_arena(request: pytest.FixtureRequest) -> Iterator[Arena]:
    """A cache of an edge of its own."""
    server: MySqlLike = request.getfixturevalue(request.param)
    with run_edge() as edge:
        cache = edge.create_cache((server.host, server.port), database=server.kind, originTls="disable")
        made = Arena(server, edge, cache)
        with made.administrator:
            yield made
