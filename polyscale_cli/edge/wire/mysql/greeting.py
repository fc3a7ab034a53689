"""What a server says first: is it MySQL or MariaDB, which version, and does it offer TLS?

There the server speaks first, with version 10 of the greeting, or with an error where it lets nobody in (MySQL's source
documentation, "Protocol::HandshakeV10"). What a client that has no user says then is here, too. Bytes in, an answer
out: no socket here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from polyscale_cli.edge.wire.mysql.authentication import NATIVE
from polyscale_cli.edge.wire.mysql.capabilities import Capability
from polyscale_cli.edge.wire.mysql.handshake import HandshakeResponse, read_handshake
from polyscale_cli.edge.wire.mysql.packets import ERR_HEADER, HEADER, PacketError, packet, packet_end, read_err
from polyscale_cli.edge.wire.mysql.strange import strange_server
from polyscale_cli.edge.wire.strangers import Stranger, shown, stranger

LONGEST_GREETING = 1024
"""Bytes; real ones have about a hundred."""

NOBODY = HandshakeResponse(
    capabilities=Capability.LONG_PASSWORD
    | Capability.PROTOCOL_41
    | Capability.SECURE_CONNECTION
    | Capability.PLUGIN_AUTH,
    max_packet=1 << 24,
    charset=45,  # utf8mb4_general_ci, which both servers have
    reserved=bytes(19),
    user=b"polyscale-network-test",
    plugin=NATIVE,
)
"""Says that one is a user whom no server has.

A server counts conversations that are broken off before their login, and refuses the host after a hundred of them
(``max_connect_errors``); a login that is refused is no reason for that.
"""


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
    who = strange_server(data)
    if who is not None:
        return who
    end = packet_end(data)
    if end is None:
        return None if len(data) < LONGEST_GREETING else stranger(data, "MySQL")
    try:
        return _understood(data[HEADER:end])
    except PacketError:
        return stranger(data, "MySQL")


def ssl_request() -> bytes:
    """A client's answer to a greeting that TLS is to follow."""
    return packet(replace(NOBODY, capabilities=NOBODY.capabilities | Capability.SSL).ssl_request(), 1)


def login_of_nobody(sequence: int) -> bytes:
    """A client's answer to a greeting that is refused in good order."""
    return packet(NOBODY.payload(), sequence)


def _understood(payload: bytes) -> MySqlGreeting:
    if payload[0] == ERR_HEADER:
        said = read_err(payload).message
        return MySqlGreeting(tls_offered=False, complaint=shown(said.encode()) or "an error without a message")
    greeting = read_handshake(payload)
    return MySqlGreeting(
        tls_offered=Capability.SSL in greeting.capabilities,
        version=shown(greeting.version.encode()),
        is_mariadb=greeting.is_mariadb,
    )
