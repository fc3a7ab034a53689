"""Relaying a login: the origin decides, the edge only listens, and takes out what cannot work through it.

SCRAM with channel binding proves that nobody stands between client and server, and the edge does; so
SCRAM-SHA-256-PLUS is taken out of the offer (manual, section 55.3). MD5 passwords hash the user name, so that they do
not survive an id in front of it. Passwords pass through and are never kept.
"""

from __future__ import annotations

import enum

from polyscale_cli.edge.wire.postgres import messages as m

LARGEST_CLIENT_MESSAGE = 64 * 1024
"""Bytes of one password message; a GSSAPI token is the largest."""

LARGEST_ORIGIN_MESSAGE = 1 << 20

_SASL = 10
_MD5 = 5
_OK = 0
_PLUS = b"SCRAM-SHA-256-PLUS\0"


class LoginState(enum.Enum):
    """How far it is."""

    AUTHENTICATING = "authenticating"
    ADMITTED = "AuthenticationOk was seen"
    READY = "the first ReadyForQuery was seen"
    REFUSED = "it cannot succeed; the last message says why"


class LoginError(ValueError):
    """A message cannot belong to a login."""


class Login:
    """Bytes in on both sides, bytes out on the other.

    Attributes:
        reported: the origin's ParameterStatus values.
        backend_key: process id and secret, as in BackendKeyData; None where the origin gives none.
        ready: the first ReadyForQuery, which is not passed on.
        leftover: what the origin sent after it.
        ahead: what the client has sent that is no part of the login.
        refused: the origin has said why it does not let the client in.
    """

    def __init__(self, *, prefixed: bool) -> None:
        self._prefixed = prefixed
        self._from_origin = b""
        self._binds_channels = False
        self.state = LoginState.AUTHENTICATING
        self.reported: dict[str, str] = {}
        self.backend_key: bytes | None = None
        self.ready = b""
        self.leftover = b""
        self.ahead = b""
        self.refused = False

    def client_sent(self, data: bytes) -> bytes:
        """Take bytes from the client; give what the origin is to get.

        That is its answers to the origin's questions, each as a whole. Whatever else it sends ahead waits in ``ahead``.

        Raises:
            LoginError: the message is larger than any that belongs here, or too much is sent ahead.
        """
        data = self.ahead + data
        pos = 0
        while len(data) - pos >= 5 and data[pos] in _ANSWERS:
            end = pos + 1 + int.from_bytes(data[pos + 1 : pos + 5], "big")
            if not 4 <= end - pos - 1 <= LARGEST_CLIENT_MESSAGE:
                raise LoginError("a message during login is larger than any password")
            if end > len(data):
                break
            pos = end
        passed, self.ahead = data[:pos], data[pos:]
        if len(self.ahead) > LARGEST_CLIENT_MESSAGE:
            raise LoginError("too much was sent before the login was complete")
        self._binds_channels = self._binds_channels or _says_it_could_bind(passed)
        return passed

    def origin_sent(self, data: bytes) -> bytes:
        """Take bytes from the origin; give what the client is to get.

        Raises:
            LoginError: the origin does not speak this protocol.
        """
        data = self._from_origin + data
        out = b""
        pos = 0
        while len(data) - pos >= 5 and self.state is not LoginState.READY:
            end = pos + 1 + int.from_bytes(data[pos + 1 : pos + 5], "big")
            if not 4 <= end - pos - 1 <= LARGEST_ORIGIN_MESSAGE or data[pos] not in _EXPECTED:
                raise LoginError("the origin does not speak PostgreSQL's protocol")
            if end > len(data):
                break
            out += self._message(data[pos], data[pos:end])
            pos = end
        self._from_origin = data[pos:]
        if self.state is LoginState.READY:
            self.leftover, self._from_origin = self._from_origin, b""
        return out

    def _message(self, code: int, raw: bytes) -> bytes:
        body = raw[5:]
        if code == m.READY_FOR_QUERY:
            self.state = LoginState.READY
            self.ready = raw
            return b""
        if code == m.PARAMETER_STATUS:
            name, value = m.parameter_status(body)
            self.reported[name] = value
        elif code == m.BACKEND_KEY_DATA:
            self.backend_key = body
        elif code == m.AUTHENTICATION:
            return self._authentication(raw, body)
        elif code == m.ERROR_RESPONSE:
            return self._error(raw, body)
        return raw

    def _authentication(self, raw: bytes, body: bytes) -> bytes:
        method = int.from_bytes(body[:4], "big")
        if method == _OK:
            self.state = LoginState.ADMITTED
        elif method == _MD5 and self._prefixed:
            self.state = LoginState.REFUSED
            return m.error_response(
                "FATAL",
                "28000",
                "an MD5 password cannot be used with the cache id in front of the user name",
                detail="The password's hash includes the user name, and the origin knows it without the id.",
                hint="Name the cache by application_name instead, give it a port of its own (polyscale cache update"
                " --listen-port), or give the user a scram-sha-256 password.",
            )
        elif method == _SASL and _PLUS in body:
            return m.message(m.AUTHENTICATION, body.replace(_PLUS, b"", 1))
        return raw

    def _error(self, raw: bytes, body: bytes) -> bytes:
        self.refused = True
        fields = m.error_fields(body)
        if not self._binds_channels or "channel binding" not in fields.get("M", "") or "H" in fields:
            return raw
        hint = (
            "The edge stands between client and server, so channels cannot be bound."
            " Add channel_binding=disable to the connection string."
        )
        return m.message(m.ERROR_RESPONSE, body[:-1] + b"H" + hint.encode() + b"\0\0")


_ANSWERS = frozenset((m.PASSWORD, m.TERMINATE))

_EXPECTED = frozenset(
    (
        m.AUTHENTICATION,
        m.BACKEND_KEY_DATA,
        m.ERROR_RESPONSE,
        m.NEGOTIATE_PROTOCOL_VERSION,
        m.NOTICE_RESPONSE,
        m.PARAMETER_STATUS,
        m.READY_FOR_QUERY,
    )
)


def _says_it_could_bind(passed: bytes) -> bool:
    """Whether a SASLInitialResponse carries the GS2 flag ``y``: able to bind, but offered no way to (RFC 5802, 6)."""
    return b"y,,n=" in passed
