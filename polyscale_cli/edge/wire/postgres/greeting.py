"""What a server says to a stranger's first word: is it Postgres, and does it offer TLS?

A client may open a conversation with SSLRequest; a Postgres server answers it with one byte, ``S`` or ``N``, before any
login (PostgreSQL manual, 55.2.10 "SSL Session Encryption"). Everything else that comes back is another protocol, and
most of them can be told by their first bytes. Bytes in, an answer out: no socket here.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from polyscale_cli.edge.wire.strangers import Stranger, shown, stranger

SSL_REQUEST = struct.pack("!ii", 8, 80877103)
# Enough for the longest first words that are told apart here.
LONGEST_GREETING = 1024


@dataclass(frozen=True, slots=True)
class PostgresGreeting:
    """A Postgres server. ``complaint`` is set where it answered with an error, as one without free connections."""

    tls_offered: bool
    complaint: str | None = None


def read_greeting(data: bytes) -> PostgresGreeting | Stranger:
    """What the first bytes after ``SSL_REQUEST`` mean; ``data`` is not empty."""
    if _is_mysql(data):
        return _mysql(data)
    if data in {b"S", b"N"}:
        return PostgresGreeting(tls_offered=data == b"S")
    if data[:1] == b"E":
        return _postgres_error(data)
    return stranger(data, "Postgres")


def _is_mysql(data: bytes) -> bool:
    """Whether it is the first packet of a MySQL server: 3 bytes of length, number 0, then version 10 or an error.

    The length may be any byte, those that Postgres answers with included; only a whole ErrorResponse looks alike.
    """
    if len(data) < 6 or data[1:4] != b"\0\0\0" or data[4] not in {0x0A, 0xFF}:
        return False
    return not (data[:1] == b"E" and len(data) == 1 + struct.unpack("!i", data[1:5])[0])


def _mysql(data: bytes) -> Stranger:
    if data[4] == 0xFF:
        return Stranger("MySQL", shown(data[7:]))
    version = data[5:].split(b"\0", 1)[0]
    return Stranger("MariaDB" if b"MariaDB" in version else "MySQL", shown(version))


def _postgres_error(data: bytes) -> PostgresGreeting | Stranger:
    # Before it has forked, a server reports an error as 'E' and a bare string; otherwise as an ErrorResponse.
    if len(data) >= 5 and 4 < struct.unpack("!i", data[1:5])[0] < 30_000:
        fields = {field[:1]: field[1:] for field in data[5:].split(b"\0") if field}
        return PostgresGreeting(
            tls_offered=False, complaint=shown(fields.get(b"M", b"")) or "an error without a message"
        )
    if data[1:2].isalpha():
        return PostgresGreeting(tls_offered=False, complaint=shown(data[1:].split(b"\0", 1)[0]))
    return stranger(data, "Postgres")
