"""Questions of the edge's own, put to the origin over a session that is idle."""

from __future__ import annotations

from polyscale_cli.edge.engine.cachestate import CacheState
from polyscale_cli.edge.engine.footprint import Footprint, Resolution
from polyscale_cli.edge.engine.scope import Scope
from polyscale_cli.edge.engine.template import Template
from polyscale_cli.edge.wire.postgres import catalog, catalog_question
from polyscale_cli.edge.wire.postgres.cycle import Cycle
from polyscale_cli.edge.wire.postgres.messages import query
from polyscale_cli.edge.wire.postgres.plan import Plan
from polyscale_cli.edge.wire.postgres.request import Request
from polyscale_cli.edge.wire.postgres.routines import NO_BODIES, covers
from polyscale_cli.edge.wire.postgres.session_scope import SessionScope

MOST_REFUSED = 3
"""After so many failures the catalog is left alone for the rest of the session."""

MOST_ASKED = 3
"""Times that a request waits for an answer that it needs, where definitions change while the catalog is asked."""

MOST_ROUNDS = 8
"""How often it is asked about one template, because each answer brings functions that name what is not known yet."""

_MISSHAPEN = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What reading an answer raises that has another shape than the question gives it."""


class Questions:
    """What one session asks: how it started, and what the names in templates mean."""

    __slots__ = ("_about_session", "_again", "_bodies", "_cache", "_refused", "_round", "_session")

    def __init__(self, cache: CacheState, session: SessionScope, *, ask: bool) -> None:
        self._cache = cache
        self._session = session
        self._refused = 0 if ask else MOST_REFUSED
        self._again: Cycle | None = None
        self._bodies = NO_BODIES
        self._round = 0
        self._about_session = list(catalog_question.SESSION_QUESTIONS)

    @property
    def may_ask(self) -> bool:
        """Whether the origin answers questions at all."""
        return self._refused < MOST_REFUSED

    def needed_by(self, request: Request, plan: Plan) -> Template | None:
        """Find a template that must be known before a request is sent, and was not asked about for its sake."""
        scope = self._session.scope
        if scope is None or not self._cache.caches or not self.may_ask:
            return None
        for template in plan.executes:
            if not template.needs_catalog or scope.footprint(template) is not None:
                continue
            asked = request.asked.count(template)
            if self._must_know(template):
                if asked < MOST_ASKED:
                    return template
            # A read of plain tables is worth a question only if it comes again.
            elif not asked and template.is_plain_read and template.runs and scope.is_worth_asking(template):
                return template
        return None

    def next_of(self, unasked: dict[Template, None]) -> Template | None:
        """Take the next template of which the catalog must still be asked."""
        scope = self._session.scope
        while unasked:
            template = next(iter(unasked))
            del unasked[template]
            if scope is None or not self.may_ask or not self._cache.caches:
                continue
            if not scope.is_stale(template):
                footprint = scope.footprint(template)
                if footprint is not None:
                    self._ran(footprint)
            elif self._must_know(template) or scope.is_worth_asking(template):
                return template
        return None

    def _must_know(self, template: Template) -> bool:
        """Whether a statement may do more than read."""
        analysis = template.analysis
        return bool(analysis.writes or analysis.functions) or self._session.hides_writes

    def ask(self, template: Template | None) -> tuple[Cycle, bytes]:
        """Give the cycle and the bytes of a question: about a template, or about the session itself."""
        again, self._again = self._again, None
        if again is not None and again.question is template:
            cycle = again  # what waits for the answer waits for this cycle
        else:
            cycle, self._bodies, self._round = Cycle(), NO_BODIES, 0
        if template is None:
            text = self._about_session.pop(0)
        else:
            text = catalog_question.question(template.analysis, self._bodies)
        cycle.internal = True
        cycle.question = template
        cycle.row = None
        cycle.version = self._cache.origin.everything.version
        if template is not None and self._session.scope is not None:
            self._session.scope.ask(template)
        text = catalog_question.uncompiled(text, self._session.server_version)
        return cycle, query(text.encode("utf-8", "surrogateescape"))

    def is_over(self, cycle: Cycle) -> None:
        """Note that a question is answered, or never will be, so that nobody waits for that."""
        if cycle.question is not None and self._session.scope is not None:
            self._session.scope.was_answered(cycle.question)

    def answer(self, cycle: Cycle, *, already_ran: bool) -> bool:
        """Take an answer. ``already_ran`` says that the template was executed without waiting for it.

        Returns False where the same must be asked again, in other words or about more names.
        """
        self.is_over(cycle)
        try:
            if cycle.failed or cycle.row is None:
                raise ValueError("no answer")
            answer = cycle.row.decode("utf-8", "replace")
            if cycle.question is not None and self._names_more(answer):
                self._again = cycle
                return False
            self._take(cycle.question, answer, cycle.version, already_ran=already_ran)
        except _MISSHAPEN:
            if cycle.question is None:
                if self._about_session:
                    return False
                self._refused = MOST_REFUSED
                return True
            self._refused += 1
            if already_ran:
                self._assume_worst()
        return True

    def _names_more(self, answer: str) -> bool:
        """Whether functions of an answer name what it was not asked about, so that another round is needed."""
        found = catalog.bodies(answer)
        self._round += 1
        if self._round == MOST_ROUNDS or covers(self._bodies, found):
            return False
        self._bodies = found
        return True

    def _take(self, template: Template | None, answer: str, version: int, *, already_ran: bool) -> None:
        if template is None:
            self._session.start(answer, version)
            return
        resolution = catalog.resolve(template.analysis, answer, self._bodies)
        self._session.learn(catalog.powers(answer, version))
        scope: Scope | None = self._session.scope
        if scope is not None:
            scope.learn(template, resolution, version)
        if already_ran:
            self._ran(resolution)

    def _ran(self, known: Resolution | Footprint) -> None:
        """Make up for a statement that was executed before it was known what it does."""
        if known.unsettles:
            self._assume_worst()
        elif known.writes_anything or known.writes_any_table:
            anything = known.writes_anything
            self._cache.origin.fence((), anything=anything, any_table=not anything).release()

    def _assume_worst(self) -> None:
        """What ran unasked may have done anything."""
        self._cache.origin.fence((), anything=True).release()
        self._session.unsettle()
