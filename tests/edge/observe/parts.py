"""A cache whose tallies are counted by hand, and statistics over it with clocks to turn by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from polyscale_cli.edge.engine import CacheState, Reason, Template
from polyscale_cli.edge.observe.span import Span, Step
from polyscale_cli.edge.observe.statistics import Statistics
from tests.edge.engine.parts import Bench

NOON = 1_767_268_800
"""2026-01-01T12:00:00Z"""


@dataclass(slots=True)
class Clocks:
    """Both clocks of an edge: ``pass_by`` turns both, ``jump`` the one on the wall alone."""

    wall: float = NOON
    monotonic: float = 1000.0

    def pass_by(self, seconds: float) -> None:
        self.wall += seconds
        self.monotonic += seconds

    def jump(self, seconds: float) -> None:
        self.wall += seconds


@dataclass(slots=True)
class Watched:
    """An engine with one cache, and statistics of it; ``run`` is what clients do."""

    path: Path
    clocks: Clocks = field(default_factory=Clocks)
    bench: Bench = field(default_factory=Bench)
    habits: dict[str, object] = field(default_factory=dict)
    statistics: Statistics = field(init=False)

    def __post_init__(self) -> None:
        self.statistics = self.opened()

    def opened(self) -> Statistics:
        """What an edge that was started anew would have."""
        return Statistics(
            self.path,
            self.states,
            habits=lambda: [("one", self.habits.items())],
            wall=lambda: self.clocks.wall,
            monotonic=lambda: self.clocks.monotonic,
        )

    @property
    def cache(self) -> CacheState:
        return self.bench.cache

    def states(self) -> Iterator[tuple[str, CacheState]]:
        yield "one", self.cache

    def run(self, text: bytes = b"read a", *, hits: int = 0, misses: int = 0, passes: int = 0) -> Template:
        """Have statements answered: misses take the origin 20 ms, hits nothing."""
        template = self.cache.templates.of_text(text)
        template.tally.hits += hits
        for _ in range(misses):
            template.tally.misses += 1
            template.tally.took(0.02)
        self.cache.misses += misses
        for _ in range(passes):
            self.cache.pass_by(template, Reason.READS_CLOCK)
        return template

    async def pass_minutes(self, minutes: int) -> None:
        """Let time go by as an edge does that sweeps and keeps."""
        for _ in range(6 * minutes):
            self.clocks.pass_by(10)
            await self.statistics.sweep(pause=0)
            await self.statistics.keep()

    def span(self, minutes: int, step: Step = Step.MINUTE) -> Span:
        """The last minutes, with the one at hand."""
        length = step.seconds
        until = (int(self.clocks.wall) // length + 1) * length
        return Span((int(self.clocks.wall) - 60 * minutes) // length * length, until, step)
