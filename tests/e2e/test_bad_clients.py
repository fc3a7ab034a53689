"""Whatever arrives on the Postgres port, the edge answers clearly and goes on."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
from collections.abc import Iterator

import httpx
import psycopg
import pytest

from tests.e2e.raw import RawClient, startup_packet
from tests.servers.edge import EdgeCache
from tests.servers.postgres import TRUST

SSL_REQUEST = b"\0\0\0\x08\x04\xd2\x16\x2f"
GSS_REQUEST = b"\0\0\0\x08\x04\xd2\x16\x30"


@pytest.fixture(autouse=True)
def goes_on(cache: EdgeCache) -> Iterator[None]:
    """After every test here, the edge still serves."""
    yield
    with psycopg.connect(cache.url(TRUST)) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_http_on_the_postgres_port_is_told_so(cache: EdgeCache) -> None:
    with RawClient(cache.edge.postgres_port) as client:
        client.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        found = client.rest()
    assert [each.kind for each in found] == ["E"]
    assert "HTTP" in found[0].fields["M"]


def test_an_http_client_gets_an_error_and_no_hang(cache: EdgeCache) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"http://127.0.0.1:{cache.edge.postgres_port}/", timeout=10, trust_env=False)


@pytest.mark.parametrize(
    "noise",
    [
        b"\0\0\0\0",
        b"\0\0\0\4",
        b"\xff" * 64,
        b"\0\0\0\x08\0\0\0\0",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"\n" * 9,
        os.urandom(500),
    ],
    ids=["zero", "four", "ones", "version-0", "tls-at-once", "newlines", "random"],
)
def test_noise_ends_in_an_error_of_the_protocol(cache: EdgeCache, noise: bytes) -> None:
    with RawClient(cache.edge.postgres_port) as client:
        client.send(noise)
        client.socket.shutdown(socket.SHUT_WR)
        found = client.rest()
    assert [each.kind for each in found] in (["E"], [])


@pytest.mark.parametrize("version", [2 << 16, (3 << 16) + 2, 4 << 16])
def test_other_protocol_versions(cache: EdgeCache, version: int) -> None:
    with RawClient(cache.edge.postgres_port) as client:
        startup = {"user": TRUST.name, "database": "app", "application_name": cache.id}
        client.send(startup_packet(startup, version))
        first = client.receive()
    assert first.kind in ({"v", "R"} if version >> 16 == 3 else {"E"})


@pytest.mark.parametrize(
    "packet",
    [
        startup_packet({"user": TRUST.name})[:-1] + b"x",
        b"\0\0\0\x0f\0\3\0\0user\0\0\0",
        (20_000).to_bytes(4, "big") + (196608).to_bytes(4, "big") + b"x" * 19_992,
        (1 << 30).to_bytes(4, "big") + (196608).to_bytes(4, "big"),
    ],
    ids=["no-terminator", "no-value", "too-long", "1-GB"],
)
def test_broken_startups(cache: EdgeCache, packet: bytes) -> None:
    with RawClient(cache.edge.postgres_port) as client:
        client.send(packet)
        assert [each.kind for each in client.rest()] == ["E"]


def test_encryption_is_asked_for_once(cache: EdgeCache) -> None:
    """As with PostgreSQL, which takes the second request of a kind for a version of the protocol."""
    with RawClient(cache.edge.postgres_port) as client:
        client.send(GSS_REQUEST * 3)
        assert client.socket.recv(1) == b"N"
        (refusal,) = client.rest()
    assert (refusal.fields["C"], refusal.fields["M"][:39]) == ("0A000", "unsupported frontend protocol 1234.5680")
    with RawClient(cache.edge.postgres_port) as client:
        client.send(GSS_REQUEST)
        assert client.socket.recv(1) == b"N"
        client.send(SSL_REQUEST)
        assert client.socket.recv(1) == b"S"
        context = ssl.create_default_context(cafile=str(cache.edge.state_dir / "tls.crt"))
        with context.wrap_socket(client.socket, server_hostname="localhost") as secure:
            secure.sendall(SSL_REQUEST)
            answer = secure.recv(1 << 16)
    assert answer[:1] == b"E"
    assert b"C0A000\0" in answer


def test_plain_text_after_a_tls_request_is_not_taken_for_a_session(cache: EdgeCache) -> None:
    with RawClient(cache.edge.postgres_port) as client:
        # CVE-2021-23214: what comes in the same packet as the request must not count as sent under TLS.
        startup = startup_packet({"user": TRUST.name, "database": "app", "application_name": cache.id})
        client.send((8).to_bytes(4, "big") + (80877103).to_bytes(4, "big") + startup)
        if client.socket.recv(1) != b"S":
            return
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with contextlib.suppress(ssl.SSLError, ConnectionError), context.wrap_socket(client.socket) as secure:
            secure.sendall(startup_packet({"user": "nobody"}))
            assert secure.recv(1) in (b"", b"E")


def test_many_half_connections_hold_nobody_up(cache: EdgeCache) -> None:
    halves = [socket.create_connection(("127.0.0.1", cache.edge.postgres_port)) for _ in range(200)]
    for half in halves:
        half.sendall(b"\0\0")
    with psycopg.connect(cache.url(TRUST)) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    for half in halves:
        half.close()


@pytest.mark.parametrize("kind", [b"?", b"\0", b"v", b"R"])
def test_a_message_of_no_known_kind_in_a_session(cache: EdgeCache, kind: bytes) -> None:
    with RawClient(cache.edge.postgres_port) as client:
        client.login(user=TRUST.name, database="app", application_name=cache.id)
        client.send(kind + b"\0\0\0\x04")
        found = client.rest()
    assert [each.kind for each in found] == ["E"]
    assert found[0].fields["C"] == "08P01"


def test_clients_that_vanish_at_any_point(cache: EdgeCache) -> None:
    startup = startup_packet({"user": TRUST.name, "database": "app", "application_name": cache.id})
    for cut in range(0, len(startup), 7):
        with RawClient(cache.edge.postgres_port) as client:
            client.send(startup[:cut])
