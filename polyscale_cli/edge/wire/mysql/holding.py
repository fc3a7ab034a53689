"""Transactions that begin here (``block``): whose BEGIN is answered for the origin, and sent when something has to be.

An answer that came in one is kept as a session in none gets it.
"""

from __future__ import annotations

from abc import abstractmethod

from polyscale_cli.edge.engine.cachestate import CacheState
from polyscale_cli.edge.engine.dialect import Dialect
from polyscale_cli.edge.engine.fill import Fill
from polyscale_cli.edge.engine.reason import Reason
from polyscale_cli.edge.wire.mysql import packets as p
from polyscale_cli.edge.wire.mysql.block import LONGEST, command_of, outside
from polyscale_cli.edge.wire.mysql.capabilities import Capability, Status
from polyscale_cli.edge.wire.mysql.commands import Command
from polyscale_cli.edge.wire.mysql.cycle import Cycle
from polyscale_cli.edge.wire.mysql.logged_in import LoggedIn
from polyscale_cli.edge.wire.mysql.plan import Plan
from polyscale_cli.edge.wire.mysql.waiting import Waiting
from polyscale_cli.edge.wire.mysql.wires import Wires

_AUTOCOMMIT = int(Status.AUTOCOMMIT)
_TRANSACTION = _AUTOCOMMIT | int(Status.IN_TRANS)
_READ_ONLY = int(Status.IN_TRANS_READONLY)


class Holding(Waiting):
    """See the module."""

    def __init__(self, wires: Wires, cache: CacheState, login: LoggedIn, dialect: Dialect) -> None:
        super().__init__(wires, cache, login, dialect)
        # MySQL tells clients that follow the session's state of each BEGIN, whatever session_track_transaction_info is.
        self._tells_of_begin = Capability.SESSION_TRACK in login.capabilities and not login.flavour.is_mariadb

    def _takes_block_command(self, command: Command, plan: Plan) -> bool:
        """Answer a BEGIN, or the end of what one began here, of which the origin need not know.

        Returns whether it was such, or a BEGIN that is better sent.
        """
        if len(plan.text) > LONGEST or plan.statement is not None:
            return False
        found, held = command_of(plan.text), self._block.held is not None
        if found is None or not (held or (found.begins and self._may_hold)):
            return False
        if found.begins and self._block.flags & _READ_ONLY and held:
            return False  # what MySQL tells of a transaction behind one that is READ ONLY is its own
        if self._tells_of_begin:
            self._forward(command, plan, None)
            self._block.only_reads = True
            return True
        self._block.take(found, command.raw)
        self._unheard = None if found.begins else command.raw
        self.cache.pass_by(None, Reason.NOT_A_READ)
        self._to_client(p.ok(1, Status.AUTOCOMMIT | found.flags))
        return True

    @property
    def _may_hold(self) -> bool:
        """Whether a transaction that begins now may be served, and its BEGIN does nothing but begin it."""
        session = self.session
        if session.scope is None or not session.scope.shared or session.next_is_odd or not self.cache.serves:
            return False
        none_is_open = self._status & _TRANSACTION == _AUTOCOMMIT
        return none_is_open and session.reads_committed and session.plain_transactions

    @abstractmethod
    def _forward(self, command: Command, plan: Plan, fill: Fill | None) -> None:
        """Send a statement to the origin: fences first."""

    def _open_block(self, command: Command) -> None:
        """Let the origin begin the transaction that the client was told of, before a command that has to go there."""
        self._aside = command
        cycle = Cycle()
        cycle.internal = cycle.begins = True
        self._send(cycle, self._block.open())

    def _end_fill(self, cycle: Cycle, fill: Fill, *, admits: bool) -> None:
        """Keep an answer, or give it up.

        Without autocommit there is a transaction around each, and so it is kept as it came. But a read of no table
        opens none, and tells of one that is open already.
        """
        if not admits:
            fill.abandon()
        elif self._status & _TRANSACTION == _TRANSACTION:
            fill.admit(outside(cycle.answer, deprecates_eof=self._deprecates_eof))
        elif self._status & _READ_ONLY or (cycle.within and not fill.reads_tables):
            fill.abandon()
        else:
            fill.admit(cycle.answer)
