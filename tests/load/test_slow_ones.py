"""A client that does not read, and an origin that does not answer, are nobody else's trouble."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.e2e.origins import listener_that
from tests.e2e.raw import query
from tests.load.connection import Connection, Place
from tests.load.crowd import arrive
from tests.load.mix import SCHEMA, ask, hit, miss, row
from tests.servers.edge import Edge
from tests.servers.postgres import Postgres
from tests.servers.process import resident_bytes, wait_until

STUCK = 6
LARGE = query("SELECT repeat('x', 1000) FROM generate_series(1, 24000)")
ALLOWANCE = 48_000_000
"""What the edge may grow by; the answers that nobody reads are 144 MB."""


@pytest.fixture(scope="module")
def place(postgres: Postgres, edge: Edge) -> Iterator[Place]:
    """A database with something in it, behind the shared edge."""
    database = postgres.create_database()
    postgres.run(SCHEMA, database)
    cache = edge.create_cache(postgres, originTls="disable")
    yield Place(cache, database)
    cache.delete()
    postgres.drop_database(database)


@pytest_asyncio.fixture
async def others(place: Place) -> AsyncIterator[list[Connection]]:
    """Clients who want to go on."""
    clients = await arrive(place, 4)
    yield clients
    for client in clients:
        client.drop()


async def go_on(clients: list[Connection]) -> None:
    """Have each of them make hits and misses."""

    async def one(client: Connection, number: int) -> None:
        for at in range(20):
            await ask(client, hit(at)[0])
            await ask(client, miss(1000 * number + at)[0])

    await asyncio.gather(*(one(client, number) for number, client in enumerate(clients)))


async def wait_for_backends(postgres: Postgres, database: str, count: int, what: str) -> None:
    """Until so many of the database's backends are in that state."""
    counting = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}' AND {what}"
    await asyncio.to_thread(wait_until, lambda: postgres.run(counting) == [(count,)], f"{count} backends with {what}")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory from /proc")
async def test_clients_that_stop_reading_hold_up_nobody_and_take_no_memory(
    place: Place, others: list[Connection], postgres: Postgres
) -> None:
    stuck = await arrive(place, STUCK)
    pid = place.cache.edge.process.pid
    before = resident_bytes(pid)
    for client in stuck:
        client.writer.write(LARGE)
    await wait_for_backends(postgres, place.database, STUCK, "wait_event = 'ClientWrite'")
    await go_on(others)
    assert resident_bytes(pid) - before < ALLOWANCE
    answers = await asyncio.gather(*(client.ask(b"") for client in stuck))
    assert {len(answer) for answer in answers} == {len(answers[0])}
    assert len(answers[0]) > 24_000_000
    for client in stuck:
        client.close()


async def test_a_statement_that_takes_long_holds_up_nobody(
    place: Place, others: list[Connection], postgres: Postgres
) -> None:
    sleeper = await Connection.open(place)
    sleeper.writer.write(query("SELECT pg_sleep(100)"))
    await wait_for_backends(postgres, place.database, 1, "wait_event = 'PgSleep'")
    await go_on(others)
    await wait_for_backends(postgres, place.database, 1, "wait_event = 'PgSleep'")
    sleeper.drop()
    postgres.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")


async def test_a_write_that_waits_for_a_lock_holds_up_no_read_not_even_of_its_table(
    place: Place, others: list[Connection], postgres: Postgres
) -> None:
    holder, writer = await arrive(place, 2)
    await ask(holder, (query("BEGIN"), b"BEGIN\0"))
    update = query("UPDATE counters SET v = v + 1 WHERE id = 1"), b"UPDATE 1\0"
    await ask(holder, update)
    writing = asyncio.create_task(ask(writer, update))
    await wait_for_backends(postgres, place.database, 1, "wait_event_type = 'Lock'")
    await go_on(others)
    for client in others:
        await ask(client, (query("SELECT v FROM counters WHERE id = 1"), row(0)))
    assert not writing.done()
    await ask(holder, (query("COMMIT"), b"COMMIT\0"))
    await writing
    for client in others:
        await ask(client, (query("SELECT v FROM counters WHERE id = 1"), row(2)))
    for client in (holder, writer):
        client.close()


async def test_an_origin_that_says_nothing_holds_up_nobody_of_another_cache(
    place: Place, others: list[Connection]
) -> None:
    over = threading.Event()
    reached = threading.Semaphore(0)

    def silent(_client: object) -> None:
        reached.release()
        over.wait(60)

    with listener_that(silent) as port:
        mute = place.cache.edge.create_cache(("127.0.0.1", port), originTls="disable")
        waiting = [asyncio.create_task(Connection.open(Place(mute, "app"))) for _ in range(STUCK)]
        for _ in range(STUCK):
            assert await asyncio.to_thread(reached.acquire, timeout=30)
        await go_on(others)
        assert not any(each.done() for each in waiting)
        over.set()
        found = await asyncio.gather(*waiting, return_exceptions=True)
        assert all(isinstance(each, ConnectionError) for each in found), found
        mute.delete()
