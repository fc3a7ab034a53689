"""TLS with a client, whether it asked for it first or begins with it (manual, section 55.2.11)."""

from __future__ import annotations

import asyncio
import ssl
from typing import cast

TLS_HANDSHAKE = b"\x16"
"""The first byte of whoever begins with TLS; no length of a packet begins like this."""

APPLICATION_PROTOCOL = "postgresql"
"""What a client that begins with TLS must ask for by ALPN; else a browser could be made to talk to this port."""

NO_TLS = bytes.fromhex("15030100020228")
"""The alert handshake_failure (RFC 8446, section 6), for a client that would not understand an ErrorResponse."""


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


def agreed_protocol(transport: asyncio.Transport) -> str | None:
    """Give the protocol that client and server have agreed on by ALPN, if any."""
    tls = transport.get_extra_info("ssl_object")
    return None if tls is None else tls.selected_alpn_protocol()
