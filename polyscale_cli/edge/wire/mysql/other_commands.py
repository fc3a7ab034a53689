"""Commands that carry no statement: what is known of each before it is sent.

What is not named here may do anything: everything that is cached goes, and the session's state is no longer believed.
"""

from __future__ import annotations

from polyscale_cli.edge.wire.mysql.answers import AnswerKind
from polyscale_cli.edge.wire.mysql.cycle import Cycle
from polyscale_cli.edge.wire.mysql.packets import Command as Code

UNANSWERED = frozenset((Code.STMT_CLOSE, Code.STMT_SEND_LONG_DATA))
"""The server says nothing to these."""

ENDLESS = frozenset((Code.BINLOG_DUMP, Code.BINLOG_DUMP_GTID, Code.TABLE_DUMP, Code.CLONE))
"""From these on the connection is a stream of another kind."""

_HARMLESS = frozenset(
    (
        *(Code.PING, Code.STATISTICS, Code.FIELD_LIST, Code.STMT_FETCH, Code.STMT_RESET, Code.STMT_PREPARE),
        *(Code.PROCESS_INFO, Code.PROCESS_KILL, Code.TIME, Code.INIT_DB, Code.SET_OPTION, Code.RESET_CONNECTION),
    )
)
_KINDS: dict[int, AnswerKind] = {
    Code.STMT_PREPARE: AnswerKind.PREPARED,
    Code.STMT_FETCH: AnswerKind.ROWS,
    Code.FIELD_LIST: AnswerKind.ROWS,
    Code.STATISTICS: AnswerKind.PACKET,
}


def cycle_of(code: int) -> Cycle:
    """Make the cycle of a command."""
    cycle = Cycle()
    cycle.kind = _KINDS.get(code, AnswerKind.RESULT)
    # SET_OPTION says whether a text may hold several statements, which changes no answer.
    cycle.sets = code == Code.INIT_DB
    cycle.resets = code == Code.RESET_CONNECTION
    cycle.does_anything = code not in _HARMLESS
    return cycle
