"""Readers and writers: each a session that goes on, with a new connection when the old one is lost."""

from __future__ import annotations

import asyncio
import contextlib
import random
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from tests.freshness.checker.judge import Group, Judge
from tests.freshness.checker.wire import LOST, Answer, Connection, parse, query, run

# What a fault may make of a statement: the connection's end, an administrator's, a shutdown, a start, a cancel.
EXPECTED = {LOST, "08006", "08001", "57P01", "57P02", "57P03", "57014", "08004"}
# What concurrent work may make of it: locks, serialization, a table dropped under a prepared statement.
TOLERATED = {"40001", "40P01", "55P03", "42P01", "0A000", "XX000"}
BURST = 50
"""Reads that a reader sends before it lets others run."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to connect: the address is asked for each time, for an edge may come back elsewhere."""

    address: Callable[[], tuple[str, int]]
    user: str
    database: str
    application_name: str

    async def connect(self) -> Connection | None:
        """Log in, or give None where nobody answers just now."""
        host, port = self.address()
        try:
            made = await asyncio.get_running_loop().create_connection(
                lambda: Connection(self.user, self.database, self.application_name), host, port
            )
        except OSError:
            return None
        connection = made[1]
        with contextlib.suppress(asyncio.TimeoutError):
            error = await asyncio.wait_for(connection.ready, 15)
            if not error:
                return connection
        connection.cut()
        return None


class Player(ABC):
    """A session that reconnects."""

    def __init__(self, name: str, place: Place, judge: Judge, seed: int) -> None:
        self.name = name
        self.judge = judge
        self.choose = random.Random(seed)
        self.connection: Connection | None = None
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

    async def ask(self, request: bytes) -> Answer:
        """Send a request and wait for its answer."""
        connection = await self.connect()
        answered: asyncio.Future[Answer] = self._loop.create_future()
        connection.send(request, lambda answer: None if answered.done() else answered.set_result(answer))
        answer = await answered
        if answer.error and answer.error not in EXPECTED | TOLERATED:
            self.judge.surprise(f"{self.name}: {answer.error} for {request[:120]!r}")
        return answer


class Reader(Player):
    """Reads groups at random, in every way that a client can."""

    def __init__(self, name: str, place: Place, judge: Judge, seed: int, groups: list[Group]) -> None:
        super().__init__(name, place, judge, seed)
        self._groups = groups
        self._seen: dict[int, int] = {}

    async def play(self) -> None:
        """Read until it is over."""
        while not self.over:
            way = self.choose.random()
            if way < 0.1:
                await self._in_a_block("BEGIN", snapshot=False)
            elif way < 0.13:
                await self._in_a_block("BEGIN ISOLATION LEVEL REPEATABLE READ", snapshot=True)
            else:
                await self._burst()

    async def _burst(self) -> None:
        """A run of single reads, without a task's switch between them: most of the work is here."""
        connection = await self.connect()
        done: asyncio.Future[None] = self._loop.create_future()
        left = BURST

        def ask() -> None:
            nonlocal left
            left -= 1
            group = self.choose.choice(self._groups)
            text = self.choose.choice(group.trap.reads).replace("{g}", str(group.number))
            least = max(group.told, self._seen.get(group.number, 0))

            def judge(answer: Answer) -> None:
                if answer.error:
                    if answer.error not in EXPECTED | TOLERATED:
                        self.judge.surprise(f"{self.name}: {answer.error} for {text!r}")
                    if answer.error == "0A000":
                        connection.cut()  # "cached plan must not change result type": a client prepares again
                else:
                    shown = self.judge.read(self._loop.time(), group, least, answer.values, reader=self.name, how=text)
                    self._seen[group.number] = max(shown, self._seen.get(group.number, 0))
                if left and not answer.error and not self.over:
                    ask()
                elif not done.done():
                    done.set_result(None)

            connection.send(self._request(connection, text), judge)

        ask()
        await done

    def _request(self, connection: Connection, text: str) -> bytes:
        way = self.choose.random()
        if way < 0.4:
            return query(text)
        if way < 0.6:
            return parse(text) + run()
        name = f"s{hash(text):x}"
        if name in connection.prepared:
            return run(name)
        connection.prepared.add(name)
        return parse(text, name) + run(name)

    async def _in_a_block(self, begin: str, *, snapshot: bool) -> None:
        """Read one group several times in a transaction; with one snapshot, all must show the same."""
        group = self.choose.choice([group for group in self._groups if group.trap.snapshots or not snapshot])
        if (await self.ask(query(begin))).error:
            return
        least = max(group.told, self._seen.get(group.number, 0))
        exactly = None
        for _ in range(3):
            text = self.choose.choice(group.trap.reads).replace("{g}", str(group.number))
            answer = await self.ask(query(text) if self.choose.random() < 0.5 else parse(text) + run())
            if answer.error:
                break
            shown = self.judge.read(
                self._loop.time(),
                group,
                least,
                answer.values,
                reader=self.name,
                how=f"{begin}; {text}",
                exactly=exactly,
            )
            if snapshot:
                exactly = shown
            else:
                self._seen[group.number] = shown
                least = max(group.told, shown)
        await self.ask(query(self.choose.choice(("COMMIT", "ROLLBACK"))))


class Writer(Player):
    """Writes its own groups, and reads them back."""

    def __init__(
        self, name: str, place: Place, judge: Judge, seed: int, groups: list[Group], settle: Callable[[int], None]
    ) -> None:
        super().__init__(name, place, judge, seed)
        self._groups = groups
        self._settle = settle
        self._due = {group.number: self._loop.time() + self.choose.random() * group.trap.every for group in groups}

    async def play(self) -> None:
        """Write until it is over, each group as often as its trap allows."""
        while not self.over:
            group = min(self._groups, key=lambda group: self._due[group.number])
            wait = self._due[group.number] - self._loop.time()
            if wait > 0:
                await asyncio.sleep(min(wait, 0.2))
                continue
            self._due[group.number] = self._loop.time() + group.trap.every * self.choose.uniform(0.5, 1.5)
            await self._write(group)

    async def _write(self, group: Group) -> None:
        version = group.issued = group.issued + 1
        connection = await self.connect()
        pid = connection.pid
        way = self.choose.randrange(len(group.trap.writes))
        group.note(self._loop.time(), f"{self.name} begins {version} by way {way}")
        error = ""
        for step in group.trap.writes[way](group.number, version):
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
        await asyncio.to_thread(self._settle, pid)

    async def _read_back(self, group: Group, version: int) -> None:
        text = self.choose.choice(group.trap.reads).replace("{g}", str(group.number))
        answer = await self.ask(query(text))
        if not answer.error:
            self.judge.read(
                self._loop.time(), group, version, answer.values, reader=self.name, how=text, exactly=version
            )
