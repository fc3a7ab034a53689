"""First bytes that begin no login: what the one who sent them seems to speak instead."""

from __future__ import annotations

from polyscale_cli.edge.wire.mysql.handshake import PROTOCOL_VERSION, bad_handshake
from polyscale_cli.edge.wire.mysql.packets import ERR_HEADER
from polyscale_cli.edge.wire.strangers import stranger

_HTTP = frozenset((b"GET ", b"POST", b"PUT ", b"HEAD", b"PATC", b"DELE", b"OPTI", b"CONN"))
_CHECK = "check the cache's host and port"
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
    if len(data) < 5 or (data[2:4] == b"\0\0" and data[4] in {PROTOCOL_VERSION, ERR_HEADER}):
        return
    if data.startswith(_X_PROTOCOL):
        raise bad_handshake(f"the origin speaks MySQL's X protocol, as on port 33060: {_CHECK}")
    if data.startswith(_POSTGRES):
        raise bad_handshake(f"the origin speaks PostgreSQL's protocol: {_CHECK}")
    raise bad_handshake(f"the origin speaks {stranger(data, 'MySQL').speaks}: {_CHECK}")
