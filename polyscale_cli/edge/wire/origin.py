"""Connections to origins, whatever is spoken on them."""

from __future__ import annotations

import asyncio
import functools
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from shlex import quote
from typing import cast

from polyscale_cli.edge.cache import Cache, OriginTls

CONNECT_SECONDS = 10.0
_CHECK = "polyscale cache test {name} says what is in the way."


class OriginError(Exception):
    """The origin cannot be used.

    Attributes:
        sqlstate: of class 08, connection exceptions (ISO/IEC 9075-2).
        text: what happened.
        hint: what may help.
    """

    def __init__(self, sqlstate: str, text: str, hint: str) -> None:
        super().__init__(text)
        self.sqlstate = sqlstate
        self.text = text
        self.hint = hint


class OriginLink(asyncio.Protocol):
    """The origin's side of a session: hands on what comes, once the first answer that somebody awaits is there."""

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


def where(cache: Cache) -> str:
    """Host and port of a cache's origin."""
    return f"{cache.host}:{cache.port}"


def hint(cache: Cache) -> str:
    """What finds out more about an origin that cannot be used."""
    return _CHECK.format(name=quote(cache.name))


def no_tls_offered(cache: Cache) -> OriginError:
    """Why a cache that requires TLS has no use for its origin."""
    return OriginError(
        "08006",
        f"the origin {where(cache)} offers no TLS, and this cache requires it",
        f"Turn TLS on at the origin, or: polyscale cache update {quote(cache.name)} --origin-tls prefer",
    )


@contextmanager
def explained(cache: Cache) -> Iterator[None]:
    """Turn what goes wrong on the way to an origin into an OriginError."""
    try:
        yield
    except TimeoutError:
        text = f"the origin {where(cache)} did not answer within {CONNECT_SECONDS:g} s"
        raise OriginError("08001", text, hint(cache)) from None
    except ssl.SSLCertVerificationError as error:
        text = f"the certificate of the origin {where(cache)} is not valid: {error.verify_message}"
        raise OriginError("08006", text, "The cache's TLS mode is verify-full.") from error
    except ssl.SSLError as error:
        text = f"TLS with the origin {where(cache)} failed: {error.reason or error}"
        raise OriginError("08006", text, hint(cache)) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise OriginError("08001", f"could not connect to the origin {where(cache)}: {reason}", hint(cache)) from error


async def dial(cache: Cache, link: OriginLink) -> asyncio.Transport:
    """Open a connection to a cache's origin, on which nothing has been said yet.

    Raises:
        OSError: it cannot be reached.
    """
    transport, _ = await asyncio.get_running_loop().create_connection(lambda: link, cache.host, cache.port)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return transport


async def encrypt(cache: Cache, transport: asyncio.Transport, link: OriginLink) -> asyncio.Transport:
    """Begin TLS, as the client, the way the cache wants it.

    Raises:
        ssl.SSLError, OSError: it does not come about.
    """
    context = _shared_context(cache.origin_tls)
    loop = asyncio.get_running_loop()
    upgraded = await loop.start_tls(transport, link, context, server_hostname=cache.host or None)
    return cast(asyncio.Transport, upgraded)
