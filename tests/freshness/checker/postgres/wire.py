"""PostgreSQL's protocol, as much of it as a player needs (manual, sections 55.2 and 55.7)."""

from __future__ import annotations

import struct

from tests.freshness.checker.connection import Connection
from tests.freshness.checker.trap import How, Request

_LENGTH = struct.Struct("!I")


def message(code: bytes, body: bytes = b"") -> bytes:
    """Frame a body."""
    return code + _LENGTH.pack(len(body) + 4) + body


def query(sql: str) -> bytes:
    """A Query."""
    return message(b"Q", sql.encode() + b"\0")


def parse(sql: str, name: str = "") -> bytes:
    """A Parse without parameter types."""
    return message(b"P", name.encode() + b"\0" + sql.encode() + b"\0\0\0")


def run(name: str = "") -> bytes:
    """Bind without parameters, Execute, Sync."""
    bind = message(b"B", b"\0" + name.encode() + b"\0\0\0\0\0\0\0")
    return bind + message(b"E", b"\0\0\0\0\0") + message(b"S")


class PostgresConnection(Connection):
    """One session, known to the origin by its process, as BackendKeyData tells it."""

    def __init__(self, user: str, database: str, application_name: str) -> None:
        super().__init__()
        parameters = {"user": user, "database": database, "application_name": application_name}
        body = b"".join(f"{key}\0{value}\0".encode() for key, value in parameters.items()) + b"\0"
        self._startup = _LENGTH.pack(len(body) + 8) + _LENGTH.pack(196608) + body
        self._data = b""
        self._prepared: set[str] = set()
        self._preparing = ""

    def _login(self) -> None:
        if self.transport is not None:
            self.transport.write(self._startup)

    def _begin(self, request: Request) -> bytes:
        sql, how, data = request
        self._preparing = ""
        if how is How.TEXT:
            return query(sql) if data is None else query(sql) + message(b"d", data.encode()) + message(b"c")
        if how is How.PREPARED:
            return parse(sql) + run()
        name = f"s{hash(sql):x}"
        if name in self._prepared:
            return run(name)
        self._preparing = name
        return parse(sql, name) + run(name)

    def data_received(self, data: bytes) -> None:
        """Take a piece of an answer."""
        data = self._data + data if self._data else data
        answer, pos, size = self._answer, 0, len(data)
        while size - pos >= 5:
            code = data[pos]
            end = pos + 1 + _LENGTH.unpack_from(data, pos + 1)[0]
            if end > size:
                break
            if code == 0x44:
                _read_row(data, pos + 7, end, answer.values)
            elif code == 0x5A:
                self._data = data[end:]
                self._complete()
                return
            elif code == 0x31 and self._preparing:
                # One that was refused, as while its table is replaced, is there no more the next time.
                self._prepared.add(self._preparing)
                self._preparing = ""
            elif code == 0x45 and not answer.error:
                answer.error = _sqlstate(data[pos + 5 : end])
            elif code == 0x4B:
                self.session = _LENGTH.unpack_from(data, pos + 5)[0]
            pos = end
        self._data = data[pos:]


def _read_row(data: bytes, pos: int, end: int, values: list[int]) -> None:
    while pos < end:
        length = _LENGTH.unpack_from(data, pos)[0]
        pos += 4
        if length < 1 << 31:
            values.append(int(data[pos : pos + length] or b"-1"))
            pos += length


def _sqlstate(body: bytes) -> str:
    for part in body.split(b"\0"):
        if part[:1] == b"C":
            return part[1:].decode()
    return "?????"
