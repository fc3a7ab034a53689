"""Prepared statements, as the client believes them to be.

A statement that a client prepared is in the map from the moment its Parse is sent on; if the origin refuses the Parse,
the map goes back. The unnamed statement needs more care: a hit may answer a request whose Parse the origin never saw,
so that what the client and the origin hold under the empty name can differ (``Conversation`` brings them together
before it matters).
"""

from __future__ import annotations

from polyscale_cli.edge.engine.template import Template
from polyscale_cli.edge.wire.postgres.messages import PARSE, message

UNVERIFIED = -1


class Statement:
    """One prepared statement.

    Attributes:
        key: its Parse without the name: text and parameter types. The same for all sessions.
        template: what it does.
        version: of the cache's definitions when the origin last accepted it. A statement whose result type has changed
            since must fail (manual, PREPARE), so it is served from the cache only under the same version.
    """

    __slots__ = ("key", "template", "version")

    def __init__(self, key: bytes, template: Template) -> None:
        self.key = key
        self.template = template
        self.version = UNVERIFIED

    @property
    def text(self) -> bytes:
        """The statement's text."""
        return self.key[: self.key.find(b"\0")]

    def unnamed_parse(self) -> bytes:
        """Write a Parse that makes this the unnamed statement."""
        return message(PARSE, b"\0" + self.key)


def read_parse(raw: bytes, start: int, end: int) -> tuple[bytes, bytes, bytes]:
    """Read name, text and key of the Parse at ``raw[start:end]``."""
    name_end = _nul(raw, start + 5, end)
    text_end = _nul(raw, name_end + 1, end)
    return raw[start + 5 : name_end], raw[name_end + 1 : text_end], raw[name_end + 1 : end]


def read_bind(raw: bytes, start: int, end: int) -> tuple[bytes, bytes]:
    """Read the portal's and the statement's name of a Bind."""
    portal_end = _nul(raw, start + 5, end)
    name_end = _nul(raw, portal_end + 1, end)
    return raw[start + 5 : portal_end], raw[portal_end + 1 : name_end]


def read_execute(raw: bytes, start: int, end: int) -> tuple[bytes, int]:
    """Read the portal's name and the most rows of an Execute; 0 rows means all."""
    portal_end = _nul(raw, start + 5, end)
    return raw[start + 5 : portal_end], int.from_bytes(raw[portal_end + 1 : portal_end + 5], "big")


def read_target(raw: bytes, start: int, end: int) -> tuple[bytes, bytes]:
    """Read the kind (``b"S"`` or ``b"P"``) and name of a Describe or Close."""
    return raw[start + 5 : start + 6], raw[start + 6 : _nul(raw, start + 6, end)]


def _nul(raw: bytes, start: int, end: int) -> int:
    """Find a string's end; a message without one ends it itself, and the origin will refuse it."""
    found = raw.find(b"\0", start, end)
    return found if found >= 0 else end
