"""The values of a statement, as COM_STMT_EXECUTE carries them (MySQL's source documentation, "COM_STMT_EXECUTE" and
"Binary Protocol Value").
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from polyscale_cli.edge.serverless.mysql.columns import Type
from polyscale_cli.edge.serverless.statement import Value
from polyscale_cli.edge.wire.mysql.looks import looks
from polyscale_cli.edge.wire.mysql.packets import Command, packet, string

_UNSIGNED = 0x8000
_HEAD = struct.Struct("<BIBI")
_TYPE = struct.Struct("<H")
_SIGNED_LONG = struct.Struct("<q")
_UNSIGNED_LONG = struct.Struct("<Q")
_NO_CURSOR = 0
_ITERATIONS = 1
_NEW_TYPES = b"\x01"

_MOST_DIGITS = 100
"""Before or behind the point of a number that is written out; servers take no more than 81, and 1e9 in full is a GB."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """The values of one execution.

    Attributes:
        count: how many they are.
        types: two bytes for each.
    """

    count: int
    types: bytes
    _nulls: bytes
    _values: bytes

    @property
    def shape(self) -> bytes:
        """What a server derives the types of a statement's placeholders from, by its first execution: values of another
        shape belong to a statement of their own.
        """
        return self.types + looks(self.types[::2], self._nulls, self._values)

    def execution(self, number: int) -> bytes:
        """Write the packet that executes the statement with this number."""
        payload = _HEAD.pack(Command.STMT_EXECUTE, number, _NO_CURSOR, _ITERATIONS)
        return packet(b"".join((payload, self._nulls, _NEW_TYPES, self.types, self._values)), 0)


def parameters(values: Sequence[Value]) -> Parameters:
    """Write values; there is one at least.

    Raises:
        TypeError: one is an array, which these databases have not.
    """
    typed = [_typed(value) for value in values]
    nulls = sum((value is None) << place for place, value in enumerate(values))
    return Parameters(
        len(values),
        b"".join(_TYPE.pack(kind) for kind, _ in typed),
        nulls.to_bytes((len(values) + 7) // 8, "little"),
        b"".join(value for _, value in typed),
    )


def _typed(value: Value) -> tuple[int, bytes]:
    if value is None:
        return Type.NULL, b""
    if isinstance(value, bool):
        return Type.TINY, b"\x01" if value else b"\x00"
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, Decimal):
        is_long = abs(value.adjusted()) > _MOST_DIGITS
        return Type.NEWDECIMAL, string((str(value) if is_long else f"{value:f}").encode())
    if isinstance(value, str):
        return Type.VAR_STRING, string(value.encode())
    raise TypeError("an array is no value of this database")


def _integer(value: int) -> tuple[int, bytes]:
    if -(1 << 63) <= value < 1 << 63:
        return Type.LONGLONG, _SIGNED_LONG.pack(value)
    if 0 <= value < 1 << 64:
        return Type.LONGLONG | _UNSIGNED, _UNSIGNED_LONG.pack(value)
    return Type.NEWDECIMAL, string(str(value).encode())
