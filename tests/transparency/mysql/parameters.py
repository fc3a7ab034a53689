"""Parameters of prepared statements, each in the form of a type (internals, "Binary Protocol Resultset", "Values").

Texts are UTF-8; ``surrogateescape`` lets them hold any other byte.
"""

from __future__ import annotations

import enum
import struct
from dataclasses import dataclass

from tests.e2e.raw_mysql import long_string

_UNSIGNED = 0x80
_COUNT_AVAILABLE = 0x08
_SMALL_TIME = 5
_INDICATOR_NONE, _INDICATOR_NULL = 0, 1


class FieldType(enum.IntEnum):
    """Types as they are on the wire; a parameter may be of any, whatever it is for."""

    DECIMAL = 0
    TINY = 1
    SHORT = 2
    LONG = 3
    FLOAT = 4
    DOUBLE = 5
    NULL = 6
    TIMESTAMP = 7
    LONGLONG = 8
    INT24 = 9
    DATE = 10
    TIME = 11
    DATETIME = 12
    YEAR = 13
    VARCHAR = 15
    BIT = 16
    NEWDECIMAL = 246
    ENUM = 247
    SET = 248
    TINY_BLOB = 249
    MEDIUM_BLOB = 250
    LONG_BLOB = 251
    BLOB = 252
    VAR_STRING = 253
    STRING = 254
    GEOMETRY = 255

    def __repr__(self) -> str:
        return f"FieldType.{self.name}"


_INTEGERS = {
    **{FieldType.TINY: 1, FieldType.SHORT: 2, FieldType.YEAR: 2},
    **{FieldType.LONG: 4, FieldType.INT24: 4, FieldType.LONGLONG: 8},
}
_MOMENTS = (FieldType.DATE, FieldType.DATETIME, FieldType.TIMESTAMP)


def as_bytes(text: str | bytes) -> bytes:
    """What a text is on the wire."""
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True)
class Typed:
    """A value in the form of a type.

    Attributes:
        value: a number; a text; or year, month, day, hour, minute, second and microsecond, or as many of these as are
            to be sent; or, of a TIME, 1 where it is negative, days, hours and so on.
    """

    type: FieldType
    value: int | float | str | bytes | tuple[int, ...] | None = None
    unsigned: bool = False

    def encode(self) -> bytes:
        """Its bytes behind the types."""
        match self.value:
            case None:
                return b""
            case str() | bytes():
                return long_string(as_bytes(self.value))
            case tuple():
                return _moment(self.type, self.value)
            case _:
                return _number(self.type, self.value)


@dataclass(frozen=True, slots=True)
class SentAhead:
    """What went to the server in pieces before, by COM_STMT_SEND_LONG_DATA."""

    type: FieldType = FieldType.BLOB


Value = str | bytes | Typed | SentAhead | None
"""What is of no type is sent as a VAR_STRING."""


def _number(kind: FieldType, value: float) -> bytes:
    if kind is FieldType.FLOAT:
        return struct.pack("<f", value)
    if kind is FieldType.DOUBLE:
        return struct.pack("<d", value)
    size = _INTEGERS[kind]
    return (int(value) & ((1 << 8 * size) - 1)).to_bytes(size, "little")


def _moment(kind: FieldType, parts: tuple[int, ...]) -> bytes:
    if kind in _MOMENTS:
        form = {0: "", 3: "HBB", 6: "HBBBBB", 7: "HBBBBBI"}[len(parts)]
    else:
        form = {0: "", _SMALL_TIME: "BIBBB", 6: "BIBBBI"}[len(parts)]
    body = struct.pack("<" + form, *parts)
    return bytes((len(body),)) + body


def _is_null(value: Value) -> bool:
    return value is None or (isinstance(value, Typed) and value.value is None)


def type_of(value: Value) -> bytes:
    """Its type's two bytes."""
    if isinstance(value, Typed):
        return bytes((value.type, _UNSIGNED if value.unsigned else 0))
    return bytes((value.type if isinstance(value, SentAhead) else FieldType.VAR_STRING, 0))


def _data(value: Value) -> bytes:
    match value:
        case None | SentAhead():
            return b""
        case Typed():
            return value.encode()
        case _:
            return long_string(as_bytes(value))


def parameters(values: tuple[Value, ...], *, bind: bool, names: tuple[str, ...] | None = None) -> bytes:
    """Which are NULL, the types if they are to be told, and the values; with ``names`` as QUERY_ATTRIBUTES has them."""
    nulls = sum(1 << number for number, value in enumerate(values) if _is_null(value))
    body = nulls.to_bytes((len(values) + 7) // 8, "little") + bytes((bind,))
    if bind:
        for number, value in enumerate(values):
            body += type_of(value) + (b"" if names is None else long_string(names[number].encode()))
    return body + b"".join(map(_data, values))


def execution(
    statement: int, values: tuple[Value, ...], *, cursor: int, bind: bool, attributes: tuple[str, ...] | None
) -> bytes:
    """Give what stands behind the code of COM_STMT_EXECUTE.

    ``attributes`` are texts that follow the parameters, each named after its number; None without QUERY_ATTRIBUTES.
    """
    if attributes is None:
        body = struct.pack("<IBI", statement, cursor, 1)
        return body + (parameters(values, bind=bind) if values else b"")
    body = struct.pack("<IBI", statement, cursor | _COUNT_AVAILABLE, 1)
    names = ("",) * len(values) + tuple(f"attribute{number}" for number in range(len(attributes)))
    everything = (*values, *attributes)
    body += bytes((len(everything),))
    return body + (parameters(everything, bind=bind, names=names) if everything else b"")


def attributes_of_query(attributes: tuple[str, ...]) -> bytes:
    """Give what stands before the text of COM_QUERY where QUERY_ATTRIBUTES was negotiated."""
    names = tuple(f"attribute{number}" for number in range(len(attributes)))
    return bytes((len(attributes), 1)) + (parameters(attributes, bind=True, names=names) if attributes else b"")


def bulk(statement: int, rows: tuple[tuple[Value, ...], ...], flags: int) -> bytes:
    """Give what stands behind the code of MariaDB's COM_STMT_BULK_EXECUTE; types are those of the first row."""
    body = struct.pack("<IH", statement, flags) + b"".join(map(type_of, rows[0]))
    for value in (value for row in rows for value in row):
        null = _is_null(value)
        body += bytes((_INDICATOR_NULL if null else _INDICATOR_NONE,)) + (b"" if null else _data(value))
    return body
