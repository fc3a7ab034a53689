"""A cycle: a request that has gone to the origin, until its ReadyForQuery."""

from __future__ import annotations

from polyscale_cli.edge.engine.template import Template
from polyscale_cli.edge.wire.cycle import CycleOfAll
from polyscale_cli.edge.wire.postgres.settings import Change
from polyscale_cli.edge.wire.postgres.statements import Renaming, Statement


class Cycle(CycleOfAll):
    """What must be known of a request when its answer comes.

    Attributes:
        plain: see ``PlainCycle``; no more so once definitions have moved under it.
        usual: it is of one of the usual shapes, whatever has happened since.
        refused: it failed before anything was executed.
        clean: the answer holds nothing that belongs to this session alone.
        bound: the prepared statements that the answer proves to be valid under ``version`` of the definitions.
        parses: statements that the request defined, in order.
        accepted: how many of its Parses the origin has confirmed.
        order: the types of its messages that have an answer each, where it took the long way and is an extended one.
        answered: how many of these are answered.
        names: what its names meant before it changed them.
        unsettles: it may leave session state behind that cannot be told.
        statements: how many it executes, as far as can be told.
        ends_block: it may have ended a transaction block, so that what follows in it commits by itself.
        changes: settings that it changes, if it succeeds.
        inserted: where the edge put messages of its own in: after how many of ``order``, ascending.
        sync_ignored: its Sync came while the origin waited for COPY data, and another will follow.
        copying: the origin waits for COPY data of it, and it has no Sync yet.
        copies_ended: how often the client has said, before its Sync, that COPY data is over, and the origin has not yet
            said that it waits for it.
        question: the template that a question of the edge's own is about, None for the one at login.
        row: the answer to such a question.
    """

    plain = False
    usual = False
    binds = False
    clean = True
    failed = False
    refused = False
    rolled_back = False
    bound: tuple[Statement, ...] = ()
    parses: list[Statement] | None = None
    accepted = 0
    order = b""
    answered = 0
    names: list[Renaming] | None = None
    changes: list[Change] | None = None
    unsettles = False
    ends_block = False
    statements = 0
    inserted: tuple[int, ...] = ()
    extended = False
    sync_ignored = False
    copying = False
    copies_ended = 0
    question: Template | None = None
    row: bytes | None = None

    @property
    def only_awaits_sync(self) -> bool:
        """Whether all that it executes is over: a client may take its time with the Sync, or never send it."""
        return 0 < len(self.order) <= self.answered


class PlainCycle(Cycle):
    """That of a read of the usual shape, of which nothing but its fill must be remembered."""

    plain = True
    usual = True


class BoundCycle(PlainCycle):
    """The same, of a prepared statement: no Parse, and no Query, touches the unnamed one."""

    binds = True
