"""A transaction command that comes in one request with what follows it, as pgjdbc sends BEGIN.

Up to the Sync, a request is one piece to the reader of the stream; here its beginning is told from its rest, which can
then be looked up as if it had come by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from polyscale_cli.edge.wire.postgres import messages as m
from polyscale_cli.edge.wire.postgres.block import LONGEST, NO_PARAMETERS, RESULT_FORMATS, BlockCommand, command_of
from polyscale_cli.edge.wire.postgres.request import Request, RequestKind
from polyscale_cli.edge.wire.postgres.statements import Statement, read_bind
from polyscale_cli.edge.wire.postgres.usual import executes_bound

_ONE_STATEMENT = re.compile(rb"P?BD?E")
_READY_LENGTH = 6


@dataclass(frozen=True, slots=True)
class LeadingCommand:
    """What a request begins with.

    Attributes:
        answer: the origin's, up to there: a ReadyForQuery comes for the Sync alone.
        defining: a request that leaves the same unnamed statement behind; None where the one before stays.
        rest: what follows it, if it is more than a Sync.
    """

    command: BlockCommand
    answer: bytes
    defining: bytes | None
    rest: Request | None


def leading_command(request: Request, statements: dict[bytes, Statement]) -> LeadingCommand | None:
    """Read a request's beginning: a command that is parsed there, or was prepared before. None if it is none."""
    raw, parts = request.raw, request.parts
    one = _ONE_STATEMENT.match(bytes(code for code, _, _ in parts[:4]))
    end = parts[one.end() - 1][2] if one is not None else 0
    if one is None or not request.ends or end > LONGEST:
        return None
    alone = raw[:end] + m.SYNC_MESSAGE
    if parts[0][0] == m.PARSE:
        command = command_of(alone)
        answer = command.answer if command is not None else b""
    else:
        command = _prepared(alone, parts[0], statements)
        described = m.message(m.NO_DATA, b"") if parts[1][0] == m.DESCRIBE else b""
        answer = m.message(m.BIND_COMPLETE, b"") + described + (command.answer if command is not None else b"")
    if command is None:
        return None
    rest = None
    if raw[end:] != m.SYNC_MESSAGE:
        moved = tuple((code, start - end, stop - end) for code, start, stop in parts[one.end() :])
        rest = Request(RequestKind.EXTENDED, raw[end:], moved, ends=True)
    return LeadingCommand(command, answer[:-_READY_LENGTH], alone if parts[0][0] == m.PARSE else None, rest)


def _prepared(alone: bytes, bind: tuple[int, int, int], statements: dict[bytes, Statement]) -> BlockCommand | None:
    _, start, end = bind
    portal, name = read_bind(alone, start, end)
    statement = statements.get(name) if name and not portal else None
    values = alone[start + 7 + len(name) : end]
    if statement is None or not executes_bound(alone) or values not in [NO_PARAMETERS + f for f in RESULT_FORMATS]:
        return None
    query = m.query(statement.text)
    return command_of(query) if len(query) <= LONGEST else None
