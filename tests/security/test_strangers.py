"""What anybody may send to the Postgres port before logging in, and how little it may cost."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from polyscale_cli.edge.engine import Engine
from polyscale_cli.edge.state import StateDirectory
from polyscale_cli.edge.tls import client_context
from polyscale_cli.edge.wire.listeners import LOGIN_SECONDS
from polyscale_cli.edge.wire.postgres.login import LARGEST_CLIENT_MESSAGE
from polyscale_cli.edge.wire.postgres.server import PostgresServer
from tests.e2e.origins import listener_that
from tests.e2e.raw import RawClient, message, query, startup_packet
from tests.servers.edge import Edge, EdgeCache
from tests.servers.postgres import CLEARTEXT, TRUST, Postgres
from tests.servers.process import resident_bytes

SSL_REQUEST = struct.pack("!II", 8, 80877103)
GSS_REQUEST = struct.pack("!II", 8, 80877104)
MIB = 1 << 20


@pytest.fixture(autouse=True)
def goes_on(cache: EdgeCache) -> Iterator[None]:
    """After every test here, the edge still serves, and is as small as it was."""
    before = resident_bytes(cache.edge.process.pid)
    yield
    with psycopg.connect(cache.url(TRUST, sslmode="disable")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert resident_bytes(cache.edge.process.pid) - before < 32 * MIB


def answer_to(cache: EdgeCache, *sent: bytes) -> bytes:
    """Send as much as the edge takes; all that it says until it closes."""
    told = b""
    stranger = socket.create_connection(("127.0.0.1", cache.edge.postgres_port), timeout=30)
    with stranger, contextlib.suppress(ConnectionError):
        for piece in sent:
            stranger.sendall(piece)
        while data := stranger.recv(1 << 16):
            told += data
    return told


@pytest.mark.parametrize("length", [0, 1, 4, 7, 10_001, 1 << 16, (1 << 31) - 1, 1 << 31, (1 << 32) - 1])
def test_a_length_that_no_startup_has_is_refused_at_once(cache: EdgeCache, length: int) -> None:
    assert answer_to(cache, struct.pack("!II", length, 196608))[:1] == b"E"


def test_a_client_that_sends_without_end_is_cut_off(cache: EdgeCache) -> None:
    startup = startup_packet({"user": CLEARTEXT.name, "database": "app", "application_name": cache.id})
    flood = [bytes(MIB)] * 64
    for sent in (
        [startup, *flood],
        [startup, *[query("SELECT 1") * 10_000] * 64],
        [startup, message("p", bytes(1 << 20)), *flood],
        [startup, b"p" + struct.pack("!I", (1 << 31) - 1), *flood],
        [b"\0\0\0\x10" + struct.pack("!I", 80877102), *flood],
        flood,
    ):
        told = answer_to(cache, *sent)
        assert b"SELECT" not in told


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"p" + struct.pack("!I", LARGEST_CLIENT_MESSAGE + 1), b"larger than any password"),
        (bytes(LARGEST_CLIENT_MESSAGE + 1), b"too much was sent"),
        (query("SELECT 1") * 10_000, b"too much was sent"),
    ],
    ids=["a password without end", "nothing that has a name", "what belongs behind the login"],
)
def test_a_client_that_is_asked_for_its_password_and_sends_without_end_is_cut_off(
    sent: bytes, said: bytes, cache: EdgeCache
) -> None:
    startup = startup_packet({"user": CLEARTEXT.name, "database": "app", "application_name": cache.id})
    with socket.create_connection(("127.0.0.1", cache.edge.postgres_port), timeout=10) as stranger:
        stranger.sendall(startup)
        assert stranger.recv(1 << 16)[:1] == b"R"
        stranger.sendall(sent)
        assert said in stranger.recv(1 << 16)


def test_a_client_that_sends_without_end_while_the_origin_is_slow_is_cut_off(edge: Edge) -> None:
    def be_slow(client: socket.socket) -> None:
        client.recv(8)
        client.recv(1)

    with listener_that(be_slow) as port:
        slow = edge.create_cache(("127.0.0.1", port), originTls="require")
        startup = startup_packet({"user": "anybody", "database": "app", "application_name": slow.id})
        answer_to(slow, startup, *[bytes(MIB)] * 64)
        slow.delete()


def test_parameters_of_every_size_that_fits_are_passed_on(cache: EdgeCache, postgres: Postgres) -> None:
    """A startup as large as the server's own limit is as good as any other."""
    parameters = {"user": TRUST.name, "database": "app", "application_name": cache.id, "app.filler": ""}
    for size in (1, 9_000, 10_000 - len(startup_packet(parameters))):
        filled = parameters | {"app.filler": "x" * size}
        with RawClient(cache.edge.postgres_port) as client:
            client.login(**filled)
            client.send(query("SELECT length(current_setting('app.filler'))"))
            assert client.until("Z")[1].values == [str(size)]


def test_thousands_who_stop_half_way_keep_nobody_out(cache: EdgeCache) -> None:
    startup = startup_packet({"user": CLEARTEXT.name, "database": "app", "application_name": cache.id})
    halves = [b"", b"\0", SSL_REQUEST[:7], SSL_REQUEST, GSS_REQUEST, startup[:-1]]
    with contextlib.ExitStack() as opened:
        for number in range(2000):
            stranger = opened.enter_context(socket.create_connection(("127.0.0.1", cache.edge.postgres_port)))
            stranger.sendall(halves[number % len(halves)])
        with psycopg.connect(cache.url(TRUST, sslmode="require")) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_login_has_as_long_as_postgresql_gives_it() -> None:
    assert LOGIN_SECONDS == 60


async def impatient(directory: Path) -> tuple[PostgresServer, int]:
    """A server on which a login has less time, and its port."""
    engine = Engine(time.monotonic, budget_bytes=MIB, entry_limit_bytes=MIB)
    tls = client_context(StateDirectory(directory), None, None)
    server = PostgresServer(engine, lambda _: None, tls=tls, login_seconds=1.0)
    return server, await server.listen("127.0.0.1", 0)


async def test_a_client_that_falls_silent_in_its_startup_is_told_and_let_go(tmp_path: Path) -> None:
    server, port = await impatient(tmp_path)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"\0\0\0\x40\0\3\0\0us")
    said = await reader.read()
    assert said.startswith(b"E")
    assert b"\0C08006\0Mthe login was not complete within 1 s" in said
    writer.close()
    await server.drain(0)


@pytest.mark.parametrize(
    "sent", [b"\0\0\x20\0\0\3\0\0" + b"user\0" * 1000, SSL_REQUEST + b"\x16\x03\x01\x20\0\1" + b"x" * 5000]
)
async def test_a_client_that_drips_has_no_longer_than_one_that_is_silent(sent: bytes, tmp_path: Path) -> None:
    """A byte at a time, in a startup and in a handshake."""
    server, port = await impatient(tmp_path)
    loop = asyncio.get_running_loop()
    dripped = 0
    with socket.socket() as stranger, contextlib.suppress(ConnectionError):
        stranger.setblocking(False)
        await loop.sock_connect(stranger, ("127.0.0.1", port))
        await loop.sock_sendall(stranger, sent[:8])
        if sent.startswith(SSL_REQUEST):
            assert await loop.sock_recv(stranger, 1) == b"S"
        for dripped in range(8, len(sent)):
            await loop.sock_sendall(stranger, sent[dripped : dripped + 1])
            await asyncio.sleep(0.001)
    await server.drain(0)
    assert 8 < dripped < len(sent) - 1, "it was ended before it was done"
