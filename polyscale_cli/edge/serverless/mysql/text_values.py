"""Values as the text protocol writes them, to JSON; and what of that the binary protocol shares.

Each type has one form, whichever protocol it came by: a number that JavaScript's numbers hold is a number, one that
they do not is a string, as DECIMAL always is; bytes are base64; all else is the server's own text.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from json import JSONDecoder
from json.encoder import encode_basestring as quoted

from polyscale_cli.edge.serverless.mysql.columns import Column, Type

Convert = Callable[[bytes], str]
"""From a value's bytes to JSON text."""

LARGEST_NUMBER = (1 << 53) - 1
"""Of the whole numbers that a double holds, one by one."""

MOST_DECIMALS = 30
"""Digits behind the point that a FLOAT or a DOUBLE can be declared with; without them it has as many as it takes."""

_ZERO = ord("0")
_SHORT_NUMBER = 16
"""Digits from which on a number may be larger than that."""

INTEGERS = frozenset((Type.TINY, Type.SHORT, Type.LONG, Type.LONGLONG, Type.INT24, Type.YEAR))
_FLOATS = frozenset((Type.FLOAT, Type.DOUBLE))
_WRITTEN = frozenset(
    (
        *(Type.DECIMAL, Type.NEWDECIMAL, Type.TIMESTAMP, Type.DATE, Type.TIME, Type.DATETIME, Type.NEWDATE),
        *(Type.TIMESTAMP2, Type.DATETIME2, Type.TIME2),
    )
)
_BYTES = frozenset((Type.BIT, Type.VECTOR, Type.GEOMETRY))


def whole(number: int) -> str:
    """Write a whole number: in quotes where a double would lose digits of it."""
    return str(number) if -LARGEST_NUMBER <= number <= LARGEST_NUMBER else f'"{number}"'


def real(number: float) -> str:
    """Write a double: the fewest digits that tell it from all others."""
    said = repr(number)
    if said.endswith(".0"):
        return said[:-2]
    return said if "n" not in said else quoted(said)  # inf and nan, which no server has


def text(value: bytes) -> str:
    """Write a text. Raises UnicodeDecodeError for what is no UTF-8, as after SET NAMES."""
    return quoted(value.decode())


def base64(value: bytes) -> str:
    """Write bytes."""
    return f'"{b64encode(value).decode()}"'


def embedded(value: bytes) -> str:
    """Write JSON as it is; where it is none, as MariaDB lets it be without its check, a text."""
    said = value.decode()
    try:
        _DECODER.decode(said)
    except (ValueError, RecursionError):
        return quoted(said)
    return said


def _constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


_DECODER = JSONDecoder(parse_constant=_constant)


def _integer(value: bytes) -> str:
    if len(value) < _SHORT_NUMBER and value.isdigit() and value[0] != _ZERO:
        return value.decode()
    # A ZEROFILL has zeros in front, which JSON has not.
    return whole(int(value))


def _float(value: bytes) -> str:
    return real(float(value))


def text_converter(column: Column) -> Convert:
    """Choose what writes a column's values."""
    kind = column.type
    if kind in INTEGERS:
        return _integer
    if kind in _FLOATS:
        return _float
    return string_converter(column)


def string_converter(column: Column) -> Convert:
    """Choose what writes the values that both protocols have as strings."""
    if column.is_json:
        return embedded
    if column.type in _WRITTEN:
        return text
    if column.type in _BYTES or column.is_bytes:
        return base64
    return text
