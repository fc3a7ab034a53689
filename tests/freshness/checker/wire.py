"""A client of few words: requests out, whole answers in, on one event loop with hundreds like it.

Drivers are tried elsewhere; here each read may cost a few microseconds, for millions are to be judged.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

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


def copy_in(table: str, rows: str) -> bytes:
    """A COPY with its data right behind it."""
    return query(f"COPY {table} FROM STDIN") + message(b"d", rows.encode()) + message(b"c")


@dataclass(slots=True)
class Answer:
    """Everything up to one ReadyForQuery.

    Attributes:
        values: all columns of all rows, in order.
        error: the SQLSTATE of the first error; ``lost`` when the connection ended first.
        status: of the ReadyForQuery.
    """

    values: list[int] = field(default_factory=list)
    error: str = ""
    status: bytes = b""


LOST = "lost"


class Connection(asyncio.Protocol):
    """One session. ``pid`` is the origin's process, as BackendKeyData tells it."""

    def __init__(self, user: str, database: str, application_name: str) -> None:
        parameters = {"user": user, "database": database, "application_name": application_name}
        body = b"".join(f"{key}\0{value}\0".encode() for key, value in parameters.items()) + b"\0"
        self._startup = _LENGTH.pack(len(body) + 8) + _LENGTH.pack(196608) + body
        self._data = b""
        self._answer = Answer()
        self._then: Callable[[Answer], None] = lambda _: None
        self.transport: asyncio.Transport | None = None
        self.ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.pid = 0
        self.prepared: set[str] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Log in; the server must trust us."""
        self.transport = cast(asyncio.Transport, transport)
        self._then = self._logged_in
        self.transport.write(self._startup)

    def _logged_in(self, answer: Answer) -> None:
        if not self.ready.done():
            self.ready.set_result(answer.error)

    def send(self, request: bytes, then: Callable[[Answer], None]) -> None:
        """Send a request and have its answer given to ``then``. One at a time."""
        self._then = then
        if self.transport is None or self.transport.is_closing():
            asyncio.get_running_loop().call_soon(self._lose)
        else:
            self.transport.write(request)

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
                answer.status = data[end - 1 : end]
                self._answer, self._data = Answer(), data[end:]
                self._then(answer)
                return
            elif code == 0x45 and not answer.error:
                answer.error = _sqlstate(data[pos + 5 : end])
            elif code == 0x4B:
                self.pid = _LENGTH.unpack_from(data, pos + 5)[0]
            pos = end
        self._data = data[pos:]

    def connection_lost(self, error: Exception | None) -> None:
        """Say so to whoever waits."""
        self.transport = None
        self._lose()

    def _lose(self) -> None:
        answer, self._answer = self._answer, Answer()
        answer.error = answer.error or LOST
        then, self._then = self._then, lambda _: None
        answer.status = b""
        then(answer)

    def cut(self) -> None:
        """Break the connection, as a process does that is killed."""
        if self.transport is not None:
            self.transport.abort()


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
