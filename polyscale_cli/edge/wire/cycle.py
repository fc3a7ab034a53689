"""A cycle: what has gone to the origin, until its answer is complete; what is the same whatever is spoken."""

from __future__ import annotations

from polyscale_cli.edge.engine.fence import Fence, release_all
from polyscale_cli.edge.engine.fill import Fill
from polyscale_cli.edge.engine.tally import Tally


class CycleOfAll:
    """What must be known of a request when its answer comes.

    One is made for every miss, so that what most requests do not need is a default of the class.

    Attributes:
        fences: held until the answer is complete.
        tally: of the template whose statement it is, if it is one, sent at ``sent`` on the engine's clock.
        fill: the answer may become an entry; where it comes in pieces, they are gathered in ``chunks``.
        size: bytes of the answer so far.
        version: of the definitions when it was sent.
        internal: of the edge's own, and the client gets none of it; if it ``begins``, a BEGIN that was held back.
    """

    fences: tuple[Fence, ...] = ()
    tally: Tally | None = None
    sent = 0.0
    fill: Fill | None = None
    chunks: list[bytes] | None = None
    size = 0
    version = 0
    internal = False
    begins = False

    def is_answered(self, now: float) -> None:
        """Note how long the answer took, which is complete."""
        if self.tally is not None:
            self.tally.took(now - self.sent)

    def release(self) -> None:
        """Take the fences down and give up the fill: the answer is complete, or will never come."""
        release_all(self.fences)
        self.fences = ()
        if self.fill is not None:
            self.fill.abandon()
            self.fill = None
