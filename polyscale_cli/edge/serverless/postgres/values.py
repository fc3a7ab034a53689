"""Values of PostgreSQL's text format as JSON text, one converter for each form.

integers of 16 and 32 bits, oid, floats     a number, as the server writes it
64 bits, numeric, money, and all the rest   a string of the server's text
NaN and the infinities                      a string: JSON has no such numbers
boolean                                     true, false
json, jsonb                                 embedded as it is, not a digit changed
bytea                                       base64 (RFC 4648, section 4) in a string
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable
from json.encoder import encode_basestring

Convert = Callable[[bytes], str]
"""Makes JSON text of a value that is not NULL. Raises UnicodeDecodeError for bytes that are no UTF-8, as a database in
SQL_ASCII may send them."""

_OCTAL = re.compile(rb"\\(?:([0-3][0-7]{2})|(\\))")
_NO_NUMBERS = frozenset((b"NaN", b"Infinity", b"-Infinity"))


def text(value: bytes) -> str:
    """Write a string."""
    return encode_basestring(value.decode())


def plain(value: bytes) -> str:
    """Write a string of a type whose text is never escaped: digits, letters and a few signs."""
    return f'"{value.decode()}"'


def verbatim(value: bytes) -> str:
    """Write what is JSON already."""
    return value.decode()


def boolean(value: bytes) -> str:
    """Write a boolean."""
    return "true" if value == b"t" else "false"


def floating(value: bytes) -> str:
    """Write a floating-point number."""
    return plain(value) if value in _NO_NUMBERS else value.decode()


def binary(value: bytes) -> str:
    """Write a bytea, of either output format (manual, section 8.4)."""
    if value.startswith(b"\\x"):
        octets = binascii.a2b_hex(value[2:])
    else:
        octets = _OCTAL.sub(lambda found: b"\\" if found[2] else bytes((int(found[1], 8),)), value)
    return f'"{binascii.b2a_base64(octets, newline=False).decode()}"'
