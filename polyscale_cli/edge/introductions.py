"""How the edge introduces itself to a server of each database type, as somebody who does not want to log in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from polyscale_cli.edge.cache import DatabaseType
from polyscale_cli.edge.wire.mysql import greeting as mysql
from polyscale_cli.edge.wire.mysql.handshake import AUTH_SWITCH_REQUEST
from polyscale_cli.edge.wire.mysql.packets import packet, read_packet
from polyscale_cli.edge.wire.postgres import greeting as postgres
from polyscale_cli.edge.wire.strangers import Stranger

LONGEST_GREETING = max(mysql.LONGEST_GREETING, postgres.LONGEST_GREETING)
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Greeted:
    """What a server of the right kind has said of itself.

    Attributes:
        speaks: its kind, for people.
        complaint: its error, where it lets nobody in.
        version: where it tells that before a login.
    """

    speaks: str
    tls_offered: bool
    complaint: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """A connection on which a greeting was had. ``encrypted`` is whether TLS has followed."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    encrypted: bool


@dataclass(frozen=True, slots=True)
class Introduction:
    """What is said and understood before a login.

    Attributes:
        name: of the protocol, for people.
        code: of the error for a server of another kind.
        opening: what the client says first; empty where the server does.
        tls_request: what the client says before it begins TLS, if that is on offer.
        read: what the server's first bytes mean; None while there are too few to tell.
        silence: what a server may be that says nothing.
        offer_tls: how to have the server offer TLS.
        leave: take leave.
    """

    name: str
    code: str
    opening: bytes
    tls_request: bytes
    read: Callable[[bytes], Greeted | Stranger | None]
    silence: str
    offer_tls: str
    leave: Callable[[Contact], Awaitable[None]]


def _read_postgres(data: bytes) -> Greeted | Stranger:
    found = postgres.read_greeting(data)
    return found if isinstance(found, Stranger) else Greeted("Postgres", found.tls_offered, found.complaint)


def _read_mysql(data: bytes) -> Greeted | Stranger | None:
    found = mysql.read_greeting(data)
    if found is None or isinstance(found, Stranger):
        return found
    return Greeted(
        "MariaDB" if found.is_mariadb else "MySQL", found.tls_offered, found.complaint, found.version or None
    )


async def _just_go(_: Contact) -> None:
    """A Postgres server minds nobody who goes before the login."""


async def _be_refused(contact: Contact) -> None:
    """Have the server end the conversation, by a login that it refuses, whatever it wants to know for that."""
    sequence = 2 if contact.encrypted else 1
    contact.writer.write(mysql.login_of_nobody(sequence))
    data = b""
    for _ in range(_ROUNDS):
        while (found := read_packet(data)) is None:
            more = await contact.reader.read(LONGEST_GREETING)
            if not more:
                return
            data += more
        asked, end = found
        if asked.payload[:1] != bytes([AUTH_SWITCH_REQUEST]):
            return
        data = data[end:]
        contact.writer.write(packet(b"", asked.last + 1))


_MYSQL = Introduction(
    name="MySQL",
    code="ORIGIN_NOT_MYSQL",
    opening=b"",
    tls_request=mysql.ssl_request(),
    read=_read_mysql,
    silence="it said nothing, as servers do that wait for the client's first word, such as Postgres",
    offer_tls="ssl_cert and ssl_key",
    leave=_be_refused,
)
INTRODUCTIONS: Mapping[DatabaseType, Introduction] = {
    DatabaseType.POSTGRES: Introduction(
        name="Postgres",
        code="ORIGIN_NOT_POSTGRES",
        opening=postgres.SSL_REQUEST,
        tls_request=b"",
        read=_read_postgres,
        silence="it said nothing",
        offer_tls="ssl = on",
        leave=_just_go,
    ),
    DatabaseType.MYSQL: _MYSQL,
    DatabaseType.MARIADB: _MYSQL,
}
