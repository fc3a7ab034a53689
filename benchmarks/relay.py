"""A plain byte relay on uvloop: what it costs to stand between a client and a server and do nothing else.

    python -m benchmarks.relay PORT_FILE ORIGIN_PORT

It reads no protocol. Nothing holds a sender back: what is measured through it is short.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import cast

import uvloop


class Leg(asyncio.Protocol):
    """One of the two ends; what arrives here leaves by the other."""

    def __init__(self) -> None:
        self.other: asyncio.Transport | None = None
        self.transport: asyncio.Transport | None = None
        self.early: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if self.other is not None:
            self.other.write(data)
        else:
            self.early.append(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.other is not None:
            self.other.close()


class ClientLeg(Leg):
    """Brings its own connection to the server along."""

    def __init__(self, origin_port: int) -> None:
        super().__init__()
        self.origin_port = origin_port

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.connecting = asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self) -> None:
        assert self.transport is not None
        origin = Leg()
        origin.other = self.transport
        loop = asyncio.get_running_loop()
        try:
            self.other, _ = await loop.create_connection(lambda: origin, "127.0.0.1", self.origin_port)
        except OSError:
            self.transport.close()
            return
        for data in self.early:
            self.other.write(data)
        if self.transport.is_closing():
            self.other.close()


async def _serve(port_file: Path, origin_port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: ClientLeg(origin_port), "127.0.0.1", 0)
    partial = port_file.with_suffix(".part")
    partial.write_text(str(server.sockets[0].getsockname()[1]))
    partial.rename(port_file)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(Path(sys.argv[1]), int(sys.argv[2])))
