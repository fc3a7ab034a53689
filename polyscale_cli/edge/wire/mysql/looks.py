"""What the strings look like that are given for parameters: MySQL takes some for numbers, and others for moments.

Where a parameter is a number by what it stands beside, a string is taken for an integer, a decimal or a float by its
looks, and the statement prepared anew where that is more than the type it has; so a statement remembers, and
``'1' + 1`` is ``2.000…`` behind ``'1.0' + 1`` (MySQL manual, section 15.5.1, "PREPARE Statement"; seen on servers).
Strings that look alike change nothing for each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from polyscale_cli.edge.wire.mysql.packets import PacketError, read_string

_FIXED = {1: 1, 2: 2, 3: 4, 4: 4, 5: 8, 6: 0, 8: 8, 9: 4, 13: 2}
"""Bytes of a value of these types (MySQL's source documentation, "Binary Protocol Value")."""

_MOMENTS = frozenset((7, 10, 11, 12))
"""TIMESTAMP, DATE, TIME and DATETIME: a length of one byte, and so many more."""

_DECIMALS = frozenset((0, 246))
"""DECIMAL and NEWDECIMAL, which are written out, but said to be numbers."""

_LOOKS = re.compile(
    rb"""
      (?P<positive>\+?\d{1,18})
    | (?P<negative>-\d{1,18})
    | (?P<decimal>[+-]?\d{1,30}\.\d{1,30})
    | (?P<date>\d{4}-\d\d?-\d\d?)
    | (?P<datetime>\d{4}-\d\d?-\d\d?[ T]\d\d?:\d\d?:\d\d?(?:\.\d{1,6})?)
    | (?P<time>-?\d{1,3}:\d\d?:\d\d?(?:\.\d{1,6})?)
    | (?P<float>[+-]?(?:\d{1,30}\.?\d{0,30}|\.\d{1,30})[eE][+-]?\d{1,2})
    | (?P<text>(?!\s*+[+-]?\.?[\d.]*+\s*+\Z).{1,4000})
    """,
    re.VERBOSE | re.DOTALL,
)
_NO_STRING, _EMPTY = 1, 2
_FIRST = 3

STRANGE = 255
"""What looks like nothing that is known: it may be taken for anything."""


def looks(kinds: bytes, nulls: bytes, values: bytes) -> bytes:
    """Give a byte for each parameter: what it looks like, or 0 for NULL.

    ``kinds`` are the parameters' types, a byte for each, ``nulls`` a bit for each, and ``values`` what is not NULL.

    Raises:
        PacketError, IndexError: there are not as many values.
    """
    return bytes(_each(kinds, nulls, values))


def _each(kinds: bytes, nulls: bytes, values: bytes) -> Iterator[int]:
    pos = 0
    for place, kind in enumerate(kinds):
        if nulls[place >> 3] >> (place & 7) & 1:
            yield 0
        elif kind in _FIXED:
            pos += _FIXED[kind]
            yield _NO_STRING
        elif kind in _MOMENTS:
            pos += 1 + values[pos]
            yield _NO_STRING
        else:
            value, pos = read_string(values, pos)
            yield _NO_STRING if kind in _DECIMALS else _look(value)
    if pos > len(values):
        raise PacketError("values are cut short")


def _look(value: bytes) -> int:
    if not value:
        return _EMPTY
    match = _LOOKS.fullmatch(value)
    return STRANGE if match is None else _FIRST + (match.lastindex or 0)
