"""One engine with one cache, and a session that is logged in."""

from __future__ import annotations

import pytest

from tests.edge.wire.postgres.frames import FakeOrigin, World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def session(world: World) -> FakeOrigin:
    return world.session()
