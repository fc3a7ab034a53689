"""One engine with one cache, and a session that is logged in."""

from __future__ import annotations

import pytest

from tests.edge.wire.postgres.frames import ITEM, PART, UPDATE, FakeOrigin, World, answer, done, ready


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def session(world: World) -> FakeOrigin:
    return world.session()


@pytest.fixture
def primed(world: World) -> FakeOrigin:
    """A session that has had two reads answered from the cache, and knows what an UPDATE writes."""
    session = world.session()
    session.ask(UPDATE, done("UPDATE 0") + ready())  # so that it is known what it writes
    session.prime(ITEM, answer("old"))
    session.prime(PART, answer("part"))
    return session
