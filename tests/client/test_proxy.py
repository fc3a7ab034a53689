"""A company's proxy in the way: a real one, that tunnels to a real API behind TLS."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from polyscale_cli.client.http import HttpClient
from polyscale_cli.client.target import Target
from polyscale_cli.credentials import Token
from polyscale_cli.errors import UnavailableError, UsageError
from polyscale_cli.settings.resolve import Settings
from tests.servers.certificates import Certificates, make_certificates
from tests.servers.process import free_port

NAME = "edge.example.test"  # known to nobody but the proxy
URL = f"https://{NAME}"


@dataclass(slots=True)
class Proxy:
    """An HTTP proxy that knows one name, and keeps what it was told. RFC 9110, 9.3.6.

    Attributes:
        refusal: the status line with which it refuses, if it does.
    """

    api_port: int
    refusal: bytes = b""
    told: list[bytes] = field(default_factory=list)
    port: int = 0
    tunnels: list[asyncio.Task[None]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.tunnels.append(task)
        head = await reader.readuntil(b"\r\n\r\n")
        self.told.append(head)
        if self.refusal:
            writer.write(b"HTTP/1.1 " + self.refusal + b"\r\ncontent-length: 0\r\n\r\n")
            writer.close()
            await writer.wait_closed()
            return
        assert head.startswith(f"CONNECT {NAME}:443 ".encode())
        from_api, to_api = await asyncio.open_connection("127.0.0.1", self.api_port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(_pump(reader, to_api), _pump(from_api, writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(4096):
            writer.write(data)
    except ConnectionError:
        pass
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return make_certificates(tmp_path, (NAME,))


@pytest.fixture
def api_port(certificates: Certificates) -> Iterator[int]:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b'"authorized"' if self.headers["authorization"] == "Bearer psc_secret" else b'"not"'
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.cert, certificates.key)
    with HTTPServer(("127.0.0.1", 0), Answering) as running:
        running.socket = context.wrap_socket(running.socket, server_side=True)
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running.server_port
        running.shutdown()
        thread.join()


@pytest.fixture
def proxy(api_port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    made = Proxy(api_port)
    started = threading.Event()
    stop: list[asyncio.Event] = []
    loops: list[asyncio.AbstractEventLoop] = []

    async def run() -> None:
        stop.append(asyncio.Event())
        loops.append(asyncio.get_running_loop())
        server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
        made.port = server.sockets[0].getsockname()[1]
        started.set()
        await stop[0].wait()
        server.close()
        await asyncio.gather(*made.tunnels)

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    assert started.wait(10)
    monkeypatch.setenv("HTTPS_PROXY", f"http://who:hunter2@127.0.0.1:{made.port}")
    yield made
    loops[0].call_soon_threadsafe(stop[0].set)
    thread.join()


def client_of(settings: dict[str, str]) -> HttpClient:
    return HttpClient(Target(URL, Token("psc_secret", "x")), Settings.of_variables(settings))


def test_a_tunnel_leads_to_the_api_and_the_proxy_sees_no_token(proxy: Proxy, certificates: Certificates) -> None:
    client = client_of({"POLYSCALE_CA_BUNDLE": str(certificates.ca)})
    assert client.request("GET", "/v1/caches") == "authorized"
    client.close()
    assert len(proxy.told) == 1
    assert b"psc_secret" not in proxy.told[0]


def test_a_proxy_that_opens_tls_is_believed_only_with_its_authority(proxy: Proxy) -> None:
    client = client_of({})
    with pytest.raises(UnavailableError) as caught:
        client.request("GET", "/v1/caches")
    client.close()
    assert "POLYSCALE_CA_BUNDLE" in (caught.value.fix or "")


@pytest.mark.parametrize("refusal", [b"407 Proxy Authentication Required", b"403 Forbidden"])
def test_a_proxy_that_refuses_is_named_by_its_variable(proxy: Proxy, refusal: bytes) -> None:
    proxy.refusal = refusal
    client = client_of({})
    with pytest.raises(UnavailableError) as caught:
        client.request("GET", "/v1/caches")
    client.close()
    assert refusal.decode() in (caught.value.why or "")
    assert "HTTPS_PROXY" in (caught.value.fix or "")
    assert NAME in (caught.value.fix or "")
    assert "hunter2" not in str(vars(caught.value))
    assert len(proxy.told) == 1, "it will not change its mind"


def test_a_proxy_that_is_away_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{free_port()}")
    client = client_of({})
    with pytest.raises(UnavailableError) as caught:
        client.request("GET", "/v1/caches")
    client.close()
    assert "HTTPS_PROXY" in (caught.value.fix or "")


def test_no_proxy_goes_around_it(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", NAME)
    client = client_of({})
    with pytest.raises(UnavailableError) as caught:
        client.request("GET", "/v1/caches")
    client.close()
    assert proxy.told == []
    assert "PROXY" not in (caught.value.fix or "")


@pytest.mark.parametrize("value", ["ftp://proxy:21", "socks5://127.0.0.1:1080", "::"])
def test_a_proxy_that_cannot_be_one_is_named_by_its_variable(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", value)
    client = client_of({})
    with pytest.raises(UsageError) as caught:
        client.request("GET", "/v1/caches")
    assert caught.value.code == "INVALID_PROXY"
    assert "ALL_PROXY" in caught.value.what
