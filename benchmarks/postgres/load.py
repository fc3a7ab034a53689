"""A thousand idle clients and two hundred busy ones, and a million statements: what they cost the edge."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

from benchmarks.connections import connections
from benchmarks.growth import STATEMENTS, growth_figure
from benchmarks.report import Figure, Part, Row, number, progress
from tests.e2e.raw import TERMINATE, RawClient
from tests.load.connection import Place
from tests.load.crowd import all_answer, arrive, be_busy, cost_of_idle
from tests.load.memory import CLIENTS, grow
from tests.load.mix import FILLING, KINDS, SCHEMA, WrongAnswer, hit
from tests.servers.edge import run_edge
from tests.servers.postgres import TRUST, run_postgres
from tests.servers.process import ServerError

IDLE = 1_000
IDLE_SECONDS = 10
BUSY = 200
BUSY_STATEMENTS = 100_000
IDLE_BYTES_LIMIT = 25_000
IDLE_CPU_LIMIT_MS = 1.0
FILLING_STATEMENTS = 160_000
"""Of texts, templates and settings that are all new: so many that the edge remembers as many as it ever does, 20,000
of each and all the settings there are. Before that memory grows because it is filled: no leak could be told from it."""


@contextlib.contextmanager
def _place() -> Iterator[Place]:
    """An origin with room for all, and an edge with little memory for answers."""
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
    """How memory grows over STATEMENTS statements of all kinds, once all that is remembered has been filled."""
    progress(f"load: {FILLING_STATEMENTS:,} statements to fill what is remembered")
    with _place() as place, asyncio.Runner() as runner:
        runner.run(grow(place, FILLING_STATEMENTS, FILLING, _tell))
        progress(f"load: {STATEMENTS:,} statements of {CLIENTS} clients")
        grown = runner.run(grow(place, STATEMENTS, KINDS, _tell, first=FILLING_STATEMENTS))
    return growth_figure(grown, CLIENTS)


def come_and_go() -> Part:
    """What connections leave behind that ask once."""
    with _place() as place:
        edge, cache = place.cache.edge, place.cache.id

        def enter(stack: contextlib.ExitStack) -> None:
            client = stack.enter_context(RawClient(edge.postgres_port))
            client.login(user=TRUST.name, database=place.database, application_name=cache)
            stack.callback(client.send, TERMINATE)
            client.send(*(request for request, _ in hit(1)))
            if hit(1)[0][1][5:] not in {message.body for message in client.until("Z")}:
                raise ServerError("the edge answered something else")

        return connections(edge.process.pid, enter)


def _tell(made: int, size: int) -> None:
    progress(f"load: {made:,} statements, {number(size, 'bytes')} resident")
