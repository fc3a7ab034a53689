"""The writes of a session that are not yet known to be over."""

from __future__ import annotations

from collections.abc import Iterable

from polyscale_cli.edge.engine.fence import Fence, Table
from polyscale_cli.edge.engine.footprint import Footprint
from polyscale_cli.edge.engine.origin import Origin
from polyscale_cli.edge.engine.story import LONGEST_STATEMENT, Cause, How


class PendingWrites:
    """What the open transaction has written, fenced whenever it may commit.

    A statement outside a transaction block commits by itself, so it is fenced when it is sent. Inside one, nobody else
    sees anything until COMMIT, and so the fence is taken there, for all that was written. Which tables those are was
    told by the definitions of the time; where they have moved since the first was noted, it may be any: the write may
    have waited, and what a trigger keeps for COMMIT runs under those of then.

    Attributes:
        by: the session, as stories name it.
        statement: the template of the last write.
    """

    __slots__ = ("_any_table", "_anything", "_origin", "_redefined", "_tables", "by", "statement")

    def __init__(self, origin: Origin, by: str = "") -> None:
        self._origin = origin
        self.by = by
        self.statement = b""
        self._tables: set[Table] = set()
        self._anything = self._any_table = False
        self._redefined = 0

    def __bool__(self) -> bool:
        """Whether anything was written."""
        return self._anything or self._any_table or bool(self._tables)

    def add(self, tables: Iterable[Table], *, anything: bool, any_table: bool = False) -> None:
        """Note a write that is about to be sent: of tables, of any table, or of definitions as well."""
        if not self:
            self._redefined = self._origin.redefined
        self._tables.update(tables)
        self._anything = self._anything or anything
        self._any_table = self._any_table or any_table

    def add_those_of(self, footprint: Footprint) -> bool:
        """Note what a statement that is about to be sent writes. Returns whether it writes at all."""
        anything, any_table = footprint.writes_anything, footprint.writes_any_table
        if not (footprint.writes or anything or any_table):
            return False
        self.add(footprint.writes, anything=anything, any_table=any_table)
        return True

    def fence(self) -> Fence:
        """Fence all of it."""
        any_table = self._any_table or self._redefined != self._origin.redefined
        cause = Cause(How.WRITE, self.by, self.statement[:LONGEST_STATEMENT])
        return self._origin.fence(self._tables, anything=self._anything, any_table=any_table, cause=cause)

    def clear(self) -> None:
        """Forget it: the transaction is over."""
        self._tables.clear()
        self._anything = self._any_table = False
