"""COM_CHANGE_USER: a login within a session, on connections that are there already.

The command carries an answer to a challenge that may never have reached this client, so the origin is always asked for
a new one (MySQL's source documentation, "COM_CHANGE_USER"). A client without PLUGIN_AUTH understands none; on a port
that relays the origin's greeting its answer is good as it is.
"""

from __future__ import annotations

from dataclasses import replace

from polyscale_cli.edge.wire.mysql.authentication import ASKS_ANEW, NATIVE, Authentication, Encrypted
from polyscale_cli.edge.wire.mysql.capabilities import Capability, Status
from polyscale_cli.edge.wire.mysql.dialogue import Dialogue
from polyscale_cli.edge.wire.mysql.handshake import bad_handshake, read_change_user
from polyscale_cli.edge.wire.mysql.identity import identify
from polyscale_cli.edge.wire.mysql.leg import Leg
from polyscale_cli.edge.wire.mysql.packets import Err, PacketError
from polyscale_cli.edge.wire.mysql.step import Step, collected


class ChangeUser:
    """Bytes in on both sides, bytes out on both, until READY or REFUSED.

    Attributes:
        cache_id: in lower case; None where the user name carries none.
        user, database: as the origin knows them; no database is empty.
        charset: the number of the collation that the client wants; None where it keeps the server's.
        status: of the final OK.
        refusal: the origin's ERR.
    """

    def __init__(self, command: bytes, *, capabilities: Capability, encrypted: Encrypted) -> None:
        """``command`` is the payload; ``capabilities`` are the session's.

        Raises:
            LoginError: it is cut short, or its user name is an id and no user.
        """
        try:
            read = read_change_user(command, capabilities)
        except PacketError as error:
            raise bad_handshake(f"the client sent a COM_CHANGE_USER that cannot be read: {error}") from error
        identity = identify(read.user)
        self.cache_id = identity.cache_id
        self.user = identity.user
        self.database = read.database
        self.charset = read.charset
        plugin, answer = ASKS_ANEW, b""
        if Capability.PLUGIN_AUTH not in capabilities or read.charset is None:
            plugin, answer = NATIVE, read.answer
        sent = replace(read, user=identity.user, plugin=plugin)
        self._answer = answer
        self._client = Leg("client", 1)
        self._origin = Leg("origin")
        self._dialogue = Dialogue(
            self._client,
            self._origin,
            Authentication(
                encrypted,
                plugin=plugin,
                multi_factor=Capability.MULTI_FACTOR_AUTHENTICATION in capabilities,
            ),
            lambda first: replace(sent, answer=first).payload(capabilities),
        )

    @property
    def status(self) -> Status:
        return self._dialogue.status

    @property
    def refusal(self) -> Err | None:
        return self._dialogue.refusal

    @property
    def next_to_client(self) -> int:
        """The sequence id of the packet that the client takes next."""
        return self._client.next

    @property
    def leftover_client(self) -> bytes:
        """What the client has sent beyond it."""
        return self._client.rest

    @property
    def leftover_origin(self) -> bytes:
        """What the origin has sent beyond it."""
        return self._origin.rest

    def start(self) -> Step:
        """Give what the origin is to get first."""
        return self._dialogue.start(self._answer)

    def client_sent(self, data: bytes) -> Step:
        """Take bytes that the client has sent after the command.

        Raises:
            LoginError: they do not belong here, or it cannot go on.
        """
        self._client.feed(data)
        return self._go_on()

    def origin_sent(self, data: bytes) -> Step:
        """Take bytes from the origin.

        Raises:
            LoginError: they do not belong here, or it cannot go on.
        """
        self._origin.feed(data)
        return self._go_on()

    def _go_on(self) -> Step:
        try:
            return collected(self._dialogue.next)
        except PacketError as error:
            raise bad_handshake(f"a packet does not belong to a COM_CHANGE_USER: {error}") from error
