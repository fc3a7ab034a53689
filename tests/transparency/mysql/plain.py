"""A server's packets less what differs between any two runs at it.

That is: the number of a connection and the challenge in the greeting, the challenge of another way to log in, the
number of warnings at the login (MariaDB tells those of the session that its thread had before), and what COM_STATISTICS
counts. And what an edge does not offer, though its origin does: compression, results without their columns, MariaDB's
extended capabilities.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.e2e.raw_mysql import Packet
from tests.transparency.compare import Shown

_CHALLENGE, _SECOND_CHALLENGE = 8, 13
_WARNINGS = 5
_COMPRESS, _OPTIONAL_METADATA, _ZSTD = 1 << 5, 1 << 25, 1 << 26
# Of the client's own: whether it verifies the server's certificate, and keeps its options when it connects again.
_CLIENT_OWN = 1 << 30 | 1 << 31
_NOT_OFFERED = _COMPRESS | _OPTIONAL_METADATA | _ZSTD | _CLIENT_OWN


def plain() -> Callable[[Packet], Shown]:
    """Give what takes one transcript's packets, in order."""
    first, logged_in = True, False

    def show(packet: Packet) -> Shown:
        nonlocal first, logged_in
        body = packet.body
        if first and packet.head == 10:
            body = _greeting(body)
        elif packet.head == 0xFE and len(body) > 9:
            body = body[: body.index(b"\0") + 1] if b"\0" in body else body
        elif packet.head == 0 and not logged_in:
            logged_in = True
            body = body[:_WARNINGS] + body[_WARNINGS + 2 :]
        elif body.startswith(b"Uptime: "):
            body = b"Uptime: "
        first = False
        return Shown(str(packet.number), body)

    return show


def _greeting(body: bytes) -> bytes:
    """HandshakeV10: version, number, challenge, capabilities around character set and status, and the rest."""
    number = body.index(b"\0") + 1
    low = number + 4 + _CHALLENGE + 1
    high = low + 2 + 1 + 2
    reserved = high + 2 + 1
    second = reserved + 10
    flags = int.from_bytes(body[low : low + 2] + body[high : high + 2], "little") & ~_NOT_OFFERED
    return (
        body[:number]
        + flags.to_bytes(4, "little")
        + body[low + 2 : high]
        + body[high + 2 : reserved]
        + body[second + _SECOND_CHALLENGE :]
    )
