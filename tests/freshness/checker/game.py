"""One run: servers, tables, players, faults, and the verdict."""

from __future__ import annotations

import asyncio
import contextlib
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import uvloop

from tests.freshness.checker.faults import Faults, OriginProxy
from tests.freshness.checker.judge import MOST_TOLD, Group, Judge, Verdict
from tests.freshness.checker.players import Place, Player, Reader, Writer
from tests.freshness.checker.traps import TRAPS
from tests.servers.edge import Edge, EdgeCache, run_edge
from tests.servers.pgpool import run_pgpool
from tests.servers.postgres import TRUST, Postgres, run_postgres
from tests.servers.process import free_port, wait_until

DATABASE = "app"
SETTINGS = "max_prepared_transactions = 20\n"
FAULT_SECONDS = 1.0
# Its manual's recommended mode, and what it takes to stay with its only server through the faults.
PGPOOL_SETTINGS = """backend_clustering_mode = 'streaming_replication'
sr_check_user = 'postgres'
backend_flag0 = 'DISALLOW_TO_FAILOVER'
failover_on_backend_error = off
failover_on_backend_shutdown = off
connection_cache = off
"""


@dataclass(frozen=True, slots=True)
class Options:
    """What to play.

    Attributes:
        broken: with an edge whose fences do nothing.
        pgpool: through Pgpool-II instead of an edge.
        stop_at_wrong: end as soon as an answer was wrong.
        progress: say on stderr how it goes.
    """

    seconds: float
    readers: int = 12
    writers: int = 4
    seed: int = 1
    faults: bool = True
    broken: bool = False
    pgpool: bool = False
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
    with run_postgres(SETTINGS) as postgres:
        groups = [Group(number, trap) for number, trap in enumerate(TRAPS)]
        for group in groups:
            postgres.run(group.trap.setup.replace("{g}", str(group.number)), DATABASE)
        grants = "".join(
            f"GRANT ALL ON SCHEMA {schema} TO public; GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO public;"
            for schema in ("public", "apart")
        )
        # Definitions may be changed by their owner alone.
        postgres.run(grants + f"ALTER ROLE {TRUST.name} SUPERUSER", DATABASE)
        game = Game(options, postgres, groups)
        loop = uvloop.new_event_loop()
        try:
            return loop.run_until_complete(game.play())
        finally:
            loop.close()


class Game:
    """See the module."""

    def __init__(self, options: Options, postgres: Postgres, groups: list[Group]) -> None:
        self._options = options
        self._postgres = postgres
        self._groups = groups
        self._choose = random.Random(options.seed)
        self._judge = Judge()
        self._hits_before_restart = 0

    async def play(self) -> Outcome:
        """Have everybody play until the time is over."""
        proxy = OriginProxy(self._postgres.port, self._choose)
        await proxy.start()
        try:
            return await self._play(proxy)
        finally:
            await proxy.stop()

    async def _play(self, proxy: OriginProxy) -> Outcome:
        if self._options.pgpool:
            with run_pgpool(proxy.port, DATABASE, TRUST.name, settings=PGPOOL_SETTINGS) as pool:
                place = Place(lambda: ("127.0.0.1", pool.port), TRUST.name, DATABASE, "checker")
                seconds = await self._run(place, proxy, None)
                return Outcome(self._judge.verdict, await asyncio.to_thread(pool.cache_hits), seconds)
        port = free_port()
        # The edge is started in a thread: it asks its origin through the proxy on this loop.
        with _stack(port, broken=self._options.broken) as edge:
            await asyncio.to_thread(edge.start)
            cache = await asyncio.to_thread(edge.create_cache, ("127.0.0.1", proxy.port), originTls="disable")
            place = Place(lambda: (edge.host, port), TRUST.name, DATABASE, cache.id)
            seconds = await self._run(place, proxy, edge, cache)
            hits = await asyncio.to_thread(cache.metrics)
            return Outcome(self._judge.verdict, self._hits_before_restart + hits.hits, seconds)

    async def _run(self, place: Place, proxy: OriginProxy, edge: Edge | None, cache: EdgeCache | None = None) -> float:
        options, choose = self._options, self._choose
        players: list[Player] = [
            Reader(f"reader {n}", place, self._judge, choose.randrange(1 << 30), self._groups)
            for n in range(options.readers)
        ]
        players += [
            Writer(
                f"writer {n}",
                *(place, self._judge, choose.randrange(1 << 30)),
                self._groups[n :: options.writers],
                self._settle,
            )
            for n in range(options.writers)
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
        for player in players:
            player.over = True
        if edge is not None and not edge.process.running:
            # A restart was cut short, and the players would wait for ever.
            await asyncio.to_thread(edge.start)
        await self._part(players, tasks)
        return time.monotonic() - began

    def _faults(self, players: list[Player], proxy: OriginProxy, edge: Edge | None, cache: EdgeCache | None) -> Faults:
        async def restart(kill: bool) -> None:
            if edge is None or cache is None:
                return
            self._hits_before_restart += (await asyncio.to_thread(cache.metrics)).hits
            await asyncio.to_thread(edge.kill if kill else edge.stop)
            await asyncio.to_thread(edge.start)

        return Faults(
            *(self._judge, players, proxy, self._choose),
            kill_backend=self._kill_backend,
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
        await asyncio.wait(tasks, timeout=30)
        for task in tasks:
            if not task.done():
                self._judge.surprise("a player waits for ever")
                task.cancel()
            elif task.exception() is not None:
                self._judge.surprise(repr(task.exception()))
        for player in players:
            if player.connection is not None:
                player.connection.cut()

    def _kill_backend(self) -> None:
        """Terminate a session's process, one that is at work if there is any."""
        with psycopg.connect(self._postgres.dsn(DATABASE), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND usename = %s"
                " ORDER BY state = 'idle', random() LIMIT 1) AS p",
                (TRUST.name,),
            )

    def _settle(self, pid: int) -> None:
        """Wait until a lost session's process is gone, and take back what it has only prepared."""
        with psycopg.connect(self._postgres.dsn(DATABASE), autocommit=True) as connection:

            def gone() -> bool:
                row = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = %s", (pid,)).fetchone()
                return row == (0,)

            wait_until(gone, f"process {pid} is gone", timeout=90)
            for (name,) in connection.execute("SELECT gid FROM pg_prepared_xacts").fetchall():
                with contextlib.suppress(psycopg.Error):
                    connection.execute(f"ROLLBACK PREPARED '{name}'".encode())


@contextlib.contextmanager
def _stack(port: int, *, broken: bool) -> Iterator[Edge]:
    """An edge that is not started yet, on a port that it keeps when it is started again."""
    with run_edge("--postgres-port", str(port), start=False) as edge:
        if broken:
            command = list(edge.process.command)
            where = command.index("-m")
            command[where + 1] = "tests.freshness.checker.broken_edge"
            edge.process.command = command
        yield edge
