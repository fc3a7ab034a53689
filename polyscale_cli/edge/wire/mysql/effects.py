"""What a session's commands do to tables and to the session: noted, and fenced, before they are sent.

Some storage engines show a write at once and cannot take it back, so that each write is fenced while it runs; what a
transaction wrote is fenced again whenever it may commit, with all it wrote before. So is what was written under LOCK
TABLES, when the locks go: MariaDB shows others no sooner what is inserted under WRITE CONCURRENT.
"""

from __future__ import annotations

from polyscale_cli.edge.engine.analysis import Effect
from polyscale_cli.edge.engine.origin import Origin
from polyscale_cli.edge.engine.scope import Scope
from polyscale_cli.edge.engine.template import Template
from polyscale_cli.edge.engine.writes import PendingWrites
from polyscale_cli.edge.wire.mysql.cycle import Cycle
from polyscale_cli.edge.wire.mysql.session_state import SessionState
from polyscale_cli.edge.wire.mysql.words import changes_rights

_MAY_COMMIT = Effect.ENDS | Effect.UNSETTLES | Effect.WRITES_ANYTHING


class Effects:
    """The effects of one session's commands."""

    __slots__ = ("_locks", "_origin", "_session", "_writes")

    def __init__(self, origin: Origin, session: SessionState) -> None:
        self._origin = origin
        self._session = session
        self._writes = PendingWrites(origin)
        self._locks = False

    @property
    def has_written(self) -> bool:
        """Whether the open transaction may have written."""
        return bool(self._writes)

    def begin(self, cycle: Cycle, template: Template, scope: Scope | None, text: bytes = b"") -> None:
        """Note what a statement will do, and take the fences that it needs: it is about to be sent."""
        effects = template.analysis.effects
        writes = Effect.WRITES_ANYTHING in effects
        if writes:
            self._writes.add((), anything=True)
            if changes_rights(text):
                cycle.regrants = True
                self._origin.regrant()
        elif template.needs_catalog:
            writes = self._note_tables(cycle, template, scope)
        if Effect.ENDS in effects:
            self._locks = Effect.UNSETTLES in effects and Effect.WRITES_ANYTHING not in effects
        cycle.sets = cycle.sets or Effect.SETS in effects
        cycle.sets_next = Effect.SETS_NEXT in effects
        cycle.unsettles = cycle.unsettles or Effect.UNSETTLES in effects
        if writes:
            self._writes.by, self._writes.statement = self._session.author, template.text
        if self._writes and (writes or effects & _MAY_COMMIT):
            cycle.fences = (*cycle.fences, self._writes.fence())

    def begin_unknown(self, cycle: Cycle) -> None:
        """Note a command that may do anything."""
        self._writes.add((), anything=True)
        cycle.sets = cycle.unsettles = True
        cycle.fences = (*cycle.fences, self._writes.fence())

    def overtake(self, cycle: Cycle) -> None:
        """Note that definitions have moved while a statement was under way that had been sent as a read."""
        cycle.overtaken = True  # the fence itself moves them, where the transaction has changed definitions
        self._writes.add((), anything=False, any_table=True)
        cycle.fences = (self._writes.fence(),)

    def end(self, cycle: Cycle, *, in_transaction: bool) -> None:
        """Note that a command has been answered; called before the client gets to see the answer."""
        fenced = bool(cycle.fences)
        if cycle.regrants:
            self._origin.regrant()  # for those who have logged in meanwhile
        cycle.release()
        self._locks = self._locks and not cycle.resets
        if not (in_transaction or self._locks):
            if self._writes and not fenced:
                # It committed, or was rolled back, by something that was not known to do so.
                self._writes.fence().release()
            self._writes.clear()

    def begin_anew(self) -> None:
        """Note that the server has ended the session, and begun another in its place."""
        self._locks = False
        self.end(Cycle(), in_transaction=False)

    def _note_tables(self, cycle: Cycle, template: Template, scope: Scope | None) -> bool:
        """Note what the catalog tells, or the worst case. Returns whether it may write."""
        footprint = scope.footprint(template) if scope is not None else None
        if footprint is None:
            # Even a read may write: through a view that calls a function.
            self._writes.add((), anything=False, any_table=True)
            return True
        cycle.unsettles = cycle.unsettles or footprint.unsettles
        return self._writes.add_those_of(footprint)
