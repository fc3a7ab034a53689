"""A cycle: a command that has gone to the origin, until its answer is complete."""

from __future__ import annotations

from polyscale_cli.edge.engine.fence import Fence
from polyscale_cli.edge.engine.fill import Fill
from polyscale_cli.edge.engine.template import Template
from polyscale_cli.edge.wire.mysql.answers import AnswerKind


class Cycle:
    """What must be known of a command when its answer comes; what most commands do not need is a default of the class.

    Attributes:
        kind: what it is answered with.
        fences: held until the answer is complete.
        fill: the answer may become an entry; where it comes in pieces, they are gathered in ``chunks``.
        sets: it changes the session in ways that the origin can be asked about.
        unsettles: it leaves state behind that cannot be told.
        resets: it brings the session back to how it began.
        prepares: the text of the statement that it prepares.
        internal: of the edge's own, and the client gets none of it.
        asks: it is a question about a template, or about the session.
        version: of the definitions when it was sent.
    """

    kind = AnswerKind.RESULT
    fences: tuple[Fence, ...] = ()
    fill: Fill | None = None
    chunks: list[bytes] | None = None
    size = 0
    sets = False
    unsettles = False
    resets = False
    prepares: bytes | None = None
    internal = False
    asks: Template | None = None
    asks_session = False
    version = 0

    def release(self) -> None:
        """Take the fences down and give up the fill: the answer is complete, or will never come."""
        for fence in self.fences:
            fence.release()
        self.fences = ()
        if self.fill is not None:
            self.fill.abandon()
            self.fill = None
