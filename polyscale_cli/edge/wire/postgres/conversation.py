"""One logged-in session: what the client says, what the origin says, and what the cache says instead.

Bytes in on two sides, bytes out on two sides; no socket, no loop, no clock. How requests go short is in ``short_way``,
what the edge asks on its own account in ``asking``, how it all ends in ``ending``. The states that matter:

    serving     the origin owes nothing, no transaction is open, nothing is half read: a request that is in the map is
                answered at once (``short_way``, as are usual misses and hits in blocks).
    relaying    requests went to the origin; each is a ``Cycle`` until its ReadyForQuery. More may follow meanwhile.
                Where it is one usual read whose answer will not be kept, and nothing else has happened since, it is
                also ``passing``.
    in a block  a transaction block is open, for the client at least, and has only read: it is served as well, and its
                BEGIN may be held back from the origin (``block``).
    waiting     one request is put aside, until the catalog has answered a question of the edge's own, or until another
                session's identical read is answered. What the client sends next waits behind it.

The order in which things happen is the freshness contract: a write's fence goes up before its bytes go to the origin
and comes down before its answer goes to the client.
"""

from __future__ import annotations

from collections.abc import Callable

from polyscale_cli.edge.engine.cachestate import CacheState
from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.engine.store import Entry
from polyscale_cli.edge.wire.postgres import admission, copying
from polyscale_cli.edge.wire.postgres import messages as m
from polyscale_cli.edge.wire.postgres.admission import Consulted
from polyscale_cli.edge.wire.postgres.answers import AnswerReader
from polyscale_cli.edge.wire.postgres.block import inside, outside
from polyscale_cli.edge.wire.postgres.cycle import Cycle
from polyscale_cli.edge.wire.postgres.ending import Ending, nowhere
from polyscale_cli.edge.wire.postgres.leading import leading_command
from polyscale_cli.edge.wire.postgres.plan import Plan, read_plan
from polyscale_cli.edge.wire.postgres.request import ProtocolViolation, Request, RequestKind
from polyscale_cli.edge.wire.postgres.statements import Statement
from polyscale_cli.edge.wire.postgres.wires import Wires

HELD_SECONDS = 0.002
"""How long complete messages wait for the Sync that usually comes with them."""

WAIT_SECONDS = 1.0
"""How long a read waits for an identical one that is under way, before it asks the origin itself."""

MOST_BACKLOG = 1 << 18
"""Bytes that a client may send ahead while its requests wait."""


class Conversation(Ending):
    """See the module."""

    def __init__(self, wires: Wires, cache: CacheState, reported: dict[str, str], *, ask: bool) -> None:
        super().__init__(wires, cache, reported, ask=ask)
        self._portals: dict[bytes, Statement | None] = {}
        self._answers = AnswerReader(self)
        self._held_back = False
        cache.origin.watchers.add(self)

    # -- the client's side ---------------------------------------------------------------------------------------

    def client_sent(self, data: bytes) -> None:
        """Take bytes from the client."""
        if self._goes_short(data):
            return
        self._passing = False
        self._reader.feed(data)
        if self._aside is None:
            self._advance()
        waits = self._aside is not None or self._client_slow
        if waits and not self._held_back and len(self._reader) > MOST_BACKLOG:
            self._held_back = True
            self._wires.hold_client(True)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way for the client: no request, no transaction."""
        return self._is_quiet and self._block.held is None and self._aside is None and not len(self._reader)

    def client_is_slow(self, slow: bool) -> None:
        """Note whether the client reads what it is sent. A slow one is not served, and nobody waits for its answers."""
        self._client_slow = slow
        self._passing = False
        if slow:
            self._stop_serving()
            for cycle in self.cycles:
                if cycle.fill is not None and cycle.fill.has_waiters:
                    cycle.fill.abandon()
                    cycle.fill = None
        else:
            self._advance()

    def cancel(self) -> bool:
        """Cancel a request that waits here. Returns False if there is none, and the origin should be asked."""
        if self._aside is None:
            return False
        question = self._aside_question
        if self._block.held is not None or self._status != m.IDLE or (question is not None and question.begins):
            # Only the origin can make its block a failed one.
            if question is None:
                request, plan = self._aside
                self._aside = None
                self._submit(request, plan)
                self._advance()
            return False
        self._aside = self._aside_question = None
        self._to_client(m.error_response("ERROR", "57014", "canceling statement due to user request"))
        self._to_client(m.ready_for_query(m.IDLE))
        self._advance()
        return True

    def _advance(self) -> None:
        """Work on what the client has sent, as far as it goes."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        try:
            # Behind a Terminate nothing is read, and so nothing is written.
            while self._aside is None and not (self._client_slow or self._asking or self._leaving):
                request = self._reader.take(all_messages=self._finished)
                if request is None:
                    break
                self._submit(request, None)
        except ProtocolViolation as violation:
            self._wires.end(m.error_response("FATAL", "08P01", str(violation)))
            self.give_up()
            return
        if self._finished and self._aside is None and not self._client_slow and not self._asking:
            self._take_leave()
            return
        if self._held_back and len(self._reader) <= MOST_BACKLOG:
            self._held_back = False
            self._wires.hold_client(False)
        if self._aside is None and self._reader.holds_messages:
            self._timer = self._wires.later(HELD_SECONDS, self._send_held)
        self._serve_again()

    def _send_held(self) -> None:
        """Send complete messages on, although no Sync has come: the client may be waiting for an answer."""
        self._timer = None
        if self._aside is None and not self._client_slow and not self._asking:
            request = self._reader.take(all_messages=True)
            if request is not None:
                self._submit(request, None)

    def _serve_again(self) -> None:
        may = not self.cycles and self._aside is None and not self._client_slow and not len(self._reader)
        held = self._block.held is not None
        self._serving = may and self._status == m.IDLE and not held
        self._serving_block = may and (held or self._block.only_reads(self._status))

    def _submit(self, request: Request, plan: Plan | None) -> None:
        """Answer a request from the cache, put it aside, or send it to the origin."""
        if plan is None:
            left = request if not self._takes_command(request.raw) else None
            if left is not None and left.kind is RequestKind.EXTENDED and self._is_quiet:
                left = self._after_command(left)
            if left is None:
                return
            request = left
        self._statements.follow()
        last = self.cycles[-1] if self.cycles else None
        if copying.is_no_request(request, last, is_open=last is not None and last is self._open):
            self._to_origin(request.raw)
            return
        if request.kind is RequestKind.TERMINATE:
            self._leaving = True
            self._to_origin(request.raw)
            return
        if plan is None:
            plan = read_plan(request, self.session, self._statements.by_name, self._portals)
        if self._is_quiet or (self._block.only_reads(self._status) and not self.cycles):
            template = self._questions.needed_by(request, plan) if self._is_quiet else None
            if template is not None:
                request.asked = (*request.asked, template)
                self._aside = (request, plan)
                self._aside_question = self._ask(template)
                return
            consulted = admission.consult(self, request, plan)
            if consulted is admission.ANSWERED:
                return
        else:
            reason = Reason.IN_TRANSACTION if self._status != m.IDLE else Reason.BEHIND_OTHERS
            consulted = admission.pass_by(self.cache, self.session.scope, plan, reason)
        self._forward(request, plan, consulted)

    def _after_command(self, request: Request) -> Request | None:
        """Answer a BEGIN or a block's end that a request begins with. Returns the rest, or all if there is none."""
        self._statements.follow()
        leading = leading_command(request, self._statements.by_name)
        if leading is None:
            return request
        block, rest = self._block, leading.rest
        # Behind a block's end other blocks may begin: nothing that is worth being taken apart.
        if not (rest is None if block.held is not None else self._may_hold(leading.command)):
            return request
        if not block.take(leading.command):
            return request
        self.cache.pass_by(None, Reason.NOT_A_READ)
        if leading.defining is not None:
            self._statements.last = leading.defining
        if rest is not None:
            self._to_client(leading.answer)
            return rest
        self._to_client(leading.answer + m.ready_for_query(m.IN_TRANSACTION if block.held is not None else m.IDLE))
        return None

    def _forward(self, request: Request, plan: Plan, consulted: Consulted) -> None:
        """Send a request to the origin: fences first."""
        opened = self._open_block(only_reads=consulted.only_reads)
        if self.cycles and self.cycles[0].begins and not consulted.only_reads:
            # Were BEGIN refused, a write that had been sent behind it would be carried out outside of the block.
            self._aside = (request, plan)
            self._aside_question = self.cycles[0]
            return
        cycle = self._cycle_for(request)
        if len(plan.executes) == 1 and not plan.is_own:
            cycle.tally, cycle.sent = plan.executes[0].tally, self._clock()
        if plan.executes or plan.planned:
            in_block = opened or (self._status != m.IDLE and len(self.cycles) == 1)
            self._effects.begin(cycle, plan, in_block=in_block)
        statements = self._statements
        self._bound.clear()
        restoration = statements.restoration() if plan.uses_unnamed else b""
        if restoration:
            self._insert(cycle, restoration)
        if plan.uses_portal and self._block.lost_portal:
            self._insert(cycle, m.close_portal(b""))  # better none than that of another statement
        if request.kind is not RequestKind.EXTENDED or b"" in plan.portals:
            self._block.lost_portal = False
        if request.kind is not RequestKind.EXTENDED and request.raw[0] != m.FUNCTION_CALL:
            statements.drop_unnamed()  # or, if the message is too large to be read, redefined
        self._effects.follow_meaning(plan)
        for position, name, statement in plan.defines:
            statements.define(cycle, len(cycle.order) + position, name, statement)
            cycle.version = self._definitions.version
        cycle.order += bytes(code for code, _, _ in request.parts if code in m.HAVE_ANSWERS)
        self._portals.update(plan.portals)
        cycle.fill = consulted.fill
        if plan.bound:
            cycle.bound = plan.bound
            cycle.version = self._definitions.version
        self._stop_serving()
        self._to_origin(request.raw)

    def _insert(self, cycle: Cycle, message: bytes) -> None:
        """Send a message of the edge's own, of whose answer the client knows nothing."""
        cycle.inserted = (*cycle.inserted, len(cycle.order))
        self._to_origin(message)

    def _cycle_for(self, request: Request) -> Cycle:
        # An origin that ended it before the client did must not have what comes next lost in it.
        cycle = self._open if self._open in self.cycles else None
        if cycle is None and self.cycles and self.cycles[-1].sync_ignored:
            cycle = self.cycles[-1]
            cycle.sync_ignored = not request.ends
            return cycle
        if cycle is None:
            cycle = Cycle()
            self.cycles.append(cycle)
        if request.kind is RequestKind.EXTENDED:
            cycle.extended = True
        self._open = None if request.ends else cycle
        return cycle

    # -- transaction blocks ----------------------------------------------------------------------------------------

    def _open_block(self, *, only_reads: bool) -> bool:
        """Send the BEGIN that was held back, for something is about to follow. Returns whether there was one."""
        begin = self._block.open(only_reads=only_reads)
        if not begin:
            return False
        cycle = Cycle()
        cycle.internal = cycle.begins = True
        self.cycles.append(cycle)
        self._stop_serving()
        self._statements.origin_dropped_unnamed()
        self._to_origin(begin)
        return True

    # -- for ``admission.consult`` ---------------------------------------------------------------------------------

    def serve(self, request: Request, plan: Plan, entry: Entry) -> None:
        """Answer a request with an entry."""
        entry.hits += 1
        entry.tally.hits += 1
        self._statements.follow_plan(plan.defines, drops_unnamed=request.kind is RequestKind.SIMPLE)
        if self._block.held is not None or self._status != m.IDLE:
            self._block.serve()
            self._to_client(inside(entry.response))
        else:
            self._to_client(entry.response)

    def put_aside(self, request: Request, plan: Plan) -> Callable[[Entry | None], None]:
        """Put a request aside until another's answer is there. Returns what to call with the entry then."""
        request.waited = True
        self._aside = aside = (request, plan)
        self._stop_serving()

        def answered(entry: Entry | None) -> None:
            if self._aside is not aside:
                return
            self._aside = None
            timer.cancel()
            if entry is not None and not self._client_slow:
                self.serve(request, plan, entry)
            else:
                self._submit(request, plan)
            self._advance()

        timer = self._wires.later(WAIT_SECONDS, lambda: answered(None))
        return answered

    # -- the origin's side -----------------------------------------------------------------------------------------

    def origin_sent(self, data: bytes) -> None:
        """Take bytes from the origin."""
        if self._passing:
            self._passing = False
            if self._answers.is_plain(data):
                self.cycles.popleft().is_answered(self._clock())
                self._serving = data[-1] == m.IDLE
                self._status = data[-1]
                self._to_client(data)
                return
        rest = self._answers.read(data)
        if rest:
            self._to_client(rest)
        if self._answers.question is not None:
            question, self._answers.question = self._answers.question, None
            self._answered(question)
        if self._is_quiet and self._block.held is None:
            if self._effects.unasked or self._reader or self._finished or self._client_slow or self._aside is not None:
                self._after_answers()
            else:
                self._serving = True
        elif (len(self._reader) or self._finished) and self._aside is None:
            self._advance()
        else:
            self._serve_again()

    def has_synced(self, cycle: Cycle) -> bool:
        """Whether the client's Sync for a cycle has been sent on."""
        return self._open is not cycle

    def finish(self, cycle: Cycle, status: int, answer: bytes) -> None:
        """Close a cycle, now that its ReadyForQuery has been read; called before the client gets to see it.

        ``answer`` is all of it, where it may fill an entry.
        """
        self._status = status
        if cycle.internal:
            if cycle.begins and status != m.IN_TRANSACTION:
                # What follows it would not be in the block that the client was told of.
                cycle.failed = True
                self._to_origin = nowhere
                self._wires.end(m.error_response("FATAL", "08006", "the origin refused to begin a transaction"))
            return
        cycle.is_answered(self._clock())
        fill = cycle.fill
        if fill is not None and cycle.clean and status != m.IN_FAILED_TRANSACTION:
            fill.admit(answer if status == m.IDLE else outside(answer))
            cycle.fill = None
        if cycle.plain and not cycle.failed:
            if cycle.fill is not None:
                cycle.release()
            return
        if cycle.failed:
            self._statements.take_back(cycle, is_last=not self.cycles)
        else:
            for statement in cycle.bound:
                statement.version = cycle.version
        in_block = status != m.IDLE
        if not in_block:
            self._block.end()
            if not self.cycles:
                self._portals.clear()
        self._effects.end(cycle, in_block=in_block, outstanding=bool(self.cycles))
        self._follow_scope()

    def definitions_moved(self) -> None:
        """Note that another session, or this one, may have changed what the requests under way mean."""
        self._passing = False
        for cycle in self.cycles:
            if not (cycle.fences or cycle.internal or cycle.only_awaits_sync):
                self._effects.overtake(cycle)

    def accept_parse(self, cycle: Cycle) -> None:
        """Note a ParseComplete: the origin holds the statement, under the definitions of now."""
        cycle.accepted += 1
        if cycle.parses is not None and cycle.accepted <= len(cycle.parses):
            statement = cycle.parses[cycle.accepted - 1]
            if self._definitions.version == cycle.version and not self._definitions.fences:
                statement.version = cycle.version

    def report(self, name: str, value: str) -> None:
        """Note a ParameterStatus."""
        if self.session.report(name, value) and not self._effects.has_set:
            self._statements.unsettle()  # the server has read its configuration anew
        self._follow_scope()
