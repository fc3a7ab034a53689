"""Answering from the cache: what a session must know to do so, and the short way of what was answered before."""

from __future__ import annotations

from abc import ABC, abstractmethod

from polyscale_cli.edge.engine.cachestate import CacheState
from polyscale_cli.edge.engine.store import Entry, Key
from polyscale_cli.edge.wire.mysql import packets as p
from polyscale_cli.edge.wire.mysql.capabilities import Status
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
_TRANSACTION = _AUTOCOMMIT | int(Status.IN_TRANS)


class Serving(ABC):
    """``Conversation`` is built on it and keeps it true.

    Attributes:
        session: the scope that the session is in.
        _serving: nothing is under way, half read or waiting, no transaction is open, and the scope is shared.
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
        self._serving = False

    @property
    def _is_settled(self) -> bool:
        """Whether a read sees what is committed, and nothing else.

        It does where each statement commits by itself, by the server's own word. Without autocommit, which is how
        Python's drivers begin, every read is in a transaction, and does in READ COMMITTED as long as that only reads.
        """
        transaction = self._status & _TRANSACTION
        if self.session.next_is_odd:
            return False
        if transaction & _AUTOCOMMIT:
            return transaction == _AUTOCOMMIT
        return self.session.reads_committed and not self._has_written

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
        if entry is None or entry.expires <= self._clock():
            return False
        entry.visited = True
        self.cache.hits += 1
        self._unheard = data
        self._to_client(entry.response)
        return True

    def _bound_entry(self, data: bytes) -> Entry | None:
        """Find the entry of an execution that was served before, if it still means the same."""
        bound = self._bound.get(data)
        if bound is None:
            return None
        entry, statement, types = bound
        return entry if entry.size and statement.types == types and not statement.is_retyped else None

    def _serve(self, command: Command, plan: Plan, entry: Entry) -> None:
        """Answer a statement with an entry."""
        entry.visited = True
        self.cache.hits += 1
        self._unheard = command.raw
        if plan.statement is not None:
            plan.statement.was_served(command.raw)
            if len(self._bound) >= MOST_BOUND:
                self._bound.clear()
            self._bound[command.raw] = (entry, plan.statement, plan.statement.types)
        self._to_client(entry.response)

    def _serve_again(self) -> None:
        """Find out whether commands may be answered at once now."""
        scope = self.session.scope
        shared = scope is not None and scope.shared
        entries = scope.entries if shared and scope is not None else {}
        if entries is not self._entries:
            self._entries = entries
            self._bound.clear()
        self._serving = shared and self._is_settled and not self._is_held_up
