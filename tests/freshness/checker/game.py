"""One run: servers, tables, players, faults, and the verdict."""

from __future__ import annotations

import asyncio
import contextlib
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import uvloop

from tests.freshness.checker.database import Database
from tests.freshness.checker.databases import DATABASES
from tests.freshness.checker.faults import Faults, OriginProxy
from tests.freshness.checker.http import in_one
from tests.freshness.checker.judge import MOST_TOLD, Group, Judge, Verdict
from tests.freshness.checker.players import Place, Player, Reader, Writer
from tests.servers.edge import Edge, EdgeCache, run_edge
from tests.servers.process import PATIENCE, free_port

FAULT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Options:
    """What to play.

    Attributes:
        database: a name of ``DATABASES``.
        http: half of the players ask over HTTP.
        broken: with an edge whose fences do nothing.
        peer: through the other cache that is known for the database instead of an edge.
        directly: through nothing at all, so that what is found is the checker's own fault.
        stop_at_wrong: end as soon as an answer was wrong.
        progress: say on stderr how it goes.
    """

    seconds: float
    database: str = "postgres"
    readers: int = 12
    writers: int = 4
    seed: int = 1
    faults: bool = True
    http: bool = False
    broken: bool = False
    peer: bool = False
    directly: bool = False
    stop_at_wrong: bool = False
    progress: bool = False


@dataclass(slots=True)
class Outcome:
    """The verdict, and how many reads were hits where that can be told."""

    verdict: Verdict
    hits: int
    seconds: float

    @property
    def is_clean(self) -> bool:
        """Whether every answer was right and nothing unexplained happened."""
        return not self.verdict.wrong and not self.verdict.surprises

    def report(self) -> str:
        """Say it in lines."""
        verdict = self.verdict
        share = self.hits / max(1, verdict.reads)
        lines = [
            f"{verdict.reads:,} reads checked in {self.seconds:.0f} s, {self.hits:,} hits ({share:.0%}), "
            f"{verdict.writes:,} writes, {verdict.lost:,} of unknown outcome, {len(verdict.wrong):,} wrong answers",
            "faults: " + (", ".join(f"{name} {n} x" for name, n in sorted(verdict.faults.items())) or "none"),
        ]
        if verdict.missed:
            stale = sum(": stale: " in each for each in verdict.wrong)
            lines.append(f"{stale:,} of the wrong answers were from before a write that had been acknowledged:")
            lines += [
                f"  {trap}, way {way}: after {len(verdict.missed.get((trap, way), ()))} of {made} writes"
                for (trap, way), made in sorted(verdict.made.items())
            ]
        lines += [f"WRONG {each}" for each in verdict.wrong[:MOST_TOLD]]
        lines += [f"SURPRISE {each}" for each in verdict.surprises]
        return "\n".join(lines)


def play(options: Options) -> Outcome:
    """Start servers of its own and play."""
    with DATABASES[options.database]() as database:
        groups = [Group(number, trap) for number, trap in enumerate(database.traps)]
        database.set_up([group.trap.setup.replace("{g}", str(group.number)) for group in groups])
        game = Game(options, database, groups)
        loop = uvloop.new_event_loop()
        try:
            return loop.run_until_complete(game.play())
        finally:
            loop.close()


class Game:
    """See the module."""

    def __init__(self, options: Options, database: Database, groups: list[Group]) -> None:
        self._options = options
        self._database = database
        self._groups = groups
        self._choose = random.Random(options.seed)
        self._judge = Judge()
        self._hits_before_restart = 0
        self._restart: asyncio.Future[None] | None = None

    async def play(self) -> Outcome:
        """Have everybody play until the time is over."""
        proxy = OriginProxy(self._database.port, self._choose)
        await proxy.start()
        try:
            return await self._play(proxy)
        finally:
            await proxy.stop()

    async def _play(self, proxy: OriginProxy) -> Outcome:
        database = self._database
        if self._options.directly:
            place = Place(lambda: ("127.0.0.1", proxy.port), database, "")
            return Outcome(self._judge.verdict, 0, await self._run(place, proxy, None))
        if self._options.peer:
            with database.peer(proxy.port) as peer:
                place = Place(lambda: ("127.0.0.1", peer.port), database, "checker")
                seconds = await self._run(place, proxy, None)
                return Outcome(self._judge.verdict, await asyncio.to_thread(peer.hits), seconds)
        port = free_port()
        # The edge is started in a thread: it asks its origin through the proxy on this loop.
        with _stack(database.listener, port, broken=self._options.broken) as edge:
            await asyncio.to_thread(edge.start)
            fields = {"database": database.cache_type, "originTls": "disable"}
            cache = await asyncio.to_thread(edge.create_cache, ("127.0.0.1", proxy.port), **fields)
            place = Place(lambda: (edge.host, port), database, cache.id)
            web = Place(lambda: (edge.host, int(edge.runtime["http"]["port"])), database, cache.id, over_http=True)
            seconds = await self._run(place, proxy, edge, cache, web if self._options.http else None)
            hits = await asyncio.to_thread(cache.metrics)
            return Outcome(self._judge.verdict, self._hits_before_restart + hits.hits, seconds)

    async def _run(
        self,
        place: Place,
        proxy: OriginProxy,
        edge: Edge | None,
        cache: EdgeCache | None = None,
        web: Place | None = None,
    ) -> float:
        options, choose = self._options, self._choose
        places = (place, web or place)
        players: list[Player] = [
            Reader(f"reader {n}", places[n % 2], self._judge, choose.randrange(1 << 30), self._groups)
            for n in range(options.readers)
        ]
        players += [
            Writer(f"writer {n}", places[n % 2], self._judge, choose.randrange(1 << 30), groups)
            for n, groups in enumerate(self._shares(options.writers, over_http=web is not None))
        ]
        began = time.monotonic()
        tasks = [asyncio.create_task(player.play()) for player in players]
        faults = None
        if options.faults:
            faults = asyncio.create_task(self._faults(players, proxy, edge, cache).play(FAULT_SECONDS))
        await self._watch(began, tasks)
        if faults is not None:
            faults.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await faults
        if self._restart is not None:
            # It may be under way still, and without an edge the players would wait for ever.
            await self._restart
        for player in players:
            player.over = True
        await self._part(players, tasks)
        return time.monotonic() - began

    def _shares(self, writers: int, *, over_http: bool) -> list[list[Group]]:
        """Which groups each writer has; every other one has none that needs a session, if those are over HTTP."""
        shares: list[list[Group]] = [[] for _ in range(writers)]
        for number, group in enumerate(self._groups):
            needs_session = all(in_one(write(group.number, 1)) is None for write in group.trap.writes)
            to = number % writers
            shares[to - to % 2 if over_http and needs_session else to].append(group)
        return shares

    def _faults(self, players: list[Player], proxy: OriginProxy, edge: Edge | None, cache: EdgeCache | None) -> Faults:
        def in_thread(kill: bool, edge: Edge, cache: EdgeCache) -> None:
            self._hits_before_restart += cache.metrics().hits
            if kill:
                edge.kill()
            else:
                edge.stop()
            edge.start()

        async def restart(kill: bool) -> None:
            if edge is None or cache is None:
                return
            # A thread cannot be called back when the game is over in the middle of it.
            self._restart = asyncio.ensure_future(asyncio.to_thread(in_thread, kill, edge, cache))
            await asyncio.shield(self._restart)

        return Faults(
            *(self._judge, players, proxy, self._choose),
            kill_session=self._database.kill_session,
            restart_edge=restart if edge is not None else None,
        )

    async def _watch(self, began: float, tasks: list[asyncio.Task[None]]) -> None:
        """Wait until the time is over, or there is no need to go on."""
        verdict = self._judge.verdict
        while time.monotonic() - began < self._options.seconds and not all(task.done() for task in tasks):
            await asyncio.sleep(min(1.0, self._options.seconds))
            if self._options.progress and int(time.monotonic() - began) % 10 == 0:
                counts = f"{verdict.reads:,} reads, {verdict.writes:,} writes, {len(verdict.wrong)} wrong"
                sys.stderr.write(f"{time.monotonic() - began:6.0f} s  {counts}\n")
            if self._options.stop_at_wrong and verdict.wrong:
                break

    async def _part(self, players: list[Player], tasks: list[asyncio.Task[None]]) -> None:
        """Have everybody come to an end."""
        await asyncio.wait(tasks, timeout=PATIENCE)
        for player, task in zip(players, tasks, strict=True):
            if not task.done():
                self._judge.surprise(f"{player.name} waits for ever, the last for {player.asked!r}")
                task.cancel()
            elif task.exception() is not None:
                self._judge.surprise(repr(task.exception()))
        for player in players:
            if player.connection is not None:
                player.connection.cut()


@contextlib.contextmanager
def _stack(listener: str, port: int, *, broken: bool) -> Iterator[Edge]:
    """An edge that is not started yet, on a port that it keeps when it is started again."""
    with run_edge(listener, str(port), "--sql-requests-per-minute", str(1 << 40), start=False) as edge:
        if broken:
            command = list(edge.process.command)
            where = command.index("-m")
            command[where + 1] = "tests.freshness.checker.broken_edge"
            edge.process.command = command
        yield edge
