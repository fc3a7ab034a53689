"""A session that asks as sysbench does and shows the packets that come back.

PyMySQL logs in; after that it is not in the way.

MySQL's manual of the client/server protocol: "Command Phase", COM_QUERY, COM_STMT_PREPARE and COM_STMT_EXECUTE.
"""

from __future__ import annotations

import os
import socket
import struct
from types import TracebackType

import pymysql

from benchmarks.mysql.sysbench import Protocol
from benchmarks.mysql.targets import DATABASE
from benchmarks.target import Target
from tests.servers.process import ServerError

_COM_QUERY, _COM_STMT_PREPARE, _COM_STMT_EXECUTE = 0x03, 0x16, 0x17
_OK, _END, _ERROR = 0x00, 0xFE, 0xFF
_LONG = 3
_READ = "SELECT c FROM sbtest1 WHERE id="


class Session:
    """Logged in, until it is left."""

    def __init__(self, target: Target) -> None:
        # Neither SET AUTOCOMMIT nor SET NAMES: sysbench sends none.
        self._login = pymysql.connect(
            host="127.0.0.1", port=target.port, user=target.user, database=DATABASE, autocommit=None, ssl_disabled=True
        )
        self._socket = socket.socket(fileno=os.dup(self._login._sock.fileno()))
        self._socket.settimeout(30)
        self._stream = self._socket.makefile("rb")
        self._statement: int | None = None

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Say goodbye."""
        self._stream.close()
        self._socket.close()
        self._login.close()

    def read(self, protocol: str, key: int) -> list[bytes]:
        """One key: the packets of the answer without their headers. Raises ServerError with the server's words."""
        if protocol == Protocol.TEXT:
            self._send(_COM_QUERY, f"{_READ}{key}".encode())
        else:
            if self._statement is None:
                self._statement = self._prepare()
            # No cursor, one execution, no NULL, one new parameter.
            body = struct.pack("<IBIBBHi", self._statement, 0, 1, 0, 1, _LONG, key)
            self._send(_COM_STMT_EXECUTE, body)
        return [self._packet(), *self._until_end(), *self._until_end()]

    def _prepare(self) -> int:
        self._send(_COM_STMT_PREPARE, f"{_READ}?".encode())
        number, columns, parameters = struct.unpack_from("<IHH", self._packet(), 1)
        for described in (parameters, columns):
            if described:
                self._until_end()
        return int(number)

    def _send(self, command: int, body: bytes) -> None:
        self._socket.sendall((len(body) + 1).to_bytes(3, "little") + b"\0" + bytes([command]) + body)

    def _until_end(self) -> list[bytes]:
        packets = [self._packet()]
        while packets[-1][0] != _END or len(packets[-1]) > 5:
            packets.append(self._packet())
        return packets

    def _packet(self) -> bytes:
        header = self._stream.read(4)
        packet = self._stream.read(int.from_bytes(header[:3], "little"))
        if len(header) < 4 or not packet:
            raise ServerError("the connection was closed")
        if packet[0] == _ERROR:
            raise ServerError(packet[3:].decode(errors="replace"))
        return packet
