"""What a session's requests do to tables and to the session: noted, and fenced, before they are sent."""

from __future__ import annotations

import re
from dataclasses import replace

from polyscale_cli.edge.engine.analysis import Effect
from polyscale_cli.edge.engine.cachestate import CacheState
from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.engine.template import Template
from polyscale_cli.edge.engine.writes import PendingWrites
from polyscale_cli.edge.wire.postgres.cycle import Cycle
from polyscale_cli.edge.wire.postgres.plan import Plan
from polyscale_cli.edge.wire.postgres.session_scope import SessionScope
from polyscale_cli.edge.wire.postgres.settings import Change, ChangeKind, changes
from polyscale_cli.edge.wire.postgres.statements import Statements

_MOVES_ROLES = re.compile(rb"\b(?:role|user|group)\b", re.IGNORECASE)


class Effects:
    """The effects of one session's requests.

    Attributes:
        session: the scope that the session is in.
        unasked: templates that ran before the catalog could be asked about them.
        has_set: a setting has been changed in the transaction that is open, or by a request under way.
    """

    __slots__ = (
        "_fencing",
        "_moves_roles",
        "_names_moved",
        "_origin",
        "_statements",
        "_temporary",
        "_writes",
        "has_set",
        "session",
        "unasked",
    )

    def __init__(self, cache: CacheState, session: SessionScope, statements: Statements) -> None:
        self.session = session
        self.unasked: dict[Template, None] = {}
        self._statements = statements
        self._fencing: Cycle | None = None
        self._origin = cache.origin
        self._writes = PendingWrites(cache.origin, session.author)
        self._names_moved = self._temporary = self.has_set = self._moves_roles = False

    def begin(self, cycle: Cycle, plan: Plan, *, in_block: bool) -> None:
        """Note what a request will do, and take the fences that it needs: it is about to be sent.

        ``in_block`` says that the session is surely inside a transaction block, where nothing of it can be seen by
        others before a COMMIT.
        """
        in_block = in_block and not cycle.ends_block
        writes = commits = False
        for template, text in zip(plan.executes, plan.texts, strict=True):
            analysis = template.analysis
            cycle.statements += 2 if analysis.refusal is Reason.SEVERAL_STATEMENTS else 1
            before = writes
            if analysis.effects:
                writes |= self._note_effects(cycle, analysis.effects, text)
                commits |= bool(analysis.effects & (Effect.ENDS | Effect.UNSETTLES))
            if template.needs_catalog:
                writes |= self._note_footprint(cycle, template, in_block=in_block)
            if writes and not before:
                self._writes.statement = template.text
        for portal, template in plan.planned.items():
            effects = template.analysis.effects
            # One without a name is unknown to FETCH.
            cycle.unsettles = cycle.unsettles or bool(portal and effects & (Effect.SETS | Effect.UNSETTLES))
            if Effect.WRITES_ANYTHING in effects:
                self._writes.add((), anything=True)
                writes = True
            elif template.needs_catalog:
                writes |= self._note_footprint(cycle, template, in_block=in_block)
        # What follows a COMMIT or a ROLLBACK in one request commits by itself.
        commits |= cycle.ends_block and cycle.statements > 1
        if self._writes and ((writes and not in_block) or commits):
            self._fencing = cycle
            cycle.fences = (*cycle.fences, self._writes.fence())
            self._fencing = None

    def follow_meaning(self, plan: Plan) -> None:
        """Note in which scope statements are parsed, and which may be parsed anew in another: it is about to be sent.

        Where settings have changed and may change back, there is no telling.
        """
        scope = self.session.scope if not self.has_set else None
        for _, _, statement in plan.defines:
            if statement is not None:
                statement.scope = scope
        for statement in (*plan.bound, *plan.described):
            if statement.scope is not scope:
                statement.scope = None

    def overtake(self, cycle: Cycle) -> None:
        """Note that definitions have moved while a request was under way that had been sent as a read.

        It may wait for a lock, and then write: now, or in a block, at its COMMIT. As with any read of which nothing
        is known, that is never taken for a change of definitions.
        """
        if cycle is self._fencing:
            return  # it moves them itself
        cycle.plain = False  # its end has to be noted
        self._writes.add((), anything=False, any_table=True)
        cycle.fences = (self._origin.fence((), anything=False, any_table=True),)

    def end(self, cycle: Cycle, *, in_block: bool, outstanding: bool) -> None:
        """Note that a request has been answered; called before the client gets to see the answer.

        ``in_block`` says that a transaction block is open now, ``outstanding`` that further answers are to come.
        """
        fenced = bool(cycle.fences)
        cycle.release()
        session = self.session
        unsettled = cycle.unsettles and not cycle.refused
        if cycle.ends_block and (cycle.changes or session.wants_changes) and (cycle.statements > 1 or in_block):
            # Which of the changes came to stay cannot be told: some may have been made before the block's end, some
            # after it, and ROLLBACK TO takes back a part.
            unsettled = True
        if cycle.changes and not cycle.failed:
            session.want(cycle.changes)
        if not in_block:
            session.end_transaction(committed=not cycle.rolled_back and not cycle.failed)
        if not in_block and not outstanding:
            if self._writes and not fenced and not cycle.rolled_back:
                self._writes.fence().release()
            self._writes.clear()
            if self._moves_roles:
                self._moves_roles = False
                self._origin.regrant()  # for those who have set one meanwhile
            self._names_moved = self._temporary = self.has_set = False
        if unsettled:
            session.unsettle()

    def _note_effects(self, cycle: Cycle, effects: Effect, text: bytes) -> bool:
        """Note what the text alone tells. Returns whether it may write."""
        if effects & (Effect.ENDS | Effect.UNDOES | Effect.UNSETTLES):
            cycle.ends_block = True
        cycle.unsettles = cycle.unsettles or Effect.UNSETTLES in effects
        self.has_set = self.has_set or bool(effects & (Effect.SETS | Effect.UNSETTLES))
        if Effect.SETS in effects:
            made = [self._of_now(change) for change in changes(text)]
            cycle.changes = (cycle.changes or []) + [c for c in made if c.kind is not ChangeKind.SET_LOCAL]
            cycle.unsettles = cycle.unsettles or any(change.kind is ChangeKind.UNTOLD for change in made)
            self._names_moved = self._names_moved or any(change.moves_names for change in made)
            self._temporary = self._temporary or any(change.leads_to_temporary for change in made)
        if Effect.LISTENS in effects:
            self.session.listens = True
        if Effect.PREPARES in effects:
            self._statements.forget(text)
        if Effect.WRITES_ANYTHING in effects:
            cycle.unsettles = cycle.unsettles or self._temporary or self.session.creates_temporary
            self._writes.add((), anything=True)
            if _MOVES_ROLES.search(text) is not None:
                self._moves_roles = True
                self._origin.regrant()
            return True
        return False

    def _of_now(self, change: Change) -> Change:
        """Tell a role from one that had its name before: a session keeps the role that it has set, not the name."""
        if change.kind is not ChangeKind.SET or change.name not in ("role", "session_authorization"):
            return change
        return replace(change, value=f"{change.value} {self._origin.rights}")

    def _note_footprint(self, cycle: Cycle, template: Template, *, in_block: bool) -> bool:
        """Note what the catalog tells, or the worst case. Returns whether it may write."""
        scope = self.session.scope
        footprint = scope.footprint(template) if scope is not None else None
        if in_block and scope is not None and scope.is_stale(template):
            # Inside a transaction the catalog cannot be asked; it is, as soon as the transaction is over.
            self.unasked[template] = None
        analysis = template.analysis
        if footprint is None or self._names_moved:
            # Names may mean other tables by now than they did when the catalog was asked.
            if not (analysis.writes or analysis.functions or (self.session.hides_writes and analysis.needs_catalog)):
                return False
            if footprint is None and scope is not None:
                # It was sent while others were under way. Whether it left the session as it was must still be learnt.
                self.unasked[template] = None
            # Were it taken for a change of definitions, every other session's next statement would be one that nothing
            # is known of, and so on for as long as there are two of them. A read is never taken for that.
            defines = bool(analysis.writes or analysis.functions) and self.session.functions_define
            self._writes.add((), anything=defines, any_table=True)
            return True
        cycle.unsettles = cycle.unsettles or footprint.unsettles
        return self._writes.add_those_of(footprint)
