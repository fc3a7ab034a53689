"""A connection to MySQL or MariaDB by asyncmy: logging in, TLS, and an end that the server notices."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from polyscale_cli.connstr.model import DatabaseUrl
from polyscale_cli.connstr.tls import Tls, tls_of

if TYPE_CHECKING:
    import ssl

_KILL_SECONDS = 5.0
_CAN_ENCRYPT = 0x800  # CLIENT_SSL of the server's capabilities (MySQL source documentation, "Capabilities Flags")
_AUTHORITIES = frozenset({"ssl_ca", "ssl-ca", "sslca", "sslrootcert"})


async def connected(url: DatabaseUrl, connect_seconds: float) -> tuple[Any, bool]:
    """Log in; the driver's connection, and whether it is encrypted. Raises what the driver raises.

    It is encrypted where the URL asks for that, and where it leaves that open and the server can.
    """
    context = _tls(url)
    connection = _connection(url, connect_seconds, context)
    try:
        await _log_in(connection, connect_seconds)
    except Exception:
        can_encrypt = getattr(connection, "server_capabilities", _CAN_ENCRYPT) & _CAN_ENCRYPT
        if context is None or can_encrypt or tls_of(url) not in {None, Tls.PREFER}:
            raise
        connection, context = _connection(url, connect_seconds, None), None
        await _log_in(connection, connect_seconds)
    return connection, context is not None


async def _log_in(connection: Any, connect_seconds: float) -> None:
    try:
        async with asyncio.timeout(connect_seconds):  # the driver's own ends with the connection, before the login
            await connection.connect()
    except BaseException:
        await close(connection)
        raise


def _connection(url: DatabaseUrl, connect_seconds: float, context: ssl.SSLContext | None) -> Any:
    """The driver's connection, not made yet. Its stubs name no types."""
    from asyncmy.connection import Connection

    return Connection(  # type: ignore[no-untyped-call]
        host=url.host,
        port=url.port,
        user=url.user,
        # As text it would be sent in Latin-1.
        password=(url.password or "").encode(),
        database=url.name,
        connect_timeout=connect_seconds,
        ssl=context,
        autocommit=True,
        conv={},
    )


@contextlib.asynccontextmanager
async def ended_with_us(connection: Any, url: DatabaseUrl) -> AsyncIterator[None]:
    """Have the server end the statement when a person does; it would not notice that nobody waits any more."""
    from asyncmy.errors import MySQLError

    try:
        yield
    except asyncio.CancelledError:
        with contextlib.suppress(MySQLError, OSError, TimeoutError):
            async with asyncio.timeout(_KILL_SECONDS):
                other, _ = await connected(url, _KILL_SECONDS)
                try:
                    await other.query(f"KILL QUERY {connection.thread_id()}")
                finally:
                    await close(other)
        raise


async def close(connection: Any) -> None:
    """Say goodbye; whatever happened, nobody waits for an answer to that for long."""
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(1):
            await connection.ensure_closed()
            # After a login that was refused, the driver has only begun to close.
            if connection._proto is not None:
                await connection._proto.wait_closed()


def _tls(url: DatabaseUrl) -> ssl.SSLContext | None:
    """Encrypted unless that was refused in so many words; checked only where the URL asks for it, and the URL of a way
    through the cache never does: the edge's certificate is its own.
    """
    mode = tls_of(url)
    if mode is Tls.DISABLE:
        return None
    import ssl

    authority = next((value for key, value in url.query if key.lower() in _AUTHORITIES), None)
    context = ssl.create_default_context(cafile=authority)
    context.check_hostname = mode is Tls.VERIFY_FULL
    context.verify_mode = ssl.CERT_REQUIRED if mode is not None and mode.verifies else ssl.CERT_NONE
    return context
