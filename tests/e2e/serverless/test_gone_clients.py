"""Clients that go away or dawdle, at every stage of a request: what was begun for them is given up."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from polyscale_cli.edge.api.http import HttpServer
from polyscale_cli.edge.registry import Registry
from polyscale_cli.edge.server import Edge as EdgeInside
from polyscale_cli.edge.settings import EdgeSettings
from tests.e2e.origins import listener_that
from tests.e2e.serverless.asking import Asker
from tests.e2e.serverless.raw import TYPE, connected, post
from tests.servers.edge import Edge, run_edge
from tests.servers.postgres import TRUST, Postgres
from tests.servers.process import wait_until

ROWS = "SELECT n FROM items"
LONG = "UPDATE items SET n = 2 FROM pg_sleep(60)"


@pytest.fixture(scope="module")
def single() -> Iterator[Edge]:
    """An edge with one connection for each user, which is missed if it does not come back."""
    with run_edge("--sql-connections=1", "--sql-timeout=60", "--sql-queue-seconds=60") as running:
        yield running


@pytest.fixture(scope="module")
def place(single: Edge, postgres: Postgres) -> Iterator[Asker]:
    database = postgres.create_database()
    postgres.run("CREATE TABLE items (n int); INSERT INTO items VALUES (1); GRANT ALL ON items TO public", database)
    yield Asker(single.create_cache(postgres), TRUST.name, "", database)
    postgres.drop_database(database)


@pytest.fixture
def asker(place: Asker) -> Iterator[Asker]:
    """After each test the one connection is there again, and nothing was changed."""
    yield place
    assert place.rows(ROWS) == [{"n": 1}]
    assert "Traceback" not in place.cache.edge.log


@pytest.fixture
def active(postgres: Postgres, asker: Asker) -> Callable[[], int]:
    """Counts the statements that the origin is carrying out for the edge."""

    def count() -> int:
        where = f"datname = '{asker.database}' AND state = 'active' AND query LIKE '%pg_sleep(60)%'"
        [(found,)] = postgres.run(f"SELECT count(*) FROM pg_stat_activity WHERE {where}")
        return int(str(found))

    return count


def will_reset(client: socket.socket) -> None:
    """Have the connection end in a reset."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def leave(client: socket.socket, read: BinaryIO) -> None:
    read.close()
    client.close()


def reset(client: socket.socket, read: BinaryIO) -> None:
    will_reset(client)
    leave(client, read)


def send_no_more(client: socket.socket, _: BinaryIO) -> None:
    client.shutdown(socket.SHUT_WR)


@pytest.mark.parametrize("goes", [leave, reset, send_no_more])
def test_a_statement_is_cancelled_whose_client_goes(
    asker: Asker, active: Callable[[], int], goes: Callable[[socket.socket, BinaryIO], None]
) -> None:
    with connected(asker.cache.edge) as (client, read):
        client.sendall(post(asker.body(LONG), TYPE))
        wait_until(lambda: active() == 1, "the statement runs")
        goes(client, read)
        wait_until(lambda: active() == 0, "it is cancelled")


def test_those_who_wait_in_line_leave_it(asker: Asker, active: Callable[[], int]) -> None:
    with contextlib.ExitStack() as opened:
        first, _ = opened.enter_context(connected(asker.cache.edge))
        first.sendall(post(asker.body(LONG), TYPE))
        wait_until(lambda: active() == 1, "the first runs")
        for number in range(20):
            client, _ = opened.enter_context(connected(asker.cache.edge))
            client.sendall(post(asker.body(f"UPDATE items SET n = {number} RETURNING pg_sleep(60)"), TYPE))
            if number % 2:
                will_reset(client)
    wait_until(lambda: active() == 0, "none runs")
    assert asker.rows(ROWS) == [{"n": 1}], "one of those was carried out"


def test_a_body_that_breaks_off_is_forgotten(asker: Asker) -> None:
    request = post(asker.body("DELETE FROM items"), TYPE)
    for end in (10, len(request) - 40, len(request) - 1):
        for goes in (leave, reset):
            with connected(asker.cache.edge) as (client, read):
                client.sendall(request[:end])
                goes(client, read)


def test_a_login_that_is_given_up_ends_at_the_origin(asker: Asker) -> None:
    reached, left = threading.Semaphore(0), threading.Semaphore(0)

    def silent(origin: socket.socket) -> None:
        reached.release()
        origin.settimeout(60)
        while origin.recv(4096):
            pass
        left.release()

    with listener_that(silent) as port:
        mute = asker.cache.edge.create_cache(("127.0.0.1", port), originTls="disable")
        for _ in range(3):
            with connected(asker.cache.edge) as (client, _):
                client.sendall(post(asker.body(ROWS, cacheId=mute.id), TYPE))
                assert reached.acquire(timeout=30)
            assert left.acquire(timeout=30)
        mute.delete()


@contextlib.asynccontextmanager
async def impatient(directory: Path) -> AsyncIterator[tuple[str, int]]:
    """An edge's API that waits half a second for a body."""
    registry = Registry(directory / "edge.db")
    server = HttpServer(EdgeInside(EdgeSettings(directory), registry, "pst_test", None), 0.5)
    try:
        yield "127.0.0.1", await server.listen("127.0.0.1", 0)
    finally:
        await server.close()
        registry.close()


async def test_a_body_that_comes_byte_by_byte_is_not_awaited_for_ever(tmp_path: Path) -> None:
    body = b'{"sql": "' + b"x" * 1000
    async with asyncio.timeout(30), impatient(tmp_path) as address:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(post(body, TYPE).removesuffix(body))
        status = b""
        for at in range(len(body)):
            writer.write(body[at : at + 1])
            with contextlib.suppress(TimeoutError):
                status = await asyncio.wait_for(reader.readline(), 0.05)
                break
        assert status == b"HTTP/1.1 408 Request Timeout\r\n"
        assert b'"code": "REQUEST_TIMEOUT"' in await reader.read()
        writer.close()
