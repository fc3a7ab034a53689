"""Prepared statements: what their numbers mean, and what of an execution tells its answer.

COM_STMT_EXECUTE carries the types of its parameters only when they are new (MySQL source documentation,
"COM_STMT_EXECUTE"). An execution that is answered from the cache is one that the origin never saw, so the edge keeps
count of the types that each side knows.

MySQL derives a parameter's type once, from the first value that is not NULL, and again for some other types but not for
all (MySQL manual, section 15.5.1, "PREPARE Statement"): what a value is taken for, and the columns' types, follow from
earlier executions. There an execution is told by its bytes only where all before it had the same types and strings
that look alike (``looks``), and where it has no NULL. MariaDB takes each as it comes.
"""

from __future__ import annotations

from collections.abc import Hashable

from polyscale_cli.edge.wire.mysql.looks import STRANGE, looks
from polyscale_cli.edge.wire.mysql.packets import HEADER, Command, PacketError, packet, read_integer, read_string

_NUMBER = slice(5, 9)
_FLAGS = 9
_PARAMETERS = 14
"""Where flags and parameters stand in a packet of COM_STMT_EXECUTE: behind header, code, number; flags and a count."""

_COUNT_AVAILABLE = 0x08
"""The flag that says no more than that the number of parameters is there; all others ask for a cursor."""

_THE_LAST = 0xFFFF_FFFF
"""The number that means the statement prepared last (MariaDB's documentation, "COM_STMT_EXECUTE")."""


class Statement:
    """One prepared statement of a session.

    Args:
        attributes: QUERY_ATTRIBUTES was negotiated.
        derives: the server derives types from earlier executions.

    Attributes:
        reading: what its names and signs mean by, since it was prepared; None if that is not known.
        shaping: what shaped the session's answers then, and ever since; None if that is not known, or has changed.
        parameters: how many it has.
        types: of the parameters, as the client last sent them; None if that is not known.
        sent_types: as the origin last got them.
        gathers: values of parameters went to the origin in pieces, for the next execution.
        is_retyped: the server may have derived types from others than those of the first execution.
        unsent: the first execution, where it was answered without the origin, which must derive types from it.
    """

    __slots__ = (
        "_attributes", "_derives", "_first_looks", "_first_types", "_is_derived", "gathers", "is_retyped",
        "parameters", "reading", "sent_types", "shaping", "text", "types", "unsent",
    )  # fmt: skip

    def __init__(self, text: bytes, parameters: int, *, attributes: bool = False, derives: bool = False) -> None:
        self._attributes = attributes
        self._derives = derives and parameters > 0
        self._first_types: bytes | None = None
        self._first_looks = b""
        self._is_derived = False  # at the origin
        self.is_retyped = False
        self.reading: Hashable = None
        self.shaping: Hashable = None
        self.text = text
        self.parameters = parameters
        self.types: bytes | None = None if parameters else b""
        self.sent_types = self.types
        self.gathers = False
        self.unsent: bytes | None = None

    def execution(self, raw: bytes) -> bytes | None:
        """Give what of an execution tells its answer: types and values; None where it is not all there.

        The types that it brings are noted.
        """
        try:
            new_types = self._new_types(raw)
            if new_types is None:
                self.is_retyped = self._derives
                return None
            if not self.parameters:
                return None if self.gathers else b""
            values = new_types + 1
            if raw[new_types]:
                values = self._behind_types(raw, values)
                self.types = raw[new_types + 1 : values]
            nulls = self._nulls(raw, new_types)
            if self._derives and self.types is not None:
                self._compare_looks(nulls, raw[values:])
        except (IndexError, PacketError):
            self.types = None
            return None
        if self.types is None or (self._derives and not self._is_as_first(nulls)) or self.gathers:
            return None
        return self.types + nulls + raw[values:]

    def _compare_looks(self, nulls: bytes, values: bytes) -> None:
        """Note whether the strings of an execution look as those before it did."""
        if self.gathers:
            self.is_retyped = True  # nobody has looked at what came in pieces
            return
        found = looks(self._kinds(), nulls, values)
        first = self._first_looks or bytes(len(found))
        self.is_retyped = self.is_retyped or any(
            now and (now == STRANGE or before not in {0, now}) for now, before in zip(found, first, strict=True)
        )
        self._first_looks = bytes(before or now for now, before in zip(found, first, strict=True))

    def _kinds(self) -> bytes:
        """Give the parameters' types, a byte for each."""
        types, pos, kinds = self.types or b"", 0, bytearray()
        for _ in range(self.parameters):
            kinds.append(types[pos])
            pos = read_string(types, pos + 2)[1] if self._attributes else pos + 2
        return bytes(kinds)

    def _nulls(self, raw: bytes, new_types: int) -> bytes:
        """Which parameters are NULL, a bit for each."""
        return raw[new_types - (self.parameters + 7) // 8 : new_types]

    def _tells_types(self, nulls: bytes) -> bool:
        """Whether a server can derive anything from an execution."""
        return int.from_bytes(nulls, "little") != (1 << self.parameters) - 1

    def _is_as_first(self, nulls: bytes) -> bool:
        """Whether all executions had the same types, and this one has a value for each."""
        if self._tells_types(nulls):
            if self._first_types is None:
                self._first_types = self.types
            self.is_retyped = self.is_retyped or self.types != self._first_types
        return not any(nulls) and not self.is_retyped

    def was_served(self, raw: bytes) -> None:
        """Note an execution that was answered without the origin."""
        if self._derives and not self._is_derived and self.unsent is None:
            self.unsent = raw

    def for_origin(self, raw: bytes) -> bytes:
        """Give the bytes that execute it at the origin: with the types, if the client thinks they are known there."""
        self.gathers = False
        if not self.parameters:
            return raw
        try:
            new_types = self._new_types(raw) if raw[HEADER] == Command.STMT_EXECUTE else None
            brings_types = new_types is not None and raw[new_types]
        except (IndexError, PacketError):
            new_types = None
        if new_types is None or self._tells_types(self._nulls(raw, new_types)):
            self._is_derived, self.unsent = True, None
        if new_types is None:
            self.types = self.sent_types = None
            return raw
        known, self.sent_types = self.sent_types, self.types
        if brings_types or known == self.types or self.types is None:
            return raw
        return packet(raw[HEADER:new_types] + b"\x01" + self.types + raw[new_types + 1 :], 0)

    def _new_types(self, raw: bytes) -> int | None:
        """Find the byte that says whether types follow; None where rows are not to be sent at once, or with attributes.

        Under QUERY_ATTRIBUTES the number of parameters stands in front; those beyond the statement's are attributes.
        """
        flags, pos = raw[_FLAGS], _PARAMETERS
        if flags & ~_COUNT_AVAILABLE:
            return None
        if self._attributes and (self.parameters or flags):
            count, pos = read_integer(raw, pos)
            if count != self.parameters:
                return None
        return pos + (self.parameters + 7) // 8

    def _behind_types(self, raw: bytes, pos: int) -> int:
        """Find where the types end: 2 bytes for each, and a name under QUERY_ATTRIBUTES."""
        if self._attributes:
            for _ in range(self.parameters):
                _, pos = read_string(raw, pos + 2)
        else:
            pos += 2 * self.parameters
        if pos > len(raw):
            raise PacketError("types are cut short")
        return pos


class Statements:
    """The prepared statements of one session, by the origin's numbers."""

    __slots__ = ("_attributes", "_by_number", "_derives", "_last")

    def __init__(self, *, attributes: bool, derives: bool = False) -> None:
        self._attributes = attributes
        self._derives = derives
        self._by_number: dict[int, Statement] = {}
        self._last = 0

    def define(self, text: bytes, told: tuple[int, int, int]) -> Statement:
        """Note a statement that the origin has prepared, and told its number, its columns and its parameters."""
        number, _, parameters = told
        statement = Statement(text, parameters, attributes=self._attributes, derives=self._derives)
        self._by_number[number] = statement
        self._last = number
        return statement

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
