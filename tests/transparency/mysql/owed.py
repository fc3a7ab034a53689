"""What a server still owes a client for the commands that it has been sent: each has its own shape of an answer.

Source: MySQL internals, "Command Phase" and "Text Resultset".
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator

from tests.e2e.raw_mysql import CURSOR_EXISTS, MORE_RESULTS, MOST, Command, Flag, Packet, framed, integer, status
from tests.transparency.mysql.frontend import (
    BulkExecute,
    Bytes,
    ChangeUser,
    Close,
    Content,
    Execute,
    Fetch,
    FieldList,
    LongData,
    Plain,
    Prepare,
    Query,
)
from tests.transparency.script import Message

Reading = Generator[None, Packet, None]
"""Takes the packets of one answer; its end is theirs."""


class Owed:
    """Answers that are not complete.

    Attributes:
        ends: the server must close the connection.
        uploading: it waits for the client's data.
        statements: the server's numbers of those that were prepared, in order.
        names: the same of those that have names.
        reply: what the server waits for: the proof of a user that the client changes to, or its data.
    """

    def __init__(self, flags: Flag) -> None:
        self.ends = False
        self.uploading = False
        self.statements: list[int] = []
        self.names: dict[str, int] = {}
        self.reply = b""
        self._bare = Flag.DEPRECATE_EOF in flags
        self._answers: deque[Reading] = deque()

    def sent(self, message: Message) -> None:
        """Note a command."""
        match message:
            case Content(data=data):
                self.uploading = self.uploading and bool(data)
                return
            case LongData() | Close() | Bytes():
                return
            case Plain(command=Command.QUIT):
                self.ends = True
                return
            case Query(upload=upload):
                answer = self._results(upload)
            case Execute() | BulkExecute():
                answer = self._results()
            case Prepare(name=name):
                answer = self._prepared(name)
            case Fetch() | FieldList():
                answer = self._until_end()
            case ChangeUser():
                answer = self._user()
            case _:
                answer = self._one()
        next(answer)
        self._answers.append(answer)

    def received(self, packet: Packet) -> None:
        """Note a packet of the server."""
        if self._answers:
            try:
                self._answers[0].send(packet)
            except StopIteration:
                self._answers.popleft()

    @property
    def nothing(self) -> bool:
        """Whether nothing is owed."""
        return self.uploading or not self._answers

    # -- shapes ------------------------------------------------------------------------------------------------------

    def _one(self) -> Reading:
        yield

    def _user(self) -> Reading:
        while (packet := (yield)).head in {0xFE, 0x01}:
            self.reply = framed(b"", packet.number + 1)

    def _until_end(self) -> Reading:
        while not self._ends_rows(packet := (yield)) and not packet.is_error:
            pass

    def _prepared(self, name: str) -> Reading:
        packet = yield
        self.names.pop(name, None)
        if packet.is_error:
            return
        self.statements.append(int.from_bytes(packet.body[1:5], "little"))
        self.names[name] = self.statements[-1]
        for count in (packet.body[7:9], packet.body[5:7]):
            defined = int.from_bytes(count, "little")
            for _ in range(defined + (1 if defined and not self._bare else 0)):
                yield

    def _results(self, upload: tuple[bytes, ...] | None = None) -> Reading:
        while True:
            packet = yield
            if packet.head == 0xFB:
                if upload is None:
                    self.uploading = True
                else:
                    pieces = (*upload, b"")
                    self.reply = b"".join(framed(piece, packet.number + 1 + n) for n, piece in enumerate(pieces))
                continue
            if packet.is_error:
                return
            if packet.head == 0:
                state = status(packet.body)
            else:
                for _ in range(integer(packet.body, 0)[0] or 0):
                    packet = yield
                state = 0
                if not self._bare:
                    packet = yield
                    state = self._state(packet)
                if not state & CURSOR_EXISTS:
                    while not self._ends_rows(packet := (yield)):
                        if packet.is_error:
                            return
                    state = self._state(packet)
            if not state & MORE_RESULTS:
                return

    def _ends_rows(self, packet: Packet) -> bool:
        return packet.head == 0xFE and len(packet.body) < (MOST if self._bare else 9)

    def _state(self, packet: Packet) -> int:
        return status(packet.body) if self._bare else int.from_bytes(packet.body[3:5], "little")
