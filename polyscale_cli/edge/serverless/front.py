"""The front of an HTTP connection: what is already known is answered here, and the rest goes in to the HTTP server.

A hit over HTTP should cost what one over TCP does, and reading a request as HTTP costs more than that. Clients send the
same heads again and again, so those that were read and answered once are remembered with the length of the body that
they announce: what follows is a request whose framing is certain. Whatever is not exactly such is the server's.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from email.utils import formatdate
from typing import cast

from polyscale_cli.edge.engine import Scope
from polyscale_cli.edge.serverless.allowance import Allowance
from polyscale_cli.edge.serverless.digests import Digests
from polyscale_cli.edge.serverless.replies import HEAD_END, STATUS_LINE

MOST_HEADS = 1_000
"""Heads of requests that are remembered; beyond it, all are forgotten."""

LONGEST_REQUEST = 64 * 1024
"""Bytes of a request that is answered here."""

GATHERING_SECONDS = 1.0
"""How long the rest of a request is awaited here whose head is known; then it is the server's to wait."""

SERVER_SECONDS = 20.0
"""How long all requests of a connection may be answered here: the server ends connections that it hears nothing of."""


class Heads:
    """Heads of requests that were answered in full, with the number of bytes of the body behind each."""

    def __init__(self) -> None:
        self._lengths: dict[bytes, int] = {}

    def learn(self, head: bytes, length: int) -> None:
        """Remember a head, without the empty line behind it."""
        if len(self._lengths) >= MOST_HEADS:
            self._lengths.clear()
        self._lengths[head] = length

    def length(self, head: bytes) -> int | None:
        """Give the length of the body behind a head that is known."""
        return self._lengths.get(head)


class Front(asyncio.Protocol):
    """One connection.

    Args:
        server: takes what is not answered here; nothing changes for it.
        heads, digests: the edge's.
        fronts: those of all connections, this one while it lasts.

    Attributes:
        gone: called when the connection is lost, if anybody wants to know.
        head: of the request that the server has been given, without the empty line; empty if it is not known.
    """

    __slots__ = (
        "_allowance",
        "_at_start",
        "_digests",
        "_fronts",
        "_gathered",
        "_heads",
        "_is_slow",
        "_passed",
        "_scope",
        "_server",
        "_server_until",
        "_timer",
        "_transport",
        "gone",
        "head",
    )

    def __init__(
        self,
        server: asyncio.Protocol,
        heads: Heads,
        digests: Digests,
        fronts: dict[asyncio.BaseTransport, Front],
    ) -> None:
        self._server = server
        self._heads = heads
        self._digests = digests
        self._fronts = fronts
        self._transport: asyncio.Transport | None = None
        self._scope: Scope | None = None
        self._allowance: Allowance | None = None
        self._at_start = True
        self._is_slow = False
        self._passed = 0
        self._server_until = 0.0
        self._gathered = b""
        self._timer: asyncio.TimerHandle | None = None
        self.gone: Callable[[], object] | None = None
        self.head = b""

    # -- requests ----------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Take bytes of a client."""
        if not self._at_start:
            self._pass(data)
            return
        if self._gathered:
            data = self._gathered + data
            self._stop_gathering()
        end = data.find(HEAD_END)
        length = self._heads.length(data[:end]) if end > 0 else None
        if length is None or self._is_slow or time.monotonic() >= self._server_until:
            self._pass_request(data, end)
            return
        missing = end + len(HEAD_END) + length - len(data)
        if missing > 0 and len(data) + missing <= LONGEST_REQUEST:
            self._gathered = data
            self._timer = asyncio.get_running_loop().call_later(GATHERING_SECONDS, self._give_up_gathering)
        elif missing or not self._answers(data[end + len(HEAD_END) :]):
            self._pass_request(data, end)

    def _answers(self, body: bytes) -> bool:
        """Answer a request that is in the cache the connection asked last. Returns whether it was."""
        scope, allowance, transport = self._scope, self._allowance, self._transport
        if scope is None or allowance is None or transport is None:
            return False
        entry = scope.entries.get(self._digests.of(body))
        if entry is None or entry.expires <= scope.cache.clock() or not allowance.take():
            return False
        entry.hits += 1
        entry.tally.hits += 1
        transport.write(_dated() + entry.response)
        return True

    def _pass_request(self, data: bytes, end: int) -> None:
        """Give the server what begins a request; ``end`` is where its head does."""
        self._at_start = False
        self.head = data[:end] if end > 0 else b""
        self._passed = 0
        self._pass(data)

    def _pass(self, data: bytes) -> None:
        self._passed += len(data)
        self._server.data_received(data)

    def _stop_gathering(self) -> None:
        self._gathered = b""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up_gathering(self) -> None:
        data = self._gathered
        self._stop_gathering()
        self._pass_request(data, data.find(HEAD_END))

    # -- for the endpoint --------------------------------------------------------------------------------------------

    def was_answered(self, scope: Scope | None, allowance: Allowance | None, body_length: int, *, known: bool) -> None:
        """Note that the server has written the whole answer to the request that it was given.

        ``known`` tells that requests with this head may be answered here, from ``scope``, as far as ``allowance``
        goes.
        """
        head = self.head
        whole = bool(head) and len(head) + len(HEAD_END) + body_length == self._passed
        if not whole:
            return  # something else has begun to come: only the server knows where
        self._at_start = True
        self._server_until = time.monotonic() + SERVER_SECONDS
        self._scope, self._allowance = scope, allowance
        if known and self._passed <= LONGEST_REQUEST:
            self._heads.learn(head, body_length)

    # -- the connection ----------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection."""
        self._transport = cast(asyncio.Transport, transport)
        self._fronts[transport] = self
        self._server.connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Let the connection go, and what is being done for it."""
        self._stop_gathering()
        if self._transport is not None:
            self._fronts.pop(self._transport, None)
            self._transport = None
        self._server.connection_lost(error)
        if self.gone is not None:
            self.gone()

    def eof_received(self) -> bool | None:
        """The client sends no more."""
        if self._gathered:
            self._give_up_gathering()
        return self._server.eof_received()

    def pause_writing(self) -> None:
        """The client is slow: nothing is answered here meanwhile."""
        self._is_slow = True
        if self._gathered:
            self._give_up_gathering()
        self._server.pause_writing()

    def resume_writing(self) -> None:
        """The client takes more."""
        self._is_slow = False
        self._server.resume_writing()


class _Date:
    """The first lines of an answer, made once a second."""

    second = 0
    lines = b""


def _dated() -> bytes:
    second = int(time.time())
    if second != _Date.second:
        _Date.second = second
        _Date.lines = STATUS_LINE + b"Date: " + formatdate(second, usegmt=True).encode() + b"\r\n"
    return _Date.lines
