"""Answering from the cache: what a session must know to do so, and the short way of what was answered before."""

from __future__ import annotations

from abc import ABC, abstractmethod

from polyscale_cli.edge.engine.cachestate import CacheState
from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.engine.store import Entry, Key
from polyscale_cli.edge.wire.mysql import packets as p
from polyscale_cli.edge.wire.mysql.block import IN_BLOCK, Block, inside
from polyscale_cli.edge.wire.mysql.capabilities import Capability, Status
from polyscale_cli.edge.wire.mysql.commands import Command
from polyscale_cli.edge.wire.mysql.logged_in import LoggedIn
from polyscale_cli.edge.wire.mysql.plan import Plan
from polyscale_cli.edge.wire.mysql.session_state import SessionState
from polyscale_cli.edge.wire.mysql.statements import Statement
from polyscale_cli.edge.wire.mysql.wires import Wires

MOST_BOUND = 256
"""Executions of prepared statements whose entries a session remembers."""

_EXECUTE = int(p.Command.STMT_EXECUTE)
_AUTOCOMMIT = int(Status.AUTOCOMMIT)
_IN_TRANSACTION = int(Status.IN_TRANS)
_TRANSACTION = _AUTOCOMMIT | _IN_TRANSACTION


class Serving(ABC):
    """``Conversation`` is built on it and keeps it true.

    Attributes:
        session: the scope that the session is in.
        _serving: nothing is under way, half read or waiting, reads see what is committed, and the scope is shared.
        _marks: the flags that answers bear for a transaction's sake, while ``_serving``.
        _block: the transaction that the client has begun.
        _unheard: what was answered last without the origin, whose diagnostics know nothing of it.
        _left_diagnostics: the last statement that the origin has seen left warnings or an error.
        _status: the server's status flags, as last told.
    """

    def __init__(self, wires: Wires, cache: CacheState, login: LoggedIn) -> None:
        self.cache = cache
        self.session = SessionState(cache, login)
        self._to_client = wires.to_client
        self._clock = cache.clock
        self._entries: dict[Key, Entry] = {}
        # Executions as they are, with the statement and the types of its parameters: while the scope means the same.
        self._bound: dict[bytes, tuple[Entry, Statement, bytes | None]] = {}
        self._unheard: bytes | None = None
        self._left_diagnostics = False
        self._status = int(login.status)
        self._deprecates_eof = Capability.DEPRECATE_EOF in login.capabilities
        self._block = Block()
        self._serving = False
        self._marks = 0

    @property
    def _is_settled(self) -> bool:
        """Whether a read sees what is committed, and nothing else.

        It does where each statement commits by itself, by the server's own word. In a transaction, which every read is
        in without autocommit, as Python's drivers begin, it does in READ COMMITTED as long as that only reads.
        """
        transaction = self._status & _TRANSACTION
        if self.session.next_is_odd:
            return False
        if transaction & _AUTOCOMMIT:
            return transaction == _AUTOCOMMIT or (self._block.only_reads and not self._has_written)
        return self.session.reads_committed and not self._has_written

    @property
    def _unsettled(self) -> Reason | None:
        """Why a read may see something else; None where it does not."""
        if self._is_settled:
            return None
        is_off = not self._status & _AUTOCOMMIT and not self.session.reads_committed
        return Reason.AUTOCOMMIT_OFF if is_off else Reason.IN_TRANSACTION

    @property
    def _flags_of_block(self) -> int:
        """The flags that an answer bears for the sake of a transaction that is open, for the client at least."""
        if self._block.held is not None:
            return self._block.flags
        return self._status & IN_BLOCK if self._status & _IN_TRANSACTION else 0

    @property
    @abstractmethod
    def _has_written(self) -> bool:
        """Whether the open transaction may have written."""

    @property
    @abstractmethod
    def _is_held_up(self) -> bool:
        """Whether anything is under way, half read or waiting."""

    def _answers_at_once(self, data: bytes) -> bool:
        """Answer what the client sent, where that is one command whose answer is at hand. Returns whether it was."""
        entry = self._entries.get(data)
        if entry is None and len(data) > p.HEADER and data[p.HEADER] == _EXECUTE:
            entry = self._bound_entry(data)
        if entry is None or not (entry.expires > (now := self._clock()) or entry.may_be_served(now)):
            return False
        entry.hits += 1
        entry.tally.hits += 1
        self._unheard = data
        self._to_client(self._marked(entry) if self._marks else entry.response)
        return True

    def entry_at_hand(self, data: bytes) -> Entry | None:
        """Give the entry with which a command would be answered at once, if it is one."""
        return self._entries.get(data) or self._bound_entry(data)

    def _bound_entry(self, data: bytes) -> Entry | None:
        """Find the entry of an execution that was served before, if it still means the same."""
        bound = self._bound.get(data)
        if bound is None:
            return None
        entry, statement, types = bound
        return entry if entry.size and statement.types == types and not statement.is_retyped else None

    def _serve(self, command: Command, plan: Plan, entry: Entry) -> None:
        """Answer a statement with an entry."""
        entry.hits += 1
        entry.tally.hits += 1
        self._unheard = command.raw
        if plan.statement is not None:
            plan.statement.was_served(command.raw)
            if len(self._bound) >= MOST_BOUND:
                self._bound.clear()
            self._bound[command.raw] = (entry, plan.statement, plan.statement.types)
        self._marks = self._flags_of_block
        self._to_client(self._marked(entry) if self._marks else entry.response)

    def _marked(self, entry: Entry) -> bytes:
        return inside(entry.response, self._marks, deprecates_eof=self._deprecates_eof)

    def _serve_again(self) -> None:
        """Find out whether commands may be answered at once now."""
        scope = self.session.scope
        shared = scope is not None and scope.shared
        entries = scope.entries if shared and scope is not None else {}
        if entries is not self._entries:
            self._entries = entries
            self._bound.clear()
        self._serving = shared and self._is_settled and not self._is_held_up
        self._marks = self._flags_of_block
