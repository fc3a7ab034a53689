"""A client of MySQL's and MariaDB's protocol that sends and reads single packets, for what no driver would ever do.

It logs in as a user without a password, so that whatever plugin a server asks for is answered with nothing.
"""

from __future__ import annotations

import enum
import socket
import struct
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

MOST = 0xFFFFFF
"""Bytes of a packet; one that is full is continued in the next."""


class Flag(enum.IntFlag):
    """Capabilities (MySQL internals, "Capabilities Flags")."""

    LONG_PASSWORD = 1
    FOUND_ROWS = 1 << 1
    LONG_FLAG = 1 << 2
    CONNECT_WITH_DB = 1 << 3
    LOCAL_FILES = 1 << 7
    PROTOCOL_41 = 1 << 9
    TRANSACTIONS = 1 << 13
    SECURE_CONNECTION = 1 << 15
    MULTI_STATEMENTS = 1 << 16
    MULTI_RESULTS = 1 << 17
    PS_MULTI_RESULTS = 1 << 18
    PLUGIN_AUTH = 1 << 19
    CONNECT_ATTRS = 1 << 20
    SESSION_TRACK = 1 << 23
    DEPRECATE_EOF = 1 << 24
    QUERY_ATTRIBUTES = 1 << 27
    # MariaDB's own, which it looks at where LONG_PASSWORD is not said.
    BULK_OPERATIONS = 1 << 34
    EXTENDED_METADATA = 1 << 35
    BULK_UNIT_RESULTS = 1 << 37


USUAL = (
    Flag.LONG_PASSWORD | Flag.LONG_FLAG | Flag.LOCAL_FILES | Flag.PROTOCOL_41 | Flag.TRANSACTIONS
    | Flag.SECURE_CONNECTION | Flag.MULTI_STATEMENTS | Flag.MULTI_RESULTS | Flag.PS_MULTI_RESULTS | Flag.PLUGIN_AUTH
)  # fmt: skip
UTF8MB4 = 45


class Command(enum.IntEnum):
    """The first byte of a command (MySQL internals, "Command Phase")."""

    QUIT = 0x01
    INIT_DB = 0x02
    QUERY = 0x03
    FIELD_LIST = 0x04
    STATISTICS = 0x09
    PROCESS_KILL = 0x0C
    DEBUG = 0x0D
    PING = 0x0E
    CHANGE_USER = 0x11
    PREPARE = 0x16
    EXECUTE = 0x17
    SEND_LONG_DATA = 0x18
    CLOSE = 0x19
    RESET = 0x1A
    SET_OPTION = 0x1B
    FETCH = 0x1C
    RESET_CONNECTION = 0x1F
    BULK_EXECUTE = 0xFA


MORE_RESULTS, CURSOR_EXISTS = 0x08, 0x40


@dataclass(frozen=True, slots=True)
class Packet:
    """What the server sent, put together where it was too much for one."""

    number: int
    body: bytes

    @property
    def head(self) -> int:
        """The first byte, by which kinds of packets differ; -1 in an empty one."""
        return self.body[0] if self.body else -1

    @property
    def is_error(self) -> bool:
        return self.head == 0xFF

    @property
    def error(self) -> str:
        """An ERR packet's SQLSTATE and message."""
        return self.body[4:].decode(errors="replace") if self.body[3:4] == b"#" else self.body[3:].decode()

    @property
    def code(self) -> int:
        """An ERR packet's number."""
        return int.from_bytes(self.body[1:3], "little")


def framed(body: bytes, number: int = 0) -> bytes:
    """A body in as many packets as it takes."""
    made = b""
    while True:
        piece, body = body[:MOST], body[MOST:]
        made += len(piece).to_bytes(3, "little") + bytes((number & 0xFF,)) + piece
        number += 1
        if len(piece) < MOST:
            return made


def integer(data: bytes, at: int) -> tuple[int | None, int]:
    """A length-encoded integer, None for NULL, and where it ends."""
    first = data[at]
    if first < 0xFB:
        return first, at + 1
    if first == 0xFB:
        return None, at + 1
    size = {0xFC: 2, 0xFD: 3, 0xFE: 8}[first]
    return int.from_bytes(data[at + 1 : at + 1 + size], "little"), at + 1 + size


def status(body: bytes) -> int:
    """The server's status in an OK packet, or in one that looks like it at the end of rows."""
    at = integer(body, integer(body, 1)[1])[1]
    return int.from_bytes(body[at : at + 2], "little")


def text_row(body: bytes) -> tuple[bytes | None, ...]:
    """The columns of a row in text."""
    found: list[bytes | None] = []
    at = 0
    while at < len(body):
        length, at = integer(body, at)
        found.append(None if length is None else body[at : at + length])
        at += length or 0
    return tuple(found)


def login_packet(
    user: str, database: str | None, flags: Flag = USUAL, *, secret: bytes = b"", plugin: str = "mysql_native_password",
    attributes: bytes = b"", charset: int = UTF8MB4,
) -> bytes:  # fmt: skip
    """The body of a HandshakeResponse41."""
    if database is not None:
        flags |= Flag.CONNECT_WITH_DB
    body = struct.pack("<IIB19xI", flags & 0xFFFF_FFFF, 1 << 24, charset, flags >> 32)
    body += user.encode() + b"\0" + bytes((len(secret),)) + secret
    if database is not None:
        body += database.encode() + b"\0"
    if Flag.PLUGIN_AUTH in flags:
        body += plugin.encode() + b"\0"
    if Flag.CONNECT_ATTRS in flags:
        body += bytes((len(attributes),)) + attributes
    return body


@dataclass(slots=True)
class Answer:
    """All that a command was answered: rows of all its results, and the error that came instead or behind them."""

    rows: tuple[tuple[bytes | None, ...], ...] = ()
    error: int | None = None
    message: str = field(default="", compare=False)


class RawMySql:
    """A connection. A read that takes longer than ``timeout`` seconds fails the test."""

    def __init__(self, at: int | Path, *, timeout: float = 30) -> None:
        if isinstance(at, int):
            self.socket = socket.create_connection(("127.0.0.1", at), timeout=timeout)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        else:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(timeout)
            self.socket.connect(str(at))
        self.flags = USUAL
        self._buffer = bytearray()

    def __enter__(self) -> RawMySql:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.socket.close()

    def send(self, body: bytes, number: int = 0) -> None:
        """Send one body."""
        self.socket.sendall(framed(body, number))

    def receive(self) -> Packet:
        """The next body. Raises EOFError when the server has closed."""
        body, full = b"", True
        while full:
            length = int.from_bytes(self._take(3), "little")
            number = self._take(1)[0]
            body += self._take(length)
            full = length == MOST
        return Packet(number, body)

    def _take(self, size: int) -> bytes:
        while len(self._buffer) < size:
            data = self.socket.recv(1 << 16)
            if not data:
                raise EOFError("the server closed the connection")
            self._buffer += data
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def login(self, user: str, database: str | None = None, flags: Flag = USUAL) -> Packet:
        """Log in without a password; the last packet, OK or ERR."""
        self.flags = flags
        heard = self.receive()
        if heard.is_error:
            return heard
        self.send(login_packet(user, database, flags), heard.number + 1)
        heard = self.receive()
        while heard.head == 0xFE:
            self.send(b"", heard.number + 1)
            heard = self.receive()
        return heard

    # -- commands ----------------------------------------------------------------------------------------------------

    def query(self, sql: str, upload: bytes = b"") -> Answer:
        """COM_QUERY; ``upload`` is what LOAD DATA LOCAL asks for."""
        self.send(bytes((Command.QUERY,)) + sql.encode())
        return self.results(upload)

    def prepare(self, sql: str) -> int:
        """COM_STMT_PREPARE; the statement's number. Raises AssertionError with the server's words."""
        self.send(bytes((Command.PREPARE,)) + sql.encode())
        heard = self.receive()
        assert not heard.is_error, f"{sql}: {heard.error}"
        number, columns, parameters = struct.unpack_from("<IHH", heard.body, 1)
        for count in (parameters, columns):
            for _ in range(count + (1 if count and Flag.DEPRECATE_EOF not in self.flags else 0)):
                self.receive()
        return int(number)

    def execute(self, statement: int, *values: str) -> Answer:
        """COM_STMT_EXECUTE with parameters in text; rows stay as they are on the wire, in one column."""
        self.send(execution(statement, *values))
        return self.results(binary=True)

    def close_statement(self, statement: int) -> None:
        """COM_STMT_CLOSE, which is not answered."""
        self.send(bytes((Command.CLOSE,)) + statement.to_bytes(4, "little"))

    def command(self, command: Command, body: bytes = b"") -> Packet:
        """Any that is answered with one packet."""
        self.send(bytes((command,)) + body)
        return self.receive()

    def results(self, upload: bytes = b"", *, binary: bool = False) -> Answer:
        """Read all results of a command."""
        rows: list[tuple[bytes | None, ...]] = []
        while True:
            heard = self.receive()
            if heard.head == 0xFB:
                if upload:
                    self.send(upload, heard.number + 1)
                self.send(b"", heard.number + (2 if upload else 1))
                continue
            if heard.is_error:
                return Answer(tuple(rows), heard.code, heard.error)
            if heard.head == 0:
                state = status(heard.body)
            else:
                last = self._rows(int(integer(heard.body, 0)[0] or 0), rows, binary=binary)
                if last.is_error:
                    return Answer(tuple(rows), last.code, last.error)
                bare = Flag.DEPRECATE_EOF in self.flags
                state = status(last.body) if bare else int.from_bytes(last.body[3:5], "little")
            if not state & MORE_RESULTS:
                return Answer(tuple(rows))

    def _rows(self, columns: int, rows: list[tuple[bytes | None, ...]], *, binary: bool) -> Packet:
        """Read a result's rows, its columns before them; what ends them."""
        bare = Flag.DEPRECATE_EOF in self.flags
        for _ in range(columns + (0 if bare else 1)):
            self.receive()
        while True:
            heard = self.receive()
            if heard.is_error or (heard.head == 0xFE and len(heard.body) < (MOST if bare else 9)):
                return heard
            rows.append((heard.body,) if binary else text_row(heard.body))


def execution(statement: int, *values: str | bytes | None, cursor: int = 0, bind: bool = True) -> bytes:
    """A COM_STMT_EXECUTE with parameters as VAR_STRING; without ``bind`` their types are those sent before."""
    body = bytes((Command.EXECUTE,)) + struct.pack("<IBI", statement, cursor, 1)
    if values:
        nulls = sum(1 << number for number, value in enumerate(values) if value is None)
        body += nulls.to_bytes((len(values) + 7) // 8, "little") + bytes((bind,))
        if bind:
            body += b"\xfd\0" * len(values)
        for value in values:
            if value is not None:
                data = value.encode() if isinstance(value, str) else value
                body += long_string(data)
    return body


def long_string(data: bytes) -> bytes:
    """A length-encoded string."""
    size = len(data)
    if size < 0xFB:
        return bytes((size,)) + data
    if size < 1 << 16:
        return b"\xfc" + size.to_bytes(2, "little") + data
    return b"\xfd" + size.to_bytes(3, "little") + data


def succeeded(sql: str, answer: Answer) -> Answer:
    """The answer, unless it is an error."""
    assert answer.error is None, f"{sql}: {answer.error} {answer.message}"
    return answer


def run(client: RawMySql, *statements: str) -> None:
    """Have statements carried out, each in a COM_QUERY."""
    for sql in statements:
        succeeded(sql, client.query(sql))
