"""What millions of statements leave behind in the edge, once all that it remembers of statements is filled."""

from __future__ import annotations

import os

from benchmarks.report import Figure, Part, Row, number
from tests.load.memory import Growth

STATEMENTS = int(os.environ.get("BENCH_STATEMENTS", "2500000"))
WARM_UP = 0.6
"""The share of the statements after which what sessions, entries and statistics take has been taken once: the counts of
twenty thousand templates are held for each minute until it is written, and that is at its most after three or four."""

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
