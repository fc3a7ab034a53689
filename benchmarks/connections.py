"""What connections leave behind that come, ask once and go."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack

from benchmarks.report import Figure, Part, Row, number, progress
from tests.load.memory import Growth
from tests.servers.process import resident_bytes

CONNECTIONS = int(os.environ.get("BENCH_CONNECTIONS", "20000"))
OPEN = 50
"""So many are open at a time, so that each outlives others."""

SAMPLE = 250
WARM_UP = 0.25
BYTES_LIMIT = 50
"""For each connection, once that share of them has come: none of the objects of a session is as small."""


def connections(pid: int, enter: Callable[[ExitStack], object]) -> Part:
    """Memory of the edge with that process id over CONNECTIONS clients.

    ``enter`` has one log in and ask, and lets the stack say goodbye for it.
    """
    progress(f"{CONNECTIONS:,} connections, one after the other")
    samples = [(0, resident_bytes(pid))]
    present: deque[ExitStack] = deque()
    for made in range(1, CONNECTIONS + 1):
        present.append(ExitStack())
        enter(present[-1])
        if len(present) > OPEN:
            present.popleft().close()
        if made % SAMPLE == 0:
            samples.append((made, resident_bytes(pid)))
        if made % (CONNECTIONS // 4) == 0:
            progress(f"{made:,} connections, {number(samples[-1][1], 'bytes')} resident")
    for each in present:
        each.close()
    growth = Growth(tuple(samples)).per_statement(WARM_UP)
    rows = [Row("edge", "connections", "", 1, "unpinned", "bytes", [growth])]
    what = f"edge: growth by each of {CONNECTIONS:,} connections"
    return rows, [Figure(what, f"<= {BYTES_LIMIT} B", f"{growth:.1f} B", growth <= BYTES_LIMIT)]
