"""Questions of the edge's own, put to the origin over the session at hand.

They are asked right before a statement of the client's, and never before one that asks about the statement before it
(``reads_diagnostics``): whatever diagnostics they leave, the client's statement replaces.

Even of a read it must be known what it names, for a view may call a function that writes. So it waits for the catalog's
answer; but where another session of the scope has asked the same already, it waits for that one.

Where the server keeps its dictionary in tables, as MySQL does, a question reads these as any statement would. In a
transaction with one snapshot for all its statements it would take that snapshot before its time, or be told of
definitions that have changed since. There the question is put off until the transaction is over, and the statement goes
as one that may write any table. Without autocommit a question opens a transaction, which is rolled back.
"""

from __future__ import annotations

from polyscale_cli.edge.engine.cachestate import CacheState
from polyscale_cli.edge.engine.dialect import Dialect
from polyscale_cli.edge.engine.question import Question
from polyscale_cli.edge.engine.scope import Scope
from polyscale_cli.edge.engine.template import Template
from polyscale_cli.edge.wire.mysql import packets as p
from polyscale_cli.edge.wire.mysql.answers import only_row, text_rows
from polyscale_cli.edge.wire.mysql.capabilities import Capability
from polyscale_cli.edge.wire.mysql.catalog import Inquiry
from polyscale_cli.edge.wire.mysql.commands import Command
from polyscale_cli.edge.wire.mysql.cycle import Cycle
from polyscale_cli.edge.wire.mysql.logged_in import LoggedIn
from polyscale_cli.edge.wire.mysql.session_question import (
    read_server,
    read_session,
    server_questions,
    session_question,
)
from polyscale_cli.edge.wire.mysql.session_state import SessionState

MOST_REFUSED = 3
"""After so many failures the catalog is left alone for the rest of the session."""

MOST_ASKED = 3
"""Times that a statement waits for an answer that it needs, where definitions change while the catalog is asked."""

MOST_PUT_OFF = 50
"""Templates that a session remembers to ask about."""

_MISSHAPEN = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)
"""What reading an answer raises that has another shape than the question gives it."""


class Questions:
    """What one session asks: what server this is, how the session stands, and what the names in templates mean."""

    __slots__ = (
        "_about_server",
        "_cache",
        "_deprecates_eof",
        "_dialect",
        "_flavour",
        "_prefix",
        "_put_off",
        "_refused",
        "_session",
    )

    def __init__(self, cache: CacheState, session: SessionState, login: LoggedIn, dialect: Dialect) -> None:
        self._cache = cache
        self._session = session
        self._dialect = dialect
        self._flavour = login.flavour
        self._about_server = list(server_questions(login.flavour))
        self._deprecates_eof = Capability.DEPRECATE_EOF in login.capabilities
        self._prefix = b"\x03\0\1" if Capability.QUERY_ATTRIBUTES in login.capabilities else b"\x03"
        self._refused = 0
        self._put_off: list[Template] = []

    @property
    def has_put_off(self) -> bool:
        """Whether something is still to be asked, before anything else is answered."""
        return bool(self._put_off)

    def needed_by(self, command: Command, template: Template, *, in_transaction: bool) -> Cycle | Question | None:
        """Give the question that must be answered before a statement is sent: a cycle of this session's own, or
        another session's.
        """
        scope = self._session.scope
        if self._session.next_is_odd:
            return None
        if scope is None:
            return _question()
        if in_transaction and self._flavour.has_dictionary and not self._session.reads_committed:
            self._note(scope, template)
            return None
        late = self._needed_since(command, scope)
        if late is not None:
            return late
        is_known = not template.needs_catalog or scope.footprint(template) is not None or not self._cache.caches
        has_asked = self._refused >= MOST_REFUSED or command.asked >= MOST_ASKED
        if is_known or has_asked or self._goes_unasked(template):
            return None
        command.asked += 1
        under_way = scope.question(template)
        return under_way if under_way is not None else self._about(scope, template)

    def about_session(self) -> Cycle:
        """Give the question how the session stands."""
        return _question()

    def _note(self, scope: Scope, template: Template) -> None:
        """Remember to ask about a statement that goes unasked, or whose facts will soon be too old."""
        if not template.needs_catalog or not self._cache.caches or self._refused >= MOST_REFUSED:
            return
        if scope.is_stale(template) and template not in self._put_off and len(self._put_off) < MOST_PUT_OFF:
            self._put_off.append(template)

    def _needed_since(self, command: Command, scope: Scope) -> Cycle | Question | None:
        """Give the question about something that was put off, unless others have been told of it since."""
        while self._put_off:
            template = self._put_off[-1]
            under_way = scope.question(template)
            if under_way is not None and command.asked < MOST_ASKED:
                command.asked += 1
                return under_way
            self._put_off.pop()
            footprint = None if scope.is_stale(template) else scope.footprint(template)
            if footprint is None:
                cycle = self._about(scope, template)
                cycle.was_put_off = True
                return cycle
            if footprint.unsettles:
                self._session.unsettle()
                return _question()
        return None

    def _about(self, scope: Scope, template: Template) -> Cycle:
        cycle = _question()
        cycle.asks = Inquiry(
            template.analysis, self._dialect, self._flavour, trusts_grants=self._session.has_rights_of_now
        )
        cycle.about = template
        cycle.version = self._cache.origin.everything.version
        cycle.question = scope.ask(template)
        return cycle

    def _goes_unasked(self, template: Template) -> bool:
        """Whether a read goes as one that may write any table, for no answer would be believed.

        So it is while definitions may be changing: for as long as an ALTER TABLE takes, or the minute after one whose
        connection broke. Writes ask all the same, for the session may keep something of what their triggers do.
        """
        may_change = bool(self._cache.definitions.fences)
        return may_change and template.is_plain_read and not template.analysis.functions

    def ask(self, cycle: Cycle) -> bytes:
        """Give the bytes of a question."""
        if cycle.asks is not None:
            text = cycle.asks.question()
        elif self._about_server:
            text = self._about_server.pop(0)
            cycle.is_about_server = True
        else:
            text = session_question(self._flavour)
            cycle.is_about_server = False
        return p.packet(self._prefix + text, 0)

    def rollback(self) -> bytes:
        """Give the bytes that end the transaction which a question has opened."""
        return p.packet(self._prefix + b"ROLLBACK AND NO CHAIN NO RELEASE", 0)

    def answered(self, cycle: Cycle, *, failed: bool) -> bool:
        """Take an answer. Returns whether more must be asked, by the same cycle."""
        try:
            if failed:
                raise ValueError("no answer")
            if cycle.asks is not None:
                return self._take_template(cycle, text_rows(cycle.answer, deprecates_eof=self._deprecates_eof))
            row = only_row(cycle.answer, deprecates_eof=self._deprecates_eof)
            if cycle.is_about_server:
                return self._take_server(row)
            self._session.take(read_session(row), in_transaction=cycle.within)
            return False
        except _MISSHAPEN:
            return self._do_without(cycle)

    def _take_template(self, cycle: Cycle, rows: list[list[bytes | None]]) -> bool:
        scope, template, inquiry = self._session.scope, cycle.about, cycle.asks
        if inquiry is None or template is None:
            raise ValueError("no question")
        resolution = inquiry.take(rows)
        if resolution is None:
            return True
        if scope is not None:
            scope.learn(template, resolution, cycle.version)
        if cycle.was_put_off and resolution.unsettles:
            self._session.unsettle()
        cycle.end_question()
        return False

    def _take_server(self, row: list[bytes | None]) -> bool:
        facts = read_server(row)
        self._cache.origin.identify(facts.identity)
        if facts.started is not None:
            self._cache.origin.meet(facts.started)
        self._about_server = []
        return True

    def _do_without(self, cycle: Cycle) -> bool:
        """Go on without an answer. Returns whether something else is to be asked."""
        if cycle.asks is None:
            if cycle.is_about_server:
                return True
            self._session.give_up()
            return False
        self._refused += 1
        cycle.end_question()
        return False


def _question() -> Cycle:
    cycle = Cycle()
    cycle.internal = cycle.is_question = True
    return cycle
