"""One of the two connections that a login goes over: its packets, and how they are numbered.

Both sides of a connection count on in one sequence (MySQL's source documentation, "Sequence ID"), so a packet that is
passed on gets the next number of the leg it leaves by.
"""

from __future__ import annotations

from polyscale_cli.edge.wire.mysql.handshake import LoginError
from polyscale_cli.edge.wire.mysql.packets import ERR_HEADER, HEADER, packet

LARGEST_PACKET = 64 * 1024
"""Bytes of one packet in a login; a Kerberos ticket is the largest."""


class Leg:
    """Bytes of one side in, payloads out; payloads for it in, packets out.

    Attributes:
        next: the sequence id of the next packet, whoever sends it.
        rest: what was not taken yet.
    """

    def __init__(self, name: str, sequence: int = 0) -> None:
        self._name = name
        self.next = sequence
        self.rest = b""

    def feed(self, data: bytes) -> None:
        """Take bytes.

        Raises:
            LoginError: more waits to be taken than belongs to a login.
        """
        self.rest += data
        if len(self.rest) > LARGEST_PACKET + HEADER:
            raise self._too_large()

    def take(self) -> bytes | None:
        """Give the next payload; None while it is incomplete.

        Raises:
            LoginError: it is too large, or its number is not the next. An ERR packet may have any number: a server that
                gives up speaks out of turn.
        """
        if len(self.rest) < HEADER:
            return None
        end = HEADER + int.from_bytes(self.rest[:3], "little")
        if end > LARGEST_PACKET + HEADER:
            raise self._too_large()
        if len(self.rest) < end:
            return None
        payload = self.rest[HEADER:end]
        sequence, expected = self.rest[3], self.next
        self.rest = self.rest[end:]
        self.next = (sequence + 1) & 0xFF
        if sequence != expected and payload[:1] != bytes((ERR_HEADER,)):
            raise LoginError(1156, "08S01", f"packets out of order: the {self._name} sent {sequence}, not {expected}")
        return payload

    def write(self, payload: bytes) -> bytes:
        """Frame a payload for this side."""
        written = packet(payload, self.next)
        self.next = (self.next + 1) & 0xFF
        return written

    def _too_large(self) -> LoginError:
        return LoginError(1153, "08S01", f"the {self._name} sent a packet larger than any that belongs to a login")
