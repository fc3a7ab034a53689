"""A crowd that asks over HTTP at once: each is told its own, once, or to come again; `make bench` has more of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.serverless.asking import Asker
from tests.load.http_crowd import ask_at_once, leave_half_way
from tests.servers.edge import run_edge
from tests.servers.postgres import TRUST, Postgres
from tests.servers.process import resident_bytes

COUNT = 1_000
QUEUE = 100
TURNS = 6
"""At most: how much is under way at once is another each time. What stays of each turn makes all of them grow."""
GROWTH = 2_000_000
"""Bytes; a thousand refusals that stay are more."""


@pytest.fixture(scope="module")
def asker(postgres: Postgres) -> Iterator[Asker]:
    with run_edge(f"--sql-queue={QUEUE}", "--sql-queue-seconds=60", "--memory", "1MiB") as edge:
        database = postgres.create_database()
        yield Asker(edge.create_cache(postgres, originTls="disable"), TRUST.name, "", database)
        postgres.drop_database(database)


pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory from /proc")


def has_settled(sizes: list[int]) -> bool:
    """Whether the last turn has left nothing behind; the first two make room."""
    return len(sizes) > 2 and sizes[-1] - sizes[-2] < GROWTH


async def test_each_of_a_crowd_is_answered_once_with_its_own_or_refused(asker: Asker) -> None:
    pid = asker.cache.edge.process.pid
    sizes: list[int] = []
    for turn in range(TURNS):
        told = await ask_at_once(asker, COUNT, turn * COUNT)
        assert told.answered + told.refused == COUNT
        assert told.answered >= QUEUE
        sizes.append(resident_bytes(pid))
        if has_settled(sizes):
            break
    assert has_settled(sizes), sizes
    assert asker.rows("SELECT 1 AS n") == [{"n": 1}]


async def test_nothing_stays_of_those_who_leave_or_whose_bodies_are_wrong(asker: Asker) -> None:
    pid = asker.cache.edge.process.pid
    sizes: list[int] = []
    for _ in range(TURNS):
        await leave_half_way(asker, COUNT, missing=10)
        await leave_half_way(asker, COUNT // 4, "Content-Encoding: gzip")
        sizes.append(resident_bytes(pid))
        if has_settled(sizes):
            break
    assert has_settled(sizes), sizes
