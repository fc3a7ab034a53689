"""Relaying a login: the origin decides, and the edge keeps no password.

The server speaks first, so where several caches share a listener the edge must greet before it knows which cache is
meant. Its greeting's scramble is then worth nothing, and the client has to answer the origin's own:

    client                     edge                                origin
      |  <- HandshakeV10         |                                    |
      |  SSLRequest, TLS ->      |                                    |
      |  HandshakeResponse ->    |  (now the cache is known)          |
      |                          |          <- HandshakeV10           |
      |                          |  SSLRequest, TLS ->                |
      |                          |  HandshakeResponse, unanswered ->  |
      |  <- AuthSwitchRequest    |          <- AuthSwitchRequest      |
      |  answer ->               |  answer ->                         |
      |  ... until OK or ERR     |                                    |

A port that belongs to one cache relays the origin's greeting and the client's answer to it as they are, but for the
capabilities and for TLS, which is each leg's own business.

Capabilities are what the client asked for and the origin has. In the first case the client has chosen before the origin
was known; where it chose what the origin lacks and what changes the form of answers, the login is refused.

Source: MySQL's source documentation, "Connection Phase".
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from polyscale_cli.edge.cache import OriginTls
from polyscale_cli.edge.wire.mysql.authentication import (
    ASKS_ANEW,
    Authentication,
    Encrypted,
    objection,
)
from polyscale_cli.edge.wire.mysql.capabilities import (
    CARRIED,
    SHAPES_ANSWERS,
    Capability,
    Status,
)
from polyscale_cli.edge.wire.mysql.dialogue import WRONG_ANSWER, Dialogue
from polyscale_cli.edge.wire.mysql.greeting import NOBODY
from polyscale_cli.edge.wire.mysql.handshake import (
    HandshakeResponse,
    HandshakeV10,
    LoginError,
    bad_handshake,
    is_ssl_request,
    read_handshake,
    read_response,
    unsupported_authentication,
)
from polyscale_cli.edge.wire.mysql.identity import identify, no_cache_named
from polyscale_cli.edge.wire.mysql.leg import Leg
from polyscale_cli.edge.wire.mysql.own_greeting import offered_by, own_greeting
from polyscale_cli.edge.wire.mysql.packets import Err, PacketError, err, is_err, packet, read_err
from polyscale_cli.edge.wire.mysql.step import Do, Step, collected
from polyscale_cli.edge.wire.mysql.strange import check_client, check_origin

__all__ = ["Do", "Login", "LoginError", "Step"]

_SQLSTATES = {1040: "08004", 1203: "42000"}
"""Of what an origin may say instead of a greeting, before it knows that its client understands an SQLSTATE."""


class _Awaits(enum.Enum):
    """What comes next."""

    ORIGIN_GREETING = enum.auto()
    CLIENT_RESPONSE = enum.auto()
    CLIENT_TLS = enum.auto()
    ORIGIN_TLS = enum.auto()
    RESPONSE_TO_ORIGIN = enum.auto()
    OUTCOME = enum.auto()
    NOTHING = enum.auto()


class Login:
    """Bytes in on both sides, bytes out on both.

    Attributes:
        tls_to_origin: may be set until the origin greets; on a shared listener it is known no earlier than CONNECT.
        cache_id: in lower case; None where the user name carries none, which only a port of a cache's own lets pass.
            It is set before anything goes to the origin on account of it.
        user, database: as the origin knows them.
        capabilities: negotiated, the same on both legs; TLS apart, for ``SSL`` is never set.
        lacking: what the client chose and the origin lacks, where that is why the login was refused. A listener that
            no longer ``offers`` it serves such origins, too.
        charset: the low 8 bits of the number of the collation that the client wants.
        is_mariadb, server_version: by the origin's greeting; the version without what MariaDB 10 puts before it.
        thread_id: what the client was told is its connection's.
        origin_thread_id: what it is at the origin.
    """

    def __init__(
        self,
        *,
        version: str,
        thread_id: int,
        tls_to_client: bool,
        tls_to_origin: OriginTls = OriginTls.PREFER,
        relays_greeting: bool = False,
        offers: Capability | None = None,
    ) -> None:
        """``version`` and ``thread_id`` are for the edge's own greeting; ``offers`` goes by the version by default."""
        self._version = version
        self._tls_to_client = tls_to_client
        self._relays_greeting = relays_greeting
        self._offered = (offered_by(version) if offers is None else offers) & CARRIED
        self._client = Leg("client")
        self._origin = Leg("origin")
        self._client_encrypted = False
        self._origin_encrypted = False
        self._awaits = _Awaits.ORIGIN_GREETING if relays_greeting else _Awaits.CLIENT_RESPONSE
        self._greeting: HandshakeV10 | None = None
        self._response: HandshakeResponse | None = None
        self._dialogue: Dialogue | None = None
        self.tls_to_origin = tls_to_origin
        self.thread_id = thread_id
        self.cache_id: str | None = None
        self.user = b""
        self.database = b""
        self.capabilities = Capability(0)
        self.lacking = Capability(0)
        self.charset = 0
        self.is_mariadb = False
        self.server_version = ""
        self.origin_thread_id = 0
        self._early_refusal: Err | None = None

    @property
    def encrypted(self) -> Encrypted:
        """Which legs have TLS."""
        return Encrypted(self._client_encrypted, self._origin_encrypted)

    @property
    def status(self) -> Status:
        """The status of the final OK."""
        return Status(0) if self._dialogue is None else self._dialogue.status

    @property
    def refusal(self) -> Err | None:
        """The origin's ERR."""
        return self._early_refusal if self._dialogue is None else self._dialogue.refusal

    @property
    def leftover_client(self) -> bytes:
        """What the client has sent beyond the login; at ENCRYPT_CLIENT the beginning of TLS, if it has come already."""
        return self._client.rest

    @property
    def leftover_origin(self) -> bytes:
        """What the origin has sent beyond the login."""
        return self._origin.rest

    def start(self) -> bytes:
        """Give what the client is to get first: nothing where the origin's own greeting is awaited."""
        if self._relays_greeting:
            return b""
        greeting = own_greeting(self._version, self.thread_id, self._offered_to_client())
        return self._client.write(greeting.payload())

    def error(self, error: LoginError) -> bytes:
        """Write an ERR packet that the client takes for the next in this login."""
        return err(error.code, error.sqlstate if self._response else "", error.message, self._client.next)

    def farewell(self) -> bytes:
        """Give what the origin is to get before its connection is closed for a login that comes to nothing.

        Without it a server would count it as one that was broken off; see ``greeting.NOBODY``.
        """
        if self._greeting is None or self._awaits in {_Awaits.ORIGIN_TLS, _Awaits.NOTHING}:
            return b""
        if self._dialogue is not None and self._dialogue.begun:
            return self._dialogue.wrong_answer()
        nobody = replace(NOBODY, plugin=ASKS_ANEW)
        return self._origin.write(nobody.payload()) + packet(WRONG_ANSWER, (self._origin.next + 1) & 0xFF)

    def client_sent(self, data: bytes) -> Step:
        """Take bytes from the client.

        Raises:
            LoginError: they do not belong here, or the login cannot go on.
        """
        self._client.feed(data)
        return self._go_on()

    def origin_sent(self, data: bytes) -> Step:
        """Take bytes from the origin.

        Raises:
            LoginError: it speaks another protocol, or the login cannot go on.
        """
        self._origin.feed(data)
        return self._go_on()

    def client_encrypted(self) -> Step:
        """Say that ENCRYPT_CLIENT is done; whatever was left over has gone into it."""
        self._client.rest = b""
        self._client_encrypted = True
        self._awaits = _Awaits.CLIENT_RESPONSE
        return Step()

    def origin_encrypted(self) -> Step:
        """Say that ENCRYPT_ORIGIN is done.

        Raises:
            LoginError: the client's answer cannot be given to this origin.
        """
        self._origin_encrypted = True
        self._awaits = _Awaits.RESPONSE_TO_ORIGIN
        return self._go_on()

    def _go_on(self) -> Step:
        return collected(self._next)

    def _next(self) -> Step | None:
        """Take one packet of whoever is to speak; None where it has not come."""
        if self._awaits is _Awaits.CLIENT_RESPONSE:
            with _blamed("client"):
                return self._client_responds()
        with _blamed("origin"):
            if self._awaits is _Awaits.ORIGIN_GREETING:
                return self._origin_greets()
            if self._awaits is _Awaits.RESPONSE_TO_ORIGIN:
                return self._respond()
            if self._dialogue is not None:
                return self._dialogue.next()
        return None

    # --- the client's side

    def _offered_to_client(self) -> Capability:
        return self._offered | Capability.SSL if self._tls_to_client else self._offered

    def _client_responds(self) -> Step | None:
        if not self._client_encrypted:
            check_client(self._client.rest)
        payload = self._client.take()
        if payload is None:
            return self._origin_gives_up()
        if not self._client_encrypted and is_ssl_request(payload):
            if not self._tls_to_client:
                raise bad_handshake("the client asks for TLS, which was not on offer")
            self._awaits = _Awaits.CLIENT_TLS
            return Step(do=Do.ENCRYPT_CLIENT)
        self._read_response(payload)
        if self._relays_greeting:
            return self._encrypt_or_respond()
        self._awaits = _Awaits.ORIGIN_GREETING
        return Step(do=Do.CONNECT)

    def _origin_gives_up(self) -> Step | None:
        """Take an origin's ERR that comes while the client has not answered yet, as it does to one that is slow."""
        payload = self._origin.take() if self._relays_greeting else None
        if payload is None:
            return None
        if not is_err(payload):
            raise bad_handshake("the origin speaks out of turn")
        return self._refuse(payload)

    def _read_response(self, payload: bytes) -> None:
        response = read_response(payload, self._offered)
        self._response = response
        self.capabilities = response.capabilities
        self.charset = response.charset
        self.database = response.database
        if Capability.PLUGIN_AUTH not in response.capabilities and not self._relays_greeting:
            raise unsupported_authentication(
                "this client is too old for a port that several caches share (it lacks CLIENT_PLUGIN_AUTH, and cannot"
                " answer the origin's challenge): give the cache a port of its own with polyscale cache update"
                " --listen-port, or use a client of MySQL 5.5.7 or later"
            )
        identity = identify(response.user)
        if identity.cache_id is None and not self._relays_greeting:
            raise no_cache_named(response.user, response.database, response.answer)
        self.cache_id = identity.cache_id
        self.user = identity.user

    # --- the origin's side

    def _origin_greets(self) -> Step | None:
        check_origin(self._origin.rest)
        payload = self._origin.take()
        if payload is None:
            return None
        if is_err(payload):
            return self._refuse(payload)
        self._greeting = greeting = read_handshake(payload)
        self.is_mariadb = greeting.is_mariadb
        self.server_version = greeting.version
        self.origin_thread_id = greeting.thread_id
        if not self._relays_greeting:
            self._check_chosen(greeting)
            return self._encrypt_or_respond()
        self.thread_id = greeting.thread_id
        self._offered = greeting.capabilities & CARRIED
        self._awaits = _Awaits.CLIENT_RESPONSE
        relayed = replace(greeting, capabilities=self._offered_to_client())
        return Step(to_client=self._client.write(relayed.payload()))

    def _check_chosen(self, greeting: HandshakeV10) -> None:
        """Refuse where the client has chosen what the origin cannot do."""
        self.lacking = self.capabilities & ~greeting.capabilities & (SHAPES_ANSWERS | Capability.PLUGIN_AUTH)
        if self.lacking:
            names = ", ".join(str(flag.name) for flag in self.lacking)
            raise bad_handshake(
                f"the origin's version {self.server_version} lacks {names}, which this client uses: connect once"
                " more, or give the cache a port of its own with polyscale cache update --listen-port"
            )

    def _encrypt_or_respond(self) -> Step:
        greeting, response = self._both
        self.capabilities &= greeting.capabilities | Capability.LONG_PASSWORD
        if self.tls_to_origin is OriginTls.DISABLE or Capability.SSL not in greeting.capabilities:
            if self.tls_to_origin in {OriginTls.REQUIRE, OriginTls.VERIFY_FULL}:
                raise bad_handshake(
                    "the origin offers no TLS, and this cache requires it: turn TLS on at the origin, or use polyscale"
                    " cache update --origin-tls prefer"
                )
            return self._respond()
        if self._origin.rest:
            raise bad_handshake("the origin speaks out of turn, before TLS")
        self._awaits = _Awaits.ORIGIN_TLS
        asks = replace(response, capabilities=self._sent_to_origin(greeting) | Capability.SSL)
        return Step(to_origin=self._origin.write(asks.ssl_request()), do=Do.ENCRYPT_ORIGIN)

    @property
    def _both(self) -> tuple[HandshakeV10, HandshakeResponse]:
        if self._greeting is None or self._response is None:
            raise RuntimeError("TLS with the origin was not asked for")
        return self._greeting, self._response

    def _sent_to_origin(self, greeting: HandshakeV10) -> Capability:
        sent = self.capabilities
        if self._origin_encrypted:
            sent |= Capability.SSL
        # It tells how the length of an answer is written here, and no more.
        return sent | greeting.capabilities & Capability.PLUGIN_AUTH_LENENC_CLIENT_DATA

    def _respond(self) -> Step:
        """Tell the origin who the client is, with the client's answer where it was to the origin's own challenge."""
        greeting, response = self._both
        plugin, answer = response.plugin, response.answer
        if not self._relays_greeting or objection(plugin, self.encrypted) is not None:
            plugin, answer = ASKS_ANEW, b""
        authentication = Authentication(
            self.encrypted,
            plugin=plugin,
            scramble=greeting.scramble,
            multi_factor=Capability.MULTI_FACTOR_AUTHENTICATION in self.capabilities,
        )
        sent = replace(response, capabilities=self._sent_to_origin(greeting), user=self.user, plugin=plugin)
        self._dialogue = Dialogue(
            self._client, self._origin, authentication, lambda first: replace(sent, answer=first).payload()
        )
        self._awaits = _Awaits.OUTCOME
        return self._dialogue.start(answer)

    def _refuse(self, payload: bytes) -> Step:
        """Pass on an ERR from before the origin knows of a client, in the form that the client expects by now."""
        self._early_refusal = refusal = read_err(payload)
        self._awaits = _Awaits.NOTHING
        sqlstate = refusal.sqlstate or (_SQLSTATES.get(refusal.code, "HY000") if self._response else "")
        told = err(refusal.code, sqlstate, refusal.message, self._client.next)
        return Step(to_client=told, do=Do.REFUSED)


@contextmanager
def _blamed(side: str) -> Iterator[None]:
    """Name the side whose packet makes no sense."""
    try:
        yield
    except PacketError as error:
        raise bad_handshake(f"the {side} sent a packet that does not belong to a login: {error}") from error
