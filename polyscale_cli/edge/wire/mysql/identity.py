"""Which cache a user name means, and who the user is to the origin: ``ID-user``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from polyscale_cli.edge.wire.mysql.handshake import LoginError

_UUID = rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_ID = re.compile(_UUID, re.IGNORECASE)
ID_LENGTH = 36


@dataclass(frozen=True, slots=True)
class Identity:
    """``cache_id`` is in lower case; None where the name carries none. ``user`` is as the origin knows it."""

    cache_id: str | None
    user: bytes


def identify(user: bytes) -> Identity:
    """Take the cache id out of a user name.

    Raises:
        LoginError: there is an id, and no user behind it.
    """
    if not _ID.fullmatch(user[:ID_LENGTH]):
        return Identity(None, user)
    if user[ID_LENGTH : ID_LENGTH + 1] not in {b"", b"-"}:
        return Identity(None, user)
    if len(user) <= ID_LENGTH + 1:
        raise access_denied("the user name is a cache id and no user: write ID-user, as 01234567-...-root")
    return Identity(user[:ID_LENGTH].lower().decode(), user[ID_LENGTH + 1 :])


def no_cache_named(user: bytes, database: bytes, answer: bytes) -> LoginError:
    """Say where the cache id belongs, and where it was found instead."""
    if _ID.fullmatch(answer.removesuffix(b"\0")):
        found = " The password is a cache id."
    elif _ID.match(database):
        found = " The database is a cache id."
    elif not user:
        found = " The user name is empty."
    else:
        found = ""
    return access_denied(
        f"the connection names no cache.{found} Put the cache id in front of the user name, as ID-user"
        " (polyscale connstr prints it), and leave password and database as they are. polyscale cache list shows the"
        " caches."
    )


def access_denied(message: str) -> LoginError:
    """ER_ACCESS_DENIED_ERROR."""
    return LoginError(1045, "28000", message)
