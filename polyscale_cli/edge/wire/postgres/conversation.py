"""One logged-in session: what the client says, what the origin says, and what the cache says instead.

Bytes in on two sides, bytes out on two sides; no socket, no loop, no clock. The states that matter:

    serving     the origin owes nothing, no transaction is open, nothing is half read: a request that is in the map is
                answered at once. This is the hit path, the first lines of ``client_sent``.
    relaying    requests went to the origin; each is a ``Cycle`` until its ReadyForQuery. More may follow meanwhile.
    waiting     one request is put aside, until the catalog has answered a question of the edge's own, or until another
                session's identical read is answered. What the client sends next waits behind it.

The order in which things happen is the freshness contract: a write's fence goes up before its bytes go to the origin
and comes down before its answer goes to the client.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

from polyscale_cli.edge.engine.analysis import Effect
from polyscale_cli.edge.engine.cachestate import CacheState
from polyscale_cli.edge.engine.fill import Fill
from polyscale_cli.edge.engine.store import Entry, Key
from polyscale_cli.edge.engine.template import Template
from polyscale_cli.edge.wire.postgres import admission, catalog
from polyscale_cli.edge.wire.postgres import messages as m
from polyscale_cli.edge.wire.postgres.answers import AnswerReader
from polyscale_cli.edge.wire.postgres.cycle import Cycle
from polyscale_cli.edge.wire.postgres.plan import ANYTHING, Plan, read_plan
from polyscale_cli.edge.wire.postgres.request import ProtocolViolation, Request, RequestKind, RequestReader
from polyscale_cli.edge.wire.postgres.session_scope import SessionScope
from polyscale_cli.edge.wire.postgres.settings import changes
from polyscale_cli.edge.wire.postgres.statements import Statement, read_parse
from polyscale_cli.edge.wire.postgres.usual import read_usual
from polyscale_cli.edge.wire.postgres.writes import PendingWrites

HELD_SECONDS = 0.002
"""How long complete messages wait for the Sync that usually comes with them."""

WAIT_SECONDS = 1.0
"""How long a read waits for an identical one that is under way, before it asks the origin itself."""

MOST_BACKLOG = 1 << 18
"""Bytes that a client may send ahead while its requests wait."""

LOST_SECONDS = 60.0
"""How long the tables of a write stay fenced whose connection broke, for the origin may still be carrying it out."""

MOST_QUESTIONS_REFUSED = 3
"""After so many failures the catalog is left alone for the rest of the session."""


class Handle(Protocol):
    """Something that was put off."""

    def cancel(self) -> None:
        """Drop it."""


class Wires(Protocol):
    """What a conversation may do to the world."""

    to_client: Callable[[bytes], None]
    to_origin: Callable[[bytes], None]

    def hold_client(self, hold: bool) -> None:
        """Stop or go on reading what the client sends."""

    def later(self, seconds: float, action: Callable[[], None]) -> Handle:
        """Do something after a while."""

    def end(self, message: bytes) -> None:
        """Send a last message to the client and close both sides."""


class Conversation:
    """See the module."""

    def __init__(self, wires: Wires, cache: CacheState, reported: dict[str, str], *, ask: bool) -> None:
        self._wires = wires
        self._to_client = wires.to_client
        self._to_origin = wires.to_origin
        self.cache = cache
        self._clock = cache.clock
        self._session = SessionScope(cache, reported)
        self._entries: dict[Key, Entry] = {}
        self._statements: dict[bytes, Statement] = {}
        self._portals: dict[bytes, Statement | None] = {}
        self._origin_unnamed: Statement | None = None
        self._hit_request: bytes | None = None
        self._writes = PendingWrites(cache)
        self._reader = RequestReader()
        self._answers = AnswerReader(self)
        self.cycles: deque[Cycle] = deque()
        self._open: Cycle | None = None
        self._status = m.IDLE
        self._serving = False
        self._client_slow = False
        self._aside: tuple[Request, Plan] | None = None
        self._aside_question: Cycle | None = None
        self._timer: Handle | None = None
        self._to_ask: dict[Template, None] = {}
        self._questions_refused = 0 if ask else MOST_QUESTIONS_REFUSED
        self._greeting: bytes | None = None
        self._leaving = False
        self._held_back = False

    # -- the client's side ---------------------------------------------------------------------------------------

    def client_sent(self, data: bytes) -> None:
        """Take bytes from the client."""
        if self._serving:
            entry = self._entries.get(data)
            if entry is None and data[0] == m.BIND and data[5:6] == b"\0":
                name = data[6 : data.find(b"\0", 6)]
                statement = self._statements.get(name)
                if statement is not None and statement.version == self.cache.everything.version:
                    entry = self._entries.get((statement.key, data[6 + len(name) :]))
            if entry is not None and entry.expires > self._clock():
                entry.visited = True
                self.cache.hits += 1
                self._hit_request = data
                self._to_client(entry.response)
                return
            if self._send_usual(data):
                return
        self._reader.feed(data)
        if self._aside is None:
            self._advance()
        if len(self._reader) > MOST_BACKLOG and (self._aside is not None or self._client_slow):
            self._held_back = True
            self._wires.hold_client(True)

    @property
    def _asking(self) -> bool:
        """Whether a question of the edge's own is under way; requests wait behind it, for they want the answer."""
        return bool(self.cycles) and self.cycles[-1].internal

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way for the client: no request, no transaction."""
        return self._status == m.IDLE and not self.cycles and self._aside is None and not len(self._reader)

    def _send_usual(self, data: bytes) -> bool:
        """Send a read on whose facts are known, if ``data`` is just that: the miss path, for the sake of its speed.

        Returns whether it was. Everything else takes the way of ``_advance``, which ends in the same place.
        """
        scope = self._session.scope
        usual = read_usual(data)
        if usual is None or scope is None or not scope.shared:
            return False
        statement = defined = None
        key: Key = data
        if usual.text is not None:
            template = self.of_statement(usual.text) if usual.parse_end else self.of_text(usual.text)
            if usual.parse_end:
                defined = Statement(self.intern(data[6 : usual.parse_end]), template)
        else:
            statement = self._statements.get(usual.name)
            if statement is None or not usual.name or statement.version != self.cache.everything.version:
                return False
            template = statement.template
            key = (statement.key, data[6 + len(usual.name) :])
        footprint = scope.footprint(template)
        if not template.is_plain_read or footprint is None or footprint.refusal is not None or not footprint.only_reads:
            return False
        self._hit_request = None  # what it defined, this request defines anew, or leaves alone by naming its own
        under_way = scope.fill_under_way(key)
        if under_way is not None:
            return False
        cycle = Cycle()
        cycle.plain = True
        cycle.fill = admission.begin(scope, template, footprint, key, data)
        if statement is not None:
            cycle.statement = statement
            cycle.version = statement.version
        elif defined is not None:
            cycle.parses = [(b"", defined, None)]
            self._statements[b""] = self._origin_unnamed = defined
        else:
            self._statements.pop(b"", None)
            self._origin_unnamed = None
        self.cycles.append(cycle)
        self._serving = False
        self._to_origin(data)
        return True

    def client_is_slow(self, slow: bool) -> None:
        """Note whether the client reads what it is sent. A slow one is not served, and nobody waits for its answers."""
        self._client_slow = slow
        if slow:
            self._serving = False
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
        self._aside = self._aside_question = None
        self._to_client(m.error_response("ERROR", "57014", "canceling statement due to user request"))
        self._to_client(m.ready_for_query(m.IDLE))
        self._advance()
        return True

    def client_left(self) -> bool:
        """Note that the client is gone. Returns whether an answer of the origin must still be awaited."""
        self._leaving = True
        self._serving = False
        self._to_client = _nowhere
        self._aside = self._aside_question = None
        if self._timer is not None:
            self._timer.cancel()
        for cycle in self.cycles:
            if cycle.fill is not None:
                cycle.fill.abandon()
                cycle.fill = None
        return any(cycle.fences or cycle.internal for cycle in self.cycles)

    def origin_left(self, *, sure: bool) -> bytes:
        """Note that the origin's connection is gone. Returns what the client is still to be told.

        With ``sure``, the origin closed it itself, so that its process has nothing more to commit. Otherwise it may
        still be at work: what it was writing stays fenced for as long as an answer could otherwise be stale.
        """
        self._serving = False
        self._to_origin = _nowhere
        cycles = list(self.cycles)
        self.cycles.clear()
        for cycle in cycles:
            fences, cycle.fences = cycle.fences, ()
            for fence in fences:
                if sure:
                    fence.release()
                else:
                    self._wires.later(LOST_SECONDS, fence.release)
            cycle.release()
        if self._leaving or not self._answers.between_messages:
            return b""
        return m.error_response(
            "FATAL",
            "08006",
            "the connection to the origin was lost",
            detail="It may or may not have carried out what it was doing." if cycles else None,
        )

    def _advance(self) -> None:
        """Work on what the client has sent, as far as it goes."""
        if self._held_back and len(self._reader) <= MOST_BACKLOG:
            self._held_back = False
            self._wires.hold_client(False)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        try:
            while self._aside is None and not self._client_slow and not self._asking:
                request = self._reader.take()
                if request is None:
                    break
                self._submit(request, None)
        except ProtocolViolation as violation:
            self._wires.end(m.error_response("FATAL", "08P01", str(violation)))
            return
        if self._aside is None and self._reader.holds_messages:
            self._timer = self._wires.later(HELD_SECONDS, self._send_held)
        self._serve_again()

    def _send_held(self) -> None:
        """Send complete messages on, although no Sync has come: the client may be waiting for an answer."""
        self._timer = None
        if self._aside is None:
            request = self._reader.take(all_messages=True)
            if request is not None:
                self._submit(request, None)

    def _serve_again(self) -> None:
        self._serving = (
            self._status == m.IDLE
            and not self.cycles
            and self._aside is None
            and not self._client_slow
            and not len(self._reader)
        )

    def _submit(self, request: Request, plan: Plan | None) -> None:
        """Answer a request from the cache, put it aside, or send it to the origin."""
        if self._hit_request is not None:
            self._follow_hit(self._hit_request)
        kind = request.kind
        if kind is RequestKind.RAW:
            self._to_origin(request.raw)
            return
        if kind is RequestKind.TERMINATE:
            self._leaving = True
            self._to_origin(request.raw)
            return
        if plan is None:
            plan = read_plan(request, self, self._statements, self._portals)
        fill = None
        if self._status == m.IDLE and not self.cycles:
            template = self._first_to_ask(request, plan)
            if template is not None:
                request.asked = (*request.asked, template)
                self._aside = (request, plan)
                self._aside_question = self._ask(template)
                return
            consulted = admission.consult(self, request, plan)
            if consulted is admission.ANSWERED:
                return
            fill = consulted.fill
        else:
            self.cache.passes += len(plan.executes)
        self._forward(request, plan, fill)

    def _follow_hit(self, data: bytes) -> None:
        """Bring the client's statements up to date with the last hit: it was a request that the origin never saw."""
        self._hit_request = None
        if data[0] == m.QUERY:
            self._statements.pop(b"", None)
        elif data[0] == m.PARSE:
            _, text, key = read_parse(data, 0, 1 + int.from_bytes(data[1:5], "big"))
            self._statements[b""] = Statement(key, self.of_statement(text))

    def _first_to_ask(self, request: Request, plan: Plan) -> Template | None:
        """Find a template whose effects or tables must be known before the request is sent, and were not asked for."""
        scope = self._session.scope
        if scope is None or not self.cache.caches or self._questions_refused >= MOST_QUESTIONS_REFUSED:
            return None
        for template in plan.executes:
            analysis = template.analysis
            if not template.needs_catalog or scope.footprint(template) is not None or template in request.asked:
                continue
            # A read of plain tables is worth a question only if it comes again.
            if analysis.writes or analysis.functions or (analysis.is_plain_read and template.runs):
                return template
        return None

    def _forward(self, request: Request, plan: Plan, fill: Fill | None) -> None:
        """Send a request to the origin: fences first."""
        cycle = self._cycle_for(request)
        if plan.executes:
            self._apply_effects(cycle, plan)
        if plan.uses_unnamed and not cycle.swallow:
            self._restore_unnamed(cycle)
        if request.kind is not RequestKind.EXTENDED:
            # A Query drops the unnamed statement; a message too large to read may define it.
            self._statements.pop(b"", None)
            self._origin_unnamed = None
        elif plan.defines or plan.closes or plan.portals:
            self._define(cycle, plan)
        cycle.fill = fill
        if plan.statement is not None:
            cycle.statement = plan.statement
            cycle.version = self.cache.everything.version
        self._serving = False
        self._to_origin(request.raw)

    def _cycle_for(self, request: Request) -> Cycle:
        cycle = self._open
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

    def _restore_unnamed(self, cycle: Cycle) -> None:
        """Give the origin the unnamed statement that the client believes it has."""
        wanted, held = self._statements.get(b""), self._origin_unnamed
        if (wanted and wanted.key) == (held and held.key):
            return
        cycle.swallow = 1
        self._origin_unnamed = wanted
        self._to_origin(m.close_statement(b"") if wanted is None else wanted.unnamed_parse())

    def _define(self, cycle: Cycle, plan: Plan) -> None:
        for name, statement in plan.defines:
            if cycle.parses is None:
                cycle.parses = []
            cycle.parses.append((name, statement, self._statements.get(name)))
            cycle.version = self.cache.everything.version
            self._statements[name] = statement
            if not name:
                self._origin_unnamed = statement
        self._portals.update(plan.portals)
        for kind, name in plan.closes:
            if kind == b"S":
                self._statements.pop(name, None)
                if not name:
                    self._origin_unnamed = None
            else:
                self._portals.pop(name, None)

    def _apply_effects(self, cycle: Cycle, plan: Plan) -> None:
        """Take the fences that the request needs, and note what else it does to the session."""
        block = self._status != m.IDLE and len(self.cycles) == 1
        may_commit = not block
        added = False
        for template, text in zip(plan.executes, plan.texts, strict=True):
            effects = template.analysis.effects
            if template.needs_catalog:
                added |= self._note_footprint(cycle, template, block=block)
            if not effects:
                continue
            if Effect.WRITES_ANYTHING in effects:
                self._writes.add((), anything=True)
                added = True
            if effects & (Effect.ENDS | Effect.UNSETTLES):
                may_commit = added = True
            cycle.unsettles = cycle.unsettles or Effect.UNSETTLES in effects
            if Effect.SETS in effects:
                cycle.changes = (cycle.changes or []) + changes(text)
            if Effect.PREPARES in effects:
                # By SQL, names can come to mean anything; what is not known is passed on and may do anything.
                self._statements.clear()
        if added and may_commit and self._writes:
            cycle.fences = (*cycle.fences, self._writes.fence())

    def _note_footprint(self, cycle: Cycle, template: Template, *, block: bool) -> bool:
        """Note what a statement writes by the catalog's word, or by the worst case. Returns whether it may write."""
        scope = self._session.scope
        footprint = scope.footprint(template) if scope is not None else None
        if block and scope is not None and scope.is_stale(template):
            # Inside a transaction the catalog cannot be asked; it is, as soon as the transaction is over.
            self._to_ask[template] = None
        if footprint is None:
            if not (template.analysis.writes or template.analysis.functions):
                return False
            self._writes.add((), anything=True)
            return True
        cycle.unsettles = cycle.unsettles or footprint.unsettles
        if not footprint.writes and not footprint.writes_anything:
            return False
        self._writes.add(footprint.writes, anything=footprint.writes_anything)
        return True

    # -- texts and templates, for ``read_plan`` --------------------------------------------------------------------

    def of_text(self, text: bytes) -> Template:
        """Find the template of a Query's text."""
        return self.cache.templates.of_text(text) if self._session.readable else ANYTHING

    def of_statement(self, text: bytes) -> Template:
        """Find the template of a Parse's text."""
        return self.cache.templates.of_statement(text) if self._session.readable else ANYTHING

    def intern(self, key: bytes) -> bytes:
        """Give the one copy of a statement's key."""
        return self.cache.templates.intern(key)

    # -- for ``admission.consult`` ---------------------------------------------------------------------------------

    @property
    def session(self) -> SessionScope:
        """The scope that the session is in."""
        return self._session

    def serve(self, request: Request, entry: Entry) -> None:
        """Answer a request with an entry."""
        entry.visited = True
        self.cache.hits += 1
        self._hit_request = request.raw
        self._to_client(entry.response)

    def put_aside(self, request: Request, plan: Plan) -> Callable[[Entry | None], None]:
        """Put a request aside until another's answer is there. Returns what to call with the entry then."""
        request.waited = True
        self._aside = aside = (request, plan)
        self._serving = False

        def answered(entry: Entry | None) -> None:
            if self._aside is not aside:
                return
            self._aside = None
            timer.cancel()
            if entry is not None and not self._client_slow:
                self.serve(request, entry)
            else:
                self._submit(request, plan)
            self._advance()

        timer = self._wires.later(WAIT_SECONDS, lambda: answered(None))
        return answered

    # -- the origin's side -----------------------------------------------------------------------------------------

    def origin_sent(self, data: bytes) -> None:
        """Take bytes from the origin."""
        rest = self._answers.read(data)
        if rest and not self._leaving:
            self._to_client(rest)
        if self._answers.question is not None:
            question, self._answers.question = self._answers.question, None
            self._answered(question)
        if not self.cycles and self._status == m.IDLE:
            if self._to_ask or self._reader or self._client_slow or self._aside is not None:
                self._after_answers()
            else:
                self._serving = True
        else:
            self._serving = False
            if len(self._reader) and self._aside is None:
                self._advance()

    def _after_answers(self) -> None:
        """The origin is idle: ask it what is still to be asked, then go on with the client."""
        scope = self._session.scope
        while self._to_ask and scope is not None and self._questions_refused < MOST_QUESTIONS_REFUSED:
            template = next(iter(self._to_ask))
            del self._to_ask[template]
            if scope.is_stale(template) and self.cache.caches:
                self._ask(template)
                return
        if self._aside is None:
            self._advance()

    def has_synced(self, cycle: Cycle) -> bool:
        """Whether the client's Sync for a cycle has been sent on."""
        return self._open is not cycle

    def finish(self, cycle: Cycle, status: int, last: bytes) -> None:
        """Close a cycle, now that its ReadyForQuery has been read; called before the client gets to see it.

        ``last`` is what of the answer has not been gathered yet.
        """
        self._status = status
        if cycle.internal:
            return
        fill = cycle.fill
        if fill is not None and cycle.clean and status == m.IDLE:
            fill.admit(last if cycle.chunks is None else b"".join(cycle.chunks) + last)
            cycle.fill = None
        if cycle.plain and not cycle.failed:
            if cycle.fill is not None:
                cycle.release()
            return
        if cycle.failed and cycle.parses is not None:
            self._undo_parses(cycle)
        if cycle.statement is not None and not cycle.failed:
            cycle.statement.version = cycle.version
        fenced = bool(cycle.fences)
        cycle.release()
        if cycle.changes and not cycle.failed:
            self._session.want(cycle.changes)
        if status == m.IDLE and not self.cycles:
            if not fenced and self._writes and not cycle.rolled_back:
                self._writes.fence().release()
            self._writes.clear()
            self._portals.clear()
            self._session.end_transaction(committed=not cycle.rolled_back)
        if cycle.unsettles and not cycle.refused:
            self._session.unsettle()
        self._follow_scope()

    def _undo_parses(self, cycle: Cycle) -> None:
        """Take back the statements whose Parse the origin did not accept."""
        for name, statement, before in reversed((cycle.parses or [])[cycle.accepted :]):
            if self._statements.get(name) is statement:
                if before is None or not name:
                    del self._statements[name]
                else:
                    self._statements[name] = before
            if not name:
                self._origin_unnamed = None

    def accept_parse(self, cycle: Cycle) -> None:
        """Note a ParseComplete: the origin holds the statement, under the definitions of now."""
        if cycle.parses is not None and cycle.accepted < len(cycle.parses):
            _, statement, _ = cycle.parses[cycle.accepted]
            cycle.accepted += 1
            everything = self.cache.everything
            if everything.version == cycle.version and not everything.fences:
                statement.version = cycle.version

    def report(self, name: str, value: str) -> None:
        """Note a ParameterStatus."""
        self._session.report(name, value)
        self._follow_scope()

    def _follow_scope(self) -> None:
        scope = self._session.scope
        self._entries = scope.entries if scope is not None else {}

    # -- questions of the edge's own -------------------------------------------------------------------------------

    def start(self, greeting: bytes) -> None:
        """Begin, right after login: learn how the session starts, then let the client have its first ReadyForQuery."""
        if self._questions_refused >= MOST_QUESTIONS_REFUSED or not self._session.readable:
            self._to_client(greeting)
            self._serve_again()
            return
        self._greeting = greeting
        self._ask(None)

    def _ask(self, template: Template | None) -> Cycle:
        text = catalog.SESSION_QUESTION if template is None else catalog.question(template.analysis)
        cycle = Cycle()
        cycle.internal = True
        cycle.question = template
        cycle.version = self.cache.everything.version
        self.cycles.append(cycle)
        self._serving = False
        self._origin_unnamed = None
        self._to_origin(m.query(text.encode("utf-8", "surrogateescape")))
        return cycle

    def _answered(self, cycle: Cycle) -> None:
        """Take the answer to a question, and go on with what waited for it."""
        try:
            if cycle.failed or cycle.row is None:
                raise ValueError("no answer")
            answer = cycle.row.decode("utf-8", "replace")
            if cycle.question is None:
                self._session.start(answer)
                self._follow_scope()
            else:
                self._learn(cycle.question, answer, cycle.version)
        except (ValueError, KeyError, TypeError):
            self._questions_refused += MOST_QUESTIONS_REFUSED if cycle.question is None else 1
            if cycle.question is not None:
                self._assume_worst()
        if self._greeting is not None:
            greeting, self._greeting = self._greeting, None
            self._to_client(greeting)
        if self._aside is not None and self._aside_question is cycle:
            request, plan = self._aside
            self._aside = self._aside_question = None
            self._submit(request, plan)

    def _learn(self, template: Template, answer: str, version: int) -> None:
        resolution = catalog.resolve(template.analysis, answer)
        scope = self._session.scope
        if scope is not None:
            scope.learn(template, resolution, version)
        if self._aside is None and (resolution.writes_anything or resolution.unsettles):
            # It has run already, inside a transaction, where the catalog could not be asked first.
            if resolution.writes_anything and not (template.analysis.writes or template.analysis.functions):
                self.cache.fence((), anything=True).release()
            if resolution.unsettles:
                self._session.unsettle()
                self._follow_scope()

    def _assume_worst(self) -> None:
        """What ran unasked may have done anything."""
        if self._aside is None:
            self.cache.fence((), anything=True).release()
            self._session.unsettle()
            self._follow_scope()


def _nowhere(_data: bytes) -> None:
    """Send to a side that is gone."""
