"""One connection to a session of the edge's own, as a pool lends it.

What a statement may leave behind is undone in two steps: a transaction by ``run``, at once, because others wait for its
locks; everything else by ``reset``. A plain read leaves nothing, and needs neither.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from polyscale_cli.edge.cache import Cache
from polyscale_cli.edge.serverless.backend import (
    Answer,
    Backend,
    ConnectionLost,
    QueryFailed,
    Refused,
    Unreachable,
    left_open,
    not_utf8,
    result_too_large,
)
from polyscale_cli.edge.serverless.mysql.answer import AnswerToJson
from polyscale_cli.edge.serverless.mysql.link import Link
from polyscale_cli.edge.serverless.mysql.login import Login
from polyscale_cli.edge.serverless.mysql.parameters import Parameters, parameters
from polyscale_cli.edge.serverless.mysql.prepared import AnswerToCommand, PreparedStatements
from polyscale_cli.edge.serverless.statement import Credentials, Statement
from polyscale_cli.edge.wire.mysql.answers import AnswerKind
from polyscale_cli.edge.wire.mysql.capabilities import Status
from polyscale_cli.edge.wire.mysql.conversation import Conversation
from polyscale_cli.edge.wire.mysql.packets import Command, Err, packet
from polyscale_cli.edge.wire.mysql.server import MySqlServer
from polyscale_cli.edge.wire.mysql.session import Session

CANCEL_SECONDS = 3.0
"""How long a statement may go on after it was cancelled, before its connection is closed."""

_LOST = frozenset((1053, 1080, 1152, 1158, 1159, 1160, 1161, 1927, 2003, 2006, 2013, 3169, 4031))
"""ER_SERVER_SHUTDOWN, ER_CONNECTION_KILLED and others after which a server says nothing more."""

_TRANSACTION = Status.AUTOCOMMIT | Status.IN_TRANS


async def connect(
    server: MySqlServer, cache: Cache, credentials: Credentials, *, seconds: float, most_bytes: int
) -> Backend:
    """Log in to a cache's origin, by a session of the edge's own.

    ``seconds`` are for the login; ``most_bytes`` is what one answer may have.

    Raises:
        Refused: the origin does not let this user in, or not into this database.
        Unreachable: there is no connection, for another reason.
    """

    async def logged_in(seconds: float) -> tuple[Link, Session]:
        return await _log_in(server, cache, credentials, seconds)

    link, session = await logged_in(seconds)
    return Connection(link, session, credentials.database, most_bytes, lambda: logged_in(CANCEL_SECONDS))


async def _log_in(server: MySqlServer, cache: Cache, credentials: Credentials, seconds: float) -> tuple[Link, Session]:
    link = Link(Login(credentials))
    try:
        async with asyncio.timeout(seconds):
            _, _, session = await server.connect_inside(cache.id, lambda: link)
            await link.logged_in()
    except TimeoutError:
        link.close()
        raise Unreachable(
            f"the origin {cache.host}:{cache.port} did not let the user in within {seconds:g} s; polyscale cache test"
            f" {cache.name} says what is in the way"
        ) from None
    except OSError as error:
        raise Unreachable(f"the edge has no socket left: {error}") from error
    except BaseException:
        link.close()
        raise
    return link, session


class Connection:
    """A logged-in connection; see ``Backend``.

    Args:
        link: to the session.
        session: what is at the other end.
        database: in which it is, and is again after a reset; empty for none.
        most_bytes: of an answer.
        log_in: makes another connection of the same user.
    """

    def __init__(
        self,
        link: Link,
        session: Session,
        database: str,
        most_bytes: int,
        log_in: Callable[[], Awaitable[tuple[Link, Session]]],
    ) -> None:
        self._link = link
        self._session = session
        self._database = database.encode()
        self._most_bytes = most_bytes
        self._log_in = log_in
        self._loop = asyncio.get_running_loop()
        self._prepared = PreparedStatements()
        self._is_clean = True
        self._cancelling: asyncio.Task[None] | None = None

    @property
    def is_usable(self) -> bool:
        """Whether another statement may be run on it: it is connected and idle, in no transaction, and may do what its
        user may by now.
        """
        conversation = self._session.conversation
        if conversation is None or not conversation.session.has_rights_of_now:
            return False
        return self._link.is_idle and self._cancelling is None

    async def run(self, statement: Statement) -> Answer:
        """Run a statement; see ``Backend``."""
        text = statement.text.encode()
        if statement.parameters:
            values = parameters(statement.parameters)
            request = values.execution(await self._prepare(text, values))
        else:
            request = packet(bytes((Command.QUERY,)) + text, 0)
        was_clean, self._is_clean = self._is_clean, False
        conversation = self._conversation()
        reading = AnswerToJson(
            self._link.capabilities,
            binary=bool(statement.parameters),
            most_bytes=self._most_bytes,
            gathers=conversation.cache.entry_limit,
        )
        await self._link.ask(request, reading)
        await self._check(reading)
        if was_clean and reading.status & _TRANSACTION == Status.AUTOCOMMIT:
            self._is_clean = conversation.leaves_no_trace(request)
        entry = conversation.kept(request)
        if entry is not None and entry.response != reading.raw:
            entry = None
        why_not = None if entry is not None else conversation.never_kept(request)
        return Answer(
            reading.document,
            entry,
            was_hit=conversation.served_last,
            why_not=why_not.value if why_not is not None else None,
        )

    async def reset(self) -> None:
        """Make the session as it was after its login; see ``Backend``.

        A reset takes variables to the server's values and leaves the role (MySQL's C API, mysql_reset_connection). At a
        login the client chooses the character set, the account the role, and init_connect anything.
        """
        if self._cancelling is not None:
            raise ConnectionLost("its last statement was cancelled")
        self._link.check()
        if self._is_clean:
            return
        if not self._database:
            # There is no way back into no database.
            self._link.lose("it may be in some database")
        self._prepared.clear()
        await self._order(Command.RESET_CONNECTION)
        await self._order(Command.INIT_DB, self._database)
        # Of no effect; but before a statement the session asks the origin what it is like.
        await self._order(Command.QUERY, b"ROLLBACK")
        if not self._conversation().is_as_at_login:
            raise self._link.lose("the origin's reset did not bring back what was at the login")
        self._is_clean = True

    async def check(self) -> None:
        """See that the origin is still there; see ``Backend``."""
        await self._order(Command.PING)

    def cancel(self) -> None:
        """Ask the origin to give up the statement under way; see ``Backend``. The connection ends with it."""
        if self._link.is_busy and self._cancelling is None:
            self._cancelling = self._loop.create_task(self._cancel())

    def close(self) -> None:
        """Say good-bye and close, at once; see ``Backend``."""
        self._link.close()

    # -- steps -------------------------------------------------------------------------------------------------------

    async def _prepare(self, text: bytes, values: Parameters) -> int:
        """Give the number of a prepared statement for these values."""
        prepared = self._prepared.find(text, values.shape)
        if prepared is None:
            answer = AnswerToCommand(AnswerKind.PREPARED, self._link.capabilities)
            await self._link.ask(packet(bytes((Command.STMT_PREPARE,)) + text, 0), answer)
            if answer.failure is not None:
                await self._refuse(answer.failure, Status(0))
            prepared = answer.prepared
            if prepared is None:
                raise self._link.lose("the origin prepares statements in a way of its own")
            self._link.tell(self._prepared.add(text, values.shape, prepared))
        if prepared.parameters != values.count:
            wanted = prepared.parameters
            raise QueryFailed("1210", f"the statement has {wanted} placeholders, and there are {values.count} values")
        return prepared.number

    def _conversation(self) -> Conversation:
        conversation = self._session.conversation
        if conversation is None:
            raise self._link.lose("there is no session")
        return conversation

    async def _check(self, reading: AnswerToJson) -> None:
        """Raise what an answer is, if it is none to be shown."""
        if reading.is_too_large:
            self._link.lose("an answer was too large")
            raise result_too_large(self._most_bytes)
        if reading.failure is not None:
            await self._refuse(reading.failure, reading.status)
        if reading.is_not_utf8:
            raise not_utf8()
        if reading.status & Status.IN_TRANS:
            await self._roll_back()
            raise left_open()

    async def _refuse(self, failure: Err, status: Status) -> None:
        """Raise what a statement came to; ``status`` is as told before."""
        if failure.code in _LOST:
            raise self._link.lose(failure.message)
        if status & Status.IN_TRANS:
            await self._roll_back()
        raise QueryFailed(str(failure.code), failure.message)

    async def _roll_back(self) -> None:
        answer = AnswerToCommand(AnswerKind.RESULT, self._link.capabilities)
        await self._link.ask(packet(bytes((Command.QUERY,)) + b"ROLLBACK", 0), answer)
        if answer.failure is not None:
            # A transaction of XA, for one: with the connection it goes, too.
            self._link.lose(f"its transaction could not be rolled back: {answer.failure.message}")

    async def _order(self, command: Command, more: bytes = b"") -> None:
        answer = AnswerToCommand(AnswerKind.RESULT, self._link.capabilities)
        await self._link.ask(packet(bytes((command,)) + more, 0), answer)
        if answer.failure is not None:
            raise self._link.lose(answer.failure.message)

    async def _cancel(self) -> None:
        try:
            async with asyncio.timeout(CANCEL_SECONDS):
                await self._kill()
                await self._link.quiet()
        except (TimeoutError, Refused, Unreachable, ConnectionLost):
            self._link.lose("it was cancelled")

    async def _kill(self) -> None:
        """End the statement by another connection, for this one does not listen now."""
        other, _ = await self._log_in()
        try:
            if self._link.is_busy:
                answer = AnswerToCommand(AnswerKind.RESULT, other.capabilities)
                text = f"KILL QUERY {self._link.thread}".encode()
                await other.ask(packet(bytes((Command.QUERY,)) + text, 0), answer)
        finally:
            other.close()
