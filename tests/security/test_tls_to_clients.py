"""TLS between clients and a running edge: what it agrees to, and what it does not."""

from __future__ import annotations

import contextlib
import socket
import ssl
from pathlib import Path

import psycopg
import pytest

from tests.e2e.raw import startup_packet
from tests.security.tls_front import OLD, server_context
from tests.servers.certificates import make_certificates
from tests.servers.edge import EdgeCache
from tests.servers.postgres import TRUST

SSL_REQUEST = b"\0\0\0\x08\x04\xd2\x16\x2f"


def client_context(ciphers: str = OLD) -> ssl.SSLContext:
    """A client that would take anything."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers(ciphers)
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    return context


def handshake(cache: EdgeCache, context: ssl.SSLContext) -> ssl.SSLSocket:
    """Ask for TLS and do the handshake."""
    plain = socket.create_connection(("127.0.0.1", cache.edge.postgres_port), timeout=30)
    plain.sendall(SSL_REQUEST)
    assert plain.recv(1) == b"S"
    try:
        return context.wrap_socket(plain, server_hostname="localhost")
    except BaseException:
        plain.close()
        raise


def test_a_modern_client_gets_the_newest(cache: EdgeCache) -> None:
    with handshake(cache, ssl.create_default_context(cafile=str(cache.edge.state_dir / "tls.crt"))) as agreed:
        assert (agreed.version(), agreed.compression()) == ("TLSv1.3", None)


@pytest.mark.parametrize("cipher", ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"])
def test_tls_1_2_is_spoken_with_forward_secrecy_and_authenticated_ciphers(cache: EdgeCache, cipher: str) -> None:
    context = client_context(cipher)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with handshake(cache, context) as agreed:
        assert agreed.cipher() == (cipher, "TLSv1.2", 128 if "128" in cipher else 256)


@pytest.fixture(scope="module")
def lenient(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A server that would agree to anything."""
    return server_context(make_certificates(tmp_path_factory.mktemp("lenient")))


def agrees(server: ssl.SSLContext, client: ssl.SSLContext) -> bool:
    """Whether this client and this server find something that both speak."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (client.wrap_bio(to_client, to_server), server.wrap_bio(to_server, to_client, server_side=True))
    for end in ends * 3:
        with contextlib.suppress(ssl.SSLWantReadError):
            end.do_handshake()
    return ends[0].version() == ends[1].version()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_older_versions_are_refused(cache: EdgeCache, lenient: ssl.SSLContext, version: ssl.TLSVersion) -> None:
    context = client_context()
    context.maximum_version = version
    assert agrees(lenient, context)
    with pytest.raises(ssl.SSLError):
        handshake(cache, context)


@pytest.mark.parametrize(
    "cipher", ["ECDHE-ECDSA-NULL-SHA", "ECDHE-ECDSA-AES128-SHA", "AECDH-NULL-SHA", "AECDH-AES256-SHA"]
)
def test_weak_ciphers_are_refused(cache: EdgeCache, lenient: ssl.SSLContext, cipher: str) -> None:
    context = client_context(f"{cipher}:@SECLEVEL=0")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    assert agrees(lenient, context)
    with pytest.raises(ssl.SSLError):
        handshake(cache, context)


def test_a_handshake_with_nonsense_ends_the_connection_and_no_other(cache: EdgeCache) -> None:
    for nonsense in (b"\x16\x03\x01\x00\x05hello", b"GET / HTTP/1.1\r\n\r\n", b"\0" * 1000):
        with socket.create_connection(("127.0.0.1", cache.edge.postgres_port), timeout=30) as plain:
            plain.sendall(SSL_REQUEST)
            assert plain.recv(1) == b"S"
            plain.sendall(nonsense)
            while plain.recv(1 << 16):
                pass
    with psycopg.connect(cache.url(TRUST, sslmode="require")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_nothing_goes_on_in_plain_text_once_tls_was_agreed_on(cache: EdgeCache) -> None:
    startup = startup_packet({"user": TRUST.name, "database": "app", "application_name": cache.id})
    with socket.create_connection(("127.0.0.1", cache.edge.postgres_port), timeout=30) as plain:
        plain.sendall(SSL_REQUEST)
        assert plain.recv(1) == b"S"
        plain.sendall(startup)
        told = b""
        while data := plain.recv(1 << 16):
            told += data
    assert b"S\0" not in told
    assert told[:1] in (b"", b"\x15"), "an alert at most"


def test_the_certificate_is_the_one_in_the_state_directory(cache: EdgeCache, tmp_path: Path) -> None:
    shown = str(cache.edge.state_dir / "tls.crt")
    with psycopg.connect(cache.url(TRUST, sslmode="verify-full", sslrootcert=shown)) as connection:
        assert connection.pgconn.ssl_in_use
    with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
        psycopg.connect(cache.url(TRUST, sslmode="verify-full", sslrootcert="system"))
