"""A thousand idle clients and two hundred busy ones, and a million statements: what they cost the edge."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterator

from benchmarks.report import Figure, Part, Row, number, progress
from tests.load.connection import Place
from tests.load.crowd import all_answer, arrive, be_busy, cost_of_idle
from tests.load.memory import CLIENTS, Growth, grow
from tests.load.mix import KINDS, SCHEMA, WrongAnswer
from tests.servers.edge import run_edge
from tests.servers.postgres import run_postgres
from tests.servers.process import ServerError, resident_bytes

IDLE = 1_000
IDLE_SECONDS = 10
BUSY = 200
BUSY_STATEMENTS = 100_000
IDLE_BYTES_LIMIT = 25_000
IDLE_CPU_LIMIT_MS = 1.0
STATEMENTS = int(os.environ.get("BENCH_STATEMENTS", "1000000"))
WARM_UP = 0.4
"""The share of the statements after which texts, templates and entries are as many as the edge remembers."""

GROWTH_LIMIT = 1_000_000
"""Bytes for each further 100,000 statements."""


@contextlib.contextmanager
def _place() -> Iterator[Place]:
    """An origin with room for all, and an edge whose memory for answers is soon in use."""
    settings = f"max_connections = {IDLE + BUSY + 100}"
    with run_postgres(settings) as origin, run_edge("--memory", "16MiB") as edge:
        origin.run(SCHEMA, "app")
        try:
            yield Place(edge.create_cache(origin, "load", originTls="disable"), "app")
        except* (WrongAnswer, OSError) as wrong:
            raise ServerError(f"under load: {wrong.exceptions[0]}\n{edge.log[-2000:]}") from None


def crowd() -> Part:
    """What idle clients cost, and whether all are answered while others are busy, and afterwards."""
    progress(f"load: {IDLE:,} idle clients and {BUSY} busy ones")
    with _place() as place, asyncio.Runner() as runner:
        idle, cost = runner.run(cost_of_idle(place, IDLE, IDLE_SECONDS))

        async def be_many() -> int:
            made = await be_busy(place, BUSY, BUSY_STATEMENTS)
            busy = await arrive(place, BUSY)
            await all_answer([*idle, *busy])
            for each in (*idle, *busy):
                each.close()
            return made

        made = runner.run(be_many())
    cpu_ms = cost.cpu_share * 1000
    rows = [
        Row("edge", "idle client", "", IDLE, "unpinned", "bytes", [cost.bytes_each]),
        Row("edge", "idle cpu/s", "", IDLE, "unpinned", "ms", [cpu_ms]),
    ]
    figures = [
        Figure(
            f"edge: resident memory for each of {IDLE:,} idle clients",
            f"<= {number(IDLE_BYTES_LIMIT, 'bytes')}",
            number(cost.bytes_each, "bytes"),
            cost.bytes_each <= IDLE_BYTES_LIMIT,
        ),
        Figure(
            f"edge: processor time each second with {IDLE:,} idle clients",
            f"<= {number(IDLE_CPU_LIMIT_MS, 'ms')}",
            number(cpu_ms, "ms"),
            cpu_ms <= IDLE_CPU_LIMIT_MS,
        ),
        Figure(f"edge: {made:,} statements of {BUSY} busy clients beside them", "all right", "all right", ok=True),
    ]
    return rows, figures


def statements() -> Part:
    """How memory grows over STATEMENTS statements of all kinds."""
    progress(f"load: {STATEMENTS:,} statements of {CLIENTS} clients")
    with _place() as place, asyncio.Runner() as runner:
        grown = runner.run(grow(place, STATEMENTS, KINDS, _tell))
        resident = resident_bytes(place.cache.edge.process.pid)
    growth = _per_100_000(grown)
    rows = [
        Row("edge", "statements", "", CLIENTS, "unpinned", "bytes", [resident]),
        Row("edge", "growth/100k", "", CLIENTS, "unpinned", "bytes", [growth]),
    ]
    what = f"edge: growth by 100,000 statements, after {STATEMENTS * WARM_UP:,.0f} of {STATEMENTS:,}"
    goal = f"<= {number(GROWTH_LIMIT, 'bytes')}"
    return rows, [Figure(what, goal, number(growth, "bytes"), growth <= GROWTH_LIMIT)]


def _per_100_000(grown: Growth) -> float:
    return grown.per_statement(WARM_UP) * 100_000


def _tell(made: int, size: int) -> None:
    progress(f"load: {made:,} statements, {number(size, 'bytes')} resident")
