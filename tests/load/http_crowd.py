"""Thousands of clients over HTTP at once, each of whom asks for a number of its own."""

from __future__ import annotations

import asyncio
import resource
from dataclasses import dataclass
from functools import partial
from typing import cast

from tests.e2e.serverless.asking import Asker
from tests.e2e.serverless.raw import TYPE, post

SECONDS = 120
"""For all of a crowd."""

_SPARE_FILES = 200


@dataclass(frozen=True, slots=True)
class Told:
    """What a crowd was told.

    Attributes:
        answered: those that were given their number.
        refused: those that were told to try again, since nothing was sent.
        failed: those whose statement the database refused.
    """

    answered: int
    refused: int
    failed: int


class Lost(AssertionError):
    """Somebody was told nothing, something else than it asked for, or more than that."""


async def ask_at_once(asker: Asker, count: int, first: int = 0, sql: str = "SELECT ?::int AS n") -> Told:
    """Connect so many, have all ask, and hear them out up to the end of their connections.

    ``first`` is the number of the first; each asks for its own, which nobody has asked for before.

    Raises:
        Lost: see there.
        OSError: there are no more files or ports.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, count + _SPARE_FILES)), hard))
    http = asker.cache.edge.runtime["http"]
    address = (http["host"], http["port"])
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(SECONDS):
        connecting = [
            loop.create_connection(partial(_Client, asker.body(sql, [number]), number), *address)
            for number in range(first, first + count)
        ]
        clients = [client for _, client in await asyncio.gather(*connecting)]
        for client in clients:
            client.ask()
        told = await asyncio.gather(*(client.told() for client in clients))
    return Told(told.count(200), told.count(503), told.count(422))


async def leave_half_way(asker: Asker, count: int, *lines: str, missing: int = 0) -> None:
    """Have so many send a request of which some bytes are missing, and vanish once the edge has read it.

    ``lines`` are headers besides what a request always has.
    """
    http = asker.cache.edge.runtime["http"]
    request = post(asker.body("SELECT 1 AS n"), TYPE, *lines)
    clients = await asyncio.gather(*(asyncio.open_connection(http["host"], http["port"]) for _ in range(count)))
    for _, writer in clients:
        writer.write(request[: len(request) - missing])
    # What came before it has been read when it is answered, and so it is with the ends.
    await asyncio.to_thread(asker.rows, "SELECT 1 AS n")
    for _, writer in clients:
        writer.transport.abort()
    await asyncio.to_thread(asker.rows, "SELECT 1 AS n")


class _Client(asyncio.Protocol):
    """One of them: a request, an answer, and then no more."""

    def __init__(self, body: bytes, number: int) -> None:
        self._request = post(body, TYPE)
        self._number = number
        self._heard = b""
        self._answered = asyncio.Event()
        self._over = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def ask(self) -> None:
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head, found, body = self._heard.partition(b"\r\n\r\n")
        if found and len(body) >= int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]):
            self._answered.set()

    def connection_lost(self, error: Exception | None) -> None:
        self._answered.set()
        self._over.set()

    async def told(self) -> int:
        """The status, once all of it was heard and the edge has closed, too."""
        await self._answered.wait()
        if not self._over.is_set():
            self._transport.write_eof()
            await self._over.wait()
        head, _, body = self._heard.partition(b"\r\n\r\n")
        if head.startswith(b"HTTP/1.1 200 ") and body == b'[{"n":%d}]' % self._number:
            return 200
        if head.startswith(b"HTTP/1.1 503 ") and body.startswith(b'{"statusCode": 503, "code": "NO_CONNECTION_FREE"'):
            return 503
        if head.startswith(b"HTTP/1.1 422 ") and body.startswith(b'{"statusCode": 422, '):
            return 422
        raise Lost(f"number {self._number} was told {self._heard[:1000]!r}")
