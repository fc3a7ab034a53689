"""Prepared statements: what their numbers mean, and what of an execution tells its answer.

COM_STMT_EXECUTE carries the types of its parameters only when they are new (MySQL source documentation,
"COM_STMT_EXECUTE"). An execution that is answered from the cache is one that the origin never saw, so the edge keeps
count of the types that each side knows.
"""

from __future__ import annotations

from polyscale_cli.edge.wire.mysql.packets import HEADER, Command, packet

_NUMBER = slice(5, 9)
_FLAGS = 9
_PARAMETERS = 14
"""Where flags and parameters stand in a packet of COM_STMT_EXECUTE: behind header, code, number; flags and a count."""

_THE_LAST = 0xFFFF_FFFF
"""The number that means the statement prepared last (MariaDB's documentation, "COM_STMT_EXECUTE")."""


class Statement:
    """One prepared statement of a session.

    Attributes:
        parameters: how many it has.
        types: of the parameters, as the client last sent them; None if that is not known.
        sent_types: as the origin last got them.
        gathers: values of parameters went to the origin in pieces, for the next execution.
    """

    __slots__ = ("gathers", "parameters", "sent_types", "text", "types")

    def __init__(self, text: bytes, parameters: int) -> None:
        self.text = text
        self.parameters = parameters
        self.types: bytes | None = None if parameters else b""
        self.sent_types = self.types
        self.gathers = False

    def execution(self, raw: bytes) -> bytes | None:
        """Give what of an execution tells its answer: types and values; None where it is not all there.

        The types that it brings are noted.
        """
        if len(raw) < _PARAMETERS or raw[_FLAGS] or self.gathers:
            return None
        if not self.parameters:
            return b""
        new_types = _PARAMETERS + (self.parameters + 7) // 8
        if len(raw) <= new_types:
            return None
        values = new_types + 1
        if raw[new_types]:
            values += 2 * self.parameters
            if len(raw) < values:
                return None
            self.types = raw[new_types + 1 : values]
        return None if self.types is None else self.types + raw[_PARAMETERS:new_types] + raw[values:]

    def for_origin(self, raw: bytes) -> bytes:
        """Give the bytes that execute it at the origin: with the types, if the client thinks they are known there."""
        new_types = _PARAMETERS + (self.parameters + 7) // 8
        self.gathers = False
        if not self.parameters:
            return raw
        if raw[HEADER] != Command.STMT_EXECUTE or len(raw) <= new_types or raw[_FLAGS]:
            self.types = self.sent_types = None
            return raw
        known, self.sent_types = self.sent_types, self.types
        if raw[new_types] or known == self.types or self.types is None:
            return raw
        return packet(raw[HEADER:new_types] + b"\x01" + self.types + raw[new_types + 1 :], 0)


class Statements:
    """The prepared statements of one session, by the origin's numbers."""

    __slots__ = ("_by_number", "_last")

    def __init__(self) -> None:
        self._by_number: dict[int, Statement] = {}
        self._last = 0

    def define(self, number: int, text: bytes, parameters: int) -> None:
        """Note a statement that the origin has prepared."""
        self._by_number[number] = Statement(text, parameters)
        self._last = number

    def find(self, raw: bytes) -> Statement | None:
        """Find the statement that a command is about."""
        number = int.from_bytes(raw[_NUMBER], "little")
        return self._by_number.get(self._last if number == _THE_LAST else number)

    def follow(self, code: int, raw: bytes) -> None:
        """Note a command about a statement that is about to be sent, and executes none."""
        statement = self.find(raw)
        if statement is None:
            return
        if code == Command.STMT_CLOSE:
            number = int.from_bytes(raw[_NUMBER], "little")
            self._by_number.pop(self._last if number == _THE_LAST else number, None)
        elif code == Command.STMT_SEND_LONG_DATA:
            statement.gathers = True
        elif code == Command.STMT_RESET:
            statement.gathers = False

    def clear(self) -> None:
        """Forget all: the session begins anew."""
        self._by_number.clear()
