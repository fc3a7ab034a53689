"""How a client names its cache shows nowhere in its session; and what only other servers can be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.servers.edge import Edge
from tests.servers.postgres import run_postgres
from tests.transparency.postgres.corpus.transactions import TWO_PHASE
from tests.transparency.postgres.player import Endpoint
from tests.transparency.postgres.script import Parameter, session, simple
from tests.transparency.postgres.world import PostgresWorld, build

SCRIPT = session(
    "what shows of a name",
    simple(
        "SHOW application_name", "SELECT current_user, session_user", "SELECT id FROM items ORDER BY id", "RESET ALL"
    ),
    simple("SHOW application_name", "SET application_name = 'other'", "DISCARD ALL", "SHOW application_name"),
)

Naming = Callable[[str], tuple[tuple[Parameter, ...], str]]

NAMINGS: dict[str, Naming] = {
    "application_name": lambda cache: ((Parameter("application_name", cache),), ""),
    "options": lambda cache: ((Parameter("options", f"-c application_name={cache}"),), ""),
    "user": lambda cache: ((), f"{cache}-"),
}


@pytest.mark.parametrize("naming", NAMINGS.values(), ids=NAMINGS)
def test_the_name_of_a_cache_shows_nowhere(naming: Naming, world: PostgresWorld) -> None:
    direct = world.direct(SCRIPT)
    parameters, prefix = naming(world.front.cache.id)
    endpoint = Endpoint(world.edge.postgres_port, world.database, parameters, prefix)
    for _ in range(3):
        assert world.difference(direct, world.play(SCRIPT, world.stage_at(endpoint))) is None


@pytest.fixture
def two_phase_world(edge: Edge) -> Iterator[PostgresWorld]:
    """A world on a server with room for prepared transactions."""
    with run_postgres("max_prepared_transactions = 5") as postgres, build(postgres, edge, "app") as made:
        yield made


def test_prepared_transactions_are_as_they_are_directly(two_phase_world: PostgresWorld) -> None:
    direct = two_phase_world.direct(TWO_PHASE)
    assert any(message.body == b"PREPARE TRANSACTION\0" for _, message in direct["a"].heard)
    for _ in range(3):
        assert two_phase_world.difference(direct, two_phase_world.through(TWO_PHASE)) is None
