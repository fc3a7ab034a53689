"""Things that go wrong while the players play."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence

from tests.freshness.checker.judge import Judge
from tests.freshness.checker.players import Player, Writer


class OriginProxy:
    """Stands between the edge and the origin, and cuts connections at any byte."""

    def __init__(self, port: int, choose: random.Random) -> None:
        self._to = port
        self._choose = choose
        self._writers: set[asyncio.StreamWriter] = set()
        self._limits: dict[asyncio.StreamWriter, int] = {}
        self._server: asyncio.Server | None = None
        self.port = 0

    async def start(self) -> None:
        """Listen on a free port of loopback."""
        self._server = await asyncio.start_server(self._joined, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """End the connections that are left, and listen no more."""
        if self._server is not None:
            self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        while self._writers:
            await asyncio.sleep(0.01)

    def cut(self) -> bool:
        """Have some connection end after a few more bytes. Returns False if there is none."""
        if not self._writers:
            return False
        self._limits[self._choose.choice(sorted(self._writers, key=id))] = self._choose.randrange(2000)
        return True

    async def _joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            writer.close()
            return
        self._writers |= {writer, far_writer}
        ends = (self._relay(reader, far_writer, writer), self._relay(far_reader, writer, far_writer))
        await asyncio.gather(*ends)
        self._writers -= {writer, far_writer}

    async def _relay(self, reader: asyncio.StreamReader, to: asyncio.StreamWriter, back: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(1 << 16):
                limit = self._limits.get(to)
                if limit is not None and len(data) >= limit:
                    to.write(data[:limit])
                    await to.drain()
                    to.transport.abort()
                    back.transport.abort()
                    break
                if limit is not None:
                    self._limits[to] = limit - len(data)
                to.write(data)
                await to.drain()
            to.close()
        except OSError:
            to.transport.abort()
        finally:
            self._limits.pop(to, None)


class Faults:
    """Injects one fault after the other."""

    def __init__(
        self,
        judge: Judge,
        players: Sequence[Player],
        proxy: OriginProxy,
        choose: random.Random,
        *,
        kill_session: Callable[[], None],
        restart_edge: Callable[[bool], Awaitable[None]] | None,
    ) -> None:
        self._judge = judge
        self._players = players
        self._proxy = proxy
        self._choose = choose
        self._kill_session = kill_session
        self._restart_edge = restart_edge

    async def play(self, every: float) -> None:
        """Go on until cancelled; ``every`` is in seconds."""
        number = 0
        while True:
            await asyncio.sleep(every * self._choose.uniform(0.5, 1.5))
            number += 1
            if self._restart_edge is not None and number % 12 == 0:
                kill = self._choose.random() < 0.5
                self._judge.fault("the edge is killed" if kill else "the edge is restarted")
                await self._restart_edge(kill)
                continue
            fault = self._choose.choice((self._backend, self._socket, self._origin_socket, self._slow))
            await fault()

    async def _backend(self) -> None:
        self._judge.fault("a backend is killed")
        await asyncio.to_thread(self._kill_session)

    async def _socket(self) -> None:
        """A client breaks its connection, a writer likely between its write and its answer."""
        writers = [player for player in self._players if isinstance(player, Writer)]
        player = self._choose.choice(writers if self._choose.random() < 0.7 else list(self._players))
        self._judge.fault("a client is cut")
        if player.connection is not None:
            player.connection.cut()

    async def _origin_socket(self) -> None:
        if self._proxy.cut():
            self._judge.fault("a connection to the origin is cut")

    async def _slow(self) -> None:
        player = self._choose.choice(list(self._players))
        transport = player.connection.transport if player.connection is not None else None
        if transport is None:
            return
        self._judge.fault("a client is stopped")
        transport.pause_reading()
        try:
            await asyncio.sleep(self._choose.uniform(0.05, 1.0))
        finally:
            # The game may be over in the middle of it.
            if not transport.is_closing():
                transport.resume_reading()
