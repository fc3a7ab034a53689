"""Encryption is asked for once (the server's ``ProcessStartupPacket``)."""

from __future__ import annotations

import socket
import struct

import pytest

from tests.security.test_tls_to_clients import client_context, handshake
from tests.servers.edge import EdgeCache

SSL_REQUEST = struct.pack("!II", 8, 80877103)
GSS_REQUEST = struct.pack("!II", 8, 80877104)


def told(port: int, sent: bytes) -> bytes:
    found = b""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as stranger:
        try:
            stranger.sendall(sent)
            while data := stranger.recv(1 << 16):
                found += data
        except ConnectionError:
            pass
    return found


@pytest.mark.parametrize("times", [2, 3, 300_000])
def test_encryption_is_asked_for_once(cache: EdgeCache, times: int) -> None:
    through = told(cache.edge.postgres_port, GSS_REQUEST * times)
    assert through[:2] in (b"NE", b"N", b"")
    assert len(through) < 300


def test_tls_is_not_asked_for_inside_of_tls(cache: EdgeCache) -> None:
    with handshake(cache, client_context()) as agreed:
        agreed.sendall(SSL_REQUEST)
        assert agreed.recv(1) == b"E"
