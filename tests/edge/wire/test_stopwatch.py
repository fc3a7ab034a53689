"""A stopwatch among the sessions: it times hits, goes round among all, and rests where there is nobody."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

import pytest
import uvloop

from polyscale_cli.edge.engine import Engine
from polyscale_cli.edge.wire import stopwatch
from polyscale_cli.edge.wire.stopwatch import WATCHES, Stopwatch
from tests.edge.wire.sides import ID, Side, cache_of
from tests.servers.process import PATIENCE


class Session:
    """One that notes when it is given a watch."""

    def __init__(self) -> None:
        self.timed = asyncio.Event()

    def time_next(self) -> None:
        self.timed.set()


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopwatch, "ROUND_SECONDS", 0.001)


async def test_each_session_has_its_turn() -> None:
    sessions = {Session() for _ in range(3 * WATCHES + 1)}
    watch = Stopwatch(sessions)
    watch.start()
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(session.timed.wait() for session in sessions))
    watch.stop()


async def test_where_nobody_is_it_rests_until_somebody_comes() -> None:
    sessions: set[Session] = set()
    watch = Stopwatch(sessions)
    watch.start()
    async with asyncio.timeout(PATIENCE):
        while watch._timer is not None:
            await asyncio.sleep(0)
    one = Session()
    sessions.add(one)
    watch.start()
    async with asyncio.timeout(PATIENCE):
        await one.timed.wait()
    watch.stop()


async def _samples(side: Side) -> list[float]:
    """Hit a cache until a hit was timed."""
    engine = Engine(asyncio.get_running_loop().time, budget_bytes=1 << 20, entry_limit_bytes=1 << 16)
    server = side.serve(engine, cache_of(side))
    port = await server.listen("127.0.0.1", 0, ID)
    samples: list[float] = []
    with ExitStack() as stack:
        client = await asyncio.to_thread(side.enter, stack, port)
        await asyncio.to_thread(side.work, client)  # type: ignore[arg-type]
        async with asyncio.timeout(PATIENCE):
            while not samples:
                await asyncio.to_thread(side.ask, client)  # type: ignore[arg-type]
                state = engine.state(ID)
                assert state is not None
                samples = [sample for template in state.templates.all() for sample in template.tally.hit_seconds]
    await server.drain(0)
    return samples


def test_hits_are_timed(side: Side) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert all(0 < sample < PATIENCE for sample in runner.run(_samples(side)))
