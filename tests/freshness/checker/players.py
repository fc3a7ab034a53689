"""Readers and writers: each a session that goes on, with a new connection when the old one is lost."""

from __future__ import annotations

import asyncio
import contextlib
import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.freshness.checker.connection import LOST, Answer, Connection
from tests.freshness.checker.database import Block, Database
from tests.freshness.checker.http import HttpConnection, in_one
from tests.freshness.checker.judge import Group, Judge
from tests.freshness.checker.trap import How, Request, Steps

BURST = 50
"""Reads that a reader sends before it lets others run."""

READS_PER_WRITE = 60
"""A writer waits for so many before it writes again: on a slow machine there would be nothing to hit."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to connect: the address is asked for each time, for an edge may come back elsewhere."""

    address: Callable[[], tuple[str, int]]
    database: Database
    cache: str
    over_http: bool = False

    async def connect(self) -> Connection | None:
        """Log in, or give None where nobody answers just now."""
        host, port = self.address()
        try:
            made = await asyncio.get_running_loop().create_connection(self._connection, host, port)
        except OSError:
            return None
        connection = made[1]
        with contextlib.suppress(asyncio.TimeoutError):
            error = await asyncio.wait_for(connection.ready, 15)
            if not error:
                return connection
        connection.cut()
        return None

    def _connection(self) -> Connection:
        if self.over_http:
            return HttpConnection(lambda sql: self.database.body(self.cache, sql))
        return self.database.connection(self.cache)


class Player(ABC):
    """A session that reconnects."""

    def __init__(self, name: str, place: Place, judge: Judge, seed: int) -> None:
        self.name = name
        self.judge = judge
        self.choose = random.Random(seed)
        self.connection: Connection | None = None
        self.asked = ""
        self.over = False
        self._place = place
        self._loop = asyncio.get_running_loop()

    @abstractmethod
    async def play(self) -> None:
        """Play until it is over."""

    async def connect(self) -> Connection:
        """Give the session's connection, a new one if need be."""
        while self.connection is None or self.connection.transport is None:
            self.connection = await self._place.connect()
            if self.connection is None:
                await asyncio.sleep(0.05)
        return self.connection

    async def ask(self, request: Request) -> Answer:
        """Send a request and wait for its answer."""
        self.asked = request.sql
        connection = await self.connect()
        answered: asyncio.Future[Answer] = self._loop.create_future()
        connection.send(request, lambda answer: None if answered.done() else answered.set_result(answer))
        answer = await answered
        self.examine(answer.error, request.sql)
        return answer

    def examine(self, error: str, text: str) -> None:
        """Tell the judge of an error that nothing explains."""
        if error and error != LOST and not self._place.database.errors.explain(error):
            self.judge.surprise(f"{self.name}: {error} for {text[:120]!r}")


class Reader(Player):
    """Reads groups at random, in every way that a client can."""

    def __init__(self, name: str, place: Place, judge: Judge, seed: int, groups: list[Group]) -> None:
        super().__init__(name, place, judge, seed)
        self._groups = groups
        self._seen: dict[int, int] = {}

    async def play(self) -> None:
        """Read until it is over."""
        while not self.over:
            roll = 1.0 if self._place.over_http else self.choose.random()
            for block in self._place.database.blocks:
                roll -= block.share
                if roll < 0:
                    await self._in_a_block(block)
                    break
            else:
                await self._burst()

    async def _burst(self) -> None:
        """A run of single reads, without a task's switch between them: most of the work is here."""
        connection = await self.connect()
        done: asyncio.Future[None] = self._loop.create_future()
        left = BURST
        outdated = self._place.database.errors.outdated

        def ask() -> None:
            nonlocal left
            left -= 1
            group = self.choose.choice(self._groups)
            text = self.choose.choice(group.trap.reads).replace("{g}", str(group.number))
            least = max(group.told, self._seen.get(group.number, 0))

            def judge(answer: Answer) -> None:
                if answer.error:
                    self.examine(answer.error, text)
                    if answer.error in outdated:
                        connection.cut()
                else:
                    shown = self.judge.read(self._loop.time(), group, least, answer.values, reader=self.name, how=text)
                    self._seen[group.number] = max(shown, self._seen.get(group.number, 0))
                if left and not answer.error and not self.over:
                    ask()
                elif not done.done():
                    done.set_result(None)

            connection.send(Request(text, self._how()), judge)

        ask()
        await done

    def _how(self) -> How:
        if self._place.over_http:
            return How.TEXT
        roll = self.choose.random()
        return How.TEXT if roll < 0.4 else How.PREPARED if roll < 0.6 else How.KEPT

    async def _in_a_block(self, block: Block) -> None:
        """Read one group several times in a transaction; with one snapshot, all must show the same."""
        group = self.choose.choice([group for group in self._groups if group.trap.snapshots or not block.snapshot])
        if not await self._all_of(block.begin):
            return
        least = max(group.told, self._seen.get(group.number, 0))
        exactly = None
        for _ in range(3):
            text = self.choose.choice(group.trap.reads).replace("{g}", str(group.number))
            answer = await self.ask(Request(text, self.choose.choice((How.TEXT, How.PREPARED))))
            if answer.error:
                break
            shown = self.judge.read(
                self._loop.time(),
                group,
                least,
                answer.values,
                reader=self.name,
                how="; ".join((*block.begin, text)),
                exactly=exactly,
            )
            if block.snapshot:
                exactly = shown
            else:
                self._seen[group.number] = shown
                least = max(group.told, shown)
        await self._all_of(self.choose.choice(block.ends))

    async def _all_of(self, texts: Sequence[str]) -> bool:
        """Send one text after the other; whether all were carried out."""
        for text in texts:
            if (await self.ask(Request(text))).error:
                return False
        return True


class Writer(Player):
    """Writes its own groups, and reads them back."""

    def __init__(self, name: str, place: Place, judge: Judge, seed: int, groups: list[Group]) -> None:
        super().__init__(name, place, judge, seed)
        self._groups = groups
        self._due = {group.number: self._loop.time() + self.choose.random() * group.trap.every for group in groups}
        self._reads_due = 0

    async def play(self) -> None:
        """Write until it is over, each group as often as its trap allows."""
        while not self.over:
            group = min(self._groups, key=lambda group: self._due[group.number])
            wait = self._due[group.number] - self._loop.time()
            if wait > 0 or self.judge.verdict.reads < self._reads_due:
                await asyncio.sleep(min(max(wait, 0.01), 0.2))
                continue
            self._due[group.number] = self._loop.time() + group.trap.every * self.choose.uniform(0.5, 1.5)
            await self._write(group)
            self._reads_due = self.judge.verdict.reads + READS_PER_WRITE

    async def _write(self, group: Group) -> None:
        version = group.issued = group.issued + 1
        connection = await self.connect()
        session = connection.session
        way, steps = self._way(group, version)
        group.note(self._loop.time(), f"{self.name} begins {version} by way {way}")
        error = ""
        for step in steps:
            answer = await self.ask(step)
            error = answer.error
            if error:
                break
        if not error:
            self.judge.told(group, version, way)
            group.note(self._loop.time(), f"{self.name} is told {version}")
            await self._read_back(group, version)
            return
        group.note(self._loop.time(), f"{self.name} lost {version}: {error}")
        self.judge.verdict.lost += 1
        if self.connection is not None:
            self.connection.cut()
        # What was lost may still be carried out; nobody could tell versions apart if the next write overtook it.
        await asyncio.to_thread(self._place.database.settle, session, group.number)

    def _way(self, group: Group, version: int) -> tuple[int, Steps]:
        """Choose how to write, and give the steps of it."""
        ways = [(way, write(group.number, version)) for way, write in enumerate(group.trap.writes)]
        if self._place.over_http:
            ways = [(way, [one]) for way, steps in ways if (one := in_one(steps)) is not None]
        return self.choose.choice(ways)

    async def _read_back(self, group: Group, version: int) -> None:
        text = self.choose.choice(group.trap.reads).replace("{g}", str(group.number))
        answer = await self.ask(Request(text))
        if not answer.error:
            self.judge.read(
                self._loop.time(), group, version, answer.values, reader=self.name, how=text, exactly=version
            )
