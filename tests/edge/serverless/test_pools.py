"""Pools lend, reset, replace and refuse. The connections are scripts here: real ones cannot be made to fail on time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from polyscale_cli.edge.api.errors import ApiError
from polyscale_cli.edge.serverless import pools as room
from polyscale_cli.edge.serverless.backend import Answer, ConnectionLost, Refused, Unreachable
from polyscale_cli.edge.serverless.limits import PoolLimits
from polyscale_cli.edge.serverless.pools import Pool, Pools
from polyscale_cli.edge.serverless.statement import Statement
from tests.edge.engine.parts import Bench as Parts

ONE = Statement("one")
STUCK = Statement("stuck")
ENTRY = Parts().put(b"k")


@dataclass(eq=False)
class Scripted:
    """A connection that does what the statement says."""

    usable: bool = True
    closed: bool = False
    cancelled: int = 0
    resets: int = 0
    checks: int = 0
    refuses: bool = False
    is_slow: bool = False
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_usable(self) -> bool:
        return self.usable and not self.closed

    async def run(self, statement: Statement) -> Answer:
        if statement is STUCK:
            await self.gate.wait()
        return Answer(statement.text.encode(), ENTRY)

    async def reset(self) -> None:
        self.resets += 1
        await self._step()

    async def check(self) -> None:
        self.checks += 1
        await self._step()

    async def _step(self) -> None:
        if self.is_slow:
            await asyncio.Event().wait()
        if self.refuses:
            raise ConnectionLost("gone")

    def cancel(self) -> None:
        self.cancelled += 1
        self.gate.set()

    def close(self) -> None:
        self.closed = True


class Bench:
    """A pool of scripted connections."""

    def __init__(self, **limits: float) -> None:
        self.made: list[Scripted] = []
        self.failure: Exception | None = None
        self.redefined = 0
        self.pools = Pools(PoolLimits(**limits))  # type: ignore[arg-type]

    async def connect(self) -> Scripted:
        await asyncio.sleep(0)
        if self.failure is not None:
            raise self.failure
        self.made.append(Scripted())
        return self.made[-1]

    async def run(self, statement: Statement = ONE, who: str = "me") -> bytes:
        return (await self.pool(who).run(statement)).document

    async def settled(self) -> None:
        await self.pool().settled()

    def pool(self, who: str = "me") -> Pool:
        return self.pools.find("cache", who, self.connect, lambda: self.redefined)


async def test_a_connection_is_used_again_after_a_reset() -> None:
    bench = Bench()
    for _ in range(3):
        assert await bench.run() == b"one"
        await bench.settled()
    assert len(bench.made) == 1
    assert bench.made[0].resets == 3


async def test_other_credentials_have_other_connections() -> None:
    bench = Bench()
    await bench.run()
    await bench.run(who="you")
    assert len(bench.made) == 2


async def test_there_are_no_more_connections_than_may_be() -> None:
    bench = Bench(connections=2)
    assert await asyncio.gather(*(bench.run() for _ in range(50))) == [b"one"] * 50
    assert len(bench.made) == 2


async def test_one_that_cannot_be_reset_is_closed_and_replaced() -> None:
    bench = Bench()
    await bench.run()
    await bench.settled()
    bench.made[0].refuses = True
    await bench.run()
    await bench.settled()
    assert bench.made[0].closed
    assert await bench.run() == b"one"
    assert len(bench.made) == 2


async def test_one_that_was_lost_while_idle_is_not_lent() -> None:
    bench = Bench()
    await bench.run()
    await bench.settled()
    bench.made[0].usable = False
    assert await bench.run() == b"one"
    assert len(bench.made) == 2
    assert bench.made[0].closed


async def test_one_that_was_idle_for_long_is_tried_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "TRUSTED_SECONDS", 0.0)
    bench = Bench()
    await bench.run()
    await bench.settled()
    bench.made[0].refuses = True
    assert await bench.run() == b"one"
    assert len(bench.made) == 2


async def test_one_that_is_given_up_while_it_is_tried_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "TRUSTED_SECONDS", 0.0)
    bench = Bench()
    await bench.run()
    await bench.settled()
    bench.made[0].is_slow = True
    given_up = asyncio.create_task(bench.run())
    while not bench.made[0].checks:
        await asyncio.sleep(0)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    assert bench.made[0].closed
    assert bench.pools.count("cache") == 0


async def test_who_waits_when_the_cache_is_deleted_is_told_that_nothing_was_sent() -> None:
    bench = Bench(connections=1)
    stuck = asyncio.create_task(bench.run(STUCK))
    while not bench.made:
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting = asyncio.create_task(bench.run())
    await asyncio.sleep(0)
    bench.pools.close_those_of("cache")
    bench.made[0].gate.set()
    with pytest.raises(Unreachable, match="nothing was sent"):
        await waiting
    await stuck


async def test_one_whose_login_is_long_ago_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench()
    await bench.run()
    await bench.settled()
    monkeypatch.setattr(room, "LONGEST_SECONDS", 0.0)
    assert await bench.run() == b"one"
    assert len(bench.made) == 2
    assert bench.made[0].closed


async def test_one_of_before_a_change_of_definitions_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench()
    await bench.run()
    await bench.settled()
    monkeypatch.setattr(room, "LONGEST_SECONDS_AFTER_CHANGE", 0.0)
    await bench.run()
    await bench.settled()
    assert len(bench.made) == 1
    bench.redefined = 1
    await bench.run()
    assert len(bench.made) == 2


async def test_an_answer_of_one_of_before_a_change_is_no_form_of_an_entry() -> None:
    bench = Bench()
    assert (await bench.pool().run(ONE)).entry is ENTRY
    await bench.settled()
    bench.redefined = 1
    assert (await bench.pool().run(ONE)).entry is None


async def test_an_unused_one_is_closed_and_its_pool_forgotten() -> None:
    bench = Bench(idle_seconds=0.01)
    await bench.run()
    async with asyncio.timeout(60):
        while bench.pools.count("cache"):
            await asyncio.sleep(0.01)
    assert bench.made[0].closed


async def test_a_failed_login_is_told_and_leaves_no_pool() -> None:
    bench = Bench()
    bench.failure = Refused("28P01", "no", by_credentials=True)
    for _ in range(3):
        with pytest.raises(Refused):
            await bench.run()
    assert bench.pools.count("cache") == 0
    bench.failure = None
    assert await bench.run() == b"one"


async def test_who_waits_gets_the_place_of_a_failed_login() -> None:
    bench = Bench(connections=1)
    bench.failure = Refused("28P01", "no", by_credentials=True)
    answers = await asyncio.gather(*(bench.run() for _ in range(5)), return_exceptions=True)
    assert [type(each) for each in answers] == [Refused] * 5


async def test_a_statement_that_takes_too_long_is_cancelled_and_its_connection_used_again() -> None:
    bench = Bench(statement_seconds=0.5)
    with pytest.raises(ApiError) as failed:
        await bench.run(STUCK)
    assert failed.value.status == 504
    await bench.settled()
    assert bench.made[0].cancelled == 1
    assert await bench.run() == b"one"
    assert len(bench.made) == 1


async def test_a_statement_that_is_given_up_is_cancelled_and_the_next_has_its_place() -> None:
    bench = Bench(connections=1)
    given_up = asyncio.create_task(bench.run(STUCK))
    while not bench.made:
        await asyncio.sleep(0)
    waiting = asyncio.create_task(bench.run())
    await asyncio.sleep(0.01)
    given_up.cancel()
    assert await waiting == b"one"
    assert bench.made[0].cancelled == 1
    with pytest.raises(asyncio.CancelledError):
        await given_up


async def test_one_that_gives_up_in_line_leaves_it() -> None:
    bench = Bench(connections=1, queue=1)
    first = asyncio.create_task(bench.run(STUCK))
    while not bench.made:
        await asyncio.sleep(0)
    second = asyncio.create_task(bench.run())
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.sleep(0)
    third = asyncio.create_task(bench.run())
    await asyncio.sleep(0)
    bench.made[0].gate.set()
    assert await third == b"one"
    assert await first == b"stuck"


async def test_the_line_has_an_end() -> None:
    bench = Bench(connections=1, queue=2)
    first = asyncio.create_task(bench.run(STUCK))
    while not bench.made:
        await asyncio.sleep(0)
    others = [asyncio.create_task(bench.run()) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(ApiError) as refused:
        await bench.run()
    assert refused.value.status == 503
    bench.made[0].gate.set()
    assert await asyncio.gather(first, *others) == [b"stuck", b"one", b"one"]


async def test_waiting_in_line_has_an_end() -> None:
    bench = Bench(connections=1, queue_seconds=0.02)
    first = asyncio.create_task(bench.run(STUCK))
    while not bench.made:
        await asyncio.sleep(0)
    with pytest.raises(ApiError) as refused:
        await bench.run()
    assert refused.value.status == 503
    bench.made[0].gate.set()
    assert await first == b"stuck"


async def test_a_cache_that_is_gone_closes_its_connections_lent_ones_too() -> None:
    bench = Bench()
    await bench.run()
    await bench.settled()
    stuck = asyncio.create_task(bench.run(STUCK, who="you"))
    while len(bench.made) < 2:
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    bench.pools.close_those_of("cache")
    assert [each.closed for each in bench.made] == [True, True]
    bench.made[1].gate.set()
    await stuck


async def test_a_cache_has_so_many_pools_and_no_more() -> None:
    bench = Bench()
    bench.pools = Pools(PoolLimits(), most=2)
    await bench.run()
    await bench.run(who="you")
    with pytest.raises(ApiError) as refused:
        await bench.run(who="they")
    assert refused.value.status == 503
