"""Connecting to the origin, with TLS as the cache asks for it (manual, section 55.2.10)."""

from __future__ import annotations

import asyncio
import functools
import socket
import ssl
from collections.abc import Callable
from typing import cast

from polyscale_cli.edge.cache import Cache, OriginTls
from polyscale_cli.edge.wire.postgres.greeting import SSL_REQUEST, PostgresGreeting, read_greeting
from polyscale_cli.edge.wire.postgres.startup import cancel_request

CONNECT_SECONDS = 10.0
_CHECK = "polyscale cache test {name} says what is in the way."


class OriginError(Exception):
    """The origin cannot be used.

    Attributes:
        sqlstate: of class 08, connection exceptions.
        text: what happened.
        hint: what may help.
    """

    def __init__(self, sqlstate: str, text: str, hint: str) -> None:
        super().__init__(text)
        self.sqlstate = sqlstate
        self.text = text
        self.hint = hint


class OriginLink(asyncio.Protocol):
    """The origin's side of a session: hands on what comes, once the answer to SSLRequest is out of the way."""

    def __init__(
        self, received: Callable[[bytes], None], lost: Callable[[Exception | None], None], flow: Callable[[bool], None]
    ) -> None:
        self.greeting: asyncio.Future[bytes] | None = None
        self.received = received
        self._lost = lost
        self._flow = flow

    def data_received(self, data: bytes) -> None:
        """Take bytes."""
        if self.greeting is not None and not self.greeting.done():
            self.greeting.set_result(data)
        else:
            self.received(data)

    def connection_lost(self, error: Exception | None) -> None:
        """Say that it is over; ``error`` is None where the origin closed it in order."""
        if self.greeting is not None and not self.greeting.done():
            self.greeting.set_result(b"")
        self._lost(error)

    def pause_writing(self) -> None:
        """Say that the origin is slow to take what it is sent."""
        self._flow(False)

    def resume_writing(self) -> None:
        """Say that it takes more."""
        self._flow(True)


def tls_context(mode: OriginTls) -> ssl.SSLContext:
    """Make the client's side of TLS; only verify-full looks at the certificate, as with libpq's sslmode."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if mode is not OriginTls.VERIFY_FULL:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


@functools.cache
def _shared_context(mode: OriginTls) -> ssl.SSLContext:
    """Give one context to all sessions, for making one reads the whole store of certificates."""
    return tls_context(mode)


async def connect(cache: Cache, link: OriginLink) -> asyncio.Transport:
    """Open a connection to a cache's origin, up to where StartupMessage or CancelRequest may be sent.

    Raises:
        OriginError: it cannot be reached, speaks something else, or cannot do the TLS that is asked for.
    """
    where = f"{cache.host}:{cache.port}"
    hint = _CHECK.format(name=cache.name)
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            return await _connect(cache, link)
    except TimeoutError:
        raise OriginError("08001", f"the origin {where} did not answer within {CONNECT_SECONDS:g} s", hint) from None
    except ssl.SSLCertVerificationError as error:
        text = f"the certificate of the origin {where} is not valid: {error.verify_message}"
        raise OriginError("08006", text, "The cache's TLS mode is verify-full.") from error
    except ssl.SSLError as error:
        raise OriginError("08006", f"TLS with the origin {where} failed: {error.reason or error}", hint) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise OriginError("08001", f"could not connect to the origin {where}: {reason}", hint) from error


async def _connect(cache: Cache, link: OriginLink) -> asyncio.Transport:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_connection(lambda: link, cache.host, cache.port)
    try:
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if cache.origin_tls is OriginTls.DISABLE:
            return transport
        link.greeting = loop.create_future()
        transport.write(SSL_REQUEST)
        answer = await link.greeting
        greeting = read_greeting(answer) if answer else None
        if not isinstance(greeting, PostgresGreeting) or greeting.complaint is not None:
            raise _no_greeting(cache, greeting)
        link.greeting = None
        if greeting.tls_offered:
            upgraded = await loop.start_tls(
                transport, link, _shared_context(cache.origin_tls), server_hostname=cache.host or None
            )
            return cast(asyncio.Transport, upgraded)
        if cache.origin_tls is OriginTls.PREFER:
            return transport
        raise OriginError(
            "08006",
            f"the origin {cache.host}:{cache.port} offers no TLS, and this cache requires it",
            f"Turn TLS on at the origin, or: polyscale cache update {cache.name} --origin-tls prefer",
        )
    except BaseException:
        transport.abort()
        raise


def _no_greeting(cache: Cache, greeting: object) -> OriginError:
    where = f"{cache.host}:{cache.port}"
    hint = _CHECK.format(name=cache.name)
    if isinstance(greeting, PostgresGreeting):
        return OriginError("08004", f"the origin {where} refuses connections: {greeting.complaint}", hint)
    speaks = getattr(greeting, "speaks", None)
    what = "closed the connection at once" if speaks is None else f"does not speak PostgreSQL's protocol but {speaks}"
    return OriginError("08001", f"the origin {where} {what}", hint)


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
