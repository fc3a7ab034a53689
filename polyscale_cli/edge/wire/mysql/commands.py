"""The client's stream, cut into commands.

A command is one packet with sequence number 0, or several where it is longer than a packet may be (MySQL source
documentation, "Client/Server Protocol: MySQL Packets" and "Command Phase").
"""

from __future__ import annotations

from polyscale_cli.edge.wire.mysql.packets import HEADER, LARGEST, PacketError

LARGEST_GATHERED = 4 << 20
"""Bytes of a command beyond which it is sent on in pieces and not looked at."""


class Command:
    """One command as it came.

    Attributes:
        raw: every byte of it, or of its beginning where the rest is still to come.
        code: its first byte; -1 for a packet without one.
        whole: whether ``raw`` is all of it.
        waited: another session's identical read has been awaited for it.
        asked: how often the origin was asked something for its sake.
    """

    __slots__ = ("asked", "code", "raw", "waited", "whole")

    def __init__(self, raw: bytes, *, whole: bool) -> None:
        self.raw = raw
        self.code = raw[HEADER] if len(raw) > HEADER else -1
        self.whole = whole
        self.waited = False
        self.asked = 0

    @property
    def body(self) -> bytes:
        """What follows the code, without the packets' headers."""
        raw = self.raw
        if len(raw) < HEADER + LARGEST:
            return raw[HEADER + 1 :]
        step = HEADER + LARGEST
        return b"".join(raw[pos + HEADER : pos + step] for pos in range(0, len(raw), step))[1:]


class CommandReader:
    """Gathers commands; a very long one is handed out before it is whole, and its rest as it comes."""

    __slots__ = ("_buffer", "_continues", "_left", "_sequence")

    def __init__(self) -> None:
        self._buffer = b""
        # Of a command that was handed out unfinished: bytes of its packet that are to come, whether another packet
        # follows that one, and with which number.
        self._left = 0
        self._continues = False
        self._sequence = 0

    def __len__(self) -> int:
        return len(self._buffer)

    @property
    def is_cut(self) -> bool:
        """Whether a command that was handed out is not whole yet."""
        return self._left > 0 or self._continues

    def feed(self, data: bytes) -> bytes:
        """Take bytes. Returns those that belong to a command which was handed out already.

        Raises:
            PacketError: its packets are not numbered in order.
        """
        if not self.is_cut:
            self._buffer += data
            return b""
        data = self._buffer + data
        pos = 0
        while self.is_cut and pos < len(data):
            if not self._left:
                if len(data) - pos < HEADER:
                    break
                self._left = HEADER + int.from_bytes(data[pos : pos + 3], "little")
                self._expect(data[pos + 3])
                self._continues = self._left == HEADER + LARGEST
            step = min(self._left, len(data) - pos)
            self._left -= step
            pos += step
        self._buffer = data[pos:]
        return data[:pos]

    def take(self) -> Command | None:
        """Give the next command, or None while it has not come.

        Raises:
            PacketError: its packets are not numbered in order.
        """
        data = self._buffer
        if self.is_cut or len(data) < HEADER:
            return None
        pos = self._sequence = 0
        while len(data) - pos >= HEADER:
            length = int.from_bytes(data[pos : pos + 3], "little")
            self._expect(data[pos + 3])
            end = pos + HEADER + length
            if end > len(data):
                if len(data) < LARGEST_GATHERED:
                    break
                self._left, self._continues = end - len(data), length == LARGEST
                self._buffer = b""
                return Command(data, whole=False)
            pos = end
            if length < LARGEST:
                self._buffer = data[pos:]
                return Command(data[:pos] if pos < len(data) else data, whole=True)
        return None

    def _expect(self, sequence: int) -> None:
        if sequence != self._sequence:
            raise PacketError(f"packet {sequence} where {self._sequence} comes next")
        self._sequence = (self._sequence + 1) & 0xFF
