"""TLS with a client, whether it asked for it first or begins with it (manual, section 55.2.11)."""

from __future__ import annotations

import asyncio

from polyscale_cli.edge.wire.client_tls import begin_tls

__all__ = ["APPLICATION_PROTOCOL", "NO_TLS", "TLS_HANDSHAKE", "agreed_protocol", "begin_tls"]

TLS_HANDSHAKE = b"\x16"
"""The first byte of whoever begins with TLS; no length of a packet begins like this."""

APPLICATION_PROTOCOL = "postgresql"
"""What a client that begins with TLS must ask for by ALPN; else a browser could be made to talk to this port."""

NO_TLS = bytes.fromhex("15030100020228")
"""The alert handshake_failure (RFC 8446, section 6), for a client that would not understand an ErrorResponse."""


def agreed_protocol(transport: asyncio.Transport) -> str | None:
    """Give the protocol that client and server have agreed on by ALPN, if any."""
    tls = transport.get_extra_info("ssl_object")
    return None if tls is None else tls.selected_alpn_protocol()
