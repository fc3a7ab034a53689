"""What clients of the edge's own may ask of their session, besides what every client may.

Of a statement that they have sent, and whose answer they have: was it served, is it kept, has it left anything behind?
And of the session: is it what it was at its login?
"""

from __future__ import annotations

from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.engine.store import Entry
from polyscale_cli.edge.wire.mysql.commands import Command
from polyscale_cli.edge.wire.mysql.plan import Plan, read_plan
from polyscale_cli.edge.wire.mysql.short_way import ShortWay


class Inside(ShortWay):
    """See the module. ``request`` is the packet of the latest COM_QUERY or COM_STMT_EXECUTE."""

    @property
    def served_last(self) -> bool:
        """Whether the latest statement was answered without the origin."""
        return self._unheard is not None

    @property
    def is_as_at_login(self) -> bool:
        """Whether the session was as at its login, by the origin's word, before the latest statement."""
        return self.session.is_as_at_login

    def kept(self, request: bytes) -> Entry | None:
        """Give the entry that answers a request now, as it would in a new session of the user's; that is no hit."""
        if not (self._serving and self.session.has_rights_of_now):
            return None
        key = self._plan(request).key
        entry = self._entries.get(key) if key is not None else None
        return None if entry is None or entry.until <= self._clock() else entry

    def leaves_no_trace(self, request: bytes) -> bool:
        """Whether a request is known to be a read that changes nothing, neither data nor the session."""
        template, scope = self._plan(request).template, self.session.scope
        if scope is None or not template.is_plain_read:
            return False
        footprint = scope.footprint(template)
        return footprint is not None and footprint.keepable

    def never_kept(self, request: bytes) -> Reason | None:
        """Give the reason why no answer to a request is ever kept, if that is known."""
        template, scope = self._plan(request).template, self.session.scope
        if scope is None:
            return None
        if template.analysis.refusal is not None:
            return template.analysis.refusal
        if not scope.shared:
            return Reason.SESSION_STATE
        footprint = scope.footprint(template)
        return footprint.refusal if footprint is not None else None

    def _plan(self, request: bytes) -> Plan:
        return read_plan(Command(request, whole=True), self.session, self._statements, attributes=self._attributes)
