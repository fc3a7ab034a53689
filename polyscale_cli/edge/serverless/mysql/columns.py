"""The definition of a column (MySQL's source documentation, "Column Definition"; MariaDB's documentation, "Result Set
Packets", section "Extended metadata").
"""

from __future__ import annotations

import enum
import struct
from dataclasses import dataclass

from polyscale_cli.edge.wire.mysql.packets import PacketError, read_integer, read_string

_FIXED = struct.Struct("<HIBHB")
_NAMES_BEFORE = 4
"""Strings before a column's name: catalog, schema, table and the table's own name; behind it is the column's own."""

_FORMAT = 1
_BINARY_CHARSET = 63


class Type(enum.IntEnum):
    """What a column holds ("enum_field_types")."""

    DECIMAL = 0x00
    TINY = 0x01
    SHORT = 0x02
    LONG = 0x03
    FLOAT = 0x04
    DOUBLE = 0x05
    NULL = 0x06
    TIMESTAMP = 0x07
    LONGLONG = 0x08
    INT24 = 0x09
    DATE = 0x0A
    TIME = 0x0B
    DATETIME = 0x0C
    YEAR = 0x0D
    NEWDATE = 0x0E
    VARCHAR = 0x0F
    BIT = 0x10
    TIMESTAMP2 = 0x11
    DATETIME2 = 0x12
    TIME2 = 0x13
    VECTOR = 0xF2
    JSON = 0xF5
    NEWDECIMAL = 0xF6
    ENUM = 0xF7
    SET = 0xF8
    TINY_BLOB = 0xF9
    MEDIUM_BLOB = 0xFA
    LONG_BLOB = 0xFB
    BLOB = 0xFC
    VAR_STRING = 0xFD
    STRING = 0xFE
    GEOMETRY = 0xFF


class Flag(enum.IntFlag):
    """More about a column ("Column Definition Flags")."""

    UNSIGNED = 1 << 5
    ENUM = 1 << 8
    SET = 1 << 11


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a result.

    Attributes:
        type: see ``Type``; a number that is not there is of a server to come.
        charset: the number of a collation; 63 is no text.
        length: characters or bytes at most.
        decimals: digits behind the point; 31 and more: as many as it takes.
        is_json: it holds JSON, by the server's word.
    """

    name: str
    type: int
    charset: int
    length: int
    flags: int
    decimals: int
    is_json: bool = False

    @property
    def is_unsigned(self) -> bool:
        """Whether its numbers are never negative."""
        return bool(self.flags & Flag.UNSIGNED)

    @property
    def is_bytes(self) -> bool:
        """Whether it holds bytes, and no text."""
        return self.charset == _BINARY_CHARSET and not self.flags & (Flag.ENUM | Flag.SET)


def read_definition(payload: bytes, *, extended: bool) -> Column:
    """Read one; ``extended`` says that MARIADB_EXTENDED_METADATA was negotiated.

    Raises:
        PacketError: it is cut short.
    """
    pos = 0
    for _ in range(_NAMES_BEFORE):
        _, pos = read_string(payload, pos)
    name, pos = read_string(payload, pos)
    _, pos = read_string(payload, pos)
    more = b""
    if extended:
        more, pos = read_string(payload, pos)
    _, pos = read_integer(payload, pos)
    if len(payload) - pos < _FIXED.size:
        raise PacketError("a column's definition is cut short")
    charset, length, kind, flags, decimals = _FIXED.unpack_from(payload, pos)
    is_json = kind == Type.JSON or _format(more) == b"json"
    return Column(name.decode("utf-8", "replace"), kind, charset, length, flags, decimals, is_json)


def _format(more: bytes) -> bytes:
    """Give the format that MariaDB's extended metadata name, if they do."""
    pos = 0
    while pos < len(more):
        kind = more[pos]
        value, pos = read_string(more, pos + 1)
        if kind == _FORMAT:
            return value
    return b""
