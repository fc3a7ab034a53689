"""What a command that carries a statement, or executes one, would do."""

from __future__ import annotations

import re
from dataclasses import dataclass

from polyscale_cli.edge.engine.store import Key
from polyscale_cli.edge.engine.template import Template
from polyscale_cli.edge.wire.mysql import packets as p
from polyscale_cli.edge.wire.mysql.commands import Command
from polyscale_cli.edge.wire.mysql.packets import Command as Code
from polyscale_cli.edge.wire.mysql.session_state import ANYTHING, SessionState
from polyscale_cli.edge.wire.mysql.statements import Statement, Statements
from polyscale_cli.edge.wire.mysql.words import reads_diagnostics

_CHARSET = re.compile(rb"\bNAMES\b|CHAR", re.IGNORECASE)
_LOCAL = re.compile(rb"\bLOCAL\b", re.IGNORECASE)


@dataclass(slots=True)
class Plan:
    """One statement that is about to be executed.

    Attributes:
        text: the statement's; empty where it is not at hand.
        template: what is known of it.
        key: what its entry would be found by; None if it can have none.
        statement: the prepared one that it executes.
    """

    text: bytes
    template: Template
    key: Key | None = None
    statement: Statement | None = None

    @property
    def reads_diagnostics(self) -> bool:
        """Whether its answer depends on the statement before it."""
        return reads_diagnostics(self.text)

    @property
    def lacks_first(self) -> bytes | None:
        """The statement's first execution, which the origin must be sent before this one; None where it need not."""
        statement = self.statement
        return statement.unsent if statement is not None and self.key is None and not statement.gathers else None

    @property
    def sets_charset(self) -> bool:
        """Whether it may set the character set of answers, where it sets anything."""
        return _CHARSET.search(self.text) is not None

    @property
    def takes_file(self) -> bool:
        """Whether the server may ask the client for a file."""
        return _LOCAL.search(self.text) is not None


def read_plan(command: Command, session: SessionState, statements: Statements, *, attributes: bool) -> Plan:
    """Read a command that executes a statement; ``attributes`` says that QUERY_ATTRIBUTES was negotiated."""
    raw = command.raw
    if not command.whole:
        return Plan(b"", ANYTHING)
    if command.code == Code.QUERY:
        text = command.body
        if not attributes:
            return Plan(text, session.of_text(text), raw)
        if text[:2] != p.NO_ATTRIBUTES:
            return Plan(text, ANYTHING)
        text = text[2:]
        return Plan(text, session.of_text(text), raw)
    statement = statements.find(raw)
    if statement is None:
        return Plan(b"", ANYTHING)
    values = statement.execution(raw) if command.code == Code.STMT_EXECUTE else None
    key = (statement.text, values) if values is not None and session.may_share(statement) else None
    return Plan(statement.text, session.of_prepared(statement), key, statement)
