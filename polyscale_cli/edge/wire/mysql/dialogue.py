"""The part of a login in which origin and client talk with each other, in packets: also that of COM_CHANGE_USER."""

from __future__ import annotations

from collections.abc import Callable

from polyscale_cli.edge.wire.mysql.authentication import Authentication, Relayed
from polyscale_cli.edge.wire.mysql.capabilities import Status
from polyscale_cli.edge.wire.mysql.handshake import SCRAMBLE_LENGTH
from polyscale_cli.edge.wire.mysql.leg import Leg
from polyscale_cli.edge.wire.mysql.packets import Err, packet, read_err, read_ok
from polyscale_cli.edge.wire.mysql.step import Do, Step

WRONG_ANSWER = bytes(SCRAMBLE_LENGTH)
"""As long as an answer of mysql_native_password, and right for no password."""


class Dialogue:
    """Packets of both legs in, bytes for both out, until the origin's OK or ERR.

    Attributes:
        begun: the origin has been sent the first answer.
        over: its word has come.
        status: of the OK.
        refusal: the ERR.
    """

    def __init__(
        self, client: Leg, origin: Leg, authentication: Authentication, first_packet: Callable[[bytes], bytes]
    ) -> None:
        """``first_packet`` makes the payload that takes the client's first answer to the origin."""
        self._client = client
        self._origin = origin
        self._authentication = authentication
        self._first_packet = first_packet
        self.begun = False
        self.over = False
        self.status = Status(0)
        self.refusal: Err | None = None

    def start(self, answer: bytes) -> Step:
        """Take the client's first answer.

        Raises:
            LoginError: it cannot be given to the origin.
        """
        return self._relay(self._authentication.client_sent(answer))

    def next(self) -> Step | None:
        """Take one packet of a side that may speak; None where there is none.

        Raises:
            LoginError, PacketError: it cannot be passed on.
        """
        if self.over:
            return None
        if self._authentication.clients_turn and (payload := self._client.take()) is not None:
            return self._relay(self._authentication.client_sent(payload))
        if (payload := self._origin.take()) is not None:
            return self._relay(self._authentication.origin_sent(payload))
        return None

    def wrong_answer(self) -> bytes:
        """Give what ends the dialogue in the client's place: an answer to the question that is open, or comes next."""
        if self.over:
            return b""
        ahead = 0 if self._authentication.clients_turn else 1
        return packet(WRONG_ANSWER, (self._origin.next + ahead) & 0xFF)

    def _relay(self, relayed: Relayed) -> Step:
        to_client = to_origin = b""
        if relayed.to_client is not None:
            to_client = self._client.write(relayed.to_client)
        if relayed.to_origin is not None:
            payload = relayed.to_origin
            to_origin = self._origin.write(payload if self.begun else self._first_packet(payload))
            self.begun = True
        return Step(to_client, to_origin, self._outcome())

    def _outcome(self) -> Do:
        ok, err = self._authentication.ok, self._authentication.err
        self.over = ok is not None or err is not None
        if ok is not None:
            self.status = read_ok(ok).status
            return Do.READY
        if err is not None:
            self.refusal = read_err(err)
            return Do.REFUSED
        return Do.NOTHING
