"""What the front of a connection answers by itself, and what goes to the server."""

from __future__ import annotations

import asyncio
import time
from typing import cast

import pytest

from polyscale_cli.edge.engine import Engine, Settings
from polyscale_cli.edge.serverless import replies
from polyscale_cli.edge.serverless.allowance import Allowance
from polyscale_cli.edge.serverless.digests import Digests
from polyscale_cli.edge.serverless.front import Front, Heads
from tests.edge.engine.parts import Words

BODY = b'{"sql": "SELECT 1"}'
HEAD = b"POST /sql HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d" % len(BODY)
REQUEST = HEAD + replies.HEAD_END + BODY
DOCUMENT = b'[{"a":1}]'


class Server(asyncio.Protocol):
    """Takes what it is given."""

    def __init__(self) -> None:
        self.given: list[bytes] = []

    def data_received(self, data: bytes) -> None:
        self.given.append(data)


class Written:
    """A transport's writing side."""

    def __init__(self) -> None:
        self.answers: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.answers.append(data)


class Bench:
    """A front with one answer that is kept, and whose head the server has answered before."""

    def __init__(self, requests: int = 100) -> None:
        self.engine = Engine(time.monotonic, budget_bytes=1 << 20, entry_limit_bytes=1 << 16)
        self.engine.configure("one", Settings(caches=True, ttl_seconds=60))
        cache = self.engine.cache("one", Words(), "origin")
        fill = cache.scope("me").start_fill(b"k", (cache.origin.table("a"),))
        assert fill is not None
        source = fill.admit(b"rows")
        assert source is not None
        self.cache, self.documents, digests = cache, cache.scope("documents"), Digests()
        self.documents.derive(source, digests.of(BODY), replies.kept(DOCUMENT))
        self.server, self.written = Server(), Written()
        self.front = Front(self.server, Heads(), digests, {})
        self.front.connection_made(cast(asyncio.BaseTransport, self.written))
        self.allowance = Allowance(requests, time.monotonic)
        self.ask()
        self.server_answers()

    def ask(self, request: bytes = REQUEST) -> None:
        self.front.data_received(request)

    def server_answers(self) -> None:
        self.front.was_answered(self.documents, self.allowance, len(BODY), known=True)

    @property
    def answered(self) -> int:
        return len(self.written.answers)


def test_what_was_answered_once_by_the_server_is_answered_in_front() -> None:
    bench = Bench()
    bench.ask()
    assert bench.answered == 1
    assert bench.written.answers[0].endswith(replies.kept(DOCUMENT))
    assert bench.server.given == [REQUEST]
    assert bench.cache.hits == 1


@pytest.mark.parametrize(
    "request_",
    [
        REQUEST.replace(b"localhost", b"elsewhere"),
        REQUEST.replace(b"SELECT 1", b"SELECT 2"),
        REQUEST + REQUEST,
        REQUEST[1:],
    ],
    ids=["another head", "another body", "two at once", "no request"],
)
def test_anything_else_is_the_servers(request_: bytes) -> None:
    bench = Bench()
    bench.ask(request_)
    assert bench.answered == 0
    assert bench.server.given[1:] == [request_]


def test_what_was_written_to_meanwhile_is_the_servers() -> None:
    bench = Bench()
    bench.cache.origin.fence((bench.cache.origin.table("a"),), anything=False)
    bench.ask()
    assert bench.answered == 0


def test_what_follows_a_request_that_the_server_has_is_the_servers() -> None:
    bench = Bench()
    bench.ask(REQUEST.replace(b"SELECT 1", b"SELECT 2"))
    bench.ask()
    assert (bench.answered, len(bench.server.given)) == (0, 3)


def test_more_than_may_be_asked_is_for_the_server_to_refuse() -> None:
    bench = Bench(requests=2)
    for _ in range(3):
        bench.ask()
    assert (bench.answered, len(bench.server.given)) == (2, 2)


def test_a_client_that_is_slow_has_the_server_until_it_is_not() -> None:
    bench = Bench()
    bench.front.pause_writing()
    bench.ask()
    assert bench.answered == 0
    bench.front.resume_writing()
    bench.server_answers()
    bench.ask()
    assert bench.answered == 1


async def test_the_rest_of_a_request_is_awaited_and_what_never_comes_is_the_servers() -> None:
    bench = Bench()
    bench.ask(REQUEST[:-5])
    assert bench.server.given == [REQUEST]
    bench.ask(REQUEST[-5:])
    assert bench.answered == 1
    bench.ask(REQUEST[:-5])
    bench.front.eof_received()
    assert bench.server.given == [REQUEST, REQUEST[:-5]]
