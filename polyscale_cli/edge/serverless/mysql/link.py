"""The socket of one connection: one request at a time, and the answer to whoever reads it."""

from __future__ import annotations

import asyncio
from typing import Protocol, cast

from polyscale_cli.edge.serverless.backend import ConnectionLost, Refused, Unreachable
from polyscale_cli.edge.serverless.mysql.login import Login, refusal
from polyscale_cli.edge.wire.mysql.capabilities import Capability
from polyscale_cli.edge.wire.mysql.handshake import LoginError
from polyscale_cli.edge.wire.mysql.packets import Command, PacketError, is_err, packet, read_err, read_packet

_QUIT = packet(bytes((Command.QUIT,)), 0)


class Reading(Protocol):
    """What reads an answer."""

    @property
    def done(self) -> bool:
        """Whether it is complete."""

    def feed(self, data: bytes) -> None:
        """Take bytes; raises PacketError."""


class Link(asyncio.Protocol):
    """From the login on."""

    def __init__(self, login: Login) -> None:
        self._login = login
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._reading: Reading | None = None
        self._turn: asyncio.Future[None] = self._loop.create_future()
        self._lost: str | None = None

    @property
    def capabilities(self) -> Capability:
        """Negotiated."""
        return self._login.capabilities

    @property
    def thread(self) -> int:
        """The server's number of the connection."""
        return self._login.thread

    @property
    def is_busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._lost is None and self._reading is not None

    @property
    def is_idle(self) -> bool:
        """Whether something may be asked."""
        return self._lost is None and self._reading is None and self._login.done

    def check(self) -> None:
        """Raise ConnectionLost where the connection is gone."""
        if self._lost is not None:
            raise ConnectionLost(self._lost)

    async def logged_in(self) -> None:
        """Wait until the server has let the user in.

        Raises:
            Refused, Unreachable: it has not.
        """
        await self._turn

    async def ask(self, request: bytes, reading: Reading) -> None:
        """Send a request, and wait until its answer is read.

        Raises:
            ConnectionLost: it will not be.
        """
        self.check()
        if self._reading is not None:
            raise RuntimeError("one request at a time")
        self._reading = reading
        self._turn = self._loop.create_future()
        self.tell(request)
        try:
            await self._turn
        except asyncio.CancelledError:
            self.lose("the answer was not awaited")
            raise

    def tell(self, request: bytes) -> None:
        """Send what is not answered."""
        if request and self._transport is not None:
            self._transport.write(request)

    async def quiet(self) -> None:
        """Wait until no answer is awaited."""
        await asyncio.wait((self._turn,))

    def lose(self, why: str) -> ConnectionLost:
        """Close at once; who waits is told why. Returns that, to be raised."""
        lost = ConnectionLost(why)
        if self._lost is None:
            self._end(lost if self._login.done else Unreachable(why))
        return lost

    def close(self) -> None:
        """Say good-bye, where the session listens, and close."""
        if self.is_idle and self._transport is not None:
            self._transport.write(_QUIT)
            self._transport.close()
        self.lose("the connection was closed")

    # -- what the loop calls -----------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the greeting."""
        self._transport = cast(asyncio.Transport, transport)
        if self._lost is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take bytes of the session's."""
        reading = self._reading
        if self._lost is not None:
            return
        try:
            if not self._login.done:
                self._log_in(data)
            elif reading is None:
                self._last_words(data)
            else:
                reading.feed(data)
                if reading.done:
                    self._reading = None
                    self._done()
        except (Refused, Unreachable) as error:
            self._end(error)
        except LoginError as error:
            self._end(refusal(error))
        except PacketError as error:
            self.lose(f"the origin does not keep to the protocol: {error}")

    def connection_lost(self, error: Exception | None) -> None:
        """Tell who waits."""
        self.lose("the origin closed the connection" if error is None else str(error))

    def _log_in(self, data: bytes) -> None:
        self.tell(self._login.received(data))
        if self._login.done:
            self._done()

    def _done(self) -> None:
        if not self._turn.done():  # it is cancelled a moment before its waiter gets to know
            self._turn.set_result(None)

    def _last_words(self, data: bytes) -> None:
        """A server that speaks unasked says why it ends the connection."""
        read = read_packet(data)
        said = read is not None and is_err(read[0].payload)
        self.lose(read_err(read[0].payload).message if read is not None and said else "the origin speaks unasked")

    def _end(self, error: Refused | Unreachable | ConnectionLost) -> None:
        self._lost = str(error)
        self._reading = None
        if self._transport is not None and not self._transport.is_closing():
            self._transport.abort()
        if not self._turn.done():
            self._turn.set_exception(error)
            self._turn.exception()  # nobody may be waiting
