"""One connection to a session of the edge's own, as a pool lends it: the only I/O of a PostgreSQL client here."""

from __future__ import annotations

import asyncio
import re
from shlex import quote
from typing import cast

from polyscale_cli.edge.cache import Cache
from polyscale_cli.edge.engine import Entry
from polyscale_cli.edge.serverless.backend import (
    Answer,
    Backend,
    ConnectionLost,
    Refused,
    Unreachable,
    left_open,
)
from polyscale_cli.edge.serverless.postgres import requests
from polyscale_cli.edge.serverless.postgres.client import MALFORMED, Client, not_this_protocol
from polyscale_cli.edge.serverless.postgres.forms import question
from polyscale_cli.edge.serverless.postgres.response import Response
from polyscale_cli.edge.serverless.statement import Credentials, Statement
from polyscale_cli.edge.wire.postgres import PostgresServer
from polyscale_cli.edge.wire.postgres import messages as m
from polyscale_cli.edge.wire.postgres.conversation import Conversation
from polyscale_cli.edge.wire.postgres.plan import OWN
from polyscale_cli.edge.wire.postgres.session import Session

_CANCELED = "57014"
_ROLLBACK = m.query(b"ROLLBACK")
# DISCARD ALL sets the session authorization, which older servers let put off the role that the session began in.
_RESET = (m.query(OWN + b" DISCARD ALL"), m.query(OWN + b" RESET ROLE"))

_LASTS = re.compile(r"\bset_config\b(?!\s*\(\s*'[^'.]*')|\bset\b[^;=.]{0,200}\.|\bsetseed\b|\bload\s+'", re.IGNORECASE)
"""A text that may do what no reset undoes. A parameter of the user's own, such as app.tenant, is never unknown again,
though it was set for a transaction that was rolled back: it is empty, where it is NULL in a new session. And random()
goes on from its seed, and a library stays loaded."""


async def connect(
    server: PostgresServer, cache: Cache, credentials: Credentials, *, seconds: float, most_bytes: int
) -> Backend:
    """Open a connection and log in, within so many seconds; no answer may be larger than so many bytes.

    Raises:
        Refused: the origin does not take these credentials, or has no such database.
        Unreachable: there is no connection, for another reason.
    """
    client = Client(credentials, cache.id, most_bytes)
    start = client.login.start()
    connection: PostgresConnection | None = None
    try:
        async with asyncio.timeout(seconds):
            transport, connection, session = await server.connect_inside(
                cache.id, lambda: PostgresConnection(server, client)
            )
            connection.session = session
            transport.write(start)
            await connection.completion()
    except TimeoutError:
        raise Unreachable(
            f"the login at the origin of cache {cache.name} was not complete within {seconds:g} s;"
            f" polyscale cache test {quote(cache.name)} says what is in the way"
        ) from None
    except ConnectionLost as error:
        raise Unreachable(f"the connection was lost during the login: {error}") from None
    except OSError as error:
        raise Unreachable(f"the edge cannot open another connection: {error.strerror or error}") from None
    finally:
        if connection is not None and not client.login.is_over:
            connection.abort()
    return connection


class PostgresConnection(asyncio.Protocol):
    """See ``Backend``, for what it offers.

    Args:
        server: has the session at the other end.
        client: what is said.

    Attributes:
        session: the session at the other end.
    """

    session: Session

    def __init__(self, server: PostgresServer, client: Client) -> None:
        self._server = server
        self._client = client
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._cancelling: asyncio.Future[None] | None = None
        self._lost: Exception | None = None
        self._left_traces = False
        self._is_marked = False

    # -- what a pool sees --------------------------------------------------------------------------------------------

    @property
    def is_usable(self) -> bool:
        """Whether another statement may be run on it."""
        return self._lost is None and self._waiter is None and self._client.is_idle

    async def run(self, statement: Statement) -> Answer:
        """Run a statement.

        Raises:
            QueryFailed: the database refused it, or it left a transaction open, which was rolled back.
            ConnectionLost: it was lost before the answer was complete.
        """
        request = requests.request(statement)
        self._is_marked = self._is_marked or _LASTS.search(statement.text) is not None
        conversation = self._conversation()
        before = conversation.kept(request)
        response = await self._ask(request, keep=conversation.cache.entry_limit)
        if response.status != m.IDLE:
            self._left_traces = True
            await self._ask(_ROLLBACK)
            if response.error is None:
                raise left_open()
        entry = self._entry_of(request, conversation) if response.error is None else None
        if entry is None and not self._left_traces:
            self._left_traces = response.error is not None or not conversation.leaves_no_trace(request)
        if response.error is not None:
            raise response.error
        await self._learn_types(response)
        if entry is not None and not entry.size:
            entry = None  # it was removed while the catalog was asked
        why_not = None if entry is not None else conversation.never_kept(request)
        try:
            document = response.document()
        except MALFORMED:
            self.abort()
            raise not_this_protocol() from None
        return Answer(
            document,
            entry,
            was_hit=entry is not None and entry is before,
            why_not=why_not.value if why_not is not None else None,
        )

    async def reset(self) -> None:
        """Make the session as it was after its login.

        Raises:
            ConnectionLost: it could not be.
        """
        if self._is_marked:
            self.close()
            raise ConnectionLost("something was done to the session that no reset undoes")
        if not self._left_traces:
            return
        response = await self._ask(b"".join(_RESET), requests=len(_RESET))
        self._left_traces = False
        if response.error is not None:
            self.abort()
            raise ConnectionLost(f"the session could not be reset: {response.error}")

    async def check(self) -> None:
        """See that the origin is still there.

        Raises:
            ConnectionLost: it is not.
        """
        await self._ask(m.SYNC_MESSAGE)

    def cancel(self) -> None:
        """Ask the origin to give up the statement under way; ``run`` ends soon after, in whatever way."""
        key = self._client.login.backend_key
        if self._waiter is None or self._cancelling is not None or self._lost is not None:
            return
        if key is None:
            self.abort()  # nobody could be asked
            return
        self._cancelling = done = self._loop.create_future()
        self._server.cancel(key, lambda: None if done.done() else done.set_result(None))

    def close(self) -> None:
        """Say good-bye and close, at once; a statement under way ends with ConnectionLost."""
        transport = self._transport
        if transport is not None and not transport.is_closing():
            transport.write(m.TERMINATE_MESSAGE)
            transport.close()
        self._end(ConnectionLost("the connection was closed"))

    def abort(self) -> None:
        """Close without a word."""
        if self._transport is not None:
            self._transport.abort()
        self._end(ConnectionLost("the connection was given up"))

    # -- one request -------------------------------------------------------------------------------------------------

    async def _ask(self, request: bytes, *, keep: int = 0, requests: int = 1) -> Response:
        """Send a request and wait for all of its answer, and for that to a cancellation."""
        if self._lost is not None or self._transport is None:
            raise self._lost or ConnectionLost("there is no connection")
        response = self._client.expect(request, keep=keep, requests=requests)
        self._transport.write(request)
        try:
            await self.completion()
        except ConnectionLost:
            if response.is_unwanted and response.error is not None:
                raise response.error from None  # it was cut off for that
            raise
        cancelling = self._cancelling
        if cancelling is not None:
            # Until it has been carried out it could hit the next statement.
            await cancelling
            self._cancelling = None
        return response

    async def completion(self) -> None:
        """Wait until the login or the answer under way is complete.

        Raises:
            Refused, Unreachable, ConnectionLost: it will never be.
        """
        if self._lost is not None:
            raise self._lost
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        except asyncio.CancelledError:
            self.abort()  # what comes next would be taken for the answer to something else
            raise
        finally:
            self._waiter = None

    def _conversation(self) -> Conversation:
        conversation = self.session.conversation
        if self._lost is not None or conversation is None:
            raise self._lost or ConnectionLost("there is no session")
        return conversation

    def _entry_of(self, request: bytes, conversation: Conversation) -> Entry | None:
        """Give the entry that holds the answer just received."""
        entry, received = conversation.kept(request), self._client.received
        return entry if entry is not None and received is not None and b"".join(received) == entry.response else None

    async def _learn_types(self, response: Response) -> None:
        """Ask the catalog about the types of an answer, which may be made of others that are unknown in turn."""
        forms = self._client.forms
        while unknown := response.unknown_types():
            told = await self._ask(m.query(question(unknown)))
            if told.error is not None and told.error.code == _CANCELED:
                raise told.error
            forms.learn(unknown, b"[]" if told.error is not None else told.document())

    # -- the transport's side ----------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Take bytes from the session."""
        client = self._client
        try:
            reply = client.take(data)
        except (Refused, Unreachable, ConnectionLost) as error:
            self._end(error)
            if self._transport is not None:
                self._transport.abort()
            return
        if reply and self._transport is not None:
            self._transport.write(reply)
        response = client.response
        if response is not None and response.is_unwanted and response.status is None:
            self.cancel()
        waiter = self._waiter
        over = client.login.is_over if response is None else response.status is not None
        if over and waiter is not None and not waiter.done():
            waiter.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        """Note that the connection is gone."""
        self._end(ConnectionLost("the edge closed the connection"))
        if self._cancelling is not None and not self._cancelling.done():
            self._cancelling.set_result(None)

    def _end(self, why: Exception) -> None:
        self._lost = self._lost or why
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_exception(self._lost)
