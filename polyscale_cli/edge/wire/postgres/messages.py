"""Messages of PostgreSQL's frontend/backend protocol, version 3 (manual, sections 55.2 and 55.7).

Bytes only: type codes by the names of the manual, the few messages that the edge itself writes, and readers for the
fields it looks at.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

# Frontend
BIND = 0x42
CLOSE = 0x43
COPY_DATA = 0x64
COPY_DONE = 0x63
COPY_FAIL = 0x66
DESCRIBE = 0x44
EXECUTE = 0x45
FLUSH = 0x48
FUNCTION_CALL = 0x46
PARSE = 0x50
PASSWORD = 0x70
QUERY = 0x51
SYNC = 0x53
TERMINATE = 0x58

# Backend
AUTHENTICATION = 0x52
BACKEND_KEY_DATA = 0x4B
BIND_COMPLETE = 0x32
CLOSE_COMPLETE = 0x33
COMMAND_COMPLETE = 0x43
COPY_BOTH_RESPONSE = 0x57
COPY_IN_RESPONSE = 0x47
COPY_OUT_RESPONSE = 0x48
DATA_ROW = 0x44
EMPTY_QUERY_RESPONSE = 0x49
ERROR_RESPONSE = 0x45
NEGOTIATE_PROTOCOL_VERSION = 0x76
NO_DATA = 0x6E
NOTICE_RESPONSE = 0x4E
NOTIFICATION_RESPONSE = 0x41
PARAMETER_DESCRIPTION = 0x74
PARAMETER_STATUS = 0x53
PARSE_COMPLETE = 0x31
PORTAL_SUSPENDED = 0x73
READY_FOR_QUERY = 0x5A
ROW_DESCRIPTION = 0x54

IDLE = 0x49
IN_TRANSACTION = 0x54
IN_FAILED_TRANSACTION = 0x45
"""The status byte of ReadyForQuery."""

HAVE_ANSWERS = frozenset((PARSE, BIND, DESCRIBE, EXECUTE, CLOSE))
"""Messages of a client that are answered each by itself, unless they are skipped after an error."""

SYNC_MESSAGE = b"S\0\0\0\x04"
DESCRIBE_PORTAL = b"D\0\0\0\x06P\0"
"""A Describe of the unnamed portal."""

EXECUTE_ALL = b"E\0\0\0\x09\0\0\0\0\0"
"""An Execute of the unnamed portal, to its end."""

TERMINATE_MESSAGE = b"X\0\0\0\x04"
SSL_REQUEST = struct.pack(">II", 8, 80877103)
SSL_REQUEST_CODE = 80877103
GSSENC_REQUEST_CODE = 80877104
CANCEL_REQUEST_CODE = 80877102

HEADER = struct.Struct(">BI")
LENGTH = struct.Struct(">I")
_NULL = b"\xff\xff\xff\xff"

MOST_BEFORE_LOGIN = 64 * 1024
"""Bytes that a client may send ahead before it is logged in."""


def message(code: int, body: bytes) -> bytes:
    """Frame a body."""
    return HEADER.pack(code, len(body) + 4) + body


def query(text: bytes) -> bytes:
    """Write a Query."""
    return message(QUERY, text + b"\0")


def close_statement(name: bytes) -> bytes:
    """Write a Close for a prepared statement."""
    return message(CLOSE, b"S" + name + b"\0")


def close_portal(name: bytes) -> bytes:
    """Write a Close for a portal."""
    return message(CLOSE, b"P" + name + b"\0")


def parse_unnamed(text: bytes) -> bytes:
    """Write a Parse of the unnamed statement, the types of whose parameters the server finds out."""
    return message(PARSE, b"\0" + text + b"\0\0\0")


def bind_unnamed(values: Sequence[bytes | None]) -> bytes:
    """Write a Bind of the unnamed statement to the unnamed portal, with everything in text; None is NULL.

    Raises:
        struct.error: there are more than 65,535 values.
    """
    body = b"".join(_NULL if value is None else LENGTH.pack(len(value)) + value for value in values)
    return message(BIND, struct.pack(">4xH", len(values)) + body + b"\0\0")


def password(answer: bytes) -> bytes:
    """Write a PasswordMessage: a password or its hash."""
    return message(PASSWORD, answer + b"\0")


def sasl_initial_response(mechanism: str, response: bytes) -> bytes:
    """Write a SASLInitialResponse."""
    return message(PASSWORD, mechanism.encode() + b"\0" + LENGTH.pack(len(response)) + response)


def sasl_response(response: bytes) -> bytes:
    """Write a SASLResponse."""
    return message(PASSWORD, response)


def copy_fail(why: str) -> bytes:
    """Write a CopyFail."""
    return message(COPY_FAIL, why.encode() + b"\0")


def ready_for_query(status: int) -> bytes:
    """Write a ReadyForQuery."""
    return message(READY_FOR_QUERY, bytes((status,)))


def error_response(
    severity: str, sqlstate: str, text: str, *, detail: str | None = None, hint: str | None = None
) -> bytes:
    """Write an ErrorResponse (manual, section 55.8, for the fields)."""
    fields = [("S", severity), ("V", severity), ("C", sqlstate), ("M", text)]
    if detail:
        fields.append(("D", detail))
    if hint:
        fields.append(("H", hint))
    body = b"".join(key.encode() + value.encode().replace(b"\0", b"") + b"\0" for key, value in fields)
    return message(ERROR_RESPONSE, body + b"\0")


def error_fields(body: bytes) -> dict[str, str]:
    """Read the fields of an ErrorResponse or NoticeResponse."""
    fields = {}
    for field in body.split(b"\0"):
        if field:
            fields[chr(field[0])] = field[1:].decode("utf-8", "replace")
    return fields


def parameter_status(body: bytes) -> tuple[str, str]:
    """Read the name and value of a ParameterStatus."""
    name, _, rest = body.partition(b"\0")
    return name.decode("utf-8", "replace"), rest.partition(b"\0")[0].decode("utf-8", "replace")


def first_column(body: bytes) -> bytes | None:
    """Read the first column of a DataRow; None for NULL.

    Raises:
        struct.error: the row is cut short.
    """
    (length,) = struct.unpack_from(">i", body, 2)
    return None if length < 0 else body[6 : 6 + length]
