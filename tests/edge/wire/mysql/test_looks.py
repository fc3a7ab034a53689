"""What MySQL may take strings for, told by their looks."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.wire.mysql.looks import STRANGE, looks
from polyscale_cli.edge.wire.mysql.packets import PacketError, string

VAR_STRING, LONGLONG, NEWDECIMAL, DATETIME, NULL = 253, 8, 246, 12, 6


def look(*values: str) -> bytes:
    """Of some strings."""
    written = b"".join(string(value.encode()) for value in values)
    return looks(bytes((VAR_STRING,) * len(values)), b"\0", written)


@pytest.mark.parametrize(
    "alike",
    [
        ("1", "22", "+3"),
        ("-1", "-22"),
        ("1.0", "-2.50"),
        ("1e3", "2.5E-2"),
        ("2020-01-01", "1999-9-9"),
        ("2020-01-01 10:00:00", "2020-01-02T10:00:00.5"),
        ("10:00:00", "-1:2:3.25"),
        ("abc", "3f2a-5", "12 apples", "a 1"),
        ("", ""),
    ],
)
def test_strings_that_look_alike(alike: tuple[str, ...]) -> None:
    assert len(set(look(*alike))) == 1
    assert STRANGE not in look(*alike)


def test_strings_that_look_otherwise() -> None:
    found = look("1", "-1", "1.0", "1e3", "2020-01-01", "2020-01-01 10:00:00")
    assert len(set(found)) == len(found)
    assert look("10:00:00", "abc", "") not in (look("1", "1", "1"), look("abc", "abc", "abc"))


@pytest.mark.parametrize("value", [" 1", "1 ", "9" * 19, "1.2.3", ".", "a" * 5000])
def test_what_may_be_taken_for_anything(value: str) -> None:
    assert look(value) == bytes((STRANGE,))


def test_other_values_are_passed_over() -> None:
    kinds = bytes((LONGLONG, NEWDECIMAL, DATETIME, NULL, VAR_STRING))
    values = bytes(8) + string(b"10") + b"\4\1\2\3\4" + string(b"1")
    found = looks(kinds, b"\x08", values)
    assert found[0] == found[1] == found[2]
    assert found[3] == 0
    assert found[4] == look("1")[0]
    with pytest.raises((PacketError, IndexError)):
        looks(kinds, b"\x08", values[:-1])
