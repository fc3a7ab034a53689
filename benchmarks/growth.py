"""What a million statements leave behind in the edge, once all that it remembers of statements is filled."""

from __future__ import annotations

import os

from benchmarks.report import Figure, Part, Row, number
from tests.load.memory import Growth

STATEMENTS = int(os.environ.get("BENCH_STATEMENTS", "1000000"))
WARM_UP = 0.1
"""The share of the statements after which what sessions and entries take has been taken once."""

GROWTH_LIMIT = 1_000_000
"""Bytes for each further 100,000 statements."""


def growth_figure(grown: Growth, clients: int) -> Part:
    """The row and the figure of a run of STATEMENTS."""
    growth = grown.per_statement(WARM_UP) * 100_000
    rows = [
        Row("edge", "statements", "", clients, "unpinned", "bytes", [grown.samples[-1][1]]),
        Row("edge", "growth/100k", "", clients, "unpinned", "bytes", [growth]),
    ]
    what = f"edge: growth by 100,000 statements, after {STATEMENTS * WARM_UP:,.0f} of {STATEMENTS:,}"
    goal = f"<= {number(GROWTH_LIMIT, 'bytes')}"
    return rows, [Figure(what, goal, number(growth, "bytes"), growth <= GROWTH_LIMIT)]
