"""The origin's stream, read as far as needed: where an answer ends, and what it says of the session.

An answer is an OK, an ERR, or a result set: the number of columns, their definitions, the rows, and an EOF, which a
server that was asked to writes as an OK; several of them where SERVER_MORE_RESULTS_EXISTS is set (MySQL source
documentation, "Command Phase: Text Protocol", "Prepared Statements").
"""

from __future__ import annotations

import enum
from struct import Struct

from polyscale_cli.edge.wire.mysql import packets as p
from polyscale_cli.edge.wire.mysql.capabilities import Status

_LONGEST_EOF = 8
_SHORTEST_EOF = 5
_MORE_RESULTS = int(Status.MORE_RESULTS)
_CURSOR_EXISTS = int(Status.CURSOR_EXISTS)
_EOF_PACKET, _EOF_LENGTH = 9, b"\5\0\0"
_OK_PACKET, _OK_LENGTH = 11, b"\7\0\0"
_SHORTEST_RESULT = 5
_TWO_SHORTS = Struct("<HH").unpack_from
_PREPARED = Struct("<xIHH").unpack_from
_SHORTEST_PREPARED = 9


class AnswerKind(enum.IntEnum):
    """What a command is answered with."""

    RESULT = 0
    PREPARED = 1
    """Of COM_STMT_PREPARE: an OK of its own kind, definitions of parameters and of columns."""
    ROWS = 2
    """Of COM_STMT_FETCH and COM_FIELD_LIST: packets up to an EOF."""
    PACKET = 3
    """Of COM_STATISTICS: one packet without a kind."""


class _Phase(enum.IntEnum):
    FIRST = 0
    DEFINITIONS = 1
    ROWS = 2


class AnswerReader:
    """Follows one answer at a time.

    Attributes:
        done: the answer is complete.
        failed: it is an error, at the end at least.
        status: the server's status flags, as last told.
        warnings: how many, as last told.
        several: it has more than one result.
        wants_file: the server waits for a file of the client's (LOCAL INFILE).
        statement: id, number of columns and number of parameters of a prepared statement.
    """

    __slots__ = (
        "_continues",
        "_definitions",
        "_deprecates_eof",
        "_fresh",
        "_kind",
        "_partial",
        "_phase",
        "_skip",
        "done",
        "failed",
        "several",
        "statement",
        "status",
        "wants_file",
        "warnings",
    )

    def __init__(self, status: int, *, deprecates_eof: bool) -> None:
        self._deprecates_eof = deprecates_eof
        self.status = status
        self.warnings = 0
        self._partial = b""
        self.begin(AnswerKind.RESULT)

    def begin(self, kind: AnswerKind) -> None:
        """Expect the answer to a command that is being sent."""
        self._kind = kind
        self._phase = _Phase.ROWS if kind is AnswerKind.ROWS else _Phase.FIRST
        # How many definitions are to come, in groups that an EOF ends each.
        self._definitions: tuple[int, ...] = ()
        self._skip = 0
        self._continues = False
        self._fresh = kind is AnswerKind.RESULT
        self.done = self.failed = self.several = self.wants_file = False
        self.statement: tuple[int, int, int] | None = None

    @property
    def between_packets(self) -> bool:
        """Whether no packet is half read."""
        return not self._partial and not self._skip and not self._continues

    def read(self, data: bytes) -> int:
        """Take bytes. Returns how many of them, counted from the end, come behind the complete answer.

        Raises:
            PacketError: they are no answer.
        """
        if self.reads_whole(data):
            return 0
        self._fresh = False
        if self._skip:
            if self._skip >= len(data):
                self._skip -= len(data)
                return 0
            pos, self._skip = self._skip, 0
        else:
            pos = 0
        if self._partial:
            # Only the beginning of a short packet is ever kept.
            data, self._partial = self._partial + data, b""
        size = len(data)
        while not self.done and size - pos > 4:
            length = data[pos] | data[pos + 1] << 8 | data[pos + 2] << 16
            end = pos + 4 + length
            first = data[pos + 4] if length else -1
            ends = not self._continues and (self._phase is not _Phase.ROWS or first >= p.EOF_HEADER)
            if end > size:
                if ends and length < p.LARGEST:
                    break
                self._skip = end - size
                self._continues = length == p.LARGEST
                return 0
            if self._continues or (self._phase is _Phase.ROWS and first < p.EOF_HEADER):
                self._continues = length == p.LARGEST
            else:
                self._packet(data[pos + 4 : end], first)
            pos = end
        if self.done:
            return size - pos
        self._partial = data[pos:]
        return 0

    def reads_whole(self, data: bytes) -> bool:
        """Read one result set without warnings that has come whole, as most do; else leave it to the long way."""
        size = len(data)
        if (
            not self._fresh
            or size < _SHORTEST_RESULT
            or data[0] != 1
            or data[1]
            or data[2]
            or not 0 < data[4] < p.LOCAL_INFILE_HEADER
        ):
            return False
        pos = 5
        for _ in range(data[4]):
            if size - pos < _SHORTEST_RESULT:
                return False
            pos += 4 + (data[pos] | data[pos + 1] << 8 | data[pos + 2] << 16)
        if not self._deprecates_eof:
            pos += _EOF_PACKET
        while size - pos > _EOF_PACKET or (size - pos == _EOF_PACKET and not self._deprecates_eof):
            length = data[pos] | data[pos + 1] << 8 | data[pos + 2] << 16
            if data[pos + 4] >= p.EOF_HEADER or length == p.LARGEST:
                break
            pos += 4 + length
        # The end, and nothing behind it: an EOF, or an OK that counts no rows.
        if data[pos : pos + 3] == _EOF_LENGTH and not self._deprecates_eof and size - pos == _EOF_PACKET:
            warnings, status = _TWO_SHORTS(data, pos + 5)
        elif self._deprecates_eof and size - pos == _OK_PACKET and data[pos : pos + 3] == _OK_LENGTH:
            if data[pos + 5] or data[pos + 6]:
                return False
            status, warnings = _TWO_SHORTS(data, pos + 7)
        else:
            return False
        if data[pos + 4] != p.EOF_HEADER or status & _MORE_RESULTS:
            return False
        self.status, self.warnings, self.done = status, warnings, True
        return True

    def _packet(self, packet: bytes, first: int) -> None:
        if self._phase is _Phase.ROWS:
            self._row_or_end(packet, first)
        elif self._phase is _Phase.DEFINITIONS:
            self._definition(packet, first)
        else:
            self._first(packet, first)

    def _first(self, packet: bytes, first: int) -> None:
        self.wants_file = False
        if self._kind is AnswerKind.PACKET:
            self.failed = first == p.ERR_HEADER
            self.done = True
        elif first == p.ERR_HEADER:
            self._error()
        elif self._kind is AnswerKind.PREPARED:
            if first != p.OK_HEADER or len(packet) < _SHORTEST_PREPARED:
                raise p.PacketError("no answer to a prepared statement")
            number, columns, parameters = _PREPARED(packet)
            self.statement = (number, columns, parameters)
            self._begin_definitions(*(count for count in (parameters, columns) if count))
        elif first == p.OK_HEADER:
            self._ok(packet)
        elif first == p.EOF_HEADER and len(packet) <= _LONGEST_EOF:
            self._eof(packet)
        elif first == p.LOCAL_INFILE_HEADER:
            self.wants_file = True
        elif first < 0:
            raise p.PacketError("an empty packet")
        else:
            self._begin_definitions(p.read_integer(packet, 0)[0])

    def _begin_definitions(self, *groups: int) -> None:
        self._definitions = groups
        self._phase = _Phase.DEFINITIONS
        if not groups:
            self.done = True

    def _definition(self, packet: bytes, first: int) -> None:
        left, *others = self._definitions
        if first == p.ERR_HEADER:
            self._error()
        elif left:
            self._definitions = (left - 1, *others)
            if left == 1 and self._deprecates_eof:
                self._end_definitions()
        elif first == p.EOF_HEADER and len(packet) <= _LONGEST_EOF:
            self.warnings, self.status = _TWO_SHORTS(packet, 1)
            self._end_definitions()
        else:
            raise p.PacketError("no end of the columns' definitions")

    def _end_definitions(self) -> None:
        self._definitions = self._definitions[1:]
        if self._definitions:
            return
        if self._kind is AnswerKind.PREPARED:
            self.done = True
        elif not self._deprecates_eof and self.status & _CURSOR_EXISTS:
            self._end()
        else:
            self._phase = _Phase.ROWS

    def _row_or_end(self, packet: bytes, first: int) -> None:
        if first == p.ERR_HEADER:
            self._error()
        elif len(packet) == p.LARGEST:
            self._continues = True
        elif self._deprecates_eof:
            self._ok(packet)
        elif len(packet) <= _LONGEST_EOF:
            self._eof(packet)

    def _ok(self, packet: bytes) -> None:
        _, pos = p.read_integer(packet, 1)
        _, pos = p.read_integer(packet, pos)
        if len(packet) < pos + 4:
            raise p.PacketError("an OK packet that is cut")
        self.status, self.warnings = _TWO_SHORTS(packet, pos)
        self._end()

    def _eof(self, packet: bytes) -> None:
        if len(packet) < _SHORTEST_EOF:
            raise p.PacketError("an EOF packet that is cut")
        self.warnings, self.status = _TWO_SHORTS(packet, 1)
        self._end()

    def _end(self) -> None:
        if self.status & _MORE_RESULTS:
            self.several = True
            self._phase = _Phase.FIRST
        else:
            self.done = True

    def _error(self) -> None:
        self.failed = self.done = True


def text_rows(answer: bytes, *, deprecates_eof: bool) -> list[list[bytes | None]]:
    """Give the rows of a complete answer in the text protocol.

    Raises:
        PacketError: it is no answer with rows.
    """
    payloads = []
    pos = 0
    while (read := p.read_packet(answer, pos)) is not None:
        found, pos = read
        payloads.append(found.payload)
    if not payloads or payloads[0][:1] in _NO_ROWS:
        raise p.PacketError("no rows")
    columns, _ = p.read_integer(payloads[0], 0)
    return [p.read_columns(row) for row in payloads[1 + columns + (not deprecates_eof) : -1]]


def only_row(answer: bytes, *, deprecates_eof: bool) -> list[bytes | None]:
    """Give the one row of a complete answer.

    Raises:
        PacketError: it is no answer of one row.
    """
    rows = text_rows(answer, deprecates_eof=deprecates_eof)
    if len(rows) != 1:
        raise p.PacketError("not one row")
    return rows[0]


_NO_ROWS = (b"", b"\x00", b"\xfb", b"\xff")
