"""What a connection of HTTP may look like, byte by byte: every way comes to the same answers."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.e2e.serverless.asking import Asker, until_hit
from tests.servers.edge import EdgeCache
from tests.servers.postgres import TRUST, Postgres

SQL = "SELECT name FROM items ORDER BY 1"
ROWS = b'[{"name":"a"},{"name":"b"}]'


@pytest.fixture
def asker(cache: EdgeCache, postgres: Postgres, database: str) -> Asker:
    postgres.run("CREATE TABLE items (name text); INSERT INTO items VALUES ('a'), ('b')", database)
    postgres.run("GRANT ALL ON items TO public", database)
    return Asker(cache, TRUST.name, "", database)


class Wire:
    """A connection, and the answers on it."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        http = asker.cache.edge.runtime["http"]
        self.socket = socket.create_connection((http["host"], http["port"]), timeout=20)
        self._read = self.socket.makefile("rb")

    def request(self, sql: str = SQL, path: str = "/sql", extra: str = "") -> bytes:
        """A request's bytes."""
        body = self._asker.body(sql)
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{extra}"
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """The next answer: status, headers by lower-case name, body."""
        status = int(self._read.readline().split()[1])
        headers = {}
        while line := self._read.readline().strip():
            name, _, value = line.decode().partition(": ")
            headers[name.lower()] = value
        return status, headers, self._read.read(int(headers["content-length"]))

    def ask(self, request: bytes) -> bytes:
        """Send a request and give the rows."""
        self.socket.sendall(request)
        status, _, body = self.answer()
        assert status == 200, body
        return body


@pytest.fixture
def wire(asker: Asker) -> Iterator[Wire]:
    until_hit(asker, SQL)
    made = Wire(asker)
    # The second is answered in front of the server, and so are those after it.
    assert made.ask(made.request()) == ROWS
    assert made.ask(made.request()) == ROWS
    yield made
    made.socket.close()


def test_a_hit_has_the_same_headers_however_it_is_answered(wire: Wire, asker: Asker) -> None:
    wire.socket.sendall(wire.request())
    _, in_front, body = wire.answer()
    slow = asker.ask(SQL).headers
    del slow["Date"]
    assert set(in_front) - {"date"} == set(slow)
    assert {name: in_front[name] for name in slow} == dict(slow)
    assert body == ROWS


def test_the_head_and_the_body_may_come_apart(wire: Wire) -> None:
    request = wire.request()
    head, body = request[: request.index(b"{")], request[request.index(b"{") :]
    wire.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for _ in range(3):
        wire.socket.sendall(head)
        assert wire.ask(body) == ROWS


def test_every_byte_may_come_by_itself(wire: Wire) -> None:
    wire.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    request = wire.request()
    for byte in request[:-1]:
        wire.socket.sendall(bytes([byte]))
    assert wire.ask(request[-1:]) == ROWS
    assert wire.ask(wire.request()) == ROWS


def test_requests_sent_ahead_are_answered_in_order(wire: Wire) -> None:
    other = "SELECT count(*) AS n FROM items"
    wire.socket.sendall(wire.request() + wire.request(other) + wire.request())
    assert [wire.answer()[2] for _ in range(3)] == [ROWS, b'[{"n":"2"}]', ROWS]
    assert wire.ask(wire.request()) == ROWS


def test_a_hit_behind_a_request_under_way_waits_for_its_turn(wire: Wire) -> None:
    slow = "SELECT 'slow' AS s FROM pg_sleep(0.3)"
    wire.socket.sendall(wire.request(slow))
    wire.socket.sendall(wire.request())
    assert [wire.answer()[2] for _ in range(2)] == [b'[{"s":"slow"}]', ROWS]


def test_a_body_that_is_itself_a_request_is_no_request(wire: Wire) -> None:
    hidden = wire.request()
    head = f"POST /sql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(hidden)}"
    wire.socket.sendall(head.encode() + b"\r\n\r\n")
    wire.socket.sendall(hidden)
    assert wire.answer()[0] == 400
    assert wire.ask(wire.request()) == ROWS


def test_an_error_does_not_stop_the_connection(wire: Wire) -> None:
    wire.socket.sendall(wire.request("SELECT nothing FROM nowhere"))
    status, _, body = wire.answer()
    assert (status, b'"42P01"' in body) == (422, True)
    assert wire.ask(wire.request()) == ROWS
    assert wire.ask(wire.request()) == ROWS


def test_the_other_paths_go_on_the_same_connection(wire: Wire) -> None:
    wire.socket.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert wire.answer()[0] == 200
    assert wire.ask(wire.request(path="//sql")) == ROWS
    assert wire.ask(wire.request(path="//sql")) == ROWS


def test_a_connection_that_is_to_be_closed_is_closed_after_a_hit(wire: Wire) -> None:
    for _ in range(2):
        other = Wire(wire._asker)
        assert other.ask(other.request(extra="Connection: close\r\n")) == ROWS
        assert other.socket.recv(1) == b""
        other.socket.close()


def test_a_foreign_host_is_refused_although_the_request_is_known(wire: Wire) -> None:
    for _ in range(2):
        wire.socket.sendall(wire.request().replace(b"Host: localhost", b"Host: elsewhere.example"))
        assert wire.answer()[0] == 403


def test_another_content_type_is_refused_although_the_request_is_known(wire: Wire) -> None:
    wire.socket.sendall(wire.request().replace(b"application/json", b"text/plain"))
    assert wire.answer()[0] == 415


def test_half_a_request_and_the_end_are_no_request(wire: Wire, asker: Asker) -> None:
    wire.socket.sendall(wire.request()[:-5])
    wire.socket.shutdown(socket.SHUT_WR)
    assert wire.socket.recv(1) == b""
    assert asker.rows(SQL)
