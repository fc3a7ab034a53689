"""Transaction blocks that need not reach the origin, or not yet (manual, sections 55.2.2.1 and 13.2.1).

Drivers open a transaction for every read. In READ COMMITTED each statement sees what was committed before it began, so
that as long as a block has only read, a hit tells it what the origin would. BEGIN is therefore held back until
something has to be asked of the origin; a block of hits costs it nothing. Only those spellings are held that cannot
fail, for the client has been told by then that its block has begun.
"""

from __future__ import annotations

import enum
import functools
import re
from dataclasses import dataclass

from polyscale_cli.edge.wire.postgres import messages as m
from polyscale_cli.edge.wire.postgres.usual import read_usual

LONGEST = 200
"""Bytes of a request that may be a command; more are not looked at."""

# The server's white space; a vertical tab is none before version 16.
_SPACE = rb"[ \t\n\r\f]"
# READ WRITE is refused by a standby, and the other levels need one snapshot for all statements.
_MODE = rb"(?:ISOLATION%s+LEVEL%s+READ%s+COMMITTED|READ%s+ONLY|(?:NOT%s+)?DEFERRABLE)".replace(b"%s", _SPACE)
_BEGIN = re.compile(
    (
        rb"%s*(?:(?P<begin>BEGIN)(?:%s+(?:WORK|TRANSACTION))?|START%s+TRANSACTION)"
        rb"(?P<modes>%s+MODE(?:%s*,%s*MODE|%s+MODE)*)?%s*;?%s*"
    )
    .replace(b"%s", _SPACE)
    .replace(b"MODE", _MODE),
    re.IGNORECASE,
)
_END = re.compile(
    rb"%s*(?:COMMIT|END|(?P<undo>ROLLBACK|ABORT))(?:%s+(?:WORK|TRANSACTION))?(?:%s+AND%s+NO%s+CHAIN)?%s*;?%s*".replace(
        b"%s", _SPACE
    ),
    re.IGNORECASE,
)

NO_PARAMETERS = b"\0\0\0\0"
RESULT_FORMATS = (b"\0\0", b"\0\1\0\0", b"\0\1\0\1")


class CommandKind(enum.Enum):
    """What a command does to a block."""

    BEGINS = enum.auto()
    ENDS = enum.auto()


@dataclass(frozen=True, slots=True)
class BlockCommand:
    """A request that begins or ends a transaction block and does nothing else.

    Attributes:
        text: its SQL.
        states_level: it says READ COMMITTED itself, whatever the session's default.
        answer: what the origin answers where it succeeds.
    """

    kind: CommandKind
    text: bytes
    states_level: bool
    answer: bytes


@functools.lru_cache(maxsize=1024)
def command_of(raw: bytes) -> BlockCommand | None:
    """Read a request of at most LONGEST bytes; None if it is no such command."""
    usual = read_usual(raw)
    if usual is None:
        return None
    text, is_query = usual
    begins, ends = _BEGIN.fullmatch(text), _END.fullmatch(text)
    if begins is not None:
        tag = b"BEGIN" if begins["begin"] else b"START TRANSACTION"
        states_level = b"COMMITTED" in (begins["modes"] or b"").upper()
        kind, status = CommandKind.BEGINS, m.IN_TRANSACTION
    elif ends is not None:
        tag = b"ROLLBACK" if ends["undo"] else b"COMMIT"
        kind, states_level, status = CommandKind.ENDS, False, m.IDLE
    else:
        return None
    answer = m.message(m.COMMAND_COMPLETE, tag + b"\0") + m.ready_for_query(status)
    if not is_query:
        prefix = _prefix(raw, text)
        if prefix is None:
            return None
        answer = prefix + answer
    return BlockCommand(kind, text, states_level, answer)


def _prefix(raw: bytes, text: bytes) -> bytes | None:
    """Give what the extended protocol answers before the tag, or None if parameters came with the command."""
    parse = m.message(m.PARSE, b"\0" + text + b"\0\0\0")
    for formats in RESULT_FORMATS:
        start = parse + m.message(m.BIND, b"\0\0" + NO_PARAMETERS + formats)
        if raw.startswith(start):
            described = raw.startswith(m.DESCRIBE_PORTAL, len(start))
            accepted = m.message(m.PARSE_COMPLETE, b"") + m.message(m.BIND_COMPLETE, b"")
            return accepted + (m.message(m.NO_DATA, b"") if described else b"")
    return None


def inside(response: bytes) -> bytes:
    """Give an answer as a session in a block gets it: another status in its ReadyForQuery."""
    return response[:-1] + b"T"


def outside(response: bytes) -> bytes:
    """Give an answer as a session outside of any block gets it."""
    return response[:-1] + b"I"


class Block:
    """The block that one session is in, if it is in one.

    Attributes:
        held: the BEGIN that the client was told of and the origin was not; None outside of such a block.
        was_served: an answer from the cache was given in it.
        lost_portal: the unnamed portal that the client believes in is not the origin's, for the cache answered since.
    """

    __slots__ = ("_only_reads", "held", "lost_portal", "was_served")

    def __init__(self) -> None:
        self.held: BlockCommand | None = None
        self.was_served = False
        self.lost_portal = False
        self._only_reads = False

    def only_reads(self, status: int) -> bool:
        """Whether a block is open at the origin, whose last status is given, that has only read there and here."""
        return self._only_reads and status == m.IN_TRANSACTION

    def take(self, command: BlockCommand) -> bool:
        """Begin a block here, or end one that the origin was not told of. Returns False for what it must be told."""
        if self.held is None:
            if command.kind is not CommandKind.BEGINS:
                return False
            self.held = command
            self.was_served = self.lost_portal = False
        elif command.kind is CommandKind.ENDS:
            self.held = None
        else:
            return False  # a block within a block is the origin's to warn of
        return True

    def serve(self) -> None:
        """Note that an answer from the cache is given."""
        self.was_served = self.lost_portal = True

    def open(self, *, only_reads: bool) -> bytes:
        """Give the Query that must reach the origin before the next request, whose nature is given; or nothing."""
        held, self.held = self.held, None
        if held is None:
            self._only_reads = self._only_reads and only_reads
            return b""
        self._only_reads = only_reads
        # What may only come before the first query, such as SET TRANSACTION, must be refused as it would have been.
        return m.query(held.text + b";SELECT" if self.was_served and not only_reads else held.text)

    def end(self) -> None:
        """Note that the origin has no block open any more."""
        self._only_reads = False
