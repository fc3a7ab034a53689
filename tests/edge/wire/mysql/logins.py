"""Logins to try: on a port that caches share, and on a cache's own; what both sides say, and how to read it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from polyscale_cli.edge.cache import OriginTls
from polyscale_cli.edge.wire.mysql import packets
from polyscale_cli.edge.wire.mysql.capabilities import Capability
from polyscale_cli.edge.wire.mysql.handshake import HandshakeV10, read_handshake, read_response
from polyscale_cli.edge.wire.mysql.login import Login
from tests.edge.wire.mysql import recorded
from tests.edge.wire.mysql.driving import Said, drive

ID = "01234567-89ab-cdef-0123-456789abcdef"
MYSQL = "8.0.36-polyscale"
MARIADB = "5.5.5-10.11.0-MariaDB-polyscale"
EVERYTHING = Capability(2**38 - 1)

SHARED: list[Said] = [
    ("client", recorded.MARIADB_RESPONSE),
    ("origin", recorded.MARIADB_GREETING),
    ("origin", recorded.MARIADB_SWITCH),
    ("client", packets.packet(b"", 3)),
    ("origin", recorded.OK),
]

OWN_PORT: list[Said] = [
    ("origin", recorded.MYSQL_GREETING),
    ("client", recorded.MYSQL_RESPONSE),
    ("origin", packets.ok(2)),
]


def shared(version: str = MARIADB, tls_to_origin: OriginTls = OriginTls.DISABLE, *, tls: bool = False) -> Login:
    """A login on a port that caches share, and that greets as a server of this version."""
    return Login(version=version, thread_id=77, tls_to_client=tls, tls_to_origin=tls_to_origin)


def own_port(tls_to_origin: OriginTls = OriginTls.DISABLE, *, tls: bool = False) -> Login:
    """A login on a port of a cache's own."""
    return Login(version=MYSQL, thread_id=77, tls_to_client=tls, tls_to_origin=tls_to_origin, relays_greeting=True)


def payloads(data: bytes) -> list[bytes]:
    """The payloads of packets, which must be complete."""
    found = []
    pos = 0
    while (read := packets.read_packet(data, pos)) is not None:
        found.append(read[0].payload)
        pos = read[1]
    assert pos == len(data)
    return found


def greeted(data: bytes) -> HandshakeV10:
    """The greeting that stands first."""
    return read_handshake(payloads(data)[0])


def response(user: bytes, raw: bytes = recorded.MYSQL_RESPONSE, **changes: object) -> bytes:
    """A client's answer to a greeting, as recorded but for what is given."""
    read = replace(read_response(raw[4:], EVERYTHING), user=user, **changes)  # type: ignore[arg-type]
    return packets.packet(read.payload(), 1)


def refused(login: Login, *script: Said) -> str:
    """What a client is told of why it is refused."""
    outcome = drive(login, script)
    assert outcome.error is not None
    return outcome.error.message


TOO_MANY = packets.err(1040, "", "Too many connections", 0)


def cut(script: list[Said], data: st.DataObject) -> list[Said]:
    """The same bytes in other pieces."""
    pieces = []
    for side, said in script:
        ends = sorted(data.draw(st.sets(st.integers(1, max(1, len(said) - 1)), max_size=6)))
        pieces += [(side, said[a:b]) for a, b in zip([0, *ends], [*ends, len(said)], strict=True)]
    return pieces
