"""Connecting to an origin that greets first."""

from __future__ import annotations

import asyncio

from polyscale_cli.edge.cache import Cache
from polyscale_cli.edge.wire.origin import CONNECT_SECONDS, OriginLink, dial, encrypt, explained


async def connect(cache: Cache, link: OriginLink) -> asyncio.Transport:
    """Open a connection, on which the origin speaks next.

    Raises:
        OriginError: it cannot be reached.
    """
    with explained(cache):
        async with asyncio.timeout(CONNECT_SECONDS):
            return await dial(cache, link)


async def upgrade(cache: Cache, transport: asyncio.Transport, link: OriginLink) -> asyncio.Transport:
    """Begin TLS on a connection whose origin has been told so.

    Raises:
        OriginError: it does not come about.
    """
    with explained(cache):
        async with asyncio.timeout(CONNECT_SECONDS):
            return await encrypt(cache, transport, link)
