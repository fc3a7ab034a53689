"""An API behind TLS, with an authority that the machine does not know."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from polyscale_cli.client.http import HttpClient
from polyscale_cli.client.target import Target
from polyscale_cli.credentials import Token
from polyscale_cli.errors import UnavailableError, UsageError
from polyscale_cli.settings.resolve import Settings
from tests.servers.certificates import Certificates, make_certificates


class Answering(BaseHTTPRequestHandler):
    """Answers everything with an empty list."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return make_certificates(tmp_path)


@contextmanager
def api_behind(certificates: Certificates) -> Iterator[Target]:
    """An API with that certificate, under the name localhost."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.cert, certificates.key)
    with HTTPServer(("127.0.0.1", 0), Answering) as running:
        running.socket = context.wrap_socket(running.socket, server_side=True)
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield Target(f"https://localhost:{running.server_port}", Token("t", "x"))
        running.shutdown()
        thread.join()


@pytest.fixture
def target(certificates: Certificates) -> Iterator[Target]:
    with api_behind(certificates) as there:
        yield there


def test_an_unknown_authority_is_refused_and_the_variable_is_named(target: Target) -> None:
    client = HttpClient(target, Settings.of_variables({}))
    with pytest.raises(UnavailableError) as caught:
        client.request("GET", "/v1/caches")
    client.close()
    assert "POLYSCALE_CA_BUNDLE" in (caught.value.fix or "")


def test_an_authority_that_was_named_is_trusted(target: Target, certificates: Certificates) -> None:
    client = HttpClient(target, Settings.of_variables({"POLYSCALE_CA_BUNDLE": str(certificates.ca)}))
    assert client.request("GET", "/v1/caches") == []
    client.close()


def test_an_authority_that_openssl_was_told_of_is_trusted(
    target: Target, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))
    client = HttpClient(target, Settings.of_variables({}))
    assert client.request("GET", "/v1/caches") == []
    client.close()


def test_a_directory_of_authorities_is_trusted(target: Target, certificates: Certificates, tmp_path: Path) -> None:
    directory = tmp_path / "authorities"
    directory.mkdir()
    named = subprocess.run(
        ["openssl", "x509", "-noout", "-hash", "-in", str(certificates.ca)], capture_output=True, text=True, check=True
    )
    (directory / f"{named.stdout.strip()}.0").write_bytes(certificates.ca.read_bytes())
    client = HttpClient(target, Settings.of_variables({"POLYSCALE_CA_BUNDLE": str(directory)}))
    assert client.request("GET", "/v1/caches") == []
    client.close()


def test_what_was_named_stands_in_place_of_everything_else(
    target: Target, certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))
    (tmp_path / "other").mkdir()
    other = make_certificates(tmp_path / "other")
    client = HttpClient(target, Settings.of_variables({"POLYSCALE_CA_BUNDLE": str(other.ca)}))
    with pytest.raises(UnavailableError):
        client.request("GET", "/v1/caches")
    client.close()


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    certificates = make_certificates(tmp_path, ("elsewhere.example.test",))
    with api_behind(certificates) as target:
        client = HttpClient(target, Settings.of_variables({"POLYSCALE_CA_BUNDLE": str(certificates.ca)}))
        with pytest.raises(UnavailableError) as caught:
            client.request("GET", "/v1/caches")
        client.close()
    assert "localhost" in (caught.value.why or "")


@pytest.mark.parametrize("content", [b"", b"no certificate", b"\xff" * 100])
def test_a_bundle_that_is_none_is_named(target: Target, tmp_path: Path, content: bytes) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(content)
    client = HttpClient(target, Settings.of_variables({"POLYSCALE_CA_BUNDLE": str(bundle)}))
    with pytest.raises(UsageError, match=r"bundle\.pem") as caught:
        client.request("GET", "/v1/caches")
    assert "POLYSCALE_CA_BUNDLE" in caught.value.what


def test_a_clock_in_1970_is_named_as_the_cause(target: Target, certificates: Certificates) -> None:
    env = {
        **os.environ,
        "POLYSCALE_CA_BUNDLE": str(certificates.ca),
        "POLYSCALE_API_URL": target.url,
        "POLYSCALE_TOKEN": "psc_x",
    }
    command = ["faketime", "1970-01-02 00:00:00", sys.executable, "-m", "polyscale_cli", "cache", "list"]
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=60)
    assert done.returncode == 6, done.stderr
    assert "Compare this machine's clock, which says 1970-01-0" in done.stderr


def test_an_authority_that_cannot_be_read_is_named() -> None:
    settings = Settings.of_variables({"POLYSCALE_CA_BUNDLE": "/nowhere.pem"})
    client = HttpClient(Target("https://127.0.0.1:1", Token("t", "x")), settings)
    with pytest.raises(UsageError, match=r"/nowhere\.pem"):
        client.request("GET", "/v1/caches")
