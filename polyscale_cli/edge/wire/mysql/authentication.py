"""From the first answer of a client to the origin's OK or ERR: the origin asks, the client answers, the edge listens.

What is challenge and response passes as it is, whatever the plugin; the scramble is the origin's own, so the answer is,
too. What needs a hand is a password in clear. caching_sha2_password sends one when the server has not seen the user
before ("full authentication"), and sha256_password always: as it is where the connection is encrypted, and otherwise
under an RSA key that it asks the server for. Where one leg is encrypted and the other is not, each side must be spoken
to in its own way:

    client has TLS, origin has none     the password comes in clear; the edge asks the origin for its key, and encrypts
    client has none, origin has TLS     the client asks for a key and gets the edge's; the edge decrypts

Sources: MySQL's source documentation, "Authentication Method" and "Caching_sha2_password information"; MariaDB's
documentation, "Authentication plugins".
"""

from __future__ import annotations

from dataclasses import dataclass

from polyscale_cli.edge.wire.mysql import passwords
from polyscale_cli.edge.wire.mysql.handshake import (
    AUTH_MORE_DATA,
    AUTH_NEXT_FACTOR,
    AUTH_SWITCH_REQUEST,
    LoginError,
    auth_more_data,
    read_plugin_and_data,
    unsupported_authentication,
)
from polyscale_cli.edge.wire.mysql.packets import ERR_HEADER, OK_HEADER

NATIVE = b"mysql_native_password"
CACHING_SHA2 = b"caching_sha2_password"
ASKS_ANEW = b"polyscale_asks_anew"
"""A plugin that nobody has: an origin that is told of it names the right one, and sends its challenge.

Clients understand one AuthSwitchRequest in a login, so it must be for the plugin that the user really has.
"""

_SHA256 = b"sha256_password"
_OLD = b"mysql_old_password"
_KEY_REQUEST = {CACHING_SHA2: b"\x02", _SHA256: b"\x01"}
_FAST_AUTHENTICATION_SUCCEEDED = bytes((AUTH_MORE_DATA, 3))
_PERFORM_FULL_AUTHENTICATION = bytes((AUTH_MORE_DATA, 4))
_SENDS_CLEAR = frozenset((b"mysql_clear_password", b"authentication_openid_connect_client"))
"""Their clients send a secret as it is, and refuse to where they see no TLS."""

_SENDS_CLEAR_ANYWAY = frozenset((b"dialog",))
"""Their clients send a secret as it is, TLS or not."""


@dataclass(frozen=True, slots=True)
class Encrypted:
    """Which of the two legs have TLS."""

    client: bool
    origin: bool


@dataclass(frozen=True, slots=True)
class Relayed:
    """Payloads for the two sides; None where there is none."""

    to_client: bytes | None = None
    to_origin: bytes | None = None


class Authentication:
    """Payloads in on both sides, payloads out on the other.

    Attributes:
        clients_turn: the client is to say something; whatever it sends before is not for here.
        ok: the payload of the origin's OK.
        err: the payload of its ERR.
    """

    def __init__(
        self,
        encrypted: Encrypted,
        *,
        plugin: bytes = ASKS_ANEW,
        scramble: bytes = b"",
        multi_factor: bool = False,
    ) -> None:
        self._encrypted = encrypted
        self._plugin = plugin
        self._scramble = scramble
        self._multi_factor = multi_factor
        self._full = plugin == _SHA256
        self._password: bytes | None = None
        self.clients_turn = False
        self.ok: bytes | None = None
        self.err: bytes | None = None

    def client_sent(self, payload: bytes) -> Relayed:
        """Take an answer of the client.

        Raises:
            LoginError: it cannot be given to the origin.
        """
        self.clients_turn = False
        if self._encrypted.client == self._encrypted.origin or not self._full or payload in {b"", b"\0"}:
            return Relayed(to_origin=payload)
        request = _KEY_REQUEST[self._plugin]
        if self._encrypted.client:
            self._password = payload
            return Relayed(to_origin=request)
        if payload == request:
            self.clients_turn = True
            return Relayed(to_client=auth_more_data(passwords.own_public_key()))
        return Relayed(to_origin=passwords.decrypted(payload, self._scramble))

    def origin_sent(self, payload: bytes) -> Relayed:
        """Take what the origin says.

        Raises:
            LoginError: it asks for what cannot be carried.
            PacketError: it is cut short.
        """
        head = payload[0] if payload else AUTH_MORE_DATA
        if head == OK_HEADER:
            self.ok = payload
        elif head == ERR_HEADER:
            self.err = payload
        elif head == AUTH_SWITCH_REQUEST or (head == AUTH_NEXT_FACTOR and self._multi_factor):
            self._switch(payload)
        elif self._password is not None:
            password, self._password = self._password, None
            return Relayed(to_origin=passwords.encrypted(password, self._scramble, payload[1:]))
        elif self._plugin != CACHING_SHA2:
            self.clients_turn = True
        elif payload != _FAST_AUTHENTICATION_SUCCEEDED:
            self.clients_turn = True
            self._full = self._full or payload == _PERFORM_FULL_AUTHENTICATION
        return Relayed(to_client=payload)

    def _switch(self, payload: bytes) -> None:
        if len(payload) == 1:
            raise _too_old(_OLD)
        self._plugin, data = read_plugin_and_data(payload)
        against = objection(self._plugin, self._encrypted)
        if against is not None:
            raise against
        self._scramble = data.removesuffix(b"\0")
        self._full = self._plugin == _SHA256
        self._password = None
        self.clients_turn = True


def objection(plugin: bytes, encrypted: Encrypted) -> LoginError | None:
    """Say why a plugin cannot work through the edge, or would show a password to those who listen, and what to do."""
    if plugin == _OLD:
        return _too_old(plugin)
    if plugin not in _SENDS_CLEAR and not (plugin in _SENDS_CLEAR_ANYWAY and encrypted.client):
        return None
    asks = f"the origin asks this user for a password in clear ({plugin.decode('latin-1')}), and the edge"
    if not encrypted.client:
        return unsupported_authentication(f"{asks} takes one over TLS alone: connect with TLS")
    if not encrypted.origin:
        return unsupported_authentication(
            f"{asks} sends one over TLS alone: turn TLS on at the origin, and let the cache use it"
        )
    return None


def _too_old(plugin: bytes) -> LoginError:
    return unsupported_authentication(
        f"the origin asks this user for {plugin.decode('latin-1')}, which MySQL gave up in 5.7 and the edge does not"
        " carry: give the user a password of another plugin, as mysql_native_password"
    )
