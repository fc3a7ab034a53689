"""One client connection and the origin connection that belongs to it: sockets, TLS, back-pressure, time limits.

What is said on them is decided elsewhere: ``startup`` reads the first packets, ``login`` relays authentication,
``conversation`` does the rest. Streams would cost a fifth of the throughput, hence protocols.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from shlex import quote
from typing import TYPE_CHECKING

from polyscale_cli.edge.cache import Cache
from polyscale_cli.edge.engine.fence import LOST_SECONDS
from polyscale_cli.edge.wire.origin import CONNECT_SECONDS, OriginError, OriginLink
from polyscale_cli.edge.wire.places import TOO_MANY
from polyscale_cli.edge.wire.postgres import messages as m
from polyscale_cli.edge.wire.postgres.answers import OriginViolation
from polyscale_cli.edge.wire.postgres.conversation import Conversation
from polyscale_cli.edge.wire.postgres.encryption import NO_TLS, TLS_HANDSHAKE, Encryption
from polyscale_cli.edge.wire.postgres.login import Login, LoginError, LoginState
from polyscale_cli.edge.wire.postgres.origin import connect
from polyscale_cli.edge.wire.postgres.startup import (
    CancelRequest,
    EncryptionRequest,
    Identity,
    StartupError,
    StartupMessage,
    identify,
    read_packet,
    startup_message,
)
from polyscale_cli.edge.wire.session import RelayedSession, nowhere

if TYPE_CHECKING:
    from polyscale_cli.edge.wire.postgres.server import PostgresServer

_log = logging.getLogger(__name__)

SHUTTING_DOWN = "terminating connection due to administrator command"


class Session(RelayedSession[Conversation]):
    """The client's side, and the owner of the whole.

    Attributes:
        cache: None until the client has said which.
        conversation: None until it is logged in.
        backend_key: by which a CancelRequest finds this session.
    """

    def __init__(self, server: PostgresServer, own_cache: str | None) -> None:
        super().__init__(server, own_cache)
        self._server = server
        self._first = b""
        self._login: Login | None = None
        self._encryption = Encryption(server.tls)
        self.backend_key: bytes | None = None

    # -- before the login ------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Take bytes from a client that is not logged in; a conversation takes this method's place."""
        if self._over:
            return
        if self._login is not None:
            self._relay_login(data)
            return
        self._first += data
        if self._task is not None:
            # Nothing may be sent between StartupMessage and the origin's first word.
            if len(self._first) > m.MOST_BEFORE_LOGIN:
                self.refuse("08P01", "too much was sent before the login")
            return
        try:
            self._read_packets()
        except StartupError as error:
            self.refuse(error.sqlstate, str(error))

    def _read_packets(self) -> None:
        if self._first[:1] == TLS_HANDSHAKE and self._encryption.may_begin:
            self._begin_with_tls()
        while self._task is None and not self._over:
            read = read_packet(self._first)
            if read is None:
                return
            packet, self._first = read
            if isinstance(packet, EncryptionRequest):
                self._answer_encryption(packet)
            elif isinstance(packet, CancelRequest):
                self._server.cancel(packet.key, self.close)
                return
            else:
                self._begin(packet)

    def _answer_encryption(self, request: EncryptionRequest) -> None:
        client = self._client
        if client is None:
            return
        if self._encryption.grants(request, ahead=bool(self._first)):
            self._encrypt(client, b"S")
        else:
            client.write(b"N")

    def _begin_with_tls(self) -> None:
        if self._client is None:
            return
        if not self._encryption.offered:
            self.end(NO_TLS)
            return
        early, self._first = self._first, b""
        self._encrypt(self._client, early=early)

    def _encrypt(self, client: asyncio.Transport, consent: bytes = b"", *, early: bytes = b"") -> None:
        client.pause_reading()
        client.write(consent)
        self._task = self._loop.create_task(self._shake_hands(client, early))

    async def _shake_hands(self, client: asyncio.Transport, early: bytes) -> None:
        try:
            self._client = await self._encryption.begin(client, self, early)
        except (OSError, ssl.SSLError) as error:
            _log.info("TLS with a client failed: %s", error)
            self.close()
            return
        self._task = None
        if self._encryption.complaint is not None:
            self.refuse("08P01", self._encryption.complaint)
        elif self._first:
            self.data_received(b"")

    def _begin(self, startup: StartupMessage) -> None:
        identity = identify(startup.parameters)
        cache = self._find_cache(identity)
        if cache is None:
            return
        if not self._is_admitted(cache):
            self.refuse("53300", TOO_MANY, self._server.places.hint)
            return
        parameters = identity.parameters
        if self._own_cache is not None and cache.id == self._own_cache and identity.cache_id != cache.id:
            # A port of the cache's own: whatever else looks like an id is the client's own business.
            parameters = {k: v for k, v in startup.parameters.items() if k != "channel_binding"}
            identity = Identity(cache.id, prefixed=False, parameters=parameters)
        self._task = self._loop.create_task(self._reach_origin(cache, startup.version, identity))

    def _find_cache(self, identity: Identity) -> Cache | None:
        find = self._server.find
        cache = find(identity.cache_id) if identity.cache_id is not None else None
        if cache is None and self._own_cache is not None:
            cache = find(self._own_cache)
        if cache is not None:
            return cache
        if identity.cache_id is None:
            self.refuse(
                "08004",
                "the connection names no cache",
                "Put application_name=CACHE_ID into the connection string (polyscale connstr prints it);"
                " polyscale cache list shows the caches.",
            )
        else:
            self.refuse(
                "08004",
                f"there is no cache {identity.cache_id}",
                "It may have been deleted; polyscale cache list shows the caches.",
            )
        return None

    async def _reach_origin(self, cache: Cache, version: int, identity: Identity) -> None:
        self._link = link = OriginLink(self._origin_login, self._origin_lost, self._origin_flows)
        try:
            origin = await connect(cache, link)
        except OriginError as error:
            self.refuse(error.sqlstate, error.text, error.hint)
            return
        if self._over:
            origin.abort()
            return
        self._origin = origin
        self._login = Login(prefixed=identity.prefixed)
        self._parameters = identity.parameters
        origin.write(startup_message(version, identity.parameters))
        self._silence = self._loop.call_later(CONNECT_SECONDS, self._origin_is_silent, cache)
        if self._first:
            early, self._first = self._first, b""
            self._relay_login(early)

    def _origin_is_silent(self, cache: Cache) -> None:
        self.refuse(
            "08001",
            f"the origin {cache.host}:{cache.port} did not answer within {CONNECT_SECONDS:g} s",
            f"It may not be a PostgreSQL server: polyscale cache test {quote(cache.name)}",
        )

    def _too_late(self, seconds: float) -> None:
        self.refuse("08006", f"the login was not complete within {seconds:g} s")

    # -- the login -------------------------------------------------------------------------------------------------

    def _relay_login(self, data: bytes) -> None:
        if self._login is not None and self._origin is not None:
            try:
                self._origin.write(self._login.client_sent(data))
            except LoginError as error:
                self.refuse("08P01", str(error))

    def _origin_login(self, data: bytes) -> None:
        login = self._login
        if self._silence is not None:
            self._silence.cancel()
            self._silence = None
        if login is None or self._client is None or self._over:
            return
        try:
            passed = login.origin_sent(data)
        except LoginError as error:
            self.refuse("08P01", str(error))
            return
        self._client.write(passed)
        if login.state is LoginState.REFUSED:
            self.close()
        elif login.state is LoginState.READY:
            self._talk(login)

    def _talk(self, login: Login) -> None:
        """Hand both sides over to the conversation."""
        client, origin, link, cache = self._client, self._origin, self._link, self.cache
        if client is None or origin is None or link is None or cache is None:
            return
        self.to_client, self.to_origin = client.write, origin.write
        self.backend_key = login.backend_key
        self._server.logged_in(self, login.reported.get("server_version"))
        conversation = Conversation(
            self, self._server.state_of(cache), login.reported, ask="replication" not in self._parameters
        )
        self._login = None
        self._hand_over(conversation)
        conversation.start(login.ready)
        if login.leftover:
            conversation.origin_sent(login.leftover)
        if login.ahead:
            conversation.client_sent(login.ahead)

    # -- what a conversation may do --------------------------------------------------------------------------------

    def take_leave(self) -> None:
        """Tell the origin that nothing more will come; it ends the session when it is done."""
        origin = self._origin
        if origin is None or origin.is_closing():
            return
        origin.write(m.TERMINATE_MESSAGE)
        if origin.can_write_eof():
            # Terminate is data to a server that reads COPY data, and part of a message to one that waits for its rest.
            origin.write_eof()

    # -- flow, and the end -----------------------------------------------------------------------------------------

    def eof_received(self) -> bool:
        """The client sends no more, but may still read the answers. (In TLS there is no such half.)"""
        if self.conversation is None or self._encryption.is_on:
            return False
        self.conversation.client_finished()
        return True

    def connection_lost(self, error: Exception | None) -> None:
        """The client is gone: let the origin carry out what was asked of it, and nothing else."""
        self._client = None
        self.to_client = nowhere
        awaits = self.conversation is not None and self.conversation.client_left()
        origin = self._origin
        if origin is not None and not origin.is_closing():
            origin.resume_reading()
            if not awaits:
                origin.close()
            elif not origin.can_write_eof():
                self._loop.call_later(LOST_SECONDS, origin.abort)
        self.close()
        self._let_go()

    def _origin_lost(self, error: Exception | None) -> None:
        self._origin = None
        self.to_origin = nowhere
        if isinstance(error, OriginViolation) and self.cache is not None:
            _log.warning("the origin of cache %s does not speak PostgreSQL's protocol: %s", self.cache.id, error)
        if self.conversation is not None:
            self.end(self.conversation.origin_left())
        elif not self._over and self._login is not None:
            if self._login.refused:
                self.close()
            else:
                self.refuse("08006", "the origin closed the connection during the login")
        self._server.left(self)
        self._let_go()

    def refuse(self, sqlstate: str, text: str, hint: str | None = None) -> None:
        """Tell the client why it goes no further, in its own protocol, and close."""
        self.end(m.error_response("FATAL", sqlstate, text, hint=hint))

    def shut(self, text: str) -> None:
        """End the session from the edge's side."""
        self.refuse("57P01", text)
