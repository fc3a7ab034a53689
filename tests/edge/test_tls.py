"""The certificate shown to clients, judged by OpenSSL through a real handshake."""

from __future__ import annotations

import socket
import ssl
import stat
import threading
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from polyscale_cli.edge.state import StateDirectory
from polyscale_cli.edge.tls import client_context, make_certificate
from polyscale_cli.errors import UsageError


@pytest.fixture
def state(tmp_path: Path) -> StateDirectory:
    return StateDirectory(tmp_path)


def handshake(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> str | None:
    """The TLS version agreed on. Raises ssl.SSLError as the client saw it."""
    ours, theirs = socket.socketpair()

    def accept() -> None:
        try:
            with server.wrap_socket(theirs, server_side=True) as accepted:
                accepted.recv(1)
        except OSError:
            theirs.close()

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        with ours, client.wrap_socket(ours, server_hostname=name) as connected:
            return connected.version()
    finally:
        thread.join()


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1", socket.gethostname()])
def test_a_client_that_is_given_the_certificate_can_verify_the_edge_under_its_names(
    state: StateDirectory, name: str
) -> None:
    server = client_context(state, None, None)
    client = ssl.create_default_context(cafile=str(state.tls_cert))
    assert handshake(server, client, name) == "TLSv1.3"


def test_another_name_is_not_vouched_for(state: StateDirectory) -> None:
    server = client_context(state, None, None)
    client = ssl.create_default_context(cafile=str(state.tls_cert))
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(server, client, "elsewhere.example")


def test_old_versions_of_tls_are_refused(state: StateDirectory) -> None:
    server = client_context(state, None, None)
    assert server.minimum_version is ssl.TLSVersion.TLSv1_2
    client = ssl.create_default_context(cafile=str(state.tls_cert))
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    assert handshake(server, client, "localhost") == "TLSv1.2"


def test_the_pair_is_made_once_and_its_key_is_private(state: StateDirectory) -> None:
    client_context(state, None, None)
    before = state.tls_key.read_bytes(), state.tls_cert.read_bytes()
    client_context(state, None, None)
    assert (state.tls_key.read_bytes(), state.tls_cert.read_bytes()) == before
    assert stat.S_IMODE(state.tls_key.stat().st_mode) == 0o600
    made = x509.load_pem_x509_certificate(before[1])
    public = made.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    assert public.curve.name == "secp256r1"
    assert 3640 <= (made.not_valid_after_utc - made.not_valid_before_utc).days <= 3660


def test_the_users_own_pair_is_used(state: StateDirectory, tmp_path: Path) -> None:
    make_certificate(tmp_path / "own.crt", tmp_path / "own.key")
    server = client_context(state, tmp_path / "own.crt", tmp_path / "own.key")
    client = ssl.create_default_context(cafile=str(tmp_path / "own.crt"))
    assert handshake(server, client, "localhost") == "TLSv1.3"
    assert not state.tls_key.exists()


def test_a_pair_that_is_none_is_refused_with_its_names(state: StateDirectory, tmp_path: Path) -> None:
    make_certificate(tmp_path / "a.crt", tmp_path / "a.key")
    make_certificate(tmp_path / "b.crt", tmp_path / "b.key")
    (tmp_path / "text").write_text("not PEM")
    for certificate, key in (("a.crt", "b.key"), ("text", "a.key"), ("a.crt", "text"), ("a.crt", "missing")):
        with pytest.raises(UsageError, match=f"{certificate} and the key .*{key}") as refused:
            client_context(state, tmp_path / certificate, tmp_path / key)
        assert refused.value.code == "TLS_FILES"
        assert "--tls-key" in str(refused.value.fix)


def test_a_key_with_a_passphrase_is_refused_instead_of_asking_the_terminal(
    state: StateDirectory, tmp_path: Path
) -> None:
    make_certificate(tmp_path / "a.crt", tmp_path / "a.key")
    key = serialization.load_pem_private_key((tmp_path / "a.key").read_bytes(), None)
    locked = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
    (tmp_path / "a.key").write_bytes(locked)
    with pytest.raises(UsageError) as refused:
        client_context(state, tmp_path / "a.crt", tmp_path / "a.key")
    assert "passphrase" in f"{refused.value.why} {refused.value.fix}"
