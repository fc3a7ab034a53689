"""One logged-in session: what the client says, what the origin says, and what the cache says instead.

Bytes in on two sides, bytes out on two sides; no socket, no loop, no clock. A client of this protocol waits for an
answer before it sends its next command, and so one command at a time goes to the origin; what comes ahead waits.

    serving     nothing is under way, each statement commits by itself, and the session's scope is known: a command
                that is in the map is answered at once.
    relaying    a command went to the origin, a ``Cycle``, until its answer is complete.
    in a block  a transaction is open, for the client at least, and has only read: it is served as well, and its BEGIN
                may be held back from the origin (``block``).
    waiting     one command is put aside, until the origin has answered a question of the edge's own, or until another
                session's question about the same, or identical read, is answered.
    raw         a replica reads the binary log, or something else that never ends: bytes are passed on.

The order in which things happen is the freshness contract: a write's fence goes up before its bytes go to the origin
and comes down before its answer goes to the client.
"""

from __future__ import annotations

from collections.abc import Callable

from polyscale_cli.edge.engine.cachestate import CacheState
from polyscale_cli.edge.engine.dialect import Dialect
from polyscale_cli.edge.engine.fill import Fill
from polyscale_cli.edge.engine.question import Question
from polyscale_cli.edge.wire.mysql import packets as p
from polyscale_cli.edge.wire.mysql.admission import begin_fill, consult
from polyscale_cli.edge.wire.mysql.capabilities import Status
from polyscale_cli.edge.wire.mysql.change_user import ChangeUser
from polyscale_cli.edge.wire.mysql.commands import Command
from polyscale_cli.edge.wire.mysql.cycle import Cycle
from polyscale_cli.edge.wire.mysql.effects import Effects
from polyscale_cli.edge.wire.mysql.handshake import LoginError
from polyscale_cli.edge.wire.mysql.holding import Holding
from polyscale_cli.edge.wire.mysql.identity import access_denied
from polyscale_cli.edge.wire.mysql.killing import renumbered
from polyscale_cli.edge.wire.mysql.logged_in import LoggedIn
from polyscale_cli.edge.wire.mysql.other_commands import ENDLESS, UNANSWERED, cycle_of
from polyscale_cli.edge.wire.mysql.plan import Plan, read_plan
from polyscale_cli.edge.wire.mysql.step import Do, Step
from polyscale_cli.edge.wire.mysql.wires import Wires

MOST_BACKLOG = 1 << 18
"""Bytes that a client may send ahead while its command waits."""

MOST_GATHERED = 16 << 20
"""Bytes of an answer to a question of the edge's own."""

_STATEMENTS = (int(p.Command.QUERY), int(p.Command.STMT_EXECUTE), int(p.Command.STMT_BULK_EXECUTE))
_IN_TRANSACTION = int(Status.IN_TRANS)
_SESSION_CHANGED = int(Status.SESSION_STATE_CHANGED | Status.DB_DROPPED)
_NOT_FOR_OTHERS = _SESSION_CHANGED | int(Status.METADATA_CHANGED)


class Conversation(Holding):
    """See the module.

    Args:
        wires: what it may do.
        cache: the engine's side.
        login: what was agreed on at the login, and by whom.
        dialect: reads what the catalog says of views and triggers.
    """

    def __init__(self, wires: Wires, cache: CacheState, login: LoggedIn, dialect: Dialect) -> None:
        super().__init__(wires, cache, login, dialect)
        self._login = login
        self._effects = Effects(cache.origin, self.session)
        self._held_back = False
        cache.origin.watchers.add(self)

    # -- the client's side -----------------------------------------------------------------------------------------

    def client_sent(self, data: bytes) -> None:
        """Take bytes from the client."""
        if self._serving and (self._answers_at_once(data) or self._sends_usual(data)):
            return
        if self._change is not None:
            self._follow(self._change, self._change.client_sent, data)
            return
        if self._raw or self._answers.wants_file:
            self._to_origin(data)
            return
        try:
            rest = self._reader.feed(data)
            if rest and self._aside is not None:
                self._aside.raw += rest  # of the command that waits
            elif rest:
                self._to_origin(rest)
            self._advance()
        except p.PacketError:
            self._wires.end(p.err(1156, "08S01", "Got packets out of order", 0))
            self.give_up()
            return
        if not self._held_back and self._backlog > MOST_BACKLOG and self._is_busy:
            self._held_back = True
            self._wires.hold_client(True)

    @property
    def _backlog(self) -> int:
        """Bytes that wait: of commands, and of the rest of one that waits itself."""
        aside = self._aside
        return len(self._reader) + (len(aside.raw) if aside is not None and not aside.whole else 0)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way for the client: no command, no transaction."""
        in_transaction = self._status & _IN_TRANSACTION or self._block.held is not None
        return not (self._is_busy or len(self._reader) or in_transaction or self._raw)

    def client_is_slow(self, slow: bool) -> None:
        """Note whether the client reads what it is sent. A slow one is not served, and nobody waits for its answers."""
        self._client_slow = slow
        if slow:
            self._serving = False
            cycle = self._cycle
            if cycle is not None and cycle.fill is not None and cycle.fill.has_waiters:
                cycle.fill.abandon()
                cycle.fill = None
        else:
            self._advance()

    def _advance(self) -> None:
        """Work on what the client has sent, as far as it goes."""
        while not (self._is_busy or self._client_slow or self._leaving or self._raw):
            command = self._reader.take()
            if command is None:
                break
            self._submit(command)
        if self._held_back and self._backlog <= MOST_BACKLOG:
            self._held_back = False
            self._wires.hold_client(False)
        self._serve_again()
        if self._questions.has_put_off:
            self._serving = False

    @property
    def _has_written(self) -> bool:
        return self._effects.has_written

    def _submit(self, command: Command) -> None:
        """Answer a command from the cache, put it aside, or send it to the origin."""
        code = command.code
        if code in _STATEMENTS:
            self._submit_statement(command)
        elif code == p.Command.QUIT:
            self._leaving = self._has_quit = True
            self._to_origin(command.raw)
        elif code in UNANSWERED:
            self._bound.clear()
            self._pass_on(command)
        elif code == p.Command.CHANGE_USER:
            self._begin_change(command)
        elif code in ENDLESS:
            self._raw = True
            self.session.unsettle()
            self._to_origin(command.raw)
        else:
            self._submit_other(command)

    def _submit_other(self, command: Command) -> None:
        if command.code == p.Command.RESET_CONNECTION:
            self._block.drop()
        elif self._block.held is not None:
            self._open_block(command)  # an OK tells of it
            return
        if self._unheard is not None and self._left_diagnostics and command.code != p.Command.STMT_PREPARE:
            # Its OK tells of the warnings that the statement before has left, and the origin has not seen that one.
            self._aside = command
            self._replay(self._unheard)
            return
        cycle = cycle_of(command.code)
        if command.code == p.Command.STMT_PREPARE:
            if self._asks_before(command):
                return
            cycle.prepares = command.body if command.whole else None
        elif command.code == p.Command.PROCESS_KILL:
            command.raw = renumbered(command.raw, self._wires.thread_at_origin)
        else:
            self._statements.follow(command.code, command.raw)
        if cycle.does_anything:
            self._effects.begin_unknown(cycle)
        if cycle.does_anything or cycle.sets:
            self._block.only_reads = False
        self._send(cycle, command.raw)

    def _submit_statement(self, command: Command) -> None:
        plan = read_plan(command, self.session, self._statements, attributes=self._attributes)
        if plan.lacks_first is not None:
            self._aside = command
            self._replay(plan.lacks_first)
            return
        if plan.reads_diagnostics:
            if self._block.held is not None:
                self._open_block(command)
                return
            if self._unheard is not None:
                # What it asks about is the statement before it, which the origin has not seen.
                self._aside = command
                self._replay(self._unheard)
                return
        elif command.whole and (needed := self._needed_by(command, plan)) is not None:
            if isinstance(needed, Question):
                woken = self._put_aside(command, lambda _: self._submit(command))
                needed.wait(lambda: woken(None))
            else:
                self._aside = command
                needed.within = bool(self._status & _IN_TRANSACTION)
                self._ask(needed)
            return
        elif self._takes_block_command(command, plan):
            return
        scope, settled = self.session.scope, self._is_settled
        consulted = consult(self.cache, scope, plan, settled=settled, waited=command.waited)
        if consulted.entry is not None:
            self._serve(command, plan, consulted.entry)
        elif consulted.under_way is not None:
            self._await(command, plan, consulted.under_way)
        elif self._block.held is not None:
            self._open_block(command)
        else:
            self._forward(command, plan, begin_fill(self.cache, self.session, plan, unsettled=self._unsettled))

    def _needed_by(self, command: Command, plan: Plan) -> Cycle | Question | None:
        in_transaction = bool(self._status & _IN_TRANSACTION)
        return self._questions.needed_by(command, plan.template, in_transaction=in_transaction)

    def _forward(self, command: Command, plan: Plan, fill: Fill | None) -> None:
        cycle = Cycle()
        cycle.tally, cycle.sent = plan.template.tally, self._clock()
        cycle.fill = fill
        cycle.within = bool(self._status & _IN_TRANSACTION)
        cycle.takes_file = plan.takes_file
        self._effects.begin(cycle, plan.template, self.session.scope, plan.text)
        if not plan.template.is_plain_read:
            self._block.only_reads = False
        if cycle.sets and plan.sets_charset:
            self.session.charset_was_set = True
        self._unheard = None
        raw = command.raw
        if plan.statement is not None:
            raw = plan.statement.for_origin(raw)
        elif fill is None:
            raw = renumbered(raw, self._wires.thread_at_origin)
        self._send(cycle, raw)

    # -- another user in the same session ----------------------------------------------------------------------------

    def _begin_change(self, command: Command) -> None:
        """Let the origin ask who the user is from now on."""
        try:
            change = ChangeUser(
                command.raw[p.HEADER :], capabilities=self._login.capabilities, encrypted=self._login.encrypted
            )
            if change.cache_id not in (None, self._login.cache_id):
                raise access_denied("a session stays with its cache: connect anew for another")
        except LoginError as error:
            self._to_client(p.err(error.code, error.sqlstate, error.message, 1))
            return
        self._change = change
        self._late_closes = b""  # the statements go with the session
        self._block.drop()
        self._serving = False
        self._follow(change, lambda _: change.start(), b"")

    def _follow(self, change: ChangeUser, take: Callable[[bytes], Step], data: bytes) -> None:
        try:
            step = take(data)
        except LoginError as error:
            self._wires.end(p.err(error.code, error.sqlstate, error.message, change.next_to_client))
            self.give_up()
            return
        if step.to_origin:
            self._to_origin(step.to_origin)
        if step.do in (Do.READY, Do.REFUSED):
            self._change = None
            self._effects.begin_anew()
            self._statements.clear()
            if step.do is Do.READY:
                self._status = int(change.status)
                self.session.change_user(change.user, change.charset)
            else:
                self.session.unsettle()
        if step.to_client:
            self._to_client(step.to_client)
        if self._change is None:
            if change.leftover_client:
                self.client_sent(change.leftover_client)
            self._advance()

    # -- the origin's side -------------------------------------------------------------------------------------------

    def origin_sent(self, data: bytes) -> None:
        """Take bytes from the origin."""
        cycle = self._cycle
        if cycle is not None and cycle.usual and self._ends_usual(cycle, data):
            if len(self._reader):
                self._advance()
            return
        if self._change is not None:
            self._follow(self._change, self._change.origin_sent, data)
            return
        if cycle is None or self._raw:
            self._to_client(data)  # it ends the session, and says why
            return
        try:
            behind = self._answers.read(data)
        except p.PacketError:
            self._wires.end(b"")
            self.give_up()
            return
        if self._answers.wants_file and not cycle.takes_file:
            # The server asks for a file of the client's that no statement has offered it.
            self._wires.end(p.err(2068, "HY000", "The server asked for a file that was not offered to it", 1))
            self.give_up()
            return
        if cycle.fill is not None or cycle.internal:
            self._gather(cycle, data)
        if not self._answers.done:
            if not cycle.internal:
                cycle.begun = True
                self._to_client(data)
            return
        self._cycle = None
        self._finish(cycle, alone=not behind)
        if not cycle.internal:
            self._to_client(data)
        elif behind:
            self._to_client(data[-behind:])
        self._go_on(cycle)

    def _gather(self, cycle: Cycle, data: bytes) -> None:
        cycle.size += len(data)
        if cycle.chunks is None:
            cycle.chunks = [data]
        elif cycle.size <= MOST_GATHERED:
            cycle.chunks.append(data)
        if cycle.fill is not None and cycle.size > self.cache.entry_limit:
            cycle.fill.abandon()
            cycle.fill = cycle.chunks = None

    def _finish(self, cycle: Cycle, *, alone: bool) -> None:
        """Close a cycle, now that its answer has been read; called before the client gets to see the end of it.

        ``alone`` says that nothing came behind the answer.
        """
        answers = self._answers
        failed = answers.failed
        if self._status & _IN_TRANSACTION and not answers.status & _IN_TRANSACTION:
            self.session.transaction_is_over()
        self._status = answers.status
        if not self._status & _IN_TRANSACTION:
            self._block.end()
        cycle.is_answered(self._clock())
        if cycle.fill is not None:
            told = failed or answers.several or answers.warnings or self._status & _NOT_FOR_OTHERS
            self._end_fill(cycle, cycle.fill, admits=alone and not told and self._is_settled)
            cycle.fill = None
        if not cycle.internal:
            self._left_diagnostics = failed or bool(answers.warnings)
        self._effects.end(cycle, in_transaction=bool(self._status & _IN_TRANSACTION))
        if cycle.prepares is not None and answers.statement is not None:
            self.session.has_prepared(self._statements.define(cycle.prepares, answers.statement))
        if cycle.sets_next:
            self.session.next_is_odd = True
        if cycle.resets and not failed:
            self._statements.clear()
            self.session.reset()
        elif cycle.unsettles:
            self.session.unsettle()
        if cycle.sets or self._status & _SESSION_CHANGED:
            self.session.forget()

    def _go_on(self, cycle: Cycle) -> None:
        """Go on with what waited for an answer."""
        command = self._aside
        if cycle.begins and not self._status & _IN_TRANSACTION:
            # What follows would not be in the transaction that the client was told of.
            self._wires.end(p.err(1152, "08S01", "the origin refused to begin a transaction", 1))
            self.give_up()
            return
        if cycle.internal and command is not None:
            if cycle.is_question and self._questions.answered(cycle, failed=self._answers.failed):
                cycle.chunks, cycle.size = None, 0
                self._ask(cycle)
                return
            if cycle.is_question and self._status & _IN_TRANSACTION and not cycle.within:
                self._close_question()
                return
            self._aside = None
            self._submit(command)
        self._take_leave()
        self._advance()

    def definitions_moved(self) -> None:
        """Note that what was sent as a read may do something else by the time it gets its turn."""
        cycle = self._cycle
        if cycle is not None and not (cycle.fences or cycle.internal or cycle.overtaken):
            self._effects.overtake(cycle)
