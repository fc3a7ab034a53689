"""The short way: requests that are answered, or sent on, without being taken apart.

Most requests are of a few shapes (``usual``) and come while nothing else is under way. What a session does with those
is here and no more than that, for it decides how fast the edge is. Everything else takes the long way, that of
``conversation``, and comes to the same ends.

    a hit           a look-up of the request's own bytes, a comparison of times and a write
    a bound hit     the same for a prepared statement, by its text in place of its name
    a usual miss    a read whose facts are all known: sent on, its answer kept where that is worth it
    in a block      hits in a transaction block that has only read, and whose BEGIN may be held back (``block``)
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque

from polyscale_cli.edge.engine.cachestate import CacheState
from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.engine.store import Entry, Key
from polyscale_cli.edge.engine.template import RUNS_BEFORE_KEEPING, Template
from polyscale_cli.edge.wire.postgres import messages as m
from polyscale_cli.edge.wire.postgres.block import LONGEST, Block, BlockCommand, command_of, inside
from polyscale_cli.edge.wire.postgres.cycle import BoundCycle, Cycle, PlainCycle
from polyscale_cli.edge.wire.postgres.session_scope import SessionScope
from polyscale_cli.edge.wire.postgres.statements import Statement, Statements, names_moment
from polyscale_cli.edge.wire.postgres.usual import executes_bound, read_usual
from polyscale_cli.edge.wire.postgres.wires import Wires

MOST_BOUND = 256
"""Requests of prepared statements whose entries a session remembers."""


class ShortWay(ABC):
    """What a session must know to take the short way; ``Conversation`` is built on it and keeps it true.

    Attributes:
        session: the scope that the session is in.
        cycles: what went to the origin and is not answered yet, in order.
        _serving: the origin owes nothing, no block is open, nothing is half read and nothing waits.
        _serving_block: the same in a block that has only read.
        _passing: the only cycle is one usual read that is not kept, and nothing has happened since it was sent.
        _status: the transaction's, as the origin last said it.
    """

    def __init__(self, wires: Wires, cache: CacheState, reported: dict[str, str]) -> None:
        self.cache = cache
        self.session = SessionScope(cache, reported)
        self.cycles: deque[Cycle] = deque()
        self._to_client = wires.to_client
        self._to_origin = wires.to_origin
        self._clock = cache.clock
        self._definitions = cache.definitions
        self._entries: dict[Key, Entry] = {}
        # Requests of prepared statements as they are, and their entries: while names and the scope mean the same.
        self._bound: dict[bytes, Entry] = {}
        self._statements = Statements(self.session.of_statement)
        self._block = Block()
        self._status = m.IDLE
        self._serving = False
        self._serving_block = False
        self._passing = False

    def _goes_short(self, data: bytes) -> bool:
        """Answer what the client sent, or send it on, where it is one request of those. Returns whether it was."""
        if self._serving:
            if data[0] != m.BIND:
                entry = self._entries.get(data)
                if entry is not None and (entry.expires > (now := self._clock()) or entry.may_be_served(now)):
                    entry.hits += 1
                    entry.tally.hits += 1
                    self._statements.last = data
                    self._to_client(entry.response)
                    return True
                if self._send_usual_text(data):
                    return True
            else:
                entry = self._bound.get(data)
                if (
                    entry is not None
                    and entry.size
                    and (entry.expires > (now := self._clock()) or entry.may_be_served(now))
                ):
                    entry.hits += 1
                    entry.tally.hits += 1
                    self._to_client(entry.response)
                    return True
                if self._answers_bound(data):
                    return True
        if self._serving_block:
            return self._serve_in_block(data) or self._takes_command(data)
        return self._serving and self._takes_command(data)

    def _answers_bound(self, data: bytes) -> bool:
        """Answer, or send on, a request that executes a prepared statement. Returns whether it was one."""
        statement, key = self._bound_by(data)
        if statement is None:
            return False
        entry = self._entries.get(key)
        if entry is not None and (entry.expires > (now := self._clock()) or entry.may_be_served(now)):
            if len(self._bound) >= MOST_BOUND:
                self._bound.clear()
            self._bound[data] = entry
            entry.hits += 1
            entry.tally.hits += 1
            self._to_client(entry.response)
            return True
        if not executes_bound(data) or statement.names_moment:
            return False
        return self._send_usual(data, key, statement.template, BoundCycle)

    def _bound_by(self, data: bytes) -> tuple[Statement | None, Key]:
        """Give the prepared statement that a Bind to the unnamed portal is for, if it may be served, and the key."""
        name = data[6 : data.find(b"\0", 6)] if data[5:6] == b"\0" else b""
        statement = self._statements.by_name.get(name) if name else None
        if (
            statement is None
            or statement.version != self._definitions.version
            or statement.scope is not self.session.scope
        ):
            return None, data
        return statement, (statement.key, data[6 + len(name) :])

    def _send_usual_text(self, data: bytes) -> bool:
        """Do what ``_send_usual`` does for a request that carries its text."""
        usual = read_usual(data)
        if usual is None:
            return False
        text, is_query = usual
        session = self.session
        template = session.of_text(text) if is_query else session.of_statement(text)
        if not self._send_usual(data, data, template, PlainCycle):
            return False
        self._statements.last = self._statements.last_sent = data
        return True

    def _send_usual(self, data: bytes, key: Key, template: Template, kind: type[PlainCycle]) -> bool:
        """Send a read on whose facts are known: the miss path of requests of the usual shapes, short for its speed.

        Returns whether it was such. Everything else takes the way of ``_advance``, which ends in the same place.
        """
        scope = self.session.scope
        if scope is None or not scope.shared or not template.is_plain_read or key in scope.fills or key in scope.kept:
            return False
        footprint = scope.footprint(template)
        if footprint is None or not footprint.keepable:
            return False
        runs = template.runs
        template.runs = runs + 1
        self.cache.misses += 1
        cycle = kind()
        cycle.tally = tally = template.tally
        tally.misses += 1
        cycle.sent = self._clock()
        self.cycles.append(cycle)
        self._serving = False
        worth_keeping = runs >= RUNS_BEFORE_KEEPING and scope.is_worth_keeping(template, key)
        if worth_keeping and not names_moment(data):
            cycle.fill = scope.start_fill(key, footprint.reads, template, self.session.author)
        else:
            self._passing = True
        self._to_origin(data)
        return True

    # -- transaction blocks ----------------------------------------------------------------------------------------

    @property
    def _is_quiet(self) -> bool:
        """Whether nothing is under way at the origin: no request, no transaction."""
        return self._status == m.IDLE and not self.cycles

    def _takes_command(self, raw: bytes) -> bool:
        """Answer a BEGIN that is held back, or the end of its block, of which the origin need not know."""
        command = command_of(raw) if len(raw) <= LONGEST and self._is_quiet else None
        if command is None or (self._block.held is None and not self._may_hold(command)):
            return False
        if not self._block.take(command):
            return False
        self.cache.pass_by(None, Reason.NOT_A_READ)
        self._statements.last = raw
        self._to_client(command.answer)
        self._serve_again()
        return True

    def _may_hold(self, command: BlockCommand) -> bool:
        """Whether reads may be served in a block that begins like this."""
        scope = self.session.scope
        level = command.states_level or self.session.reads_committed
        # Behind a BEGIN that is held back, the origin would let notifications through that belong behind the block.
        may_share = scope is not None and scope.shared and not self.session.listens
        return level and may_share and self.cache.serves

    def _serve_in_block(self, data: bytes) -> bool:
        """Answer a request from the cache, as ``client_sent`` does outside of blocks."""
        key: Key = data
        if data[0] == m.BIND:
            statement, key = self._bound_by(data)
            if statement is None:
                return False
        entry = self._entries.get(key)
        if entry is None or not (entry.expires > (now := self._clock()) or entry.may_be_served(now)):
            return False
        entry.hits += 1
        entry.tally.hits += 1
        self._block.serve()
        if key is data:
            self._statements.last = data
        self._to_client(inside(entry.response))
        return True

    # -- for clients within the edge -------------------------------------------------------------------------------

    def entry_at_hand(self, data: bytes) -> Entry | None:
        """Give the entry with which a request would be answered on the shortest way, if it is one."""
        return self._bound.get(data) if data[0] == m.BIND else self._entries.get(data)

    def kept(self, request: bytes) -> Entry | None:
        """Give the entry with which a request of the usual shapes would be answered now, outside of blocks."""
        entry = self._entries.get(request)
        return entry if entry is not None and entry.until > self._clock() else None

    def leaves_no_trace(self, request: bytes) -> bool:
        """Whether a request is known to be a read that changes nothing, neither data nor the session."""
        template, scope = self._template_of(request), self.session.scope
        if template is None or scope is None or not template.is_plain_read:
            return False
        footprint = scope.footprint(template)
        return footprint is not None and footprint.keepable

    def never_kept(self, request: bytes) -> Reason | None:
        """Give the reason why no answer to a request is ever kept, if that is known."""
        template, scope = self._template_of(request), self.session.scope
        if template is None or scope is None or template.analysis.refusal is not None:
            return template.analysis.refusal if template is not None else None
        if not scope.shared:
            return Reason.SESSION_STATE
        footprint = scope.footprint(template)
        return footprint.refusal if footprint is not None else None

    def _template_of(self, request: bytes) -> Template | None:
        usual = read_usual(request)
        if usual is None:
            return None
        text, is_query = usual
        return self.session.of_text(text) if is_query else self.session.of_statement(text)

    def _follow_scope(self) -> None:
        scope = self.session.scope
        self._entries = scope.entries if scope is not None else {}
        self._bound.clear()

    def _stop_serving(self) -> None:
        self._serving = self._serving_block = False

    @abstractmethod
    def _serve_again(self) -> None:
        """Find out whether requests may take the short way now."""
