"""One seed, or many of them."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from unittest import mock

from polyscale_cli.edge.engine import cachestate
from tests.simulation.world import World

STEPS = 80
CHUNK = 500


@dataclass(slots=True)
class Outcome:
    """What came of some seeds.

    Attributes:
        steps: of each.
        counts: how often what happened in them.
        failed: the first seed that was found wrong.
        wrong: what was wrong.
    """

    steps: int = STEPS
    seeds: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    failed: int | None = None
    wrong: str = ""

    def report(self) -> str:
        """What came out, for a person; with the whole story of a seed that was wrong."""
        counted = ", ".join(f"{count:,} {what}" for what, count in sorted(self.counts.items()))
        if self.failed is None:
            return f"{self.seeds:,} seeds, nothing wrong; {counted}"
        story, _ = tell(self.failed, self.steps)
        return f"{story}\nseed {self.failed}: {self.wrong}\nagain: python -m tests.simulation --seed {self.failed}"

    def add(self, other: Outcome) -> None:
        """Take another's into this one."""
        self.seeds += other.seeds
        for what, count in other.counts.items():
            self.counts[what] = self.counts.get(what, 0) + count
        if other.failed is not None and (self.failed is None or other.failed < self.failed):
            self.failed, self.wrong = other.failed, other.wrong


@contextlib.contextmanager
def few_scopes() -> Iterator[None]:
    """Let a cache have so few scopes that old ones are forgotten in a run, too."""
    with mock.patch.object(cachestate, "MOST_SCOPES", 3):
        yield


def play(first: int, count: int, steps: int = STEPS) -> Outcome:
    """Play the seeds from the first on, up to one that is wrong."""
    outcome = Outcome(steps)
    with few_scopes():
        for seed in range(first, first + count):
            world = World(seed)
            try:
                world.run(steps)
            except Exception as wrong:  # noqa: BLE001  (whatever breaks, breaks with this seed)
                outcome.failed, outcome.wrong = seed, f"{type(wrong).__name__}: {wrong}"
            outcome.add(Outcome(steps, 1, world.counts))
            if outcome.failed is not None:
                break
    return outcome


def play_many(first: int, count: int, steps: int = STEPS) -> Outcome:
    """Play many seeds on all processors; of those that are wrong, give the first of all that were played."""
    chunks = [(at, min(CHUNK, first + count - at), steps) for at in range(first, first + count, CHUNK)]
    outcome = Outcome(steps)
    with multiprocessing.Pool(os.cpu_count()) as pool:
        for part in pool.imap_unordered(_play_chunk, chunks):
            outcome.add(part)
            if outcome.failed is not None:
                break
    return outcome


def _play_chunk(chunk: tuple[int, int, int]) -> Outcome:
    return play(*chunk)


def tell(seed: int, steps: int = STEPS) -> tuple[str, bool]:
    """Play one seed again. Returns its story, to the wrong in it if there is one, and whether there is."""
    is_wrong = False
    with few_scopes():
        world = World(seed, tells=True)
        try:
            world.run(steps)
        except Exception:  # noqa: BLE001  (the story ends with it)
            is_wrong = True
            world.tell("WRONG", traceback.format_exc())
    return "\n".join(world.story or []), is_wrong
