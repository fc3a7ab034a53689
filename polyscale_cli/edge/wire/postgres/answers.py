"""The origin's stream: passed on as it is, read just far enough to know where each answer ends.

Rows are stepped over by their length and may be cut at any byte; the few messages whose content matters are held back
until they are whole. None of them may grow without a limit: of errors and notices, which may be as long as a statement
makes them, only the beginning is held back, and an origin that makes others too long is no PostgreSQL.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from polyscale_cli.edge.wire.postgres import copying
from polyscale_cli.edge.wire.postgres import messages as m

if TYPE_CHECKING:
    from polyscale_cli.edge.wire.postgres.conversation import Conversation
    from polyscale_cli.edge.wire.postgres.cycle import Cycle

# Messages that may be part of an entry. A notice, a changed parameter or a notification belongs to one session alone.
_CLEAN = frozenset(
    (
        m.PARSE_COMPLETE,
        m.BIND_COMPLETE,
        m.ROW_DESCRIPTION,
        m.NO_DATA,
        m.PARAMETER_DESCRIPTION,
        m.DATA_ROW,
        m.COMMAND_COMPLETE,
        m.PORTAL_SUSPENDED,  # of the unnamed portal, which does not outlive the request
        m.READY_FOR_QUERY,
    )
)

# Messages whose content is read, and which are therefore never cut.
_WHOLE = frozenset(
    (
        m.READY_FOR_QUERY,
        m.COMMAND_COMPLETE,
        m.ERROR_RESPONSE,
        m.PARAMETER_STATUS,
        m.NOTICE_RESPONSE,
        m.NOTIFICATION_RESPONSE,
        m.PARSE_COMPLETE,
        m.CLOSE_COMPLETE,
    )
)

# Messages that are nothing but part of an answer; whatever they hold, nothing follows from it.
_STEPPED_OVER = frozenset(
    (m.DATA_ROW, m.ROW_DESCRIPTION, m.BIND_COMPLETE, m.NO_DATA, m.PARAMETER_DESCRIPTION, m.COPY_DATA)
)

# Messages that are a few bytes long: 64 at most in PostgreSQL, for the tag of a CommandComplete.
_SHORT = frozenset((m.READY_FOR_QUERY, m.COMMAND_COMPLETE, m.PARSE_COMPLETE, m.CLOSE_COMPLETE))
LONGEST_SHORT = 1024

BEGINNING = 64 * 1024
"""Bytes of an error or a notice that are read; severity and SQLSTATE come first."""

LARGEST_ASIDE = 1 << 20
"""Bytes of a message that is no part of an answer."""

LARGEST_OWN = 4 << 20
"""Bytes of a message that answers a question of the edge's own; from a larger one nothing is learnt."""

# The last, or only, answer to one message of the extended protocol: Parse, Bind, Close, Describe and Execute.
_ENDS_AN_ANSWER = frozenset(
    (
        *(m.PARSE_COMPLETE, m.BIND_COMPLETE, m.CLOSE_COMPLETE, m.ROW_DESCRIPTION, m.NO_DATA),
        *(m.COMMAND_COMPLETE, m.EMPTY_QUERY_RESPONSE, m.PORTAL_SUSPENDED),
    )
)

_PLAIN = _STEPPED_OVER | {m.PARSE_COMPLETE}
_HEADER_LENGTH = 5
_READY_LENGTH = 6
_HEADER = struct.Struct(">BI").unpack_from
_ROLLBACK_BEGINS = 0x52  # R, as of REVOKE and REINDEX

_BETWEEN_ANSWERS = frozenset((m.PARAMETER_STATUS, m.NOTIFICATION_RESPONSE))


class OriginViolation(ConnectionAbortedError):
    """The origin sends what PostgreSQL never would; nothing can be known of its stream any more."""


class AnswerReader:
    """Reads for one conversation.

    Attributes:
        last_words: the origin has said itself why it ends the session.
        is_over: its process has, so that nothing more is carried out; it names a routine (field R), as no pooler does.
        question: a request of the edge's own whose answer is complete, until somebody takes it.
    """

    __slots__ = ("_conversation", "_drop", "_missing", "_pieces", "_skip", "is_over", "last_words", "question")

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._pieces: list[bytes] = []  # of a message that is held back
        self._missing = 0  # bytes until it can be read
        self._skip = 0  # bytes of a message that go to the client unread
        self._drop = 0  # and that nobody gets
        self.question: Cycle | None = None
        self.last_words = self.is_over = False

    def let_go(self) -> None:
        """Forget whom it reads for: nothing more will come."""
        del self._conversation

    @property
    def between_messages(self) -> bool:
        """Whether the client has been sent whole messages only."""
        return not self._skip

    def is_plain(self, data: bytes) -> bool:
        """Whether this is one whole answer, of messages that need not be looked at, and nothing else."""
        return not self._pieces and not self._skip and _is_plain_answer(data)

    def read(self, data: bytes) -> bytes:  # noqa: C901, PLR0912, PLR0915  (a call a message would slow every miss)
        """Read what the origin sent; give what the client is to get of it.

        Raises:
            OriginViolation: it cannot be read.
        """
        if self._pieces or self._drop:
            data = self._resume(data)
            if not data:
                return b""
        conversation = self._conversation
        cycles = conversation.cycles
        cycle = cycles[0] if cycles else None
        size = len(data)
        if cycle is not None and cycle.plain and not self._skip and _is_plain_answer(data):
            cycles.popleft()
            conversation.finish(cycle, data[-1], _whole(cycle, data))
            return data
        pos = self._skip
        kept = start = 0  # before ``kept`` all is in ``passed``; before ``start`` all belongs to earlier answers
        passed: list[bytes] | None = None
        wanted = _HEADER_LENGTH  # of the message at ``pos``, before it can be read
        own = cycle is not None and (cycle.internal or bool(cycle.inserted))  # answers to the edge's own messages come
        while size - pos >= _HEADER_LENGTH:
            code = data[pos]
            end = pos + 1 + int.from_bytes(data[pos + 1 : pos + 5], "big")
            if end > size and (code in _WHOLE or own):
                wanted = _wanted(cycle, code, end - pos)
                if size - pos < wanted:
                    break
            if code == m.DATA_ROW and not own:
                pos = end
                continue
            if not own and (cycle is None or not cycle.order) and _is_nothing_to_note(code, data, pos):
                pos = end
                continue
            if cycle is None:
                self._unasked(code, data[pos + 5 : end])
            elif own:
                if self._is_ours(cycle, code, data, pos, end):
                    passed = passed or []
                    passed.append(data[kept:pos])
                    kept = start = end
                    own = cycle.internal or bool(cycle.inserted)
            elif code != m.READY_FOR_QUERY:
                self._note(cycle, code, data, pos, end)
            pos = end
            if code == m.READY_FOR_QUERY and cycle is not None:
                cycles.popleft()
                conversation.finish(cycle, data[end - 1], _whole(cycle, data[start:end]))
                start = end
                if cycle.internal:
                    self.question = cycle
                cycle = cycles[0] if cycles else None
                own = cycle is not None and (cycle.internal or bool(cycle.inserted))
        if pos == size and passed is None:
            self._skip = 0
            if start < size and cycle is not None:
                self._keep(cycle, data[start:])
            return data
        self._skip = max(pos - size, 0)
        whole = min(pos, size)
        if whole < size:
            self._pieces.append(data[whole:])
            self._missing = wanted - (size - whole)
        elif kept > size:
            self._drop, self._skip = self._skip, 0
        if cycle is not None and start < whole:
            self._keep(cycle, data[start:whole])
        if passed is None:
            return data[:whole]
        passed.append(data[kept:whole])
        return b"".join(passed)

    def _resume(self, data: bytes) -> bytes:
        """Give all that can be read now that more has come, or nothing yet."""
        if self._drop:
            dropped = min(self._drop, len(data))
            self._drop -= dropped
            return data[dropped:]
        self._pieces.append(data)
        self._missing -= len(data)
        if self._missing > 0:
            return b""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)

    def _is_ours(self, cycle: Cycle, code: int, data: bytes, pos: int, end: int) -> bool:
        """Whether a message answers something that the edge put in, and so is not for the client."""
        if cycle.internal:
            if end > len(data):
                cycle.failed = True
            elif code == m.DATA_ROW and not cycle.begins:
                try:
                    cycle.row = m.first_column(data[pos + 5 : end])
                except struct.error:
                    cycle.failed = True
            elif code == m.ERROR_RESPONSE:
                cycle.failed = True
            elif code in _BETWEEN_ANSWERS:
                self._unasked(code, data[pos + 5 : end])
                return False
            return True
        if cycle.inserted and cycle.inserted[0] == cycle.answered:
            if code in (m.PARSE_COMPLETE, m.CLOSE_COMPLETE):
                cycle.inserted = cycle.inserted[1:]
                return True
            if code == m.NOTICE_RESPONSE:
                return True  # the client was given it with its own Parse
        self._note(cycle, code, data, pos, end)
        return False

    def _note(self, cycle: Cycle, code: int, data: bytes, pos: int, end: int) -> None:
        """Read what matters of a message that goes to the client."""
        if code in _ENDS_AN_ANSWER:
            cycle.answered += 1
        if code == m.PARSE_COMPLETE:
            self._conversation.accept_parse(cycle)
        elif code == m.COMMAND_COMPLETE:
            cycle.rolled_back = cycle.rolled_back or data.startswith(b"ROLLBACK\0", pos + 5)
        elif code not in _CLEAN:
            cycle.clean = False
            if code == m.ERROR_RESPONSE:
                cycle.failed = True
                cycle.inserted = ()
                cycle.copying = False
                self._unasked(code, data[pos + 5 : end])
                cycle.refused = end <= len(data) and _refused_unread(data[pos + 5 : end])
            elif code in (m.COPY_IN_RESPONSE, m.COPY_BOTH_RESPONSE):
                copying.begin(cycle, has_synced=self._conversation.has_synced(cycle))
                self._join_sync(cycle)
            elif code in _BETWEEN_ANSWERS:
                self._unasked(code, data[pos + 5 : end])

    def _join_sync(self, cycle: Cycle) -> None:
        """Take the Sync that will end a COPY for a part of it, where the client has sent it without waiting."""
        cycles = self._conversation.cycles
        later = cycles[1] if len(cycles) > 1 else None
        if cycle.sync_ignored and later is not None and later.extended and not (later.statements or later.parses):
            del cycles[1]
            cycle.sync_ignored = False

    def _unasked(self, code: int, body: bytes) -> None:
        if code == m.PARAMETER_STATUS:
            self._conversation.report(*m.parameter_status(body))
        elif code == m.ERROR_RESPONSE and (b"\0VFATAL\0" in body or b"\0VPANIC\0" in body):
            self.last_words = True
            self.is_over = b"\0R" in body

    def _keep(self, cycle: Cycle, piece: bytes) -> None:
        """Gather a piece of an answer for its entry, as long as it can become one."""
        if cycle.fill is None:
            return
        cycle.size += len(piece)
        if not cycle.clean or cycle.size > self._conversation.cache.entry_limit:
            cycle.fill.abandon()
            cycle.fill = cycle.chunks = None
            return
        if cycle.chunks is None:
            cycle.chunks = []
        cycle.chunks.append(piece)


def _is_nothing_to_note(code: int, data: bytes, pos: int) -> bool:
    return code in _STEPPED_OVER or (code == m.COMMAND_COMPLETE and data[pos + 5 : pos + 6] != b"R")


def _wanted(cycle: Cycle | None, code: int, length: int) -> int:
    """How many bytes of a message must be there before it can be read."""
    if code in _SHORT:
        limit = LONGEST_SHORT
    elif cycle is None or code in _BETWEEN_ANSWERS:
        limit = LARGEST_ASIDE
    else:
        return min(length, LARGEST_OWN if cycle.internal else BEGINNING)
    if length > limit:
        raise OriginViolation(f"it sends {length} bytes in a message of type {chr(code)!r}")
    return length


def _whole(cycle: Cycle, last: bytes) -> bytes:
    return last if cycle.chunks is None else b"".join((*cycle.chunks, last))


def _is_plain_answer(data: bytes) -> bool:
    """Whether ``data`` is the end of one answer, and no more, of messages that need not be looked at."""
    pos, size = 0, len(data)
    while size - pos > _READY_LENGTH:
        code, length = _HEADER(data, pos)
        if code not in _PLAIN and (code != m.COMMAND_COMPLETE or data[pos + 5] == _ROLLBACK_BEGINS):
            return False
        pos += 1 + length
    return size - pos == _READY_LENGTH and data[pos] == m.READY_FOR_QUERY


def _refused_unread(error: bytes) -> bool:
    """Whether an error says that the text itself could not be parsed, so that nothing of it was executed.

    A function that runs SQL of its own can fail likewise, but then the error says where (field W).
    """
    fields = m.error_fields(error)
    return fields.get("C") == "42601" and "W" not in fields
