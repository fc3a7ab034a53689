"""The edge's own questions over a session, and the request that waits for what they tell."""

from __future__ import annotations

from abc import abstractmethod

from polyscale_cli.edge.engine.cachestate import CacheState
from polyscale_cli.edge.engine.template import Template
from polyscale_cli.edge.wire.postgres import admission
from polyscale_cli.edge.wire.postgres.admission import Consulted
from polyscale_cli.edge.wire.postgres.cycle import Cycle
from polyscale_cli.edge.wire.postgres.effects import Effects
from polyscale_cli.edge.wire.postgres.plan import Plan
from polyscale_cli.edge.wire.postgres.questions import Questions
from polyscale_cli.edge.wire.postgres.request import Request
from polyscale_cli.edge.wire.postgres.short_way import ShortWay
from polyscale_cli.edge.wire.postgres.wires import Wires


class Asking(ShortWay):
    """When a session asks, and goes on; what it asks is in ``questions``.

    Attributes:
        _aside: the request that waits, for an answer of the catalog or for another session's.
        _aside_question: the cycle of the edge's own that it waits for, if it is one.
    """

    def __init__(self, wires: Wires, cache: CacheState, reported: dict[str, str], *, ask: bool) -> None:
        super().__init__(wires, cache, reported)
        self._effects = Effects(cache, self.session, self._statements)
        self._questions = Questions(cache, self.session, ask=ask)
        self._aside: tuple[Request, Plan] | None = None
        self._aside_question: Cycle | None = None
        self._greeting: bytes | None = None

    @property
    def _asking(self) -> bool:
        """Whether a question of the edge's own is under way; requests wait behind it, for they want the answer."""
        return bool(self.cycles) and self.cycles[-1].internal

    def start(self, greeting: bytes) -> None:
        """Begin, right after login: learn how the session starts, then let the client have its first ReadyForQuery."""
        if not self._questions.may_ask or not self.session.can_read(b""):
            self._to_client(greeting)
            self._serve_again()
            return
        self._greeting = greeting
        self._ask(None)

    def _ask(self, template: Template | None) -> Cycle:
        cycle, question = self._questions.ask(template)
        self.cycles.append(cycle)
        self._stop_serving()
        self._statements.origin_dropped_unnamed()
        self._to_origin(question)
        return cycle

    def _answered(self, cycle: Cycle) -> None:
        """Take the answer to a question, and go on with what waited for it."""
        waiting = self._aside is not None and self._aside_question is cycle
        if cycle.begins:
            # Not by the status: what followed the BEGIN may have been answered, and failed, in the same breath.
            if waiting and self._aside is not None and not cycle.failed:
                request, plan = self._aside
                self._aside = self._aside_question = None
                self._forward(request, plan, admission.NOT_KEPT)
            return
        if not self._questions.answer(cycle, already_ran=not waiting):
            self._ask(cycle.question)
            return
        self._follow_scope()
        if self._greeting is not None:
            greeting, self._greeting = self._greeting, None
            self._to_client(greeting)
        if waiting and self._aside is not None:
            request, plan = self._aside
            self._aside = self._aside_question = None
            self._submit(request, plan)

    def _after_answers(self) -> None:
        """The origin is idle: ask it what is still to be asked, then go on with the client."""
        template = self._questions.next_of(self._effects.unasked)
        if template is not None:
            self._ask(template)
            return
        if self._aside is None:
            self._advance()

    @abstractmethod
    def _advance(self) -> None:
        """Work on what the client has sent, as far as it goes."""

    @abstractmethod
    def _submit(self, request: Request, plan: Plan | None) -> None:
        """Answer a request from the cache, put it aside, or send it to the origin."""

    @abstractmethod
    def _forward(self, request: Request, plan: Plan, consulted: Consulted) -> None:
        """Send a request to the origin: fences first."""
