"""Rows without a server: whatever the bytes are, the JSON is JSON, or there is none."""

from __future__ import annotations

import base64
import json
import struct
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.serverless.mysql.columns import Column, Type, read_definition
from polyscale_cli.edge.serverless.mysql.rows import MALFORMED, row_writer
from polyscale_cli.edge.wire.mysql.packets import PacketError, string

NULL = b"\xfb"


def column(kind: int = Type.VAR_STRING, name: str = "a", *, charset: int = 255, **more: Any) -> Column:
    """A column of this type."""
    return Column(name, kind, charset, **{"length": 20, "flags": 0, "decimals": 0, **more})


def text_row(*values: bytes | None) -> bytes:
    """A row of the text protocol."""
    return b"".join(NULL if value is None else string(value) for value in values)


def binary_row(columns: int, nulls: set[int], values: bytes) -> bytes:
    """A row of the binary protocol."""
    bits = sum(1 << number + 2 for number in nulls)
    return b"\0" + bits.to_bytes((columns + 9) // 8, "little") + values


def written(columns: list[Column], row: bytes, *, binary: bool = False) -> dict[str, Any]:
    """A row, read again; it stands in the midst of others."""
    text = row_writer(columns, binary=binary)(b"before" + row + b"behind", 6, 6 + len(row))
    read: dict[str, Any] = json.loads(text, parse_constant=pytest.fail)
    return read


ANY_COLUMN = st.builds(
    column,
    st.sampled_from([*Type, 0x60]),
    st.text(max_size=5),
    charset=st.sampled_from([63, 255]),
    flags=st.sampled_from([0, 32, 64, 256]),
    decimals=st.sampled_from([0, 2, 6, 31, 39]),
    is_json=st.booleans(),
)
LIKELY = st.sampled_from(
    [b"", b"1", b"-5", b"007", b"1e5", b"0.10", b"inf", b"nan", b"1_0", b" 1", b'{"a":1}', b"[NaN]"]
)


@given(st.lists(ANY_COLUMN, min_size=1, max_size=4), st.data())
def test_any_row_of_texts_gives_json_or_is_none(columns: list[Column], data: st.DataObject) -> None:
    values = [data.draw(st.none() | LIKELY | st.binary(max_size=300)) for _ in columns]
    try:
        read = written(columns, text_row(*values))
    except MALFORMED:
        return
    assert len(read) == len(columns)
    for found, value in zip(read.values(), values, strict=True):
        assert value is not None or found is None


@given(st.lists(ANY_COLUMN, min_size=1, max_size=10), st.binary(max_size=40))
def test_any_bytes_give_json_or_are_no_row(columns: list[Column], data: bytes) -> None:
    for binary in (False, True):
        try:
            read = written(columns, data, binary=binary)
        except MALFORMED:
            continue
        assert len(read) == len(columns)


@given(st.text(), st.binary())
def test_texts_and_bytes_come_back_as_they_were(text: str, data: bytes) -> None:
    columns = [column(name="t"), column(Type.BLOB, "b", charset=63)]
    for row, binary in (
        (text_row(text.encode(), data), False),
        (binary_row(2, set(), text_row(text.encode(), data)), True),
    ):
        read = written(columns, row, binary=binary)
        assert read["t"] == text
        assert base64.b64decode(read["b"]) == data


@given(st.integers(-(1 << 63), (1 << 63) - 1))
def test_whole_numbers_lose_no_digit(number: int) -> None:
    expected = number if abs(number) < 1 << 53 else str(number)
    columns = [column(Type.LONGLONG)]
    assert written(columns, text_row(str(number).encode()))["a"] == expected
    assert written(columns, binary_row(1, set(), struct.pack("<q", number)), binary=True)["a"] == expected


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_doubles_lose_no_digit(number: float) -> None:
    columns = [column(Type.DOUBLE, decimals=31)]
    for text in (repr(number), f"{Decimal(repr(number)):f}"):
        assert written(columns, text_row(text.encode()))["a"] == number
    assert written(columns, binary_row(1, set(), struct.pack("<d", number)), binary=True)["a"] == number


@given(st.sets(st.integers(0, 19)))
def test_nulls_are_where_the_bitmap_has_them(nulls: set[int]) -> None:
    columns = [column(Type.TINY, f"c{number}") for number in range(20)]
    values = bytes(number for number in range(20) if number not in nulls)
    read = written(columns, binary_row(20, nulls, values), binary=True)
    assert read == {f"c{number}": None if number in nulls else number for number in range(20)}


@pytest.mark.parametrize(
    ("kind", "decimals", "value", "expected"),
    [
        (Type.DATE, 0, b"\0", "0000-00-00"),
        (Type.DATE, 0, b"\4\xe8\7\2\x1d", "2024-02-29"),
        (Type.DATETIME, 0, b"\0", "0000-00-00 00:00:00"),
        (Type.DATETIME, 3, b"\4\xe8\7\2\x1d", "2024-02-29 00:00:00.000"),
        (Type.DATETIME, 39, b"\7\xe8\7\2\x1d\1\2\3", "2024-02-29 01:02:03"),
        (Type.TIMESTAMP, 39, b"\x0b\xe8\7\2\x1d\1\2\3\1\0\0\0", "2024-02-29 01:02:03.000001"),
        (Type.TIME, 0, b"\0", "00:00:00"),
        (Type.TIME, 2, b"\x0c\1\x22\0\0\0\x16\x3b\x3b\x20\xa1\7\0", "-838:59:59.50"),
        (Type.TIME, 0, b"\x08\0\1\0\0\0\1\0\0", "25:00:00"),
    ],
)
def test_moments_are_written_as_the_server_writes_them(kind: Type, decimals: int, value: bytes, expected: str) -> None:
    columns = [column(kind, decimals=decimals)]
    assert written(columns, binary_row(1, set(), value), binary=True) == {"a": expected}


@pytest.mark.parametrize("extended", [False, True])
def test_a_definition_that_is_cut_short_is_none(extended: bool) -> None:
    names = b"".join(map(string, (b"def", b"shop", b"t", b"t", b"doc", b"doc")))
    more = string(b"\0" + string(b"json") + b"\1" + string(b"json")) if extended else b""
    whole = names + more + b"\x0c\xff\0\x10\0\0\0\xfc\x10\0\0\0\0"
    read = read_definition(whole, extended=extended)
    assert (read.name, read.type, read.charset, read.is_json) == ("doc", Type.BLOB, 255, extended)
    for end in range(len(whole) - 2):
        with pytest.raises(PacketError):
            read_definition(whole[:end], extended=extended)
