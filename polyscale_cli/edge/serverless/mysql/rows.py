"""One row to one JSON object: what that takes is chosen once for a result (MySQL's source documentation, "Text
Resultset Row" and "Binary Protocol Resultset Row").
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from json.encoder import encode_basestring as quoted

from polyscale_cli.edge.serverless.columns import unique_names
from polyscale_cli.edge.serverless.mysql.binary_values import binary_reader
from polyscale_cli.edge.serverless.mysql.columns import Column
from polyscale_cli.edge.serverless.mysql.text_values import text_converter
from polyscale_cli.edge.wire.mysql.packets import PacketError, read_string

Row = Callable[[bytes, int, int], str]
"""From bytes, and where in them a row's payload begins and ends, to JSON text. Raises what MALFORMED names."""

MALFORMED = (IndexError, ValueError, OverflowError, struct.error)
"""What a row raises that is none; a PacketError is a ValueError, too."""

_NULL = 0xFB
_NULL_BITS_OFFSET = 2
"""Bits in front of the first column's in a binary row's bitmap."""


def row_writer(columns: Sequence[Column], *, binary: bool) -> Row:
    """Choose what writes the rows of a result; ``binary`` is for the answer to COM_STMT_EXECUTE."""
    return _binary(columns) if binary else _text(columns)


def _template(columns: Sequence[Column]) -> str:
    keys = (quoted(name).replace("%", "%%") for name in unique_names(column.name for column in columns))
    return "{" + ",".join(f"{key}:%s" for key in keys) + "}"


def _text(columns: Sequence[Column]) -> Row:
    template = _template(columns)
    converters = [text_converter(column) for column in columns]

    def write(data: bytes, pos: int, end: int) -> str:
        values = []
        for convert in converters:
            length = data[pos]
            if length < _NULL:
                pos += 1
                values.append(convert(data[pos : pos + length]))
                pos += length
            elif length == _NULL:
                pos += 1
                values.append("null")
            else:
                value, pos = read_string(data, pos)
                values.append(convert(value))
        if pos != end:
            raise PacketError("a row of another length")
        return template % tuple(values)

    return write


def _binary(columns: Sequence[Column]) -> Row:
    template = _template(columns)
    readers = [(binary_reader(column), 1 << number + _NULL_BITS_OFFSET) for number, column in enumerate(columns)]
    bitmap = (len(columns) + 7 + _NULL_BITS_OFFSET) // 8

    def write(data: bytes, pos: int, end: int) -> str:
        start = pos + 1
        pos = start + bitmap
        nulls = int.from_bytes(data[start:pos], "little")
        values = []
        for read, bit in readers:
            if nulls & bit:
                values.append("null")
            else:
                value, pos = read(data, pos)
                values.append(value)
        if pos != end:
            raise PacketError("a row of another length")
        return template % tuple(values)

    return write
