"""What a client that asks nothing costs the edge."""

from __future__ import annotations

import contextlib
import time

from benchmarks.mysql.session import Session
from benchmarks.mysql.targets import edge_target
from benchmarks.report import Figure, Part, Row, number, progress
from tests.load.crowd import cpu_seconds
from tests.servers.edge import run_edge
from tests.servers.mysql_like import MySqlLike
from tests.servers.process import resident_bytes

CLIENTS = 1_000
FIRST = 20
"""So many come before anything is counted: what a first client costs is not what each costs."""

SECONDS = 5
BYTES_LIMIT = 25_000


def idle(origin: MySqlLike) -> Part:
    """Memory for each of CLIENTS, and processor time while none of them asks."""
    progress(f"{CLIENTS:,} idle clients")
    with run_edge() as edge, contextlib.ExitStack() as clients:
        target = edge_target(edge, origin)
        for _ in range(FIRST):
            clients.enter_context(Session(target))
        pid = edge.process.pid
        before = resident_bytes(pid)
        for _ in range(CLIENTS):
            clients.enter_context(Session(target))
        each = (resident_bytes(pid) - before) / CLIENTS
        spent = cpu_seconds(pid)
        time.sleep(SECONDS)
        cpu_ms = (cpu_seconds(pid) - spent) / SECONDS * 1000
    rows = [
        Row("edge", "idle client", "", CLIENTS, "unpinned", "bytes", [each]),
        Row("edge", "idle cpu/s", "", CLIENTS, "unpinned", "ms", [cpu_ms]),
    ]
    what = f"edge: resident memory for each of {CLIENTS:,} idle clients"
    goal = f"<= {number(BYTES_LIMIT, 'bytes')}"
    return rows, [Figure(what, goal, number(each, "bytes"), each <= BYTES_LIMIT)]
