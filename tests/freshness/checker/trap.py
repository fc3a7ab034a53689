"""A kind of tables with a trap, and what is asked of a server about them, in words that no protocol owns.

A group is one instance of a trap. All that its reads return is its version, in every row and column; its writes all
make it ``{v}``. In texts, ``{g}`` is the group's number.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

RARE = 15.0
"""Seconds between the writes of a group that empty the whole cache."""


class How(enum.Enum):
    """How a statement is sent."""

    TEXT = "as a text"
    PREPARED = "prepared for this once"
    KEPT = "prepared once for the session"


class Request(NamedTuple):
    """One statement. ``data`` is what the server asks for then, as COPY and LOAD DATA LOCAL do."""

    sql: str
    how: How = How.TEXT
    data: str | None = None


Steps = list[Request]
"""Requests, each sent when the one before is answered."""

Write = Callable[[int, int], Steps]
"""What makes the version ``v`` in group ``g``."""


@dataclass(frozen=True, slots=True)
class Trap:
    """One kind of group.

    Attributes:
        setup: makes its tables, with version 0.
        reads: texts that give the version.
        writes: each gives the steps that make the version ``v`` in group ``g``.
        every: seconds between writes; those that empty the whole cache must be rare for others to have hits.
        snapshots: whether an older snapshot goes on seeing the older rows; where the table itself is replaced, or
            knows no transactions, it does not.
    """

    name: str
    setup: str
    reads: tuple[str, ...]
    writes: tuple[Write, ...]
    every: float = 1.0
    snapshots: bool = True


def texts(*sql: str) -> Write:
    """Steps of one text each."""
    return lambda g, v: [Request(each.format(g=g, v=v)) for each in sql]


def block(*sql: str) -> Write:
    """Steps of a transaction."""
    return texts("BEGIN", *sql, "COMMIT")


def prepared(*sql: str) -> Write:
    """Steps of one prepared statement each."""
    return lambda g, v: [Request(each.format(g=g, v=v), How.PREPARED) for each in sql]
