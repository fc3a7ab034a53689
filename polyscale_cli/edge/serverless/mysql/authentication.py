"""A client's answers to what a server asks of a user: one plugin for each way of doing so.

Passwords go in clear by none of them. Sources: MySQL's source documentation, "Authentication Methods"; MariaDB's
documentation, "Authentication Plugin - ed25519".
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from polyscale_cli.edge.serverless.backend import Refused
from polyscale_cli.edge.serverless.mysql.ed25519 import signature
from polyscale_cli.edge.wire.mysql.authentication import CACHING_SHA2, NATIVE
from polyscale_cli.edge.wire.mysql.handshake import SCRAMBLE_LENGTH
from polyscale_cli.edge.wire.mysql.packets import PacketError
from polyscale_cli.edge.wire.mysql.passwords import encrypted

_SHA256 = b"sha256_password"
_ED25519 = b"client_ed25519"
_KEY_REQUEST = {CACHING_SHA2: b"\x02", _SHA256: b"\x01"}
_FAST = b"\x03"
_FULL = b"\x04"
_NO_PASSWORD = b"\0"


class Answers:
    """Answers for one user in one login.

    Attributes:
        plugin: by which the latest was made.
    """

    def __init__(self, password: bytes) -> None:
        self._password = password
        self._scramble = b""
        self._awaits_key = False
        self.plugin = b""

    def to_greeting(self, plugin: bytes, challenge: bytes) -> bytes:
        """Answer a greeting; where its plugin is none of these, by another: the server then asks for what it wants."""
        return self.to_challenge(plugin if plugin in _FIRST else NATIVE, challenge)

    def to_challenge(self, plugin: bytes, challenge: bytes) -> bytes:
        """Answer what a plugin asks first.

        Raises:
            Refused: the plugin is none of these.
        """
        answer = _FIRST.get(plugin)
        if answer is None:
            raise _unknown(plugin)
        self.plugin = plugin
        self._scramble = challenge[:SCRAMBLE_LENGTH]
        self._awaits_key = plugin == _SHA256 and bool(self._password)
        return answer(self._password, challenge.removesuffix(b"\0"))

    def to_more(self, data: bytes) -> bytes | None:
        """Answer what it asks then; None where there is nothing to be said.

        Raises:
            LoginError: the server's key is none.
            PacketError: the plugin asks no such thing.
        """
        if self._awaits_key:
            self._awaits_key = False
            return encrypted(self._password + b"\0", self._scramble, data)
        if self.plugin == CACHING_SHA2 and data == _FAST:
            return None
        if self.plugin == CACHING_SHA2 and data == _FULL:
            self._awaits_key = True
            return _KEY_REQUEST[CACHING_SHA2]
        raise PacketError(f"{self.plugin.decode('latin-1')} has no more to ask")


def _unknown(plugin: bytes) -> Refused:
    name = plugin.decode("utf-8", "replace")
    return Refused(
        "1251",
        f"the origin asks this user for {name}, which SQL over HTTP has not: give the user a password of"
        " caching_sha2_password (MySQL), mysql_native_password or ed25519 (MariaDB), or ask over TCP",
        by_credentials=True,
    )


def _native(password: bytes, challenge: bytes) -> bytes:
    """SHA1(password) XOR SHA1(challenge, SHA1(SHA1(password)))."""
    if not password:
        return b""
    once = hashlib.sha1(password).digest()  # noqa: S324  (the protocol's own)
    twice = hashlib.sha1(once).digest()  # noqa: S324
    return _mixed(once, hashlib.sha1(challenge + twice).digest())  # noqa: S324


def _caching_sha2(password: bytes, challenge: bytes) -> bytes:
    """SHA256(password) XOR SHA256(SHA256(SHA256(password)), challenge)."""
    if not password:
        return b""
    once = hashlib.sha256(password).digest()
    twice = hashlib.sha256(once).digest()
    return _mixed(once, hashlib.sha256(twice + challenge).digest())


def _sha256(password: bytes, _challenge: bytes) -> bytes:
    return _KEY_REQUEST[_SHA256] if password else _NO_PASSWORD


def _mixed(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


_FIRST: dict[bytes, Callable[[bytes, bytes], bytes]] = {
    NATIVE: _native,
    CACHING_SHA2: _caching_sha2,
    _SHA256: _sha256,
    _ED25519: signature,
}
