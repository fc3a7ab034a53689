"""The greeting of the edge itself, where it must speak before it knows which origin is meant."""

from __future__ import annotations

import secrets

from polyscale_cli.edge.wire.mysql.authentication import CACHING_SHA2, NATIVE
from polyscale_cli.edge.wire.mysql.capabilities import OFFERED_AS_MARIADB, OFFERED_AS_MYSQL, Capability, Status
from polyscale_cli.edge.wire.mysql.handshake import SCRAMBLE_LENGTH, HandshakeV10

_UTF8MB4_GENERAL_CI = 45
_UTF8MB4_0900_AI_CI = 255


def offered_by(version: str) -> Capability:
    """What a server of this version is expected to offer, as far as the edge carries it."""
    return OFFERED_AS_MARIADB if "MariaDB" in version else OFFERED_AS_MYSQL


def own_greeting(version: str, thread_id: int, offered: Capability) -> HandshakeV10:
    """Make one with a scramble that nobody has seen; no answer to it is ever looked at."""
    mariadb = Capability.LONG_PASSWORD not in offered
    return HandshakeV10(
        version.encode(),
        thread_id,
        # Printable, for in some clients a NUL byte ends it.
        bytes(secrets.choice(range(0x21, 0x7F)) for _ in range(SCRAMBLE_LENGTH)),
        offered,
        _UTF8MB4_GENERAL_CI if mariadb else _UTF8MB4_0900_AI_CI,
        Status.AUTOCOMMIT,
        NATIVE if mariadb else CACHING_SHA2,
    )
