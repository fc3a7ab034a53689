"""The HTTP client against a server that misbehaves as no real edge can be made to."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from polyscale_cli.client import http
from polyscale_cli.client.api import ManagementApi
from polyscale_cli.client.http import HttpClient
from polyscale_cli.client.target import Target
from polyscale_cli.credentials import Kind, Token
from polyscale_cli.errors import (
    AuthenticationError,
    ConflictError,
    NotFoundError,
    PolyscaleError,
    UnavailableError,
    UsageError,
)
from polyscale_cli.settings.resolve import Settings
from tests.servers.process import free_port

CACHE = {
    "id": "0ab23c45-6789-4de1-a34f-abc5d67e8f90",
    "name": "shop",
    "host": "db",
    "port": 5432,
    "database": "postgres",
}
CUT = b"cut"


@dataclass(slots=True)
class Scripted:
    """A server that gives its answers in order, and keeps what it was asked."""

    answers: list[tuple[int, Any, dict[str, str]]] = field(default_factory=list)
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    def will(self, status: int, body: Any = None, **headers: str) -> None:
        self.answers.append((status, body, headers))

    def client(self, environ: dict[str, str] | None = None, said: list[str] | None = None) -> HttpClient:
        target = Target(self.url, Token("psc_secret", "the variable POLYSCALE_TOKEN", Kind.ENVIRONMENT))
        return HttpClient(target, Settings.of_variables(environ or {}), None if said is None else said.append)


@pytest.fixture
def server() -> Iterator[Scripted]:
    script = Scripted()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            script.asked.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            status, content, headers = script.answers.pop(0)
            if content == CUT:
                self.close_connection = True
                return
            data = content if isinstance(content, bytes) else b"" if content is None else json.dumps(content).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        script.url = f"http://127.0.0.1:{running.server_port}"
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield script
        running.shutdown()
        thread.join()


def error(status: int, code: str) -> dict[str, Any]:
    return {"statusCode": status, "code": code, "error": "x", "message": f"Said {code}."}


def test_a_request_carries_the_token_and_says_who_asks(server: Scripted) -> None:
    server.will(200, [CACHE])
    client = server.client()
    (cache,) = ManagementApi(client).caches()
    client.close()
    assert cache.name == "shop"
    _, path, headers, _ = server.asked[0]
    assert path == "/v1/caches"
    assert headers["authorization"] == "Bearer psc_secret"
    assert headers["user-agent"].startswith("polyscale-cli/")


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_passing_trouble_is_passed_over(server: Scripted, status: int) -> None:
    server.will(status, error(status, "BUSY"))
    server.will(200, {"purged": 3})
    client = server.client()
    assert ManagementApi(client).purge("x").entries == 3
    client.close()
    assert len(server.asked) == 2


def test_a_connection_that_is_cut_is_tried_again_where_that_is_safe(server: Scripted) -> None:
    server.will(0, CUT)
    server.will(200, [CACHE])
    client = server.client()
    assert len(ManagementApi(client).caches()) == 1
    client.close()


def test_a_creation_is_never_sent_twice(server: Scripted) -> None:
    server.will(0, CUT)
    client = server.client()
    with pytest.raises(UnavailableError):
        ManagementApi(client).create({"name": "shop"})
    client.close()
    assert len(server.asked) == 1


def test_a_deletion_whose_answer_was_lost_is_done(server: Scripted) -> None:
    server.will(0, CUT)
    server.will(404, error(404, "CACHE_NOT_FOUND"))
    client = server.client()
    ManagementApi(client).delete("x")
    client.close()


def test_a_deletion_of_nothing_is_not_found(server: Scripted) -> None:
    server.will(404, error(404, "CACHE_NOT_FOUND"))
    client = server.client()
    with pytest.raises(NotFoundError, match="Said CACHE_NOT_FOUND"):
        ManagementApi(client).delete("x")
    client.close()


@pytest.mark.parametrize(
    ("status", "kind", "exit_code"),
    [
        (400, UsageError, 2),
        (401, AuthenticationError, 4),
        (403, AuthenticationError, 4),
        (404, NotFoundError, 3),
        (409, ConflictError, 5),
        (418, PolyscaleError, 1),
        (500, PolyscaleError, 1),
    ],
)
def test_a_refusal_becomes_its_kind_of_error(
    server: Scripted, status: int, kind: type[PolyscaleError], exit_code: int
) -> None:
    server.will(status, error(status, "SOME_CODE"))
    client = server.client()
    with pytest.raises(kind) as caught:
        ManagementApi(client).update("x", {})
    client.close()
    assert (caught.value.code, caught.value.what, caught.value.exit_code) == ("SOME_CODE", "Said SOME_CODE.", exit_code)


def test_an_origin_that_is_away_is_no_matter_for_the_edges_log(server: Scripted) -> None:
    server.will(502, error(502, "ORIGIN_UNREACHABLE"))
    client = server.client()
    with pytest.raises(UnavailableError) as caught:
        ManagementApi(client).create({})
    client.close()
    assert "log" not in str(caught.value.fix)
    assert "the database" in str(caught.value.fix)


def test_a_refused_token_is_named_by_its_source(server: Scripted) -> None:
    server.will(401, error(401, "UNAUTHORIZED"))
    client = server.client()
    with pytest.raises(AuthenticationError) as caught:
        ManagementApi(client).caches()
    client.close()
    assert caught.value.why == "The token comes from the variable POLYSCALE_TOKEN."
    assert "psc_secret" not in str(vars(caught.value))


@pytest.mark.parametrize("body", [b"<html>login</html>", b"{", b"\xff", b"[" * 100_000, b'[{"id": "x", "na'])
def test_an_answer_that_is_no_json_says_that_something_else_is_there(server: Scripted, body: bytes) -> None:
    server.will(200, body)
    client = server.client()
    with pytest.raises(PolyscaleError) as caught:
        ManagementApi(client).caches()
    client.close()
    assert (caught.value.code, caught.value.exit_code) == ("BAD_ANSWER", 6)


@pytest.mark.parametrize("body", [{}, [1], [{"id": "x"}], "x", [{**CACHE, "port": "many"}], None])
def test_json_of_another_shape_is_no_crash(server: Scripted, body: Any) -> None:
    server.will(200, body)
    client = server.client()
    with pytest.raises(PolyscaleError) as caught:
        ManagementApi(client).caches()
    client.close()
    assert caught.value.code == "BAD_ANSWER"


def test_an_error_without_a_body_still_has_a_code(server: Scripted) -> None:
    server.will(500)
    client = server.client()
    with pytest.raises(PolyscaleError) as caught:
        ManagementApi(client).caches()
    client.close()
    assert caught.value.code == "HTTP_500"


def test_nobody_listening_is_unavailable_at_once() -> None:
    target = Target(f"http://127.0.0.1:{free_port()}", Token("t", "x"))
    client = HttpClient(target, Settings.of_variables({}))
    with pytest.raises(UnavailableError) as caught:
        client.request("GET", "/v1/caches")
    client.close()
    assert (caught.value.exit_code, caught.value.code) == (6, "API_UNREACHABLE")


def test_a_proxy_is_not_asked_for_this_machine(server: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{free_port()}")
    server.will(200, [])
    client = server.client()
    assert ManagementApi(client).caches() == ()
    client.close()


def test_a_server_that_never_answers_is_given_up(server: Scripted) -> None:
    release = threading.Event()

    class Stuck(list[Any]):
        def pop(self, index: int = 0) -> Any:  # type: ignore[override]
            release.wait(30)
            return (200, [], {})

    server.answers = Stuck()
    client = server.client({"POLYSCALE_TIMEOUT": "0.2"})
    with pytest.raises(UnavailableError):
        client.request("GET", "/v1/caches")
    release.set()
    client.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 304])
def test_a_redirect_is_not_followed_and_the_token_stays(server: Scripted, status: int) -> None:
    headers = {} if status == 304 else {"location": f"{server.url}/elsewhere?token=hunter2"}
    server.will(status, None, **headers)
    client = server.client()
    with pytest.raises(UnavailableError) as caught:
        client.request("GET", "/v1/caches")
    client.close()
    assert len(server.asked) == 1
    assert (caught.value.code, caught.value.exit_code) == ("REDIRECTED", 6)
    assert "hunter2" not in str(vars(caught.value))


def test_a_short_wait_that_is_asked_for_is_waited(server: Scripted) -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=0.1), usegmt=True)
    server.will(429, error(429, "BUSY"), retry_after="0")
    server.will(503, error(503, "BUSY"), retry_after=soon)
    server.will(503, error(503, "BUSY"), retry_after="at tea-time")
    server.will(200, [])
    client = server.client()
    assert client.request("GET", "/v1/caches") == []
    client.close()
    assert len(server.asked) == 4


@pytest.mark.parametrize("after", ["3600", "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_long_wait_is_left_to_the_person(server: Scripted, after: str) -> None:
    server.will(429, error(429, "BUSY"), retry_after=after)
    client = server.client()
    with pytest.raises(UnavailableError) as caught:
        client.request("GET", "/v1/caches")
    client.close()
    assert (caught.value.code, len(server.asked)) == ("BUSY", 1)


def test_trouble_that_does_not_pass_is_said_after_four_attempts(server: Scripted) -> None:
    for _ in range(4):
        server.will(503, error(503, "DRAINING"))
    client = server.client()
    with pytest.raises(UnavailableError) as caught:
        client.request("GET", "/v1/caches")
    client.close()
    assert (caught.value.code, len(server.asked)) == ("DRAINING", 4)


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_is_no_repetition_is_sent_once(server: Scripted, method: str) -> None:
    server.will(503, error(503, "DRAINING"))
    client = server.client()
    with pytest.raises(UnavailableError):
        client.request(method, "/v1/caches", {})
    client.close()
    assert len(server.asked) == 1


def test_a_request_with_a_key_of_its_own_may_be_repeated(server: Scripted) -> None:
    server.will(0, CUT)
    server.will(503, error(503, "DRAINING"))
    server.will(200, {})
    client = server.client()
    client.request("POST", "/v1/caches", {}, idempotency_key="one")
    client.close()
    assert [headers["idempotency-key"] for _, _, headers, _ in server.asked] == ["one"] * 3


def test_each_purge_has_a_key_of_its_own_for_all_its_attempts(server: Scripted) -> None:
    server.will(0, CUT)
    server.will(200, {"purged": 1})
    server.will(200, {"purged": 0})
    api = ManagementApi(client := server.client())
    api.purge("x")
    api.purge("x")
    client.close()
    first, again, second = (headers["idempotency-key"] for _, _, headers, _ in server.asked)
    assert first == again != second


def test_an_answer_without_end_is_not_gathered(server: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LARGEST_ANSWER", 1000)
    server.will(200, b"[" + b" " * 5000 + b"]")
    client = server.client()
    with pytest.raises(UnavailableError) as caught:
        client.request("GET", "/v1/caches")
    client.close()
    assert caught.value.code == "BAD_ANSWER"


def test_an_answer_in_a_broken_encoding_is_no_crash(server: Scripted) -> None:
    for _ in range(4):
        server.will(200, b"not gzip", content_encoding="gzip")
    client = server.client()
    with pytest.raises(UnavailableError):
        client.request("GET", "/v1/caches")
    client.close()


def test_an_answer_that_trickles_in_is_given_up() -> None:
    """Each byte comes in time, and the answer never ends."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def trickle() -> None:
            connection, _ = listening.accept()
            with connection, contextlib.suppress(OSError):
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
                while True:
                    connection.sendall(b" ")
                    threading.Event().wait(0.02)

        thread = threading.Thread(target=trickle)
        thread.start()
        target = Target(f"http://127.0.0.1:{listening.getsockname()[1]}", Token("t", "x"))
        client = HttpClient(target, Settings.of_variables({"POLYSCALE_TIMEOUT": "2"}))
        with pytest.raises(UnavailableError) as caught:
            client.request("GET", "/v1/caches")
        client.close()
        thread.join()
    assert caught.value.why == "The answer was not complete after 2 seconds."


def test_debugging_shows_requests_and_no_token(server: Scripted) -> None:
    server.will(200, [])
    said: list[str] = []
    client = server.client(said=said)
    client.request("GET", "/v1/caches")
    client.close()
    assert len(said) == 1
    assert "GET" in said[0]
    assert "200" in said[0]
    assert "psc_secret" not in said[0]


def test_an_id_cannot_reach_another_path(server: Scripted) -> None:
    server.will(200, CACHE)
    client = server.client()
    ManagementApi(client).cache("../keys?x=#y")
    client.close()
    assert server.asked[0][1] == "/v1/caches/..%2Fkeys%3Fx%3D%23y"
