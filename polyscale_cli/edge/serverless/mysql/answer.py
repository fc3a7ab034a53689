"""The answer to a statement, from bytes to JSON as they come (MySQL's source documentation, "Command Phase").

An answer is an OK, an ERR, or a result set: how many columns, their definitions, rows, and an end; several of them
where SERVER_MORE_RESULTS_EXISTS is set, as after several statements, or from a procedure that selects.
"""

from __future__ import annotations

import enum
import struct

from polyscale_cli.edge.serverless.mysql.columns import Column, read_definition
from polyscale_cli.edge.serverless.mysql.rows import MALFORMED, Row, row_writer
from polyscale_cli.edge.serverless.mysql.text_values import whole
from polyscale_cli.edge.wire.mysql import packets as p
from polyscale_cli.edge.wire.mysql.capabilities import Capability, Status

_TWO_SHORTS = struct.Struct("<HH")
_LONGEST_EOF = 8
_MORE_RESULTS = int(Status.MORE_RESULTS)


class _Phase(enum.Enum):
    FIRST = enum.auto()
    DEFINITIONS = enum.auto()
    END_OF_DEFINITIONS = enum.auto()
    ROWS = enum.auto()


class AnswerToJson:
    """Bytes in, JSON out.

    Args:
        capabilities: what was negotiated.
        binary: it answers COM_STMT_EXECUTE.
        most_bytes: of which it may have; what comes beyond is not read.
        gathers: bytes up to which it is kept as it came.

    Attributes:
        done: it is complete.
        failure: the error that it ends with.
        status: the server's status flags, as last told; none before they are.
        is_too_large: it has more bytes than it may.
        size: bytes that have come.
    """

    __slots__ = (
        "_binary",
        "_chunks",
        "_columns",
        "_deprecates_eof",
        "_documents",
        "_extended",
        "_gathers",
        "_have",
        "_left",
        "_most",
        "_phase",
        "_pieces",
        "_row",
        "_rows",
        "_waiting",
        "_wanted",
        "done",
        "failure",
        "is_not_utf8",
        "is_too_large",
        "size",
        "status",
    )

    def __init__(self, capabilities: Capability, *, binary: bool, most_bytes: int, gathers: int) -> None:
        self._binary = binary
        self._deprecates_eof = Capability.DEPRECATE_EOF in capabilities
        self._extended = Capability.MARIADB_EXTENDED_METADATA in capabilities
        self._most = most_bytes
        self._gathers = gathers
        self._chunks: list[bytes] = []
        self._waiting: list[bytes] = []
        # Bytes that wait, and how many it takes to go on.
        self._have, self._wanted = 0, p.HEADER
        # Of a payload that goes on in the next packet.
        self._pieces: list[bytes] = []
        self._phase = _Phase.FIRST
        self._left = 0
        self._columns: list[Column] = []
        self._row: Row = _no_row
        self._rows: list[str] = []
        self._documents: list[str] = []
        self.size = 0
        self.status = Status(0)
        self.failure: p.Err | None = None
        self.done = self.is_too_large = self.is_not_utf8 = False

    @property
    def raw(self) -> bytes | None:
        """The answer as it came; None where it is larger than what is kept of it."""
        return b"".join(self._chunks) if self.size <= self._gathers else None

    @property
    def document(self) -> bytes:
        """A JSON array of rows; of several results an array of such."""
        documents = self._documents
        return (documents[0] if len(documents) == 1 else f"[{','.join(documents)}]").encode()

    def feed(self, data: bytes) -> None:
        """Take bytes.

        Raises:
            PacketError: they are no answer.
        """
        self.size += len(data)
        if self.size > self._most:
            self.is_too_large = self.done = True
            return
        if self.size <= self._gathers:
            self._chunks.append(data)
        else:
            self._chunks.clear()
        self._waiting.append(data)
        self._have += len(data)
        if self._have < self._wanted:
            return
        if len(self._waiting) > 1:
            data = b"".join(self._waiting)
        try:
            rest = data[self._read(data) :]
        except MALFORMED as error:
            raise p.PacketError(str(error)) from error
        if self.done and rest:
            raise p.PacketError("more than one answer")
        self._waiting = [rest] if rest else []
        self._have = len(rest)

    def _read(self, data: bytes) -> int:
        """Read all packets that are complete. Returns where the first begins that is not."""
        pos, size = 0, len(data)
        rows = self._rows
        while not self.done:
            if size - pos < p.HEADER:
                self._wanted = p.HEADER
                break
            length = data[pos] | data[pos + 1] << 8 | data[pos + 2] << 16
            start = pos + p.HEADER
            end = start + length
            if end > size:
                self._wanted = p.HEADER + length
                break
            if length == p.LARGEST or self._pieces:
                self._piece(data[start:end])
            elif self._phase is _Phase.ROWS and length and data[start] < p.EOF_HEADER:
                rows.append(self._written(data, start, end))
            else:
                self._packet(data[start:end])
            pos = end
        return pos

    def _written(self, data: bytes, start: int, end: int) -> str:
        try:
            return self._row(data, start, end)
        except UnicodeDecodeError:
            self.is_not_utf8 = True
            return "null"

    def _piece(self, piece: bytes) -> None:
        self._pieces.append(piece)
        if len(piece) < p.LARGEST:
            payload = b"".join(self._pieces)
            self._pieces.clear()
            if self._phase is not _Phase.ROWS:
                raise p.PacketError("so much is no more than a row can be")
            self._rows.append(self._written(payload, 0, len(payload)))

    def _packet(self, payload: bytes) -> None:
        if p.is_err(payload):
            self.failure = p.read_err(payload)
            self.done = True
        elif self._phase is _Phase.FIRST:
            self._first(payload)
        elif self._phase is _Phase.DEFINITIONS:
            self._define(payload)
        elif self._phase is _Phase.END_OF_DEFINITIONS:
            if payload[:1] != bytes((p.EOF_HEADER,)) or len(payload) > _LONGEST_EOF:
                raise p.PacketError("no end of the columns' definitions")
            self._phase = _Phase.ROWS
        else:
            self._end_rows(payload)

    def _first(self, payload: bytes) -> None:
        head = payload[0] if payload else p.LOCAL_INFILE_HEADER
        if head == p.OK_HEADER:
            ok = p.read_ok(payload)
            counts = f'"affectedRows":{whole(ok.affected_rows)},"insertId":{whole(ok.last_insert_id)}'
            self._documents.append(f"[{{{counts}}}]")
            self._end(ok.status)
        elif head == p.LOCAL_INFILE_HEADER:
            raise p.PacketError("the server asks for a file, which was not offered to it")
        else:
            self._left, _ = p.read_integer(payload, 0)
            self._columns = []
            self._phase = _Phase.DEFINITIONS

    def _define(self, payload: bytes) -> None:
        self._columns.append(read_definition(payload, extended=self._extended))
        self._left -= 1
        if not self._left:
            self._row = row_writer(self._columns, binary=self._binary)
            self._phase = _Phase.ROWS if self._deprecates_eof else _Phase.END_OF_DEFINITIONS

    def _end_rows(self, payload: bytes) -> None:
        if self._deprecates_eof:
            status = p.read_ok(payload).status
        elif 5 <= len(payload) <= _LONGEST_EOF:
            status = Status(_TWO_SHORTS.unpack_from(payload, 1)[1])
        else:
            raise p.PacketError("no end of the rows")
        self._documents.append(f"[{','.join(self._rows)}]")
        self._rows.clear()
        self._end(status)

    def _end(self, status: Status) -> None:
        self.status = status
        self._phase = _Phase.FIRST
        self.done = not status & _MORE_RESULTS


def _no_row(_data: bytes, _pos: int, _end: int) -> str:
    raise p.PacketError("a row without columns")
