"""Prepared statements: what their numbers mean, and what of an execution tells its answer.

COM_STMT_EXECUTE carries the types of its parameters only when they are new (MySQL source documentation,
"COM_STMT_EXECUTE"). An execution that is answered from the cache is one that the origin never saw, so the edge keeps
count of the types that each side knows.
"""

from __future__ import annotations

from polyscale_cli.edge.engine.template import Template
from polyscale_cli.edge.wire.mysql.packets import packet

_NUMBER = slice(5, 9)
_FLAGS = 9
_PARAMETERS = 14
"""Where flags and parameters stand in a packet of COM_STMT_EXECUTE: header, code, number, flags, count of 1."""


class Statement:
    """One prepared statement of a session.

    Attributes:
        key: stands for its text.
        parameters: how many it has.
        types: of the parameters, as the client last sent them; None if that is not known.
        sent_types: as the origin last got them.
        gathers: values of parameters went to the origin in pieces, for the next execution.
    """

    __slots__ = ("gathers", "key", "parameters", "sent_types", "template", "text", "types")

    def __init__(self, text: bytes, key: bytes, template: Template, parameters: int) -> None:
        self.text = text
        self.key = key
        self.template = template
        self.parameters = parameters
        self.types: bytes | None = b"" if not parameters else None
        self.sent_types: bytes | None = self.types
        self.gathers = False

    def execution(self, raw: bytes) -> bytes | None:
        """Give what of an execution tells its answer: flags, types and values; None where it is not all there.

        The types that it brings are noted.
        """
        if len(raw) < _PARAMETERS or raw[_FLAGS] or self.gathers:
            return None
        if not self.parameters:
            return b""
        new_types = _PARAMETERS + (self.parameters + 7) // 8
        values = new_types + 1
        if len(raw) < values:
            return None
        if raw[new_types]:
            values += 2 * self.parameters
            if len(raw) < values:
                return None
            self.types = raw[new_types + 1 : values]
        if self.types is None:
            return None
        return self.types + raw[_PARAMETERS:new_types] + raw[values:]

    def for_origin(self, raw: bytes) -> bytes:
        """Give the bytes that execute it at the origin: with the types, if the client thinks they are known there."""
        new_types = _PARAMETERS + (self.parameters + 7) // 8
        if not self.parameters or self.types is None or len(raw) <= new_types:
            self.sent_types = self.types = None if self.parameters else b""
            return raw
        if raw[new_types] or self.sent_types == self.types:
            self.sent_types = self.types
            return raw
        self.sent_types = self.types
        return packet(raw[4:new_types] + b"\x01" + self.types + raw[new_types + 1 :], 0)


def number_of(raw: bytes) -> int:
    """Give the number of the statement that a command is about."""
    return int.from_bytes(raw[_NUMBER], "little")


def is_plain_execution(raw: bytes) -> bool:
    """Whether an execution asks for all rows at once, and brings no attributes."""
    return len(raw) > _FLAGS and not raw[_FLAGS]
