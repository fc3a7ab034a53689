"""An API behind TLS, with an authority that the machine does not know."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from polyscale_cli.client.http import HttpClient
from polyscale_cli.client.target import Target
from polyscale_cli.credentials import Token
from polyscale_cli.errors import UnavailableError
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


@pytest.fixture
def target(certificates: Certificates) -> Iterator[Target]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.cert, certificates.key)
    with HTTPServer(("127.0.0.1", 0), Answering) as running:
        running.socket = context.wrap_socket(running.socket, server_side=True)
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield Target(f"https://localhost:{running.server_port}", Token("t", "x"))
        running.shutdown()
        thread.join()


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
