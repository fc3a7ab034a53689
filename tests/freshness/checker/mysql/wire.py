"""The protocol of MySQL and MariaDB, as much of it as a player needs (MySQL internals, "Client/Server Protocol").

A player's user has no password, so that whatever plugin is asked for is answered with nothing.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Callable

from tests.freshness.checker.connection import Connection
from tests.freshness.checker.trap import How, Request

LONG_PASSWORD, LONG_FLAG, CONNECT_WITH_DB, LOCAL_FILES, PROTOCOL_41 = 1, 4, 8, 1 << 7, 1 << 9
TRANSACTIONS, SECURE_CONNECTION, MULTI_STATEMENTS, MULTI_RESULTS = 1 << 13, 1 << 15, 1 << 16, 1 << 17
PS_MULTI_RESULTS, PLUGIN_AUTH, DEPRECATE_EOF = 1 << 18, 1 << 19, 1 << 24
CAPABILITIES = (
    LONG_PASSWORD | LONG_FLAG | CONNECT_WITH_DB | LOCAL_FILES | PROTOCOL_41 | TRANSACTIONS | SECURE_CONNECTION
    | MULTI_STATEMENTS | MULTI_RESULTS | PS_MULTI_RESULTS | PLUGIN_AUTH
)  # fmt: skip
UTF8MB4 = 45
MORE_RESULTS = 8
QUERY, PREPARE, EXECUTE, CLOSE = b"\x03", b"\x16", b"\x17", b"\x19"
FIXED_INTEGERS = {1: struct.Struct("<b"), 2: struct.Struct("<h"), 3: struct.Struct("<i"), 8: struct.Struct("<q")}

_execution = struct.Struct("<IBI").pack
_Take = Callable[[bytes, int, int], None]


def packet(body: bytes, number: int = 0) -> bytes:
    """Frame a body that is smaller than 16 MB."""
    return len(body).to_bytes(3, "little") + bytes((number,)) + body


def _integer(data: bytes, pos: int) -> tuple[int, int]:
    """A length-encoded integer, and where it ends."""
    first = data[pos]
    if first < 0xFB:
        return first, pos + 1
    size = {0xFC: 2, 0xFD: 3, 0xFE: 8}[first]
    return int.from_bytes(data[pos + 1 : pos + 1 + size], "little"), pos + 1 + size


class MySqlConnection(Connection):
    """One session, known to the origin by its ``CONNECTION_ID()``: the greeting may be somebody else's.

    A half of them say that they can do without EOF packets, so that answers in both shapes are kept and asked for.
    """

    def __init__(self, user: str, database: str) -> None:
        super().__init__()
        self._user, self._database = user, database
        self._without_eof = random.random() < 0.5
        self._data = b""
        self._take: _Take = self._greeting
        self._left = 0
        self._types: list[int] | None = None
        self._upload = b""
        self._preparing = ""
        self._executed = 0
        self._prepared: dict[str, int] = {}
        self._forgotten: int | None = None
        self._identify = False

    # -- logging in ------------------------------------------------------------------------------------------------

    def _login(self) -> None:
        """The server speaks first."""

    def _greeting(self, data: bytes, pos: int, end: int) -> None:
        if data[pos + 4] == 0xFF:
            self._error(data, pos, end)
            return
        flags = CAPABILITIES | (DEPRECATE_EOF if self._without_eof else 0)
        names = f"{self._user}\0\0{self._database}\0mysql_native_password\0".encode()
        self._write(packet(struct.pack("<IIB23x", flags, 1 << 24, UTF8MB4) + names, data[pos + 3] + 1))
        self._take = self._authentication

    def _authentication(self, data: bytes, pos: int, end: int) -> None:
        first = data[pos + 4]
        if first == 0xFF:
            self._error(data, pos, end)
        elif first == 0xFE:
            self._write(packet(b"", data[pos + 3] + 1))
        elif first == 0:
            self._identify = True
            self._write(self._begin(Request("SELECT CONNECTION_ID()")))

    def _write(self, data: bytes) -> None:
        if self.transport is not None:
            self.transport.write(data)

    # -- requests --------------------------------------------------------------------------------------------------

    def _begin(self, request: Request) -> bytes:
        sql, how, data = request
        self._upload = (data or "").encode()
        if how is How.TEXT:
            self._types = None
            self._take = self._head
            return packet(QUERY + sql.encode())
        number = self._prepared.get(sql)
        if how is How.KEPT and number is not None:
            return self._execute(number)
        self._preparing = sql if how is How.KEPT else ""
        self._take = self._preparation
        return packet(PREPARE + sql.encode())

    def _preparation(self, data: bytes, pos: int, end: int) -> None:
        if data[pos + 4] == 0xFF:
            self._error(data, pos, end)
            return
        number, columns, parameters = struct.unpack_from("<IHH", data, pos + 5)
        if self._preparing:
            self._prepared[self._preparing] = number
        else:
            self._forgotten = number
        self._left = sum(count + (0 if self._without_eof else 1) for count in (columns, parameters) if count)
        self._take = self._prepared_definition
        self._executed = number
        if not self._left:
            self._write(self._execute(number))

    def _prepared_definition(self, data: bytes, pos: int, end: int) -> None:
        self._left -= 1
        if not self._left:
            self._write(self._execute(self._executed))

    def _execute(self, number: int) -> bytes:
        self._types = []
        self._take = self._head
        return packet(EXECUTE + _execution(number, 0, 1))

    # -- answers ---------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Take a piece of an answer."""
        data = self._data + data if self._data else data
        self._data = b""
        pos, size = 0, len(data)
        while size - pos >= 4:
            end = pos + 4 + (data[pos] | data[pos + 1] << 8 | data[pos + 2] << 16)
            if end > size:
                break
            self._take(data, pos, end)
            pos = end
        if pos < size:
            self._data = data[pos:]

    def _head(self, data: bytes, pos: int, end: int) -> None:
        first = data[pos + 4]
        if first == 0:
            self._done(data, _integer(data, _integer(data, pos + 5)[1])[1])
        elif first == 0xFF:
            self._error(data, pos, end)
        elif first == 0xFB:
            number = data[pos + 3]
            content = packet(self._upload, number + 1) if self._upload else b""
            self._write(content + packet(b"", number + (2 if content else 1)))
        else:
            self._left = first
            if self._types is not None:
                self._types = []
            self._take = self._definition

    def _definition(self, data: bytes, pos: int, end: int) -> None:
        if self._types is not None:
            # After the names comes a block of 12 bytes and its length: collation, length, type, flags, decimals, 0.
            self._types.append(data[end - 6])
        self._left -= 1
        if not self._left:
            self._take = self._row if self._without_eof else self._end_of_definitions

    def _end_of_definitions(self, data: bytes, pos: int, end: int) -> None:
        self._take = self._row

    def _row(self, data: bytes, pos: int, end: int) -> None:
        first = data[pos + 4]
        if first == 0xFE:
            if self._without_eof:
                self._done(data, _integer(data, _integer(data, pos + 5)[1])[1])
            else:
                self._done(data, pos + 7)
        elif first == 0xFF:
            self._error(data, pos, end)
        elif self._types is None:
            values, pos = self._answer.values, pos + 4
            while pos < end:
                length = data[pos]
                pos += 1
                if length != 0xFB:
                    values.append(int(data[pos : pos + length]))
                    pos += length
        else:
            self._binary_row(data, pos + 5, self._types)

    def _binary_row(self, data: bytes, pos: int, types: list[int]) -> None:
        bits, pos = pos, pos + (len(types) + 9) // 8
        for number, kind in enumerate(types, 2):
            if data[bits + number // 8] >> number % 8 & 1:
                continue
            fixed = FIXED_INTEGERS.get(kind)
            if fixed is not None:
                self._answer.values.append(fixed.unpack_from(data, pos)[0])
                pos += fixed.size
            else:
                length, pos = _integer(data, pos)
                self._answer.values.append(int(data[pos : pos + length]))
                pos += length

    def _done(self, data: bytes, status: int) -> None:
        if data[status] & MORE_RESULTS:
            self._take = self._head
        else:
            self._finish()

    def _error(self, data: bytes, pos: int, end: int) -> None:
        self._answer.error = str(int.from_bytes(data[pos + 5 : pos + 7], "little"))
        self._finish()

    def _finish(self) -> None:
        if self._forgotten is not None:
            self._write(packet(CLOSE + self._forgotten.to_bytes(4, "little")))
            self._forgotten = None
        self._take = self._unasked
        if self._identify and self._answer.values:
            self.session, self._identify = self._answer.values.pop(), False
        self._complete()

    def _unasked(self, data: bytes, pos: int, end: int) -> None:
        """A server that ends a session may say so first; the end itself tells the player."""
