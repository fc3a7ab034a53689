"""Packets, and what is common to all of them: numbers and strings, OK, ERR and EOF (MySQL's source documentation,
"MySQL Packets", "Protocol Basics" and "Generic Response Packets").

A packet is 3 bytes of length, 1 byte of sequence id, and a payload. A payload of 16 MB - 1 or more goes on in the next
packet, up to one that is shorter. "Payload" below is what is left when that has been undone.
"""

from __future__ import annotations

import enum
import struct
from dataclasses import dataclass

from polyscale_cli.edge.wire.mysql.capabilities import Status

HEADER = 4
LARGEST = 0xFF_FF_FF
"""Bytes of payload in one packet; one of just this length is continued in the next, be that empty."""

NO_ATTRIBUTES = b"\0\1"
"""How COM_QUERY begins under QUERY_ATTRIBUTES where there are none: no parameters, one set of them."""

OK_HEADER = 0x00
LOCAL_INFILE_HEADER = 0xFB
EOF_HEADER = 0xFE
ERR_HEADER = 0xFF
"""The first byte of a payload that answers a command."""

_HEAD = struct.Struct("<I")
_SHORT = struct.Struct("<H")
_TWO_SHORTS = struct.Struct("<HH")


class Command(enum.IntEnum):
    """The first byte of a command (MySQL's "enum_server_command"; MariaDB's own from 0xFA)."""

    SLEEP = 0x00
    QUIT = 0x01
    INIT_DB = 0x02
    QUERY = 0x03
    FIELD_LIST = 0x04
    CREATE_DB = 0x05
    DROP_DB = 0x06
    REFRESH = 0x07
    SHUTDOWN = 0x08
    STATISTICS = 0x09
    PROCESS_INFO = 0x0A
    CONNECT = 0x0B
    PROCESS_KILL = 0x0C
    DEBUG = 0x0D
    PING = 0x0E
    TIME = 0x0F
    DELAYED_INSERT = 0x10
    CHANGE_USER = 0x11
    BINLOG_DUMP = 0x12
    TABLE_DUMP = 0x13
    CONNECT_OUT = 0x14
    REGISTER_SLAVE = 0x15
    STMT_PREPARE = 0x16
    STMT_EXECUTE = 0x17
    STMT_SEND_LONG_DATA = 0x18
    STMT_CLOSE = 0x19
    STMT_RESET = 0x1A
    SET_OPTION = 0x1B
    STMT_FETCH = 0x1C
    DAEMON = 0x1D
    BINLOG_DUMP_GTID = 0x1E
    RESET_CONNECTION = 0x1F
    CLONE = 0x20
    SUBSCRIBE_GROUP_REPLICATION_STREAM = 0x21
    STMT_BULK_EXECUTE = 0xFA


class PacketError(ValueError):
    """Bytes that are no packet of this protocol, or one that is cut short."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One payload with the sequence ids of its first and its last packet; they differ from 16 MB on."""

    payload: bytes
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Ok:
    """OK_Packet, also where it stands for an EOF_Packet.

    Attributes:
        changes: session state changes as they came.
    """

    affected_rows: int = 0
    last_insert_id: int = 0
    status: Status = Status.AUTOCOMMIT
    warnings: int = 0
    info: bytes = b""
    changes: bytes = b""


@dataclass(frozen=True, slots=True)
class Err:
    """ERR_Packet. ``sqlstate`` is empty where the server did not know yet that its client understands one."""

    code: int
    sqlstate: str
    message: str


# --- framing


def packet(payload: bytes, sequence: int) -> bytes:
    """Frame a payload; from 16 MB - 1 on that takes several packets."""
    length = len(payload)
    if length < LARGEST:
        return _HEAD.pack(length | sequence << 24) + payload
    parts = []
    for start in range(0, length + 1, LARGEST):
        part = payload[start : start + LARGEST]
        parts.append(_HEAD.pack(len(part) | (sequence & 0xFF) << 24))
        parts.append(part)
        sequence += 1
    return b"".join(parts)


def packet_end(data: bytes, start: int = 0) -> int | None:
    """Give the position after the one packet that begins at ``start``; None while it is incomplete."""
    if len(data) - start < HEADER:
        return None
    end = start + HEADER + (_HEAD.unpack_from(data, start)[0] & LARGEST)
    return end if end <= len(data) else None


def read_packet(data: bytes, start: int = 0) -> tuple[Packet, int] | None:
    """Read one payload, continuations included, and the position after it; None while it is incomplete.

    Raises:
        PacketError: the continuations are not numbered one after the other.
    """
    end = packet_end(data, start)
    if end is None:
        return None
    first = last = data[start + 3]
    if end - start - HEADER < LARGEST:
        return Packet(data[start + HEADER : end], first, first), end
    parts = [data[start + HEADER : end]]
    while len(parts[-1]) == LARGEST:
        start = end
        end = packet_end(data, start)
        if end is None:
            return None
        last = (last + 1) & 0xFF
        if data[start + 3] != last:
            raise PacketError("packets out of order")
        parts.append(data[start + HEADER : end])
    return Packet(b"".join(parts), first, last), end


# --- numbers and strings


def read_integer(data: bytes, pos: int) -> tuple[int, int]:
    """Read a length-encoded integer, and give the position after it.

    Raises:
        PacketError: it is cut short, or the byte means NULL or an error.
    """
    try:
        head = data[pos]
    except IndexError:
        raise PacketError("a packet is cut short") from None
    if head < 0xFB:
        return head, pos + 1
    size = _SIZES.get(head)
    if size is None:
        raise PacketError("no length-encoded integer")
    end = pos + 1 + size
    if end > len(data):
        raise PacketError("a packet is cut short")
    return int.from_bytes(data[pos + 1 : end], "little"), end


_SIZES = {0xFC: 2, 0xFD: 3, 0xFE: 8}


def integer(value: int) -> bytes:
    """Write a length-encoded integer."""
    if value < 0xFB:
        return bytes((value,))
    if value < 1 << 16:
        return b"\xfc" + value.to_bytes(2, "little")
    if value < 1 << 24:
        return b"\xfd" + value.to_bytes(3, "little")
    return b"\xfe" + value.to_bytes(8, "little")


def read_string(data: bytes, pos: int) -> tuple[bytes, int]:
    """Read a length-encoded string, and give the position after it.

    Raises:
        PacketError: it is cut short or NULL.
    """
    length, pos = read_integer(data, pos)
    if pos + length > len(data):
        raise PacketError("a packet is cut short")
    return data[pos : pos + length], pos + length


def read_column(data: bytes, pos: int) -> tuple[bytes | None, int]:
    """Read a column of a text row, and give the position after it; None for NULL.

    Raises:
        PacketError: it is cut short.
    """
    if data[pos : pos + 1] == b"\xfb":
        return None, pos + 1
    return read_string(data, pos)


def read_columns(row: bytes) -> list[bytes | None]:
    """Read all columns of a text row ("ProtocolText::ResultsetRow").

    Raises:
        PacketError: it is cut short.
    """
    columns = []
    pos = 0
    while pos < len(row):
        column, pos = read_column(row, pos)
        columns.append(column)
    return columns


def string(value: bytes) -> bytes:
    """Write a length-encoded string."""
    return integer(len(value)) + value


def read_until_nul(data: bytes, pos: int) -> tuple[bytes, int]:
    """Read a string up to a NUL byte, and give the position after that.

    Raises:
        PacketError: there is none.
    """
    end = data.find(b"\0", pos)
    if end < 0:
        raise PacketError("a string has no end")
    return data[pos:end], end + 1


# --- OK, ERR, EOF


def read_ok(payload: bytes) -> Ok:
    """Read an OK_Packet under PROTOCOL_41, whatever its first byte.

    Raises:
        PacketError: it is cut short.
    """
    affected, pos = read_integer(payload, 1)
    last_insert_id, pos = read_integer(payload, pos)
    if pos + 4 > len(payload):
        raise PacketError("a packet is cut short")
    status, warnings = _TWO_SHORTS.unpack_from(payload, pos)
    pos += 4
    info = changes = b""
    if pos < len(payload):
        try:
            info, pos = read_string(payload, pos)
        except PacketError:
            # Without SESSION_TRACK it may be a string up to the end.
            info, pos = payload[pos:], len(payload)
    if status & Status.SESSION_STATE_CHANGED and pos < len(payload):
        changes, pos = read_string(payload, pos)
    return Ok(affected, last_insert_id, Status(status), warnings, info, changes)


def ok_payload(ok: Ok, *, header: int = OK_HEADER, tracked: bool = False) -> bytes:
    """Write the payload of an OK_Packet; ``tracked`` is whether SESSION_TRACK was negotiated."""
    payload = bytes((header,)) + integer(ok.affected_rows) + integer(ok.last_insert_id)
    payload += _TWO_SHORTS.pack(ok.status, ok.warnings)
    if ok.info or ok.changes:
        payload += string(ok.info)
    if tracked and ok.status & Status.SESSION_STATE_CHANGED:
        payload += string(ok.changes)
    return payload


def ok(sequence: int, status: Status = Status.AUTOCOMMIT, *, header: int = OK_HEADER) -> bytes:
    """Write an OK_Packet that says no more than that it is one, and the status."""
    return packet(ok_payload(Ok(status=status), header=header), sequence)


def is_err(payload: bytes) -> bool:
    """Whether a payload is an ERR_Packet."""
    return payload[:1] == b"\xff"


def read_err(payload: bytes) -> Err:
    """Read an ERR_Packet.

    Raises:
        PacketError: it is cut short.
    """
    if len(payload) < 3:
        raise PacketError("a packet is cut short")
    (code,) = _SHORT.unpack_from(payload, 1)
    sqlstate = ""
    pos = 3
    if payload[3:4] == b"#" and len(payload) >= 9:
        sqlstate, pos = payload[4:9].decode("latin-1"), 9
    return Err(code, sqlstate, payload[pos:].decode("utf-8", "replace"))


def err(code: int, sqlstate: str, message: str, sequence: int) -> bytes:
    """Write an ERR_Packet; without an SQLSTATE in the form that a client gets before it has said what it can do."""
    state = b"#" + sqlstate.encode("latin-1") if sqlstate else b""
    return packet(b"\xff" + _SHORT.pack(code) + state + message.encode("utf-8", "replace"), sequence)


def eof(sequence: int, status: Status = Status.AUTOCOMMIT, warnings: int = 0) -> bytes:
    """Write an EOF_Packet."""
    return packet(b"\xfe" + _TWO_SHORTS.pack(warnings, status), sequence)
