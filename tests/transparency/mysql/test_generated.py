"""Sessions at random are through the edge what they are directly. A short run here; ``make fuzz`` plays many more."""

from __future__ import annotations

import random

import pytest
from hypothesis import settings

from tests.transparency.mysql.generator import generate
from tests.transparency.mysql.world import MySqlWorld
from tests.transparency.trial import examine

BATCH = 8
LONG = not settings().derandomize
BATCHES = settings().max_examples // BATCH if LONG else 2
# Each of several processes has its own, as long as the tests' names are the same in all.
FIRST = random.SystemRandom().randrange(1 << 40) if LONG else 0


@pytest.mark.parametrize("batch", range(BATCHES))
def test_random_sessions_are_as_they_are_directly(batch: int, world: MySqlWorld) -> None:
    before = world.front.hits
    for seed in range(FIRST + batch * BATCH, FIRST + (batch + 1) * BATCH):
        found = examine(world, generate(world.database_type, seed), seed)
        if found is not None:
            pytest.fail(f"seed {seed}: {found}", pytrace=False)
    assert world.front.hits > before, "not one answer came from the cache"
