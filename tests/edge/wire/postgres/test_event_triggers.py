"""Event triggers of newer servers, which fire at a login and at REINDEX."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.engine import Effect
from polyscale_cli.edge.wire.postgres.dialect import PostgresDialect
from tests.edge.wire.postgres.frames import ITEM, FakeOrigin, World, answer


@pytest.mark.parametrize(("fires", "defines"), [(False, False), (True, False), (True, True)])
def test_what_a_trigger_has_done_at_a_login_is_not_served_as_it_was(fires: bool, defines: bool) -> None:
    world = World()
    session = world.session()
    session.prime(ITEM, answer("old"))
    version = world.cache.origin.everything.version
    other = FakeOrigin(world.cache)
    other.base = {**other.base, "at_login": fires, "defines": defines}
    other.login()
    assert session.ask(ITEM, answer("new" if fires else "old")) is not fires
    assert (world.cache.origin.everything.version != version) is defines


def test_reindex_may_do_what_a_definition_may() -> None:
    assert Effect.WRITES_ANYTHING in PostgresDialect().analyse(b"REINDEX TABLE items").effects
    assert Effect.WRITES_ANYTHING not in PostgresDialect().analyse(b"VACUUM items").effects
