"""Prepared statements of one connection, the last used ones; and answers to commands that are not read for their rows
(MySQL's source documentation, "COM_STMT_PREPARE Response").
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from polyscale_cli.edge.wire.mysql import packets as p
from polyscale_cli.edge.wire.mysql.answers import AnswerKind, AnswerReader
from polyscale_cli.edge.wire.mysql.capabilities import Capability

MOST_PREPARED = 32
"""Statements that a connection keeps prepared; each takes memory at the origin, which has a limit for all clients."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement that the origin has prepared, under its number there."""

    number: int
    parameters: int


class PreparedStatements:
    """By their texts and the shapes of their values (``Parameters``); the one not used for the longest goes first."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[bytes, bytes], Prepared] = OrderedDict()

    def find(self, text: bytes, shape: bytes) -> Prepared | None:
        """Find one, and note that it is used."""
        prepared = self._known.get((text, shape))
        if prepared is not None:
            self._known.move_to_end((text, shape))
        return prepared

    def add(self, text: bytes, shape: bytes, prepared: Prepared) -> bytes:
        """Remember one; give what tells the server to forget another, if there are too many."""
        self._known[text, shape] = prepared
        if len(self._known) <= MOST_PREPARED:
            return b""
        _, oldest = self._known.popitem(last=False)
        return p.packet(bytes((p.Command.STMT_CLOSE,)) + oldest.number.to_bytes(4, "little"), 0)

    def clear(self) -> None:
        """Forget all: the server has."""
        self._known.clear()


class AnswerToCommand:
    """The answer to a command of which only the outcome matters.

    Attributes:
        kind: what it is answered with.
    """

    __slots__ = ("_chunks", "_reader")

    def __init__(self, kind: AnswerKind, capabilities: Capability) -> None:
        self._reader = AnswerReader(0, deprecates_eof=Capability.DEPRECATE_EOF in capabilities)
        self._reader.begin(kind)
        self._chunks: list[bytes] = []

    @property
    def done(self) -> bool:
        """Whether it is complete."""
        return self._reader.done

    @property
    def failure(self) -> p.Err | None:
        """The error that it is."""
        read = p.read_packet(b"".join(self._chunks)) if self._reader.failed else None
        return p.read_err(read[0].payload) if read is not None else None

    @property
    def prepared(self) -> Prepared | None:
        """The statement that was prepared."""
        if self._reader.statement is None:
            return None
        number, _, parameters = self._reader.statement
        return Prepared(number, parameters)

    def feed(self, data: bytes) -> None:
        """Take bytes.

        Raises:
            PacketError: they are no answer to this.
        """
        self._chunks.append(data)
        if self._reader.read(data):
            raise p.PacketError("more than one answer")
