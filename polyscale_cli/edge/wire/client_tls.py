"""TLS with a client that has asked for it, or has begun with it."""

from __future__ import annotations

import asyncio
import ssl
from typing import cast


async def begin_tls(
    transport: asyncio.Transport, protocol: asyncio.Protocol, context: ssl.SSLContext, early: bytes = b""
) -> asyncio.Transport:
    """Do the handshake as the server; ``early`` is what was read of the client's part already.

    Returns the transport that takes the place of the given one.

    Raises:
        OSError, ssl.SSLError: it failed, or the connection is gone.
    """
    loop = asyncio.get_running_loop()
    handshake = loop.create_task(loop.start_tls(transport, protocol, context, server_side=True))
    if early:
        # The loop's own TLS protocol is set on the transport, then told of its connection one turn later.
        while transport.get_protocol() is protocol and not handshake.done():  # noqa: ASYNC110  (it tells nobody)
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        if not handshake.done():
            _feed(cast(asyncio.BufferedProtocol, transport.get_protocol()), early)
    return cast(asyncio.Transport, await handshake)


def _feed(protocol: asyncio.BufferedProtocol, data: bytes) -> None:
    """Hand data to a protocol as a transport would."""
    while data:
        buffer = memoryview(protocol.get_buffer(len(data))).cast("B")
        count = min(len(buffer), len(data))
        buffer[:count] = data[:count]
        protocol.buffer_updated(count)
        data = data[count:]
