"""The front of a connection and the server behind it never disagree on where a request ends.

The same bytes are sent, cut at the same places, on a connection whose front knows its requests and on one whose front
is off, as it is once anything else than SQL was asked there. The answers are the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import io
import itertools
import json
import socket
import struct
import sys
import termios
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from polyscale_cli.edge.api.http import HttpServer
from polyscale_cli.edge.registry import Registry
from polyscale_cli.edge.server import Edge
from polyscale_cli.edge.settings import EdgeSettings
from tests.e2e.serverless.raw import TYPE, Reply, chunked, post, read_reply
from tests.servers.postgres import TRUST, Postgres

TOKEN = "pst_test"
SQL = "SELECT name FROM items"
OTHER = "SELECT count(*) AS n FROM items"
FRONT_OFF = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
ATTEMPTS = 4
"""A busy machine now and then hands pieces over otherwise than they were sent; a disagreement is there each time."""
ESTABLISHED = 1
"""The state of a connection of which no side has said good-bye, as Linux counts them (tcp_states.h)."""
TURNS = 30
"""Of the loop, in which an answer that needs nobody else is written."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="waits for a peer to have read by an ioctl of Linux")


class Part(NamedTuple):
    """A piece of a request that is known, or what stands in its place."""

    first: str
    length: str
    line: str
    body: str


@dataclass(frozen=True, slots=True)
class Place:
    """An edge in this process, and the loop that it runs in."""

    runner: asyncio.Runner
    address: tuple[str, int]
    bodies: dict[str, bytes]

    def request(self, part: Part) -> bytes:
        """A request's bytes."""
        body = self.bodies[part.body]
        if part.length == "chunked":
            return post(chunked(body), TYPE, part.line, "Transfer-Encoding: chunked", first=part.first, length=False)
        length = part.length.format(len(body), max(0, len(body) - 3), len(body) + 3)
        return post(body, TYPE, part.line, length, first=part.first, length=False)


FIRSTS = (
    "POST /sql HTTP/1.1",
    "POST //sql HTTP/1.1",
    "POST /sql HTTP/1.0",
    "GET /sql HTTP/1.1",
    "POST /sql?x HTTP/1.1",
)
LENGTHS = (
    "Content-Length: {0}",
    "content-length:{0}",
    "Content-Length:  {0} ",
    "Content-Length: 0{0}",
    "Content-Length: +{0}",
    "Content-Length: {1}",
    "Content-Length: {2}",
    "Content-Length: {0}\r\nContent-Length: {0}",
    "Content-Length: {0}\r\nTransfer-Encoding: chunked",
    "Content-Length:\r\n {0}",
    "Content-Length: {0}\nX: y",
    "X-Length: {0}",
    "chunked",
)
LINES = (
    "X: y",
    "Connection: keep-alive",
    "Connection: close",
    "Expect: 100-continue",
    "X: a\r\n b",
    "X: a\nb",
    "X: \xff",
)
PARTS = st.builds(
    Part,
    st.sampled_from((*FIRSTS[:1] * 6, *FIRSTS)),
    st.sampled_from((*LENGTHS[:1] * 8, *LENGTHS)),
    st.sampled_from((*LINES[:1] * 6, *LINES)),
    st.sampled_from(("known", "known", "known", "other", "request", "empty", "no json")),
)
USUAL = Part(FIRSTS[0], LENGTHS[0], LINES[0], "known")
JUNK = st.sampled_from((b"", b"", b"", b"\r\n", b"\n", b"0\r\n\r\n", b"x", b"\0"))


async def say(client: socket.socket, data: bytes) -> None:
    """Send some bytes, and wait until the edge has read just these and has answered what there is to answer."""
    with contextlib.suppress(OSError):
        client.send(data)
        while struct.unpack("i", fcntl.ioctl(client, termios.TIOCOUTQ, bytes(4)))[0]:
            # Where the edge has closed, something may be on its way for ever.
            if client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] != ESTABLISHED:
                break
            await asyncio.sleep(0)
    for _ in range(TURNS):
        await asyncio.sleep(0)


async def answers(place: Place, pieces: list[bytes], *, in_front: bool) -> list[Reply]:
    """What is answered to some bytes, each piece of which is read by itself."""
    told = b""
    first = place.request(USUAL) if in_front else FRONT_OFF
    with socket.create_connection(place.address) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.setblocking(False)
        for piece in (first, first, *pieces):
            await say(client, piece)
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionError):
            while data := await asyncio.get_running_loop().sock_recv(client, 1 << 16):
                told += data
    read, found = io.BytesIO(told), []
    while read.tell() < len(told):
        found.append(read_reply(read))
        found[-1].headers.pop("date", None)
    assert [reply.status for reply in found[:2]] == [200, 200], told[:1000]
    return found[2:]


async def ask(address: tuple[str, int], request: bytes) -> Reply:
    """One request on a connection of its own."""
    reader, writer = await asyncio.open_connection(*address)
    writer.write(request)
    told = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in told.lower().split(b"\r\n") if line.startswith(b"content-length: "))
    told += await reader.readexactly(int(length.partition(b": ")[2]))
    writer.close()
    return read_reply(io.BytesIO(told))


@pytest.fixture(scope="module")
def place(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    database = postgres.create_database()
    postgres.run("CREATE TABLE items (name text); INSERT INTO items VALUES ('a'), ('b')", database)
    postgres.run("GRANT ALL ON items TO public", database)
    directory = tmp_path_factory.mktemp("front")

    async def start() -> tuple[Edge, HttpServer, Place]:
        edge = Edge(EdgeSettings(directory), Registry(directory / "edge.db"), TOKEN, None)
        server = HttpServer(edge)
        address = ("127.0.0.1", await server.listen("127.0.0.1", 0))
        fields = {"name": "front", "host": postgres.host, "port": postgres.port, "database": "postgres"}
        made = await ask(
            address,
            post(json.dumps(fields).encode(), f"Authorization: Bearer {TOKEN}", first="POST /v1/caches HTTP/1.1"),
        )
        login = {"cacheId": json.loads(made.body)["id"], "username": TRUST.name, "password": "", "database": database}
        known, other = (json.dumps({**login, "sql": sql}).encode() for sql in (SQL, OTHER))
        bodies = {"known": known, "other": other, "request": post(known, TYPE), "empty": b"", "no json": b"{"}
        for body in (known, other):
            while (await ask(address, post(body, TYPE))).headers["cache-status"] != "PolyScale; hit":
                pass
        return edge, server, Place(runner, address, bodies)

    with asyncio.Runner() as runner:
        edge, server, found = runner.run(start())
        yield found
        runner.run(server.close())
        runner.run(edge.drain())
        edge.close()
    postgres.drop_database(database)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(PARTS, JUNK), min_size=1, max_size=4), st.lists(st.integers(0, 2000), max_size=6))
@example(
    [(USUAL, b""), (USUAL._replace(first=FIRSTS[2]), b""), (USUAL._replace(line=LINES[1], first=FIRSTS[2]), b"")], []
)
@example([(USUAL._replace(line=LINES[2]), b""), (USUAL, b"")], [])
@example([(USUAL._replace(line=LINES[3]), b""), (USUAL._replace(line=LINES[3]), b"")], [])
@example([(USUAL, b""), (USUAL, b"x"), (USUAL, b"")], [10, 300, 400])
def test_the_front_answers_as_the_server_does(place: Place, parts: list[tuple[Part, bytes]], cuts: list[int]) -> None:
    requests = [place.request(part) + junk for part, junk in parts]
    whole = b"".join(requests)
    ends = {sum(map(len, requests[:number])) for number in range(1, len(requests))}
    # Each request comes by itself unless a cut is a multiple of seven: then none does.
    every = {cut % len(whole) for cut in cuts} | (set() if any(cut % 7 == 0 for cut in cuts) else ends)
    edges = [0, *sorted(every - {0}), len(whole)]
    pieces = [whole[start:end] for start, end in itertools.pairwise(edges)]
    for attempt in range(ATTEMPTS):
        in_front = place.runner.run(answers(place, pieces, in_front=True))
        by_server = place.runner.run(answers(place, pieces, in_front=False))
        if in_front == by_server:
            break
        assert attempt + 1 < ATTEMPTS, (in_front, by_server)
