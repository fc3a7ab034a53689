"""Idle clients and busy ones together, and memory over many statements; `make bench` does it with more of both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.load.connection import Place
from tests.load.crowd import all_answer, be_busy, cost_of_idle, rest
from tests.load.memory import grow
from tests.load.mix import REPEATED, SCHEMA
from tests.servers.edge import run_edge
from tests.servers.postgres import Postgres

IDLE = 200
BUSY = 50
MOST_BYTES_EACH = 50_000
MOST_BYTES_PER_STATEMENT = 60
TRIES = 3
"""What grows with each statement, or wakes up for idle clients, does so every time; anything else only now and then."""

pytestmark = pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="reads times and memory from /proc")


@pytest.fixture(scope="module")
def place(postgres: Postgres) -> Iterator[Place]:
    """An edge with little memory for answers, so that all of it is soon in use."""
    with run_edge("--memory", "8MiB") as edge:
        database = postgres.create_database()
        postgres.run(SCHEMA, database)
        yield Place(edge.create_cache(postgres, originTls="disable"), database)
        postgres.drop_database(database)


async def test_a_crowd_of_idle_and_busy_clients_is_answered_and_the_idle_ones_cost_nothing(place: Place) -> None:
    idle, cost = await cost_of_idle(place, IDLE, seconds=1)
    wakes = cost.wakes
    for _ in range(TRIES - 1):
        if wakes >= IDLE / 10:
            wakes = (await rest(place, 1)).wakes
    await be_busy(place, BUSY, statements=4_000)
    await all_answer(idle)
    for client in idle:
        client.close()
    assert cost.bytes_each < MOST_BYTES_EACH
    assert wakes < IDLE / 10, "the edge wakes up for clients that say nothing"
    metrics = place.cache.metrics()
    assert min(metrics.hits, metrics.misses) > 200, "this was no mix"


async def test_memory_does_not_grow_with_statements_that_came_before(place: Place) -> None:
    await grow(place, 6_000, REPEATED)
    for _ in range(TRIES):
        growth = await grow(place, 12_000, REPEATED)
        if growth.per_statement(0) < MOST_BYTES_PER_STATEMENT:
            break
    assert growth.per_statement(0) < MOST_BYTES_PER_STATEMENT, growth.samples
