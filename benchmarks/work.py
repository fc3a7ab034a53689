"""What is measured of a target, and what came out of one run."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from benchmarks.affinity import Placement
from benchmarks.target import Target

HOT_KEYS = 100


class Work(enum.StrEnum):
    """What is asked for: the same 100 keys again and again, or any of a million."""

    HOT = "hot"
    MISS = "miss"


class Kept(enum.Flag):
    """What goes into the table."""

    RATE = enum.auto()
    LATENCY = enum.auto()


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing to measure of some targets.

    Attributes:
        protocol: the way of asking, in the words of the load's client.
        targets: names of those that take it.
    """

    work: Work
    protocol: str
    clients: int
    placement: Placement
    targets: frozenset[str]
    kept: Kept = Kept.RATE


@dataclass(frozen=True, slots=True)
class Measured:
    """`latencies` are seconds per transaction, in no order; empty when not asked for."""

    tps: float
    transactions: int
    latencies: Sequence[float]


class Load(Protocol):
    """A client that asks as fast as it is answered."""

    def run(self, target: Target, cell: Cell, seconds: int, prefix: tuple[str, ...]) -> Measured:
        """Measure for so long; `prefix` is a command to run the client under. Raises ServerError when it fails."""

    def warm_up(self, target: Target, protocol: str) -> None:
        """Ask for each of the hot keys, often enough for a cache to keep every one."""
