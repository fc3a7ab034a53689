"""Transactions that need not reach the origin, or not yet (MySQL manual, section 15.3.1, "START TRANSACTION, COMMIT,
and ROLLBACK Statements").

In READ COMMITTED each statement sees what was committed before it began (section 17.7.2.1), so that as long as a
transaction has only read, a hit tells it what the origin would. Its BEGIN is held back until something has to be asked
of the origin; a transaction of hits costs it nothing. Only those spellings are held that cannot fail and do nothing
besides, for the client has been told by then that its transaction has begun.

What the client is told bears the flags of a transaction, in each packet that has any.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from polyscale_cli.edge.wire.mysql import packets as p
from polyscale_cli.edge.wire.mysql.capabilities import Status

LONGEST = 64
"""Bytes of a text that may be a command; more are not looked at."""

IN_BLOCK = int(Status.IN_TRANS | Status.IN_TRANS_READONLY)
"""The flags that tell of a transaction."""

# A comment may be one that the server runs, and READ WRITE is refused by servers that only read.
_BEGIN = re.compile(
    rb"\s*(?:BEGIN(?:\s+WORK)?|START\s+TRANSACTION(?P<read_only>\s+READ\s+ONLY)?)\s*;?\s*", re.IGNORECASE
)
_END = re.compile(rb"\s*(?:COMMIT|ROLLBACK)(?:\s+WORK)?\s*;?\s*", re.IGNORECASE)

_END_OF_ROWS = b"\7\0\0"
"""How the OK at the end of rows begins where nothing stands in it but flags and warnings."""


@dataclass(frozen=True, slots=True)
class BlockCommand:
    """A text that begins or ends a transaction and does nothing else.

    Attributes:
        flags: of the transaction that it begins; 0 where it ends one.
    """

    flags: int

    @property
    def begins(self) -> bool:
        """Whether it begins one."""
        return self.flags != 0


@functools.lru_cache(maxsize=256)
def command_of(text: bytes) -> BlockCommand | None:
    """Read a text of at most LONGEST bytes; None if it is no such command."""
    begins = _BEGIN.fullmatch(text)
    if begins is not None:
        return BlockCommand(IN_BLOCK if begins["read_only"] else int(Status.IN_TRANS))
    return BlockCommand(0) if _END.fullmatch(text) is not None else None


def inside(response: bytes, flags: int, *, deprecates_eof: bool) -> bytes:
    """Give an answer with rows as a session in a transaction with these flags gets it."""
    told = bytearray(response)
    for low in _flags(response, deprecates_eof=deprecates_eof):
        told[low] |= flags & 0xFF
        told[low + 1] |= flags >> 8
    return bytes(told)


def outside(response: bytes, *, deprecates_eof: bool) -> bytes:
    """Give an answer with rows as a session in no transaction gets it."""
    told = bytearray(response)
    for low in _flags(response, deprecates_eof=deprecates_eof):
        told[low] &= ~IN_BLOCK & 0xFF
        told[low + 1] &= ~IN_BLOCK >> 8 & 0xFF
    return bytes(told)


def _flags(response: bytes, *, deprecates_eof: bool) -> tuple[int, ...]:
    """Find where the status flags stand in one complete result set, the low byte of each.

    Without DEPRECATE_EOF in the EOF behind the columns' definitions and in the last packet, an EOF as well: header,
    warnings, flags. With it in the last packet alone, an OK: header, two numbers that are 0, flags, warnings (MySQL
    source documentation, "Text Resultset").
    """
    if deprecates_eof:
        if response[-11:-8] == _END_OF_ROWS:
            return (len(response) - 4,)
        return (_flags_of_last_ok(response),)
    first = p.HEADER + int.from_bytes(response[:3], "little")
    columns, _ = p.read_integer(response, p.HEADER)
    for _ in range(columns):
        first += p.HEADER + int.from_bytes(response[first : first + 3], "little")
    return (first + 7, len(response) - 2)


def _flags_of_last_ok(response: bytes) -> int:
    """Find them in an OK that says more."""
    start = end = 0
    while end < len(response):
        start = end
        end += p.HEADER + int.from_bytes(response[start : start + 3], "little")
    _, pos = p.read_integer(response, start + p.HEADER + 1)
    return p.read_integer(response, pos)[1]


class Block:
    """The transaction that one session is in, if it began it by a command of this module and has only read since.

    Attributes:
        held: the packet of the BEGIN that the client was told of and the origin was not; None without one.
        flags: of the transaction.
        only_reads: it is open at the origin, or was, and nothing else was done in it.
    """

    __slots__ = ("flags", "held", "only_reads")

    def __init__(self) -> None:
        self.held: bytes | None = None
        self.flags = 0
        self.only_reads = False

    def take(self, command: BlockCommand, raw: bytes) -> None:
        """Begin a transaction here, or end one that the origin was not told of."""
        self.held = raw if command.begins else None
        self.flags = command.flags

    def open(self) -> bytes:
        """Give the packet that must reach the origin before anything else does."""
        held, self.held = self.held or b"", None
        self.only_reads = True
        return held

    def end(self) -> None:
        """Note that the origin has no transaction open."""
        self.only_reads = False

    def drop(self) -> None:
        """Forget it: the session begins anew."""
        self.held = None
        self.only_reads = False
