"""What a server says first: is it MySQL or MariaDB, which version, and does it offer TLS?

There the server speaks first, with version 10 of the greeting, or with an error where it lets nobody in (MySQL's source
documentation, "Protocol::HandshakeV10"). What a client that has no user says then is here, too. Bytes in, an answer
out: no socket here.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from polyscale_cli.edge.wire.mysql.capabilities import Capability
from polyscale_cli.edge.wire.mysql.packets import (
    ERR_HEADER,
    HEADER,
    PacketError,
    packet,
    packet_end,
    read_err,
    read_until_nul,
)
from polyscale_cli.edge.wire.strangers import Stranger, shown, stranger

LONGEST_GREETING = 1024
"""Bytes; real ones have about a hundred."""

NOBODY = b"polyscale-network-test"
"""A user that no server has."""

_VERSION = 10
_BEFORE_CAPABILITIES = 4 + 8 + 1  # connection id, first part of the challenge, a zero byte
# In front of its own version, for clients that go by the first digit.
_MARIADB_PREFIX = b"5.5.5-"
_CAPABILITIES = Capability.PROTOCOL_41 | Capability.SECURE_CONNECTION | Capability.PLUGIN_AUTH
_LARGEST_PACKET = 1 << 24
_UTF8MB4 = 45


@dataclass(frozen=True, slots=True)
class MySqlGreeting:
    """A server of MySQL's protocol. ``complaint`` is set where it answered with an error, as to too many clients.

    Attributes:
        version: as it reports it; empty with a complaint.
    """

    tls_offered: bool
    version: str = ""
    is_mariadb: bool = False
    complaint: str | None = None


def read_greeting(data: bytes) -> MySqlGreeting | Stranger | None:
    """What the first bytes of a server mean; None while there are too few to tell."""
    if len(data) > HEADER and (data[2:4] != b"\0\0" or data[HEADER] not in {_VERSION, ERR_HEADER}):
        return stranger(data, "MySQL")
    end = packet_end(data)
    if end is None:
        return None if len(data) < LONGEST_GREETING else stranger(data, "MySQL")
    try:
        return _understood(data[HEADER:end])
    except PacketError:
        return stranger(data, "MySQL")


def ssl_request() -> bytes:
    """A client's answer to a greeting that TLS is to follow ("Protocol::SSLRequest")."""
    return packet(_beginning(_CAPABILITIES | Capability.SSL), 1)


def login_of_nobody(sequence: int) -> bytes:
    """A client's answer to a greeting that is refused in good order ("Protocol::HandshakeResponse41").

    A server counts conversations that are broken off before their login, and refuses the host after a hundred of them
    (``max_connect_errors``); a login that is refused is no reason for that.
    """
    return packet(_beginning(_CAPABILITIES) + NOBODY + b"\0\0mysql_native_password\0", sequence)


def _beginning(capabilities: Capability) -> bytes:
    return struct.pack("<IIB23x", capabilities, _LARGEST_PACKET, _UTF8MB4)


def _understood(payload: bytes) -> MySqlGreeting:
    if payload[0] == ERR_HEADER:
        said = read_err(payload).message
        return MySqlGreeting(tls_offered=False, complaint=shown(said.encode()) or "an error without a message")
    version, at = read_until_nul(payload, 1)
    flags = payload[at + _BEFORE_CAPABILITIES :][:2]
    if len(flags) < 2:
        raise PacketError("a greeting is cut short")
    return MySqlGreeting(
        tls_offered=bool(int.from_bytes(flags, "little") & Capability.SSL),
        version=shown(version.removeprefix(_MARIADB_PREFIX)),
        is_mariadb=b"MariaDB" in version,
    )
