"""Values as the binary protocol has them, to the JSON that their texts give (MySQL's source documentation, "Binary
Protocol Value").
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct

from polyscale_cli.edge.serverless.mysql.columns import Column, Type
from polyscale_cli.edge.serverless.mysql.text_values import (
    MOST_DECIMALS,
    real,
    string_converter,
    whole,
)
from polyscale_cli.edge.wire.mysql.packets import PacketError, read_string

Read = Callable[[bytes, int], tuple[str, int]]
"""From a row and a position in it to JSON text and the position behind the value."""

_LONGEST_FRACTION = 6
_FLOAT = Struct("<f")
_DOUBLE = Struct("<d")
_DAY = Struct("<HBB")
_CLOCK = Struct("<BBB")
_MICROSECONDS = Struct("<I")
_SPAN = Struct("<?IBBB")

_INTEGERS: dict[int, tuple[Struct, Struct]] = {
    Type.TINY: (Struct("<b"), Struct("<B")),
    Type.SHORT: (Struct("<h"), Struct("<H")),
    Type.YEAR: (Struct("<h"), Struct("<H")),
    Type.LONG: (Struct("<i"), Struct("<I")),
    Type.INT24: (Struct("<i"), Struct("<I")),
    Type.LONGLONG: (Struct("<q"), Struct("<Q")),
}
_SMALL = frozenset((Type.TINY, Type.SHORT, Type.YEAR, Type.LONG, Type.INT24))


def binary_reader(column: Column) -> Read:
    """Choose what reads a column's values."""
    kind = column.type
    if kind in _INTEGERS:
        return _integers(_INTEGERS[kind][column.is_unsigned], is_small=kind in _SMALL)
    return _OTHERS.get(kind, _strings)(column)


def _integers(form: Struct, *, is_small: bool) -> Read:
    unpack, size = form.unpack_from, form.size
    write: Callable[[int], str] = str if is_small else whole

    def read(data: bytes, pos: int) -> tuple[str, int]:
        return write(unpack(data, pos)[0]), pos + size

    return read


def _floats(column: Column) -> Read:
    # Servers print the six digits that each float has, and not all that it could have.
    form = f"%.{column.decimals}f" if column.decimals <= MOST_DECIMALS else "%.6g"

    def read(data: bytes, pos: int) -> tuple[str, int]:
        return real(float(form % _FLOAT.unpack_from(data, pos))), pos + 4

    return read


def _doubles(column: Column) -> Read:
    form = f"%.{column.decimals}f" if column.decimals <= MOST_DECIMALS else ""

    def read(data: bytes, pos: int) -> tuple[str, int]:
        (number,) = _DOUBLE.unpack_from(data, pos)
        return real(float(form % number) if form else number), pos + 8

    return read


def _strings(column: Column) -> Read:
    convert = string_converter(column)

    def read(data: bytes, pos: int) -> tuple[str, int]:
        length = data[pos]
        if length < 0xFB:
            end = pos + 1 + length
            return convert(data[pos + 1 : end]), end
        value, end = read_string(data, pos)
        return convert(value), end

    return read


def _dates(_column: Column) -> Read:
    def read(data: bytes, pos: int) -> tuple[str, int]:
        length = data[pos]
        day, _, _ = _moment(data, pos + 1, length)
        return f'"{day}"', pos + 1 + length

    return read


def _moments(column: Column) -> Read:
    fraction = _fraction(column)

    def read(data: bytes, pos: int) -> tuple[str, int]:
        length = data[pos]
        day, clock, micro = _moment(data, pos + 1, length)
        return f'"{day} {clock}{fraction(micro)}"', pos + 1 + length

    return read


def _moment(data: bytes, pos: int, length: int) -> tuple[str, str, int]:
    """Give day, time of day and microseconds; what is zero at the end is not sent."""
    if length not in {0, 4, 7, 11}:
        raise PacketError("no date")
    year, month, day = _DAY.unpack_from(data, pos) if length else (0, 0, 0)
    hour, minute, second = _CLOCK.unpack_from(data, pos + 4) if length > 4 else (0, 0, 0)
    micro = _MICROSECONDS.unpack_from(data, pos + 7)[0] if length > 7 else 0
    return f"{year:04}-{month:02}-{day:02}", f"{hour:02}:{minute:02}:{second:02}", micro


def _times(column: Column) -> Read:
    fraction = _fraction(column)

    def read(data: bytes, pos: int) -> tuple[str, int]:
        length = data[pos]
        if length not in {0, 8, 12}:
            raise PacketError("no time")
        pos += 1
        negative, days, hour, minute, second = _SPAN.unpack_from(data, pos) if length else (False, 0, 0, 0, 0)
        micro = _MICROSECONDS.unpack_from(data, pos + 8)[0] if length > 8 else 0
        sign = "-" if negative else ""
        return f'"{sign}{days * 24 + hour:02}:{minute:02}:{second:02}{fraction(micro)}"', pos + length

    return read


def _fraction(column: Column) -> Callable[[int], str]:
    digits = column.decimals
    if not digits:
        return lambda _: ""
    if digits > _LONGEST_FRACTION:
        # MariaDB does not say how many there are: all or none.
        return lambda micro: f".{micro:06}" if micro else ""
    return lambda micro: f".{micro:06}"[: 1 + digits]


_OTHERS: dict[int, Callable[[Column], Read]] = {
    Type.FLOAT: _floats,
    Type.DOUBLE: _doubles,
    Type.DATE: _dates,
    Type.NEWDATE: _dates,
    Type.DATETIME: _moments,
    Type.DATETIME2: _moments,
    Type.TIMESTAMP: _moments,
    Type.TIMESTAMP2: _moments,
    Type.TIME: _times,
    Type.TIME2: _times,
}
