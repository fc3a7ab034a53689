"""A client that sends and reads single protocol messages, for what no driver would ever do."""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the server: type letter and body."""

    kind: str
    body: bytes

    @property
    def fields(self) -> dict[str, str]:
        """The fields of an ErrorResponse or NoticeResponse, by letter (manual, section 55.8)."""
        return {part[:1].decode(): part[1:].decode() for part in self.body.split(b"\0") if part}

    @property
    def values(self) -> list[str | None]:
        """The columns of a DataRow in text."""
        (count,) = struct.unpack_from("!h", self.body)
        found: list[str | None] = []
        at = 2
        for _ in range(count):
            (length,) = struct.unpack_from("!i", self.body, at)
            at += 4
            found.append(None if length < 0 else self.body[at : at + length].decode())
            at += max(0, length)
        return found


def message(kind: str, body: bytes = b"") -> bytes:
    """One message of the client."""
    return kind.encode() + struct.pack("!i", len(body) + 4) + body


def query(sql: str) -> bytes:
    return message("Q", sql.encode() + b"\0")


def parse(sql: str, name: str = "") -> bytes:
    return message("P", name.encode() + b"\0" + sql.encode() + b"\0" + struct.pack("!h", 0))


def bind(*values: str, statement: str = "", portal: str = "") -> bytes:
    body = portal.encode() + b"\0" + statement.encode() + b"\0" + struct.pack("!hh", 0, len(values))
    for value in values:
        body += struct.pack("!i", len(value.encode())) + value.encode()
    return message("B", body + struct.pack("!h", 0))


def describe(name: str = "", kind: str = "P") -> bytes:
    return message("D", kind.encode() + name.encode() + b"\0")


def execute(portal: str = "", limit: int = 0) -> bytes:
    return message("E", portal.encode() + b"\0" + struct.pack("!i", limit))


def close(name: str, kind: str = "S") -> bytes:
    return message("C", kind.encode() + name.encode() + b"\0")


SYNC = message("S")
FLUSH = message("H")
TERMINATE = message("X")


def startup_packet(parameters: dict[str, str], version: int = 196608) -> bytes:
    body = struct.pack("!i", version)
    for key, value in parameters.items():
        body += key.encode() + b"\0" + value.encode() + b"\0"
    return struct.pack("!i", len(body) + 5) + body + b"\0"


@dataclass(slots=True)
class RawClient:
    """A connection. A read that takes longer than `timeout` seconds fails the test."""

    port: int
    host: str = "127.0.0.1"
    timeout: float = 30
    socket: socket.socket = field(init=False)
    buffer: bytearray = field(init=False, default_factory=bytearray)
    key: bytes = field(init=False, default=b"")

    def __enter__(self) -> RawClient:
        self.socket = socket.create_connection((self.host, self.port), timeout=self.timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.socket.close()

    def send(self, *parts: bytes) -> None:
        """Send bytes, all at once."""
        self.socket.sendall(b"".join(parts))

    def login(self, **parameters: str) -> list[Message]:
        """Start up as a role that needs no password; everything up to the first ReadyForQuery."""
        self.send(startup_packet(parameters))
        found = self.until("Z")
        self.key = next((each.body for each in found if each.kind == "K"), b"")
        return found

    def receive(self) -> Message:
        """The next message. Raises EOFError when the server has closed."""
        while len(self.buffer) < 5 or len(self.buffer) < self._length():
            data = self.socket.recv(1 << 16)
            if not data:
                raise EOFError("the server closed the connection")
            self.buffer += data
        length = self._length()
        found = Message(chr(self.buffer[0]), bytes(self.buffer[5:length]))
        del self.buffer[:length]
        return found

    def _length(self) -> int:
        return 1 + int.from_bytes(self.buffer[1:5], "big")

    def until(self, kind: str) -> list[Message]:
        """All messages up to one of that kind, it included. A FATAL error ends it too."""
        found = [self.receive()]
        while found[-1].kind != kind:
            if found[-1].kind == "E" and found[-1].fields["S"] in {"FATAL", "PANIC"}:
                break
            found.append(self.receive())
        return found

    def rest(self) -> list[Message]:
        """Everything until the server closes."""
        found = []
        while True:
            try:
                found.append(self.receive())
            except (EOFError, ConnectionResetError):
                return found


def kinds(messages: Sequence[Message]) -> str:
    """Their type letters in a row."""
    return "".join(each.kind for each in messages)


def rows(messages: Sequence[Message]) -> list[list[str | None]]:
    """The DataRows among them."""
    return [each.values for each in messages if each.kind == "D"]


def errors(messages: Sequence[Message]) -> list[str]:
    """The sqlstates of the errors among them."""
    return [each.fields["C"] for each in messages if each.kind == "E"]
