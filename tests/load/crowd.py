"""Idle clients and busy ones, all logged in at the same edge."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from tests.load.connection import Connection, Place
from tests.load.mix import KINDS, Numbers, ask, hit, miss, play
from tests.servers.process import resident_bytes

AT_ONCE = 20
"""Logins at a time: the origin makes a process for each."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What the edge does while nobody asks anything.

    Attributes:
        cpu_share: of one processor.
        wakes: how often a second it woke up.
    """

    cpu_share: float
    wakes: float


@dataclass(frozen=True, slots=True)
class Cost(Rest):
    """What idle clients cost the edge.

    Attributes:
        bytes_each: resident memory for each of them.
    """

    bytes_each: float


def cpu_seconds(pid: int) -> float:
    """Time that a process has spent on processors (proc(5), /proc/pid/schedstat: nanoseconds)."""
    return sum(int(path.read_text().split()[0]) for path in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9


def wakes(pid: int) -> int:
    """How often the process has gone to sleep of its own will, and so been woken."""
    found = 0
    for path in Path(f"/proc/{pid}/task").glob("*/status"):
        found += next(int(line.split()[1]) for line in path.read_text().splitlines() if line.startswith("voluntary"))
    return found


async def arrive(place: Place, count: int) -> list[Connection]:
    """Log in so many."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one() -> Connection:
        async with room:
            return await Connection.open(place)

    return list(await asyncio.gather(*(one() for _ in range(count))))


async def cost_of_idle(place: Place, count: int, seconds: float) -> tuple[list[Connection], Cost]:
    """Log in clients that then ask nothing, and measure for some seconds what the edge does about it."""
    pid = place.cache.edge.process.pid
    for connection in await arrive(place, min(count, AT_ONCE)):
        connection.close()  # what a first client costs is not what each costs
    before = resident_bytes(pid)
    clients = await arrive(place, count)
    held = resident_bytes(pid) - before
    resting = await rest(place, seconds)
    return clients, Cost(resting.cpu_share, resting.wakes, held / count)


async def rest(place: Place, seconds: float) -> Rest:
    """Do nothing, and measure what the edge does meanwhile."""
    pid = place.cache.edge.process.pid
    began, spent, woken = time.monotonic(), cpu_seconds(pid), wakes(pid)
    await asyncio.sleep(seconds)
    elapsed = time.monotonic() - began
    return Rest((cpu_seconds(pid) - spent) / elapsed, (wakes(pid) - woken) / elapsed)


async def be_busy(place: Place, count: int, statements: int) -> int:
    """Have so many clients make so many statements of the mix between them. Returns how many it were."""
    numbers = Numbers(statements)
    async with asyncio.TaskGroup() as group:
        for connection in await arrive(place, count):
            group.create_task(play(place, connection, numbers, KINDS))
    return numbers.made


async def all_answer(clients: list[Connection]) -> None:
    """Ask each client's question now, of all at once: a hit, and a miss."""
    await asyncio.gather(*(ask(client, hit(number)[0]) for number, client in enumerate(clients)))
    await asyncio.gather(*(ask(client, miss(number)[0]) for number, client in enumerate(clients)))
