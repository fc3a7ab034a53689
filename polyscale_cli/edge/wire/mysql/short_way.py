"""The short way of a miss: a usual read whose facts are all known is sent on, and its answer kept and passed on.

It does what the long way (``Conversation``) would do and comes to the same ends; it is short for its speed. Nothing
that may be kept reads diagnostics, kills by number or asks for a file, so that none of it is looked for here.
"""

from __future__ import annotations

from polyscale_cli.edge.engine.cachestate import CacheState
from polyscale_cli.edge.engine.store import Key
from polyscale_cli.edge.engine.template import RUNS_BEFORE_KEEPING, Template
from polyscale_cli.edge.wire.mysql import packets as p
from polyscale_cli.edge.wire.mysql.answers import AnswerKind, AnswerReader
from polyscale_cli.edge.wire.mysql.capabilities import Capability, Status
from polyscale_cli.edge.wire.mysql.cycle import Cycle
from polyscale_cli.edge.wire.mysql.logged_in import LoggedIn
from polyscale_cli.edge.wire.mysql.serving import Serving
from polyscale_cli.edge.wire.mysql.statements import Statement, Statements
from polyscale_cli.edge.wire.mysql.wires import Wires

_QUERY, _EXECUTE = int(p.Command.QUERY), int(p.Command.STMT_EXECUTE)
_SHORTEST = 6
"""Bytes of a statement: header, code and something."""

_AUTOCOMMIT = int(Status.AUTOCOMMIT)
_REMARKABLE = int(
    Status.AUTOCOMMIT
    | Status.IN_TRANS
    | Status.IN_TRANS_READONLY
    | Status.SESSION_STATE_CHANGED
    | Status.DB_DROPPED
    | Status.METADATA_CHANGED
)


class ShortWay(Serving):
    """A session's misses of the usual kind.

    Attributes:
        _cycle: the command that went to the origin and is not answered yet.
    """

    def __init__(self, wires: Wires, cache: CacheState, login: LoggedIn) -> None:
        super().__init__(wires, cache, login)
        self._to_origin = wires.to_origin
        self._attributes = Capability.QUERY_ATTRIBUTES in login.capabilities
        self._answers = AnswerReader(int(login.status), deprecates_eof=self._deprecates_eof)
        self._statements = Statements(attributes=self._attributes, derives=not login.flavour.is_mariadb)
        self._cycle: Cycle | None = None

    def _sends_usual(self, data: bytes) -> bool:
        """Send a read on, where ``data`` is one whose facts are all known. Returns whether it was."""
        size = len(data)
        if self._marks or size < _SHORTEST or data[3] or data[0] | data[1] << 8 | data[2] << 16 != size - p.HEADER:
            return False
        code = data[p.HEADER]
        if code == _QUERY:
            if not self._attributes:
                template = self.session.of_text(data[5:])
            elif data[5:7] == p.NO_ATTRIBUTES:
                template = self.session.of_text(data[7:])
            else:
                return False
            return self._sends_read(data, data, template, None)
        if code != _EXECUTE:
            return False
        statement = self._statements.find(data)
        values = statement.execution(data) if statement is not None else None
        if statement is None or values is None or not self.session.may_share(statement):
            return False
        return self._sends_read(data, (statement.text, values), self.session.of_prepared(statement), statement)

    def _sends_read(self, data: bytes, key: Key, template: Template, statement: Statement | None) -> bool:
        scope = self.session.scope
        if scope is None or not template.is_plain_read or not self.cache.caches:
            return False
        if key in scope.fills or key in scope.kept:
            return False
        footprint = scope.footprint(template)
        if footprint is None or not footprint.keepable:
            return False
        runs = template.runs
        template.runs = runs + 1
        self.cache.misses += 1
        self._cycle = cycle = Cycle()
        cycle.tally = tally = template.tally
        tally.misses += 1
        cycle.sent = self._clock()
        cycle.usual = True
        if runs >= RUNS_BEFORE_KEEPING and scope.is_worth_keeping(template, key):
            cycle.fill = scope.start_fill(key, footprint.reads, template, self.session.author)
        self._unheard = None
        self._serving = False
        self._answers.begin(AnswerKind.RESULT)
        self._to_origin(data if statement is None else statement.for_origin(data))
        return True

    def _ends_usual(self, cycle: Cycle, data: bytes) -> bool:
        """End a usual read with an answer that came whole and changes nothing. Returns whether it was such."""
        answers = self._answers
        if cycle.fences or not answers.reads_whole(data) or answers.status & _REMARKABLE != _AUTOCOMMIT:
            return False
        self._cycle = None
        cycle.is_answered(self._clock())
        self._status = answers.status
        self._left_diagnostics = bool(answers.warnings)
        fill = cycle.fill
        if fill is not None:
            if answers.warnings:
                fill.abandon()
            else:
                fill.admit(data)
        self._to_client(data)
        self._serve_again()
        return True
