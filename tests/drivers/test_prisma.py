"""Prisma through its models, as programs use it: hits, and fresh reads after writes of its own and of others."""

from __future__ import annotations

from tests.drivers.conftest import PLAIN, Ways
from tests.drivers.sessions.processes import Prisma
from tests.drivers.ways import each, until_hits

MODELS = [way for way in PLAIN if way.driver.connect is Prisma]


def finds(session: Prisma, name: str) -> None:
    assert session.find(1) == [(1, name)]


@each(MODELS)
def test_models_are_served_from_the_cache_and_see_each_write(fresh: Ways) -> None:
    session, other = fresh.session, fresh.through_edge()
    assert isinstance(session, Prisma)
    assert isinstance(other, Prisma)
    for name in ("first", "second"):
        assert other.rename(1, name) == [(1, name)]
        assert [session.find(1) for _ in range(4)] == [[(1, name)]] * 4
        until_hits(fresh, lambda name=name: finds(session, name))  # type: ignore[misc]
    assert session.find(3) == []
    session.begin()
    assert session.rename(1, "undone") == session.find(1) == [(1, "undone")]
    assert other.find(1) == [(1, "second")]
    session.rollback()
    assert session.find(1) == [(1, "second")]
    other.close()
