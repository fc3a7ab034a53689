"""What clients of the edge's own may ask of their session, besides what every client may.

Of a statement that they have sent, and whose answer they have: was it served, is it kept, has it left anything behind?
"""

from __future__ import annotations

from polyscale_cli.edge.engine.store import Entry, Key
from polyscale_cli.edge.engine.template import Template
from polyscale_cli.edge.wire.mysql.commands import Command
from polyscale_cli.edge.wire.mysql.plan import read_plan
from polyscale_cli.edge.wire.mysql.short_way import ShortWay


class Inside(ShortWay):
    """See the module. ``request`` is the packet of the latest COM_QUERY or COM_STMT_EXECUTE."""

    @property
    def served_last(self) -> bool:
        """Whether the latest statement was answered without the origin."""
        return self._unheard is not None

    def kept(self, request: bytes) -> Entry | None:
        """Give the entry that answers it, if there is one now; that is no hit."""
        if not self._serving:
            return None
        key, _ = self._read(request)
        entry = self._entries.get(key) if key is not None else None
        return None if entry is None or entry.expires <= self._clock() else entry

    def leaves_nothing(self, request: bytes) -> bool:
        """Whether it is known for a read that leaves the session as it was."""
        scope = self.session.scope
        _, template = self._read(request)
        if scope is None or not template.is_plain_read:
            return False
        footprint = scope.footprint(template)
        return footprint is not None and footprint.keepable

    def _read(self, request: bytes) -> tuple[Key | None, Template]:
        plan = read_plan(Command(request, whole=True), self.session, self._statements, attributes=self._attributes)
        return plan.key, plan.template
