"""Clients that begin with TLS, on each loop that an edge may run on."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

import pytest
import uvloop

from polyscale_cli.edge.engine import Engine
from polyscale_cli.edge.state import StateDirectory
from polyscale_cli.edge.tls import client_context
from polyscale_cli.edge.wire.postgres.server import PostgresServer
from tests.e2e.raw import startup_packet

LOOPS = [asyncio.new_event_loop, uvloop.new_event_loop]
STARTUP = startup_packet({"user": "anybody"})


@pytest.fixture(scope="module")
def offered(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """What an edge offers."""
    return client_context(StateDirectory(tmp_path_factory.mktemp("state")), None, None)


async def begin(tls: ssl.SSLContext | None, protocols: list[str]) -> bytes:
    """Begin with TLS at a server that offers this; what it says to a startup that names no cache."""
    engine = Engine(lambda: 0.0, budget_bytes=1, entry_limit_bytes=1)
    server = PostgresServer(engine, lambda _: None, tls=tls)
    port = await server.listen("127.0.0.1", 0)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(protocols)
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
        writer.write(STARTUP)
        answer = await reader.read()
        writer.close()
    finally:
        await server.drain(0)
    return answer


def run(loop: Callable[[], asyncio.AbstractEventLoop], tls: ssl.SSLContext | None, *protocols: str) -> bytes:
    with asyncio.Runner(loop_factory=loop) as runner:
        return runner.run(asyncio.wait_for(begin(tls, list(protocols)), 30))


@pytest.mark.parametrize("loop", LOOPS)
def test_the_session_goes_on_inside(loop: Callable[[], asyncio.AbstractEventLoop], offered: ssl.SSLContext) -> None:
    assert b"the connection names no cache" in run(loop, offered, "postgresql")


@pytest.mark.parametrize("loop", LOOPS)
def test_who_asks_for_another_protocol_is_refused(
    loop: Callable[[], asyncio.AbstractEventLoop], offered: ssl.SSLContext
) -> None:
    answer = run(loop, offered, "http/1.1")
    assert b"by ALPN" in answer
    assert answer.count(b"SFATAL") == 1


@pytest.mark.parametrize("loop", LOOPS)
def test_who_speaks_tls_where_none_is_offered_is_told_by_an_alert(
    loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    with pytest.raises(ssl.SSLError, match=r"(?i)handshake.failure"):
        run(loop, None, "postgresql")
