"""The packets that a login is made of: read and written, with no opinion on their order (MySQL's source documentation,
"Connection Phase Packets" and "COM_CHANGE_USER"; MariaDB's documentation, "Connection").
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from polyscale_cli.edge.wire.mysql.capabilities import Capability, Status
from polyscale_cli.edge.wire.mysql.packets import (
    Command,
    PacketError,
    read_string,
    read_until_nul,
    string,
)

PROTOCOL_VERSION = 0x0A
SCRAMBLE_LENGTH = 20
"""Bytes of the random challenge that mysql_native_password and caching_sha2_password mix with a password."""

AUTH_MORE_DATA = 0x01
AUTH_NEXT_FACTOR = 0x02
AUTH_SWITCH_REQUEST = 0xFE
"""The first byte of what a server may say in a login, besides OK and ERR."""

_SHORT = struct.Struct("<H")
_AFTER_VERSION = struct.Struct("<I8sxHBHHB6sI")
_RESPONSE = struct.Struct("<IIB19sI")
_SSL_REQUEST_LENGTH = 32
_LOWER_32 = 0xFFFF_FFFF

_BEFORE_VERSION = b"5.5.5-"
"""What MariaDB 10 puts before its version, lest MySQL's replicas take it for version 1."""


class LoginError(Exception):
    """A login cannot go on.

    Attributes:
        code: of MySQL's server errors.
        sqlstate: five characters.
        message: for a person: what happened, and what to do.
    """

    def __init__(self, code: int, sqlstate: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.sqlstate = sqlstate
        self.message = message


def bad_handshake(message: str) -> LoginError:
    """ER_HANDSHAKE_ERROR: one of the sides does not keep to the protocol."""
    return LoginError(1043, "08S01", message)


def unsupported_authentication(message: str) -> LoginError:
    """ER_NOT_SUPPORTED_AUTH_MODE: this way of proving who one is cannot be carried."""
    return LoginError(1251, "08004", message)


@dataclass(frozen=True, slots=True)
class HandshakeV10:
    """The server's greeting.

    Attributes:
        scramble: its challenge, without the NUL byte at the end.
        charset: the low 8 bits of the default collation's number.
        plugin: the authentication plugin that the scramble is for; empty without PLUGIN_AUTH.
    """

    server_version: bytes
    thread_id: int
    scramble: bytes
    capabilities: Capability
    charset: int
    status: Status
    plugin: bytes

    @property
    def is_mariadb(self) -> bool:
        """Whether the server is MariaDB, and not MySQL."""
        return b"MariaDB" in self.server_version or self.server_version.startswith(_BEFORE_VERSION)

    @property
    def version(self) -> str:
        """The server's version, without what MariaDB 10 puts before it."""
        return self.server_version.removeprefix(_BEFORE_VERSION).decode("utf-8", "replace")

    def payload(self) -> bytes:
        """Write it. The scramble has 8 bytes at least."""
        flags = int(self.capabilities)
        length = len(self.scramble) + 1 if Capability.PLUGIN_AUTH in self.capabilities else 0
        written = bytes((PROTOCOL_VERSION,)) + self.server_version + b"\0"
        written += _AFTER_VERSION.pack(
            self.thread_id,
            self.scramble[:8],
            flags & 0xFFFF,
            self.charset,
            self.status,
            flags >> 16 & 0xFFFF,
            length,
            bytes(6),
            flags >> 32 & _LOWER_32,
        )
        written += self.scramble[8:].ljust(12, b"\0") + b"\0"
        return written + self.plugin + b"\0" if Capability.PLUGIN_AUTH in self.capabilities else written


def read_handshake(payload: bytes) -> HandshakeV10:
    """Read a HandshakeV10.

    Raises:
        PacketError: it is cut short, or none at all.
    """
    if payload[:1] != bytes((PROTOCOL_VERSION,)):
        raise PacketError("no HandshakeV10")
    version, pos = read_until_nul(payload, 1)
    if len(payload) - pos < _AFTER_VERSION.size:
        raise PacketError("a packet is cut short")
    thread_id, first, low, charset, status, high, length, _, extended = _AFTER_VERSION.unpack_from(payload, pos)
    pos += _AFTER_VERSION.size
    flags = low | high << 16
    if not flags & Capability.LONG_PASSWORD:
        flags |= extended << 32
    rest = max(13, length - 8)
    scramble = first + payload[pos : pos + rest]
    plugin = b""
    if flags & Capability.PLUGIN_AUTH:
        # Servers before 5.5.10 leave out the NUL byte at the end.
        plugin = payload[pos + rest :].partition(b"\0")[0]
    return HandshakeV10(
        version, thread_id, scramble.removesuffix(b"\0"), Capability(flags), charset, Status(status), plugin
    )


@dataclass(frozen=True, slots=True)
class HandshakeResponse:
    """The client's answer (HandshakeResponse41).

    Attributes:
        max_packet: bytes that the client takes in one packet.
        reserved: 19 bytes that mean nothing yet, passed on as they are.
        answer: to the server's challenge.
        plugin: by which it was made; empty without PLUGIN_AUTH.
        attributes: names and values, each a length-encoded string.
    """

    capabilities: Capability
    max_packet: int
    charset: int
    reserved: bytes
    user: bytes
    answer: bytes = b""
    database: bytes = b""
    plugin: bytes = b""
    attributes: bytes = b""

    def payload(self) -> bytes:
        """Write it. Without SECURE_CONNECTION an answer has no NUL byte in it.

        Raises:
            PacketError: the answer is longer than these capabilities can say.
        """
        flags = self.capabilities
        written = self.ssl_request() + self.user + b"\0"
        if Capability.PLUGIN_AUTH_LENENC_CLIENT_DATA in flags:
            written += string(self.answer)
        elif Capability.SECURE_CONNECTION in flags:
            written += _with_length(self.answer)
        else:
            written += self.answer + b"\0"
        if Capability.CONNECT_WITH_DB in flags:
            written += self.database + b"\0"
        if Capability.PLUGIN_AUTH in flags:
            written += self.plugin + b"\0"
        return written + string(self.attributes) if Capability.CONNECT_ATTRS in flags else written

    def ssl_request(self) -> bytes:
        """Write the SSLRequest that comes before it: all up to the user."""
        flags = int(self.capabilities)
        return _RESPONSE.pack(flags & _LOWER_32, self.max_packet, self.charset, self.reserved, flags >> 32)


def is_ssl_request(payload: bytes) -> bool:
    """Whether the client's first packet asks for TLS, and does not say who it is yet."""
    return len(payload) == _SSL_REQUEST_LENGTH and bool(_flags(payload) & Capability.SSL)


def _flags(payload: bytes) -> int:
    low = int.from_bytes(payload[:4], "little")
    if low & Capability.LONG_PASSWORD:
        return low
    return low | int.from_bytes(payload[28:32], "little") << 32


def read_response(payload: bytes, offered: Capability) -> HandshakeResponse:
    """Read a HandshakeResponse41 to a greeting with these capabilities; what was not offered does not count.

    Raises:
        PacketError: it is cut short, or of the form before MySQL 4.1.
    """
    if len(payload) < _SSL_REQUEST_LENGTH or not _flags(payload) & Capability.PROTOCOL_41:
        raise PacketError("no HandshakeResponse41")
    flags = Capability(_flags(payload)) & (offered | Capability.LONG_PASSWORD)
    _, max_packet, charset, reserved, _ = _RESPONSE.unpack_from(payload)
    user, pos = read_until_nul(payload, _SSL_REQUEST_LENGTH)
    if Capability.PLUGIN_AUTH_LENENC_CLIENT_DATA in flags:
        answer, pos = read_string(payload, pos)
    elif Capability.SECURE_CONNECTION in flags:
        answer, pos = _short_string(payload, pos)
    else:
        answer, pos = read_until_nul(payload, pos)
    database = plugin = attributes = b""
    # Servers bear with clients that end here, whatever their capabilities promise.
    if Capability.CONNECT_WITH_DB in flags:
        database, pos = _up_to_nul_or_end(payload, pos)
    if Capability.PLUGIN_AUTH in flags:
        plugin, pos = _up_to_nul_or_end(payload, pos)
    if Capability.CONNECT_ATTRS in flags and pos < len(payload):
        attributes, pos = read_string(payload, pos)
    return HandshakeResponse(flags, max_packet, charset, reserved, user, answer, database, plugin, attributes)


def _with_length(answer: bytes) -> bytes:
    if len(answer) > 0xFF:
        raise PacketError("the answer is too long for this server")
    return bytes((len(answer),)) + answer


def _short_string(payload: bytes, pos: int) -> tuple[bytes, int]:
    if pos >= len(payload) or pos + 1 + payload[pos] > len(payload):
        raise PacketError("a packet is cut short")
    end = pos + 1 + payload[pos]
    return payload[pos + 1 : end], end


def _up_to_nul_or_end(payload: bytes, pos: int) -> tuple[bytes, int]:
    found, _, _ = payload[pos:].partition(b"\0")
    return found, min(pos + len(found) + 1, len(payload))


def auth_switch_request(plugin: bytes, data: bytes) -> bytes:
    """Write the payload of an AuthSwitchRequest."""
    return bytes((AUTH_SWITCH_REQUEST,)) + plugin + b"\0" + data


def read_plugin_and_data(payload: bytes) -> tuple[bytes, bytes]:
    """Read an AuthSwitchRequest or AuthNextFactor: the plugin's name and its data.

    Raises:
        PacketError: the name has no end.
    """
    plugin, pos = read_until_nul(payload, 1)
    return plugin, payload[pos:]


def auth_more_data(data: bytes) -> bytes:
    """Write the payload of an AuthMoreData."""
    return bytes((AUTH_MORE_DATA,)) + data


@dataclass(frozen=True, slots=True)
class ChangeUserCommand:
    """COM_CHANGE_USER.

    Attributes:
        charset: a collation's number; None where the command ends before it.
        answer, plugin, attributes: as in HandshakeResponse.
    """

    user: bytes
    answer: bytes
    database: bytes
    charset: int | None = None
    plugin: bytes = b""
    attributes: bytes = b""

    def payload(self, capabilities: Capability) -> bytes:
        """Write it."""
        written = bytes((Command.CHANGE_USER,)) + self.user + b"\0"
        if Capability.SECURE_CONNECTION in capabilities:
            written += _with_length(self.answer)
        else:
            written += self.answer + b"\0"
        written += self.database + b"\0"
        if self.charset is None:
            return written
        written += _SHORT.pack(self.charset)
        if Capability.PLUGIN_AUTH in capabilities:
            written += self.plugin + b"\0"
        return written + string(self.attributes) if Capability.CONNECT_ATTRS in capabilities else written


def read_change_user(payload: bytes, capabilities: Capability) -> ChangeUserCommand:
    """Read a COM_CHANGE_USER.

    Raises:
        PacketError: it is cut short.
    """
    user, pos = read_until_nul(payload, 1)
    if Capability.SECURE_CONNECTION in capabilities:
        answer, pos = _short_string(payload, pos)
    else:
        answer, pos = read_until_nul(payload, pos)
    database, pos = _up_to_nul_or_end(payload, pos)
    if len(payload) - pos < 2:
        return ChangeUserCommand(user, answer, database)
    (charset,) = _SHORT.unpack_from(payload, pos)
    plugin = attributes = b""
    pos += 2
    if Capability.PLUGIN_AUTH in capabilities:
        plugin, pos = _up_to_nul_or_end(payload, pos)
    if Capability.CONNECT_ATTRS in capabilities and pos < len(payload):
        attributes, pos = read_string(payload, pos)
    return ChangeUserCommand(user, answer, database, charset, plugin, attributes)
