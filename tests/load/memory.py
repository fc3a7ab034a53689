"""How the edge's memory grows over many statements."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.load.connection import Place
from tests.load.crowd import arrive
from tests.load.mix import Kind, Numbers, play
from tests.servers.process import resident_bytes

CLIENTS = 16
SAMPLES = 40


@dataclass(frozen=True, slots=True)
class Growth:
    """Resident bytes by the number of statements made."""

    samples: tuple[tuple[int, int], ...]

    def per_statement(self, warm_up: float) -> float:
        """Bytes that each statement has added, by least squares, once a share of all had been made."""
        most = self.samples[-1][0]
        late = [(made, size) for made, size in self.samples if made >= most * warm_up]
        mean_made = sum(made for made, _ in late) / len(late)
        mean_size = sum(size for _, size in late) / len(late)
        return sum((made - mean_made) * (size - mean_size) for made, size in late) / sum(
            (made - mean_made) ** 2 for made, _ in late
        )


async def grow(
    place: Place,
    statements: int,
    kinds: Sequence[Kind],
    watch: Callable[[int, int], None] = lambda _made, _size: None,
    *,
    first: int = 0,
) -> Growth:
    """Have CLIENTS make so many statements, and weigh the edge SAMPLES times meanwhile; `watch` is told each time.

    `first` is how many were made before: what is new by its number is not one of those.
    """
    pid = place.cache.edge.process.pid
    numbers = Numbers(first + statements, first)
    samples = [(0, resident_bytes(pid))]

    async def weigh() -> None:
        while numbers.are_left:
            await asyncio.sleep(0.01)
            made = numbers.made - first
            if made >= statements * len(samples) // SAMPLES:
                samples.append((made, resident_bytes(pid)))
                watch(*samples[-1])

    async with asyncio.TaskGroup() as group:
        group.create_task(weigh())
        for connection in await arrive(place, CLIENTS):
            group.create_task(play(place, connection, numbers, kinds))
    return Growth(tuple(samples))
