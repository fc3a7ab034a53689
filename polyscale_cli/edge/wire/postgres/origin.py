"""Connecting to the origin, with TLS as the cache asks for it (manual, section 55.2.10)."""

from __future__ import annotations

import asyncio

from polyscale_cli.edge.cache import Cache, OriginTls
from polyscale_cli.edge.wire.origin import (
    CONNECT_SECONDS,
    OriginError,
    OriginLink,
    dial,
    encrypt,
    explained,
    hint,
    no_tls_offered,
    where,
)
from polyscale_cli.edge.wire.postgres.greeting import SSL_REQUEST, PostgresGreeting, read_greeting
from polyscale_cli.edge.wire.postgres.startup import cancel_request


async def connect(cache: Cache, link: OriginLink) -> asyncio.Transport:
    """Open a connection to a cache's origin, up to where StartupMessage or CancelRequest may be sent.

    Raises:
        OriginError: it cannot be reached, speaks something else, or cannot do the TLS that is asked for.
    """
    with explained(cache):
        async with asyncio.timeout(CONNECT_SECONDS):
            return await _connect(cache, link)


async def _connect(cache: Cache, link: OriginLink) -> asyncio.Transport:
    transport = await dial(cache, link)
    try:
        if cache.origin_tls is OriginTls.DISABLE:
            return transport
        link.greeting = asyncio.get_running_loop().create_future()
        transport.write(SSL_REQUEST)
        answer = await link.greeting
        greeting = read_greeting(answer) if answer else None
        if not isinstance(greeting, PostgresGreeting) or greeting.complaint is not None:
            raise _no_greeting(cache, greeting)
        link.greeting = None
        if greeting.tls_offered:
            return await encrypt(cache, transport, link)
        if cache.origin_tls is OriginTls.PREFER:
            return transport
        raise no_tls_offered(cache)
    except BaseException:
        transport.abort()
        raise


def _no_greeting(cache: Cache, greeting: object) -> OriginError:
    if isinstance(greeting, PostgresGreeting):
        text = f"the origin {where(cache)} refuses connections: {greeting.complaint}"
        return OriginError("08004", text, hint(cache))
    speaks = getattr(greeting, "speaks", None)
    what = "closed the connection at once" if speaks is None else f"does not speak PostgreSQL's protocol but {speaks}"
    return OriginError("08001", f"the origin {where(cache)} {what}", hint(cache))


async def cancel(cache: Cache, key: bytes) -> None:
    """Ask the origin to cancel what the backend with this key is doing; it answers by closing.

    Raises:
        OriginError: it cannot be reached.
    """
    closed = asyncio.get_running_loop().create_future()

    def lost(_error: Exception | None) -> None:
        if not closed.done():
            closed.set_result(None)

    transport = await connect(cache, OriginLink(lambda _data: None, lost, lambda _flows: None))
    transport.write(cancel_request(key))
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await closed
    except TimeoutError:
        pass
    finally:
        transport.abort()
