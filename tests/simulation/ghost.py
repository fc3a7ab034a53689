"""A write at the database, and what is left of it when its session is lost."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from tests.simulation.database import DEFINITION, TABLES, writes

if TYPE_CHECKING:
    from polyscale_cli.edge.engine import Fence
    from tests.simulation.world import World

Life = Generator[None, None, None]
"""Goes on by one step each time it is asked to."""

EVERYWHERE = frozenset(range(TABLES + 1))


def spread(places: tuple[int, ...], world: World) -> tuple[int, ...]:
    """What changes when these are written now."""
    return places if places == (DEFINITION,) else writes(places, world.database.now[DEFINITION])


def stands_for(fence: Fence, fenced: frozenset[int]) -> frozenset[int]:
    """What a fence that was taken for these stands for now: all, once definitions have moved under it."""
    return EVERYWHERE if fence._origin.contents in fence._own else fenced


class Ghost:
    """What is left at the database of a session whose connection was lost: its write may yet be carried out."""

    __slots__ = ("life", "name")

    def __init__(self, world: World, name: str, places: tuple[int, ...], fence: Fence, fenced: frozenset[int]) -> None:
        self.name = f"the ghost of {name}"
        self.life: Life = self._live(world, places, fence, fenced)

    def _live(self, world: World, places: tuple[int, ...], fence: Fence, fenced: frozenset[int]) -> Life:
        for _ in range(int(20 * world.random())):
            yield
        if places and world.random() < 0.7:
            world.tell(self.name, "commits")
            world.database.commit(spread(places, world), stands_for(fence, fenced))
        yield from world.dawdle()
        fence.release()
        world.tell(self.name, "is gone")
