"""One client connection and the origin connection that belongs to it: sockets, TLS, back-pressure, time limits.

What is said on them is decided elsewhere: ``login`` relays the login, ``conversation`` does the rest.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable, Coroutine
from shlex import quote
from typing import TYPE_CHECKING, Any

from polyscale_cli.edge.cache import Cache
from polyscale_cli.edge.engine.fence import LOST_SECONDS
from polyscale_cli.edge.wire.client_tls import begin_tls
from polyscale_cli.edge.wire.mysql.conversation import Conversation
from polyscale_cli.edge.wire.mysql.flavour import Flavour
from polyscale_cli.edge.wire.mysql.handshake import LoginError
from polyscale_cli.edge.wire.mysql.logged_in import LoggedIn
from polyscale_cli.edge.wire.mysql.login import Login
from polyscale_cli.edge.wire.mysql.origin import connect, upgrade
from polyscale_cli.edge.wire.mysql.packets import err
from polyscale_cli.edge.wire.mysql.step import Do, Step
from polyscale_cli.edge.wire.origin import CONNECT_SECONDS, OriginError, OriginLink
from polyscale_cli.edge.wire.places import TOO_MANY
from polyscale_cli.edge.wire.session import RelayedSession, nowhere

if TYPE_CHECKING:
    from polyscale_cli.edge.wire.mysql.server import MySqlServer

_log = logging.getLogger(__name__)

SHUTTING_DOWN = "Server shutdown in progress"
_ER_SERVER_SHUTDOWN = (1053, "08S01")
_ER_CON_COUNT = (1040, "08004")
_ER_CANNOT_CONNECT = (2003, "HY000")
_ER_ACCESS_DENIED = (1045, "28000")


class Session(RelayedSession[Conversation]):
    """The client's side, and the owner of the whole.

    Attributes:
        cache: None until the client has said which.
        conversation: None until it is logged in.
        number: what the client was told is its connection's.
        origin_number: what it is at the origin.
    """

    def __init__(self, server: MySqlServer, own_cache: str | None, number: int) -> None:
        super().__init__(server, own_cache)
        self._server = server
        self._login = Login(
            version=server.version,
            thread_id=number,
            tls_to_client=server.tls is not None,
            relays_greeting=own_cache is not None,
            offers=server.offers,
        )
        self._encrypting = False
        self._early = self._ahead = b""
        self.number = number
        self.origin_number = 0

    # -- the login ---------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the client's connection, and greet."""
        super().connection_made(transport)
        if self._own_cache is None:
            self._write_to_client(self._login.start())
            return
        cache = self._server.find(self._own_cache)
        if cache is None:
            self.refuse(LoginError(*_ER_ACCESS_DENIED, "the cache of this port was deleted"))
            return
        self._reach(cache)

    def data_received(self, data: bytes) -> None:
        """Take bytes from a client that is not logged in; a conversation takes this method's place."""
        if self._encrypting:
            self._ahead += data  # a loop may tell of these before it tells that the handshake is done
        elif not self._over:
            self._follow(lambda: self._login.client_sent(data))

    def _origin_login(self, data: bytes) -> None:
        if self._origin is None:
            self._early += data  # a loop may tell of these before it tells that it has connected
            return
        if self._silence is not None:
            self._silence.cancel()
            self._silence = None
        if not self._over:
            self._follow(lambda: self._login.origin_sent(data))

    def _follow(self, step: Callable[[], Step]) -> None:
        """Take a step of the login."""
        try:
            taken = step()
        except LoginError as error:
            if self._login.lacking:
                self._server.lacks(self._login.lacking)
            self.refuse(error)
            return
        self._write_to_client(taken.to_client)
        if taken.to_origin and self._origin is not None:
            self._origin.write(taken.to_origin)
        if taken.do is Do.ENCRYPT_CLIENT:
            self._encrypt_client()
        elif taken.do is Do.CONNECT:
            self._find_and_reach()
        elif taken.do is Do.ENCRYPT_ORIGIN:
            self._begin(self._encrypt_origin())
        elif taken.do is Do.REFUSED:
            self.close()
        elif taken.do is Do.READY:
            self._talk()

    def _write_to_client(self, data: bytes) -> None:
        if data and self._client is not None:
            self._client.write(data)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._task = self._loop.create_task(work)

    def _encrypt_client(self) -> None:
        client, tls = self._client, self._server.tls
        if client is not None and tls is not None:
            self._encrypting = True
            client.pause_reading()
            self._begin(self._encrypt(client, tls, self._login.leftover_client))

    async def _encrypt(self, client: asyncio.Transport, tls: ssl.SSLContext, early: bytes) -> None:
        try:
            self._client = await begin_tls(client, self, tls, early)
        except (OSError, ssl.SSLError) as error:
            _log.info("TLS with a client failed: %s", error)
            self.close()
            return
        self._encrypting = False
        self._follow(self._login.client_encrypted)
        if self._ahead:
            ahead, self._ahead = self._ahead, b""
            self.data_received(ahead)

    def _find_and_reach(self) -> None:
        cache_id = self._login.cache_id
        cache = self._server.find(cache_id) if cache_id is not None else None
        if cache is None or cache.database is not self._server.database:
            what = "It may have been deleted" if cache is None else f"It is of type {cache.database}"
            text = f"there is no cache {cache_id} on this port. {what}; polyscale cache list shows the caches"
            self.refuse(LoginError(*_ER_ACCESS_DENIED, text))
            return
        self._reach(cache)

    def _reach(self, cache: Cache) -> None:
        if not self._is_admitted(cache):
            self.refuse(LoginError(*_ER_CON_COUNT, f"{TOO_MANY}. {self._server.places.hint}"))
            return
        self._login.tls_to_origin = cache.origin_tls
        self._begin(self._reach_origin(cache))

    async def _reach_origin(self, cache: Cache) -> None:
        self._link = link = OriginLink(self._origin_login, self._origin_lost, self._origin_flows)
        try:
            origin = await connect(cache, link)
        except OriginError as error:
            self._refuse_origin(error)
            return
        if self._over:
            origin.abort()
            return
        self._origin = origin
        self._silence = self._loop.call_later(CONNECT_SECONDS, self._origin_is_silent, cache)
        if self._early:
            self._origin_login(self._early)

    async def _encrypt_origin(self) -> None:
        cache, origin, link = self.cache, self._origin, self._link
        if cache is None or origin is None or link is None:
            return
        try:
            self._origin = await upgrade(cache, origin, link)
        except OriginError as error:
            origin.abort()
            self._refuse_origin(error)
            return
        self._follow(self._login.origin_encrypted)

    def _refuse_origin(self, error: OriginError) -> None:
        self.refuse(LoginError(*_ER_CANNOT_CONNECT, f"{error.text}. {error.hint}"))

    def _origin_is_silent(self, cache: Cache) -> None:
        where = f"{cache.host}:{cache.port}"
        text = (
            f"the origin {where} did not greet within {CONNECT_SECONDS:g} s: it may not be a MySQL server;"
            f" polyscale cache test {quote(cache.name)} says what is in the way"
        )
        self.refuse(LoginError(*_ER_CANNOT_CONNECT, text))

    def _too_late(self, seconds: float) -> None:
        text = f"the login was not complete within {seconds:g} s"
        self.refuse(LoginError(1159, "08S01", text))

    def _talk(self) -> None:
        """Hand both sides over to the conversation."""
        client, origin, link, cache, login = self._client, self._origin, self._link, self.cache, self._login
        if client is None or origin is None or link is None or cache is None:
            return
        self.number, self.origin_number = login.thread_id, login.origin_thread_id
        self.to_client, self.to_origin = client.write, origin.write
        self._server.logged_in(self, login.server_version)
        conversation = Conversation(self, self._server.state_of(cache), _logged_in(login), self._server.dialect)
        self._hand_over(conversation)
        if login.leftover_origin:
            conversation.origin_sent(login.leftover_origin)
        if login.leftover_client:
            conversation.client_sent(login.leftover_client)

    # -- what a conversation may do ----------------------------------------------------------------------------------

    def thread_at_origin(self, number: int) -> int:
        """Give the origin's number of the connection that a client was told another for."""
        return number if self.cache is None else self._server.thread_at_origin(number, self.cache)

    # -- flow, and the end -------------------------------------------------------------------------------------------

    def connection_lost(self, error: Exception | None) -> None:
        """The client is gone: what the origin is doing for it is awaited, where it may write."""
        self._client = None
        self.to_client = nowhere
        awaits = self.conversation is not None and self.conversation.give_up()
        origin = self._origin
        if origin is not None and not origin.is_closing():
            origin.resume_reading()
            if not awaits:
                self._leave(origin)
            else:
                self._loop.call_later(LOST_SECONDS, origin.abort)
        self.close()
        self._let_go()

    def _origin_lost(self, error: Exception | None) -> None:
        self._origin = None
        self.to_origin = nowhere
        if self.conversation is not None:
            self.conversation.origin_left()
            self.close()
        elif not self._over:
            self.refuse(LoginError(2013, "HY000", "the origin closed the connection during the login"))
        self._server.left(self)
        self._let_go()

    def refuse(self, error: LoginError) -> None:
        """Tell the client why it goes no further, in its own protocol, and close."""
        self.end(self._login.error(error))

    def shut(self, text: str) -> None:
        """End the session from the edge's side."""
        if self.conversation is None:
            self.refuse(LoginError(*_ER_SERVER_SHUTDOWN, text))
        else:
            number = self.conversation.next_to_client
            self.end(err(*_ER_SERVER_SHUTDOWN, text, number) if number is not None else b"")

    def _leave(self, origin: asyncio.Transport) -> None:
        # A server refuses hosts whose connections end in the midst of a login, and notes each that just ends.
        origin.write(self._login.farewell() if self.conversation is None else self.conversation.farewell())
        origin.close()


def _logged_in(login: Login) -> LoggedIn:
    flavour = Flavour.of(login.server_version, is_mariadb=login.is_mariadb)
    return LoggedIn(
        login.user, login.cache_id, login.charset, login.capabilities, flavour, login.status, login.encrypted
    )
