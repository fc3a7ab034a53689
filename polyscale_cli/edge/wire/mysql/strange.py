"""First bytes that begin no login: what the one who sent them seems to speak instead."""

from __future__ import annotations

from polyscale_cli.edge.wire.mysql.handshake import PROTOCOL_VERSION, bad_handshake
from polyscale_cli.edge.wire.mysql.packets import ERR_HEADER, HEADER
from polyscale_cli.edge.wire.strangers import Stranger, stranger

_HTTP = frozenset((b"GET ", b"POST", b"PUT ", b"HEAD", b"PATC", b"DELE", b"OPTI", b"CONN"))
_POSTGRES = b"E\0\0\0"
_X_PROTOCOL = b"\x05\0\0\0\x0b"
"""The notice by which a server's port for the X protocol greets."""


def check_client(data: bytes) -> None:
    """Look at what a client answers to a greeting.

    Raises:
        LoginError: it can be no packet of MySQL's.
    """
    if data[:2] == b"\x16\x03" and data[3:4] != b"\x01":
        raise bad_handshake("the client begins with TLS, where a client of MySQL's asks for it first")
    if data[:4] in _HTTP:
        raise bad_handshake("this port speaks MySQL's protocol, and the client speaks HTTP")


def check_origin(data: bytes) -> None:
    """Look at an origin's first bytes.

    Raises:
        LoginError: they begin neither a greeting nor an ERR packet of MySQL's.
    """
    who = strange_server(data)
    if who is not None:
        raise bad_handshake(f"the origin speaks {who.speaks}: check the cache's host and port")


def strange_server(data: bytes) -> Stranger | None:
    """Who a server is whose first bytes begin neither a greeting nor an ERR packet of MySQL's; None where they may."""
    if len(data) <= HEADER or (data[2:4] == b"\0\0" and data[HEADER] in {PROTOCOL_VERSION, ERR_HEADER}):
        return None
    if data.startswith(_X_PROTOCOL):
        return Stranger("MySQL's X protocol, as on port 33060")
    if data.startswith(_POSTGRES):
        return Stranger("PostgreSQL's protocol")
    return stranger(data, "MySQL")
