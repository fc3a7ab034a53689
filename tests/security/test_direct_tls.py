"""TLS from the first byte, as libpq speaks it since version 17 (manual, section 55.2.11)."""

from __future__ import annotations

import socket
import ssl

import psycopg
import pytest

from tests.security.test_tls_to_clients import client_context
from tests.servers.edge import EdgeCache
from tests.servers.postgres import CLEARTEXT, SCRAM, Role


@pytest.mark.parametrize("role", [SCRAM, CLEARTEXT], ids=lambda role: role.name)
def test_a_client_may_begin_with_tls(cache: EdgeCache, role: Role) -> None:
    assert psycopg.pq.version() >= 170000
    for _ in range(3):
        with psycopg.connect(cache.url(role, sslmode="require", sslnegotiation="direct")) as connection:
            assert connection.pgconn.ssl_in_use
            assert connection.execute("SELECT 1").fetchone() == (1,)


def direct(cache: EdgeCache, *protocols: str) -> ssl.SSLSocket:
    context = client_context()
    if protocols:
        context.set_alpn_protocols(list(protocols))
    plain = socket.create_connection(("127.0.0.1", cache.edge.postgres_port), timeout=30)
    try:
        return context.wrap_socket(plain)
    except BaseException:
        plain.close()
        raise


def test_what_begins_with_tls_must_be_for_postgres(cache: EdgeCache) -> None:
    """Or a browser could be made to talk to it (manual, section 55.2.11)."""
    with direct(cache, "h2", "postgresql") as agreed:
        assert agreed.selected_alpn_protocol() == "postgresql"
    for protocols in (("h2", "http/1.1"), ()):
        with direct(cache, *protocols) as refused:
            assert refused.recv(1) == b"E"


def test_a_handshake_in_pieces(cache: EdgeCache) -> None:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = client_context()
    context.set_alpn_protocols(["postgresql"])
    tls = context.wrap_bio(incoming, outgoing)
    with pytest.raises(ssl.SSLWantReadError):
        tls.do_handshake()
    hello = outgoing.read()
    with socket.create_connection(("127.0.0.1", cache.edge.postgres_port), timeout=30) as plain:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(0, len(hello), 7):
            plain.sendall(hello[at : at + 7])
        while True:
            incoming.write(plain.recv(1 << 16))
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                continue
        assert tls.selected_alpn_protocol() == "postgresql"
