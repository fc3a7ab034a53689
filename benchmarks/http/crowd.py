"""A crowd that asks over HTTP at once: whether anybody is lost, and what stays of it in memory."""

from __future__ import annotations

import asyncio
import os

from benchmarks.report import Figure, Part, Row, number, progress
from tests.e2e.serverless.asking import Asker
from tests.load.http_crowd import Lost, ask_at_once
from tests.servers.edge import run_edge
from tests.servers.postgres import TRUST, Postgres
from tests.servers.process import ServerError, resident_bytes

CROWD = "crowd"
CLIENTS = int(os.environ.get("BENCH_CROWD", "10000"))
TURNS = 14
WARM_UP = 9
"""So many turns are for what is only made once: all ask for the same again, so that nothing new is remembered."""

BYTES_LIMIT = 200
"""Of growth for each request: what memory in pieces makes of 10,000 at once; one that stays has kilobytes."""


def crowd(origin: Postgres) -> Part:
    """Have CLIENTS connect and ask at once, TURNS times."""
    database = origin.create_database()
    sizes: list[int] = []
    answered = refused = 0
    with run_edge("--sql-requests-per-minute", str(1 << 40), "--memory", "1MiB") as edge:
        asker = Asker(edge.create_cache(origin, originTls="disable"), TRUST.name, "", database)
        for _ in range(TURNS):
            try:
                told = asyncio.run(ask_at_once(asker, CLIENTS))
            except Lost as error:
                raise ServerError(f"crowd: {error}") from None
            answered += told.answered
            refused += told.refused
            sizes.append(resident_bytes(edge.process.pid))
            progress(f"{told.answered:,} answered, {told.refused:,} refused, {number(sizes[-1], 'bytes')} resident")
    lost = TURNS * CLIENTS - answered - refused
    growth = (sizes[-1] - sizes[WARM_UP - 1]) / (CLIENTS * (TURNS - WARM_UP))
    rows = [
        Row("edge", "crowd growth", "", CLIENTS, "unpinned", "bytes", [growth]),
        Row("edge", "crowd answered", "", CLIENTS, "unpinned", "requests", [answered / TURNS]),
    ]
    what = f"{CLIENTS:,} requests at once over HTTP, {TURNS} times: lost or told something else"
    return rows, [
        Figure(what, "0", f"{lost} ({answered:,} answered, {refused:,} refused)", lost == 0),
        Figure("growth by each of them", f"<= {BYTES_LIMIT} B", f"{growth:.1f} B", growth <= BYTES_LIMIT),
    ]
