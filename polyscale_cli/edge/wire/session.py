"""A client's connection and the origin connection that belongs to it: what is the same whatever is spoken on them."""

from __future__ import annotations

import asyncio
import socket
import time
from abc import abstractmethod
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar, cast

from polyscale_cli.edge.cache import Cache
from polyscale_cli.edge.engine.store import Entry
from polyscale_cli.edge.wire.listeners import ClientSession, Listeners
from polyscale_cli.edge.wire.origin import OriginLink
from polyscale_cli.edge.wire.wires import Handle


class ConversationOfAll(Protocol):
    """What a logged-in session is told, in every protocol."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way for the client."""

    def client_sent(self, data: bytes) -> None:
        """Take bytes from the client."""

    def origin_sent(self, data: bytes) -> None:
        """Take bytes from the origin."""

    def client_is_slow(self, slow: bool) -> None:
        """Note whether the client reads what it is sent."""

    def entry_at_hand(self, data: bytes) -> Entry | None:
        """Give the entry with which a request would be answered on the shortest way, if it is one."""

    def give_up(self) -> bool:
        """End the session from this side. Returns whether the origin must still be awaited."""


AnyConversation = TypeVar("AnyConversation", bound=ConversationOfAll)


class RelayedSession(ClientSession, Generic[AnyConversation]):
    """The client's side, and the owner of the whole: two transports, back-pressure between them, and their end.

    Streams would cost a fifth of the throughput, hence protocols.

    Attributes:
        cache: None until the client has said which.
        conversation: None until it is logged in.
    """

    def __init__(self, server: Listeners[Any], own_cache: str | None) -> None:
        self._listeners = server
        self._own_cache = own_cache
        self._loop = asyncio.get_running_loop()
        self._client: asyncio.Transport | None = None
        self._origin: asyncio.Transport | None = None
        self._link: OriginLink | None = None
        self._task: asyncio.Task[None] | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._silence: asyncio.TimerHandle | None = None
        self._over = False
        self._holds = 0
        self.cache: Cache | None = None
        self.conversation: AnyConversation | None = None
        self.to_client: Callable[[bytes], None] = nowhere
        self.to_origin: Callable[[bytes], None] = nowhere

    @property
    def is_logged_in(self) -> bool:
        """Whether the login is over."""
        return self.conversation is not None

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way for the client: no request, no transaction, no finished login."""
        return self.conversation is None or self.conversation.is_idle

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the client's connection."""
        self._client = cast(asyncio.Transport, transport)
        sock = transport.get_extra_info("socket")
        if sock is not None and sock.family != getattr(socket, "AF_UNIX", None):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._expect_within(self._listeners.joined(self))

    def _is_admitted(self, cache: Cache) -> bool:
        """Note which cache the client wants; if there is a place, it has the whole time of a login for the rest."""
        self.cache = cache
        if not self._listeners.places.admits(self):
            return False
        self._expect_within(self._listeners.login_seconds)
        return True

    def _expect_within(self, seconds: float) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self._loop.call_later(seconds, self._too_late, seconds)

    @abstractmethod
    def _too_late(self, seconds: float) -> None:
        """Refuse a login that was not done within so many seconds."""

    def _hand_over(self, conversation: AnyConversation) -> None:
        """Let both sides talk to the conversation from now on, with as few calls in between as can be."""
        client, origin, link = self._client, self._origin, self._link
        if client is None or origin is None or link is None:
            return
        if self._deadline is not None:
            self._deadline.cancel()
        self.conversation = conversation
        link.received = conversation.origin_sent
        link.data_received = conversation.origin_sent  # type: ignore[method-assign]  # one call less for each answer
        # uvloop looks the methods up once, when a protocol is set.
        origin.set_protocol(link)
        self._take(conversation.client_sent)  # the hit path begins here

    def time_next(self) -> None:
        """Time the next request of the client, if it is a hit."""
        conversation, client = self.conversation, self._client
        if conversation is None or client is None or self._over or client.is_closing():
            return

        def timed(data: bytes) -> None:
            self._take(conversation.client_sent)
            entry = conversation.entry_at_hand(data)
            hits = entry.hits if entry is not None else 0
            began = time.perf_counter()
            conversation.client_sent(data)
            seconds = time.perf_counter() - began
            if entry is not None and entry.hits == hits + 1:
                entry.tally.hit_took(seconds)

        self._take(timed)

    def _take(self, take: Callable[[bytes], None]) -> None:
        """Give what the client sends to somebody else; uvloop looks the method up once, when a protocol is set."""
        self.data_received = take  # type: ignore[method-assign,assignment]
        if self._client is not None and not self._client.is_closing():
            self._client.set_protocol(self)

    # -- what a conversation may do ----------------------------------------------------------------------------------

    def later(self, seconds: float, action: Callable[[], None]) -> Handle:
        """Do something after a while."""
        return self._loop.call_later(seconds, action)

    def hold_client(self, hold: bool) -> None:
        """Stop or go on reading what the client sends; it goes on when nobody holds it any more."""
        self._holds += 1 if hold else -1
        client = self._client
        if client is None or client.is_closing():
            return
        if hold and self._holds == 1:
            client.pause_reading()
        elif not hold and self._holds == 0:
            client.resume_reading()

    def end(self, message: bytes) -> None:
        """Send a last message to the client and close both sides."""
        if not self._over and self._client is not None and not self._client.is_closing():
            self._client.write(message)
        self.close()

    # -- flow, and the end -------------------------------------------------------------------------------------------

    def pause_writing(self) -> None:
        """The client is slow: read no more from the origin than it takes."""
        if self._origin is not None and not self._origin.is_closing():
            self._origin.pause_reading()
        if self.conversation is not None:
            self.conversation.client_is_slow(True)

    def resume_writing(self) -> None:
        """The client takes more."""
        if self._origin is not None and not self._origin.is_closing():
            self._origin.resume_reading()
        if self.conversation is not None:
            self.conversation.client_is_slow(False)

    def _origin_flows(self, flows: bool) -> None:
        self.hold_client(not flows)

    def close(self) -> None:
        """Close both sides; what is written already is still sent."""
        if self._over:
            return
        self._over = True
        for timer in (self._deadline, self._silence):
            if timer is not None:
                timer.cancel()
        if self._client is not None:
            self._client.close()
        origin = self._origin
        if origin is None:
            self._listeners.left(self)
        elif self._client is not None:
            awaits = self.conversation is not None and self.conversation.give_up()
            if not awaits:
                self._leave(origin)

    def _leave(self, origin: asyncio.Transport) -> None:
        """Close the origin's connection."""
        origin.close()

    def _let_go(self) -> None:
        """Once both sides are gone, keep nothing that keeps the session, so that it is freed there and then.

        What keeps itself is left to the collector of cycles, which hardly ever looks at what has lived for long: each
        session that ended would stay, with all that its client prepared.
        """
        if self._client is None and self._origin is None:
            self.conversation = self._link = None
            self.__dict__.pop("data_received", None)


def nowhere(_data: bytes) -> None:
    """Send to a side that is gone."""
