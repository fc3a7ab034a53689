"""What a lost connection may have left its server to carry out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from polyscale_cli.edge.engine.fence import Fence
    from polyscale_cli.edge.engine.origin import Origin


class Lost:
    """Statements whose answer will never come, until they are surely over.

    The fences of those that write stay up. If definitions move meanwhile, those that read may write as well.
    """

    __slots__ = ("_fences", "_origin")

    def __init__(self, origin: Origin, fences: tuple[Fence, ...]) -> None:
        self._origin = origin
        self._fences = fences
        origin.watchers.add(self)

    def definitions_moved(self) -> None:
        """Fence all tables, unless a fence is up that has widened to them."""
        if not self._fences:
            self._fences = (self._origin.fence((), anything=False, any_table=True),)

    def is_over(self) -> None:
        """Take the fences down: nothing of it is carried out any more. Saying it twice is saying it once."""
        self._origin.watchers.discard(self)
        for fence in self._fences:
            fence.release()
