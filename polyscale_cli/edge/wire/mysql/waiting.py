"""What a command waits for: an answer to a question of the edge's own, or what another session is being told.

A command that waits is put aside, and what the client sends behind it waits as well.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from polyscale_cli.edge.engine.cachestate import CacheState
from polyscale_cli.edge.engine.dialect import Dialect
from polyscale_cli.edge.engine.fill import Fill, Waiter
from polyscale_cli.edge.engine.store import Entry
from polyscale_cli.edge.wire.mysql import packets as p
from polyscale_cli.edge.wire.mysql.capabilities import Status
from polyscale_cli.edge.wire.mysql.commands import Command
from polyscale_cli.edge.wire.mysql.cycle import Cycle
from polyscale_cli.edge.wire.mysql.ending import Ending
from polyscale_cli.edge.wire.mysql.logged_in import LoggedIn
from polyscale_cli.edge.wire.mysql.plan import Plan
from polyscale_cli.edge.wire.mysql.questions import Questions
from polyscale_cli.edge.wire.mysql.wires import Wires
from polyscale_cli.edge.wire.mysql.words import reads_diagnostics

WAIT_SECONDS = 1.0
"""How long a statement waits for an identical read, or question, of another session before it asks the origin itself.
"""


class Waiting(Ending):
    """See the module.

    Attributes:
        _late_closes: of statements whose last execution may have to be sent to the origin yet.
    """

    def __init__(self, wires: Wires, cache: CacheState, login: LoggedIn, dialect: Dialect) -> None:
        super().__init__(wires, cache, login)
        self._late_closes = b""
        self._questions = Questions(cache, self.session, login, dialect)

    @abstractmethod
    def _submit(self, command: Command) -> None:
        """Answer a command from the cache, put it aside, or send it to the origin."""

    @abstractmethod
    def _advance(self) -> None:
        """Work on what the client has sent, as far as it goes."""

    def _await(self, command: Command, plan: Plan, fill: Fill) -> None:
        """Put a command aside until another session's identical read is answered."""
        command.waited = True

        def answered(entry: Entry | None) -> None:
            if entry is not None and not self._client_slow:
                self._serve(command, plan, entry)
            else:
                self._submit(command)

        fill.wait(self._put_aside(command, answered))

    def _put_aside(self, command: Command, go_on: Callable[[Entry | None], None]) -> Waiter:
        """Put a command aside until another session has what it needs, or for as long as that may take.

        Returns what to call then; the first call counts.
        """
        self._aside = command
        self._serving = False
        waits = True

        def woken(entry: Entry | None) -> None:
            nonlocal waits
            if not waits or self._aside is not command:
                return
            waits = False
            self._aside = None
            timer.cancel()
            go_on(entry)
            self._advance()

        timer = self._wires.later(WAIT_SECONDS, lambda: woken(None))
        return woken

    def _ask(self, cycle: Cycle) -> None:
        """Put a question of the edge's own to the origin."""
        self._send(cycle, self._questions.ask(cycle))

    def _asks_before(self, command: Command) -> bool:
        """Ask how the session stands before a statement is prepared, for what its names mean is settled then.

        Returns whether it had to be asked. Nobody can ask any more about what was served before it.
        """
        session, self._unheard = self.session, None
        if session.scope is not None or session.next_is_odd or not command.whole or reads_diagnostics(command.body):
            return False
        self._aside = command
        cycle = self._questions.about_session()
        cycle.within = bool(self._status & Status.IN_TRANS)
        self._ask(cycle)
        return True

    def _close_question(self) -> None:
        """End the transaction that a question of the edge's own has opened, where none was open before it."""
        cycle = Cycle()
        cycle.internal = True
        self._send(cycle, self._questions.rollback())

    def _replay(self, raw: bytes) -> None:
        """Let the origin carry out what was answered without it; nobody gets to see the answer."""
        self._unheard = None
        cycle = Cycle()
        cycle.internal = True
        if raw[p.HEADER] == p.Command.STMT_EXECUTE:
            statement = self._statements.find(raw)
            raw = statement.for_origin(raw) if statement is not None else raw
        late, self._late_closes = self._late_closes, b""
        self._send(cycle, raw)
        if late:
            self._to_origin(late)

    def _pass_on(self, command: Command) -> None:
        """Send what is not answered.

        That a statement is closed whose execution was answered without the origin, that is told with the next command,
        or with the execution, should that have to be sent after all. Values in pieces are for the next execution that
        the origin sees, so that the first must be there before them.
        """
        raw, unheard = command.raw, self._unheard
        statement = self._statements.find(raw)
        closes = command.code == p.Command.STMT_CLOSE
        if statement is not None and not closes and statement.unsent is not None and not statement.gathers:
            self._aside = command
            self._replay(statement.unsent)
            return
        if (
            closes
            and statement is not None
            and unheard is not None
            and unheard[p.HEADER] == p.Command.STMT_EXECUTE
            and self._statements.find(unheard) is statement
        ):
            self._unheard = statement.for_origin(unheard)
            self._late_closes += raw
        else:
            self._to_origin(raw)
        self._statements.follow(command.code, raw)

    def _send(self, cycle: Cycle, raw: bytes) -> None:
        """Send a command to the origin, which is its to answer from now on."""
        self._cycle = cycle
        self._serving = False
        self._answers.begin(cycle.kind)
        if self._late_closes:
            late, self._late_closes = self._late_closes, b""
            self._to_origin(late)
        self._to_origin(raw)
