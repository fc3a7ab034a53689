"""Servers of both protocols."""

from __future__ import annotations

import pytest

from tests.edge.wire.sides import MySqlSide, PostgresSide, Side


@pytest.fixture(params=["postgres", "mariadb"], scope="module")
def side(request: pytest.FixtureRequest) -> Side:
    """Either protocol, in front of a real server."""
    origin = request.getfixturevalue(request.param)
    return PostgresSide(origin) if request.param == "postgres" else MySqlSide(origin)
