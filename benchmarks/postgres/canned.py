"""The limit: a server on uvloop that answers pgbench with one fixed row, looking nothing up and keeping nothing.

It recognises a request by its first byte and takes for granted that one read brings one whole request, which pgbench's
way of working allows. What a real server does beyond this is what it costs.
"""

from __future__ import annotations

import asyncio
import struct
import sys
from pathlib import Path
from typing import cast

import uvloop


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


# The bytes PostgreSQL sends for `SELECT abalance FROM pgbench_accounts WHERE aid = 42`, but for the table's number.
_DESCRIPTION = _message(b"T", struct.pack("!h", 1) + b"abalance\0" + struct.pack("!ihihih", 16384, 3, 23, 4, -1, 0))
_ROW = _message(b"D", struct.pack("!hi", 1, 2) + b"42")
_COMPLETE = _message(b"C", b"SELECT 1\0")
_READY = _message(b"Z", b"I")
_PARSED = _message(b"1", b"")
_BOUND = _message(b"2", b"")

SIMPLE = _DESCRIPTION + _ROW + _COMPLETE + _READY
EXECUTED = _BOUND + _DESCRIPTION + _ROW + _COMPLETE + _READY
EXTENDED = _PARSED + EXECUTED
PREPARED = _PARSED + _READY

_GREETING = (
    _message(b"R", struct.pack("!i", 0))
    + _message(b"S", b"server_version\x0015.0\0")
    + _message(b"S", b"client_encoding\x00UTF8\0")
    + _message(b"S", b"standard_conforming_strings\x00on\0")
    + _message(b"K", struct.pack("!ii", 1, 1))
    + _READY
)
_ENCRYPTION_REQUESTS = (80877103, 80877104)


class Canned(asyncio.Protocol):
    """One client."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.started = False

    def data_received(self, data: bytes) -> None:
        kind = data[0]
        if not self.started:
            self._start(data)
        elif kind == 0x51:  # Query
            self.transport.write(SIMPLE)
        elif kind == 0x42:  # Bind, Describe, Execute, Sync
            self.transport.write(EXECUTED)
        elif kind == 0x50:  # Parse, and either all of the above or a Sync
            after = data[1 + int.from_bytes(data[1:5], "big")]
            self.transport.write(EXTENDED if after == 0x42 else PREPARED)
        else:
            self.transport.close()

    def _start(self, data: bytes) -> None:
        if int.from_bytes(data[4:8], "big") in _ENCRYPTION_REQUESTS:
            self.transport.write(b"N")
        else:
            self.started = True
            self.transport.write(_GREETING)


async def _serve(port_file: Path) -> None:
    server = await asyncio.get_running_loop().create_server(Canned, "127.0.0.1", 0)
    partial = port_file.with_suffix(".part")
    partial.write_text(str(server.sockets[0].getsockname()[1]))
    partial.rename(port_file)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(Path(sys.argv[1])))
