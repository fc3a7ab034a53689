"""TLS with a client, whether it asked for it first or begins with it (manual, section 55.2.11)."""

from __future__ import annotations

import asyncio
import ssl

from polyscale_cli.edge.wire.client_tls import begin_tls
from polyscale_cli.edge.wire.postgres.startup import EncryptionRequest, StartupError, unsupported

TLS_HANDSHAKE = b"\x16"
"""The first byte of whoever begins with TLS; no length of a packet begins like this."""

APPLICATION_PROTOCOL = "postgresql"
"""What a client that begins with TLS must ask for by ALPN; else a browser could be made to talk to this port."""

NO_TLS = bytes.fromhex("15030100020228")
"""The alert handshake_failure (RFC 8446, section 6), for a client that would not understand an ErrorResponse."""


class Encryption:
    """What one client has asked for before it logs in, and been granted.

    Attributes:
        is_on: the connection is encrypted.
        complaint: why nothing must be said on it all the same.
    """

    def __init__(self, tls: ssl.SSLContext | None) -> None:
        self._tls = tls
        self._asked: tuple[EncryptionRequest, ...] = ()
        self.is_on = False
        self.complaint: str | None = None

    @property
    def offered(self) -> bool:
        """Whether there is a certificate to show."""
        return self._tls is not None

    @property
    def may_begin(self) -> bool:
        """Whether TLS may begin without having been asked for."""
        return not self._asked and not self.is_on

    def grants(self, request: EncryptionRequest, *, ahead: bool) -> bool:
        """Decide on a request; ``ahead`` says that more came with it. True is a promise that the handshake follows.

        Raises:
            StartupError: it may not come now.
        """
        if request in self._asked or (self.is_on and self._asked):
            # PostgreSQL, too, answers each kind once, and none behind one it agreed to: whoever asks on and on keeps
            # it busy.
            raise unsupported(request.code)
        self._asked += (request,)
        if request.gss or self._tls is None or self.is_on:
            return False
        if ahead:
            # Bytes that came before the encryption began could have been put in by somebody else
            # (the PostgreSQL server refuses them for CVE-2021-23214).
            raise StartupError("received unencrypted data after SSL request")
        return True

    async def begin(self, transport: asyncio.Transport, protocol: asyncio.Protocol, early: bytes) -> asyncio.Transport:
        """Do the handshake as the server; ``early`` is what was read of the client's part already.

        Returns the transport that takes the place of the given one.

        Raises:
            OSError, ssl.SSLError: it failed, or the connection is gone.
        """
        if self._tls is None:
            raise ssl.SSLError("no TLS is offered")
        upgraded = await begin_tls(transport, protocol, self._tls, early)
        self.is_on = True
        if early and _agreed_protocol(upgraded) != APPLICATION_PROTOCOL:
            self.complaint = f"a client that begins with TLS must ask for {APPLICATION_PROTOCOL} by ALPN"
        return upgraded


def _agreed_protocol(transport: asyncio.Transport) -> str | None:
    tls = transport.get_extra_info("ssl_object")
    return None if tls is None else tls.selected_alpn_protocol()
