"""A client's login, from the server's greeting to its OK: bytes in, bytes out (MySQL's source documentation,
"Connection Phase").
"""

from __future__ import annotations

from polyscale_cli.edge.serverless.backend import Refused, Unreachable
from polyscale_cli.edge.serverless.mysql.authentication import Answers
from polyscale_cli.edge.serverless.statement import Credentials
from polyscale_cli.edge.wire.mysql.capabilities import Capability, Status
from polyscale_cli.edge.wire.mysql.handshake import (
    AUTH_MORE_DATA,
    AUTH_SWITCH_REQUEST,
    HandshakeResponse,
    HandshakeV10,
    LoginError,
    read_handshake,
    read_plugin_and_data,
)
from polyscale_cli.edge.wire.mysql.leg import Leg
from polyscale_cli.edge.wire.mysql.packets import OK_HEADER, Err, PacketError, is_err, read_err, read_ok

_WANTED = (
    Capability.LONG_PASSWORD
    | Capability.LONG_FLAG
    | Capability.PROTOCOL_41
    | Capability.TRANSACTIONS
    | Capability.SECURE_CONNECTION
    | Capability.MULTI_STATEMENTS
    | Capability.MULTI_RESULTS
    | Capability.PS_MULTI_RESULTS
    | Capability.PLUGIN_AUTH
    | Capability.PLUGIN_AUTH_LENENC_CLIENT_DATA
    | Capability.DEPRECATE_EOF
    | Capability.MARIADB_EXTENDED_METADATA
)
"""Not LOCAL_FILES: there are no files here. Not FOUND_ROWS: a row that a write leaves as it was is not affected."""

_MOST_BYTES = 1 << 30
_UTF8MB4_GENERAL_CI = 45
_UTF8MB4_0900_AI_CI = 255

_BY_CREDENTIALS = frozenset((1045, 1251, 1698, 1820, 1862, 3118, 3955, 4150, 4151))
"""ER_ACCESS_DENIED_ERROR and its kin: no password, an expired one, a plugin that is not to be had, a locked account."""

_NOT_NOW = frozenset((1040, 1043, 1053, 1129, 1130, 1152, 1156, 1158, 1159, 1160, 1161, 1203, 1226, 2003, 2013))
"""Who asks is not what is wrong: no connection is free, this machine is not let in, or the origin is out of reach."""


class Login:
    """Bytes in, bytes out.

    Attributes:
        done: the server has let the user in.
        capabilities: negotiated.
        status: of its OK.
        thread: the server's number of the connection.
    """

    def __init__(self, credentials: Credentials) -> None:
        """Raises Refused for a name that cannot be sent."""
        if "\0" in credentials.username or "\0" in credentials.database:
            raise Refused("1045", "a name with a zero character in it is nobody's", by_credentials=True)
        self._credentials = credentials
        self._answers = Answers(credentials.password.encode())
        self._leg = Leg("origin")
        self._greeted = False
        self.done = False
        self.capabilities = Capability(0)
        self.status = Status(0)
        self.thread = 0

    def received(self, data: bytes) -> bytes:
        """Take bytes; give what is to be sent.

        Raises:
            Refused, Unreachable: by the server.
            LoginError: what it asks for cannot be done.
            PacketError: it does not keep to the protocol.
        """
        self._leg.feed(data)
        written = b""
        while not self.done and (payload := self._leg.take()) is not None:
            answer = self._answer(payload)
            if answer is not None:
                written += self._leg.write(answer)
        return written

    def _answer(self, payload: bytes) -> bytes | None:
        head = payload[0] if payload else OK_HEADER
        if is_err(payload):
            raise refusal(read_err(payload))
        if not self._greeted:
            self._greeted = True
            return self._greet(read_handshake(payload))
        if head == OK_HEADER:
            self.status = read_ok(payload).status
            self.done = True
            return None
        if head == AUTH_SWITCH_REQUEST:
            return self._answers.to_challenge(*read_plugin_and_data(payload + b"\0" * (len(payload) == 1)))
        if head == AUTH_MORE_DATA:
            return self._answers.to_more(payload[1:])
        raise PacketError("the server says what does not belong to a login")

    def _greet(self, greeting: HandshakeV10) -> bytes:
        who = self._credentials
        database = who.database.encode()
        self.thread = greeting.thread_id
        self.capabilities = greeting.capabilities & (_WANTED | (Capability.CONNECT_WITH_DB if database else 0))
        answer = self._answers.to_greeting(greeting.plugin, greeting.scramble)
        return HandshakeResponse(
            capabilities=self.capabilities,
            max_packet=_MOST_BYTES,
            charset=_collation(greeting),
            reserved=bytes(19),
            user=who.username.encode(),
            answer=answer,
            database=database,
            plugin=self._answers.plugin,
        ).payload()


def _collation(greeting: HandshakeV10) -> int:
    """Choose what the server itself would for utf8mb4, so that texts compare as they do for its own clients."""
    major = greeting.server_version.partition(b".")[0]
    is_mariadb = b"MariaDB" in greeting.server_version
    is_new = major.isdigit() and int(major) >= 8 and not is_mariadb
    return _UTF8MB4_0900_AI_CI if is_new else _UTF8MB4_GENERAL_CI


def refusal(error: Err | LoginError) -> Refused | Unreachable:
    """Tell who is not let in from what cannot be reached."""
    if error.code in _NOT_NOW:
        return Unreachable(error.message)
    return Refused(str(error.code), error.message, by_credentials=error.code in _BY_CREDENTIALS)
