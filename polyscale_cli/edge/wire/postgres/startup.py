"""The first packets of a connection, before which nothing has a type byte (manual, sections 55.2.1 and 55.2.10-12).

Bytes in, packets out; and from a StartupMessage, which cache its sender means.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from polyscale_cli.edge.wire.postgres.messages import CANCEL_REQUEST_CODE, GSSENC_REQUEST_CODE, SSL_REQUEST_CODE

LONGEST_PACKET = 10_000
"""Bytes; PostgreSQL's own MAX_STARTUP_PACKET_LENGTH."""

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_ID = re.compile(_UUID, re.IGNORECASE)
_ID_IN_OPTIONS = re.compile(rf"(?:-c\s*|--)application[_-]name=({_UUID})(?=\s|$)", re.IGNORECASE)
ID_LENGTH = 36

# What only libpq understands; a real server refuses it as a setting it does not know, yet some drivers send it.
CLIENT_ONLY_PARAMETERS = frozenset({"channel_binding"})


class StartupError(ValueError):
    """The first bytes are not a packet of this protocol, or one that may not come now.

    Attributes:
        sqlstate: that PostgreSQL gives.
    """

    def __init__(self, text: str, sqlstate: str = "08P01") -> None:
        super().__init__(text)
        self.sqlstate = sqlstate


def unsupported(code: int) -> StartupError:
    """The error for a version that nobody speaks; a request that was made before is taken for one, too."""
    version = f"{code >> 16}.{code & 0xFFFF}"
    return StartupError(f"unsupported frontend protocol {version}: the edge speaks version 3", "0A000")


@dataclass(frozen=True, slots=True)
class EncryptionRequest:
    """SSLRequest, or GSSENCRequest when ``gss``."""

    gss: bool

    @property
    def code(self) -> int:
        """By which it is told from a protocol's version."""
        return GSSENC_REQUEST_CODE if self.gss else SSL_REQUEST_CODE


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """``key`` is the process id and the secret, as BackendKeyData gave them."""

    key: bytes


@dataclass(frozen=True, slots=True)
class StartupMessage:
    """``version`` is the protocol's, major in the upper 16 bits; ``parameters`` in the order they came."""

    version: int
    parameters: dict[str, str]


@dataclass(frozen=True, slots=True)
class Identity:
    """What a startup says about the cache it means, and the parameters that the origin is to get.

    Attributes:
        cache_id: in lower case; None where the client names none.
        prefixed: the id came in front of the user name.
    """

    cache_id: str | None
    prefixed: bool
    parameters: dict[str, str]


Packet = EncryptionRequest | CancelRequest | StartupMessage


def read_packet(data: bytes) -> tuple[Packet, bytes] | None:
    """Read one packet and give what follows it; None while it is incomplete.

    Raises:
        StartupError: the bytes can never become one; its text says what they look like.
    """
    if len(data) < 4:
        if data and data[0] != 0:
            raise StartupError(_guess(data))
        return None
    (length,) = struct.unpack_from(">I", data)
    if not 8 <= length <= LONGEST_PACKET:
        raise StartupError(_guess(data))
    if len(data) < length:
        return None
    body, rest = data[4:length], data[length:]
    (code,) = struct.unpack_from(">I", body)
    if code == SSL_REQUEST_CODE:
        return EncryptionRequest(gss=False), rest
    if code == GSSENC_REQUEST_CODE:
        return EncryptionRequest(gss=True), rest
    if code == CANCEL_REQUEST_CODE:
        return CancelRequest(body[4:]), rest
    if code >> 16 != 3:
        raise unsupported(code)
    return StartupMessage(code, _parameters(body[4:])), rest


def _parameters(body: bytes) -> dict[str, str]:
    parts = body.split(b"\0")
    if len(parts) < 2 or parts[-1] != b"" or parts[-2] != b"":
        raise StartupError("invalid startup packet layout: expected terminator as last byte")
    parts = parts[:-2]
    if len(parts) % 2:
        raise StartupError("invalid startup packet layout: a parameter has no value")
    texts = [part.decode("utf-8", "surrogateescape") for part in parts]
    return dict(zip(texts[::2], texts[1::2], strict=True))


def _guess(data: bytes) -> str:
    if data[0] == 0x16:
        return "the client speaks TLS, which it must begin with, or ask for"
    if re.match(rb"(GET|POST|PUT|HEAD|PATCH|DELETE|OPTIONS|CONNECT) ", data):
        return "this port speaks PostgreSQL's protocol, and the client speaks HTTP"
    return "this port speaks PostgreSQL's protocol, and the client sent something else"


def identify(parameters: dict[str, str]) -> Identity:
    """Find the cache id: in ``application_name``, in ``options``, or in front of the user name; and take it out."""
    rest = {key: value for key, value in parameters.items() if key not in CLIENT_ONLY_PARAMETERS}
    if _ID.fullmatch(rest.get("application_name", "")):
        return Identity(rest.pop("application_name").lower(), prefixed=False, parameters=rest)
    options = rest.get("options", "")
    found = _ID_IN_OPTIONS.search(options)
    if found:
        options = (options[: found.start()] + options[found.end() :]).strip()
        if options:
            rest["options"] = options
        else:
            del rest["options"]
        return Identity(found[1].lower(), prefixed=False, parameters=rest)
    user = rest.get("user", "")
    if len(user) > ID_LENGTH + 1 and user[ID_LENGTH] == "-" and _ID.fullmatch(user[:ID_LENGTH]):
        rest["user"] = user[ID_LENGTH + 1 :]
        return Identity(user[:ID_LENGTH].lower(), prefixed=True, parameters=rest)
    return Identity(None, prefixed=False, parameters=rest)


def startup_message(version: int, parameters: dict[str, str]) -> bytes:
    """Write a StartupMessage."""
    body = struct.pack(">I", version)
    for key, value in parameters.items():
        body += key.encode("utf-8", "surrogateescape") + b"\0" + value.encode("utf-8", "surrogateescape") + b"\0"
    body += b"\0"
    return struct.pack(">I", len(body) + 4) + body


def cancel_request(key: bytes) -> bytes:
    """Write a CancelRequest."""
    return struct.pack(">II", len(key) + 8, CANCEL_REQUEST_CODE) + key
