"""Sessions at random are through the edge what they are directly. A short run here; ``make fuzz`` plays many more."""

from __future__ import annotations

import os
import random

import pytest

from tests.transparency.generator import generate
from tests.transparency.trial import cuttings_of, differs, is_settled, shrink
from tests.transparency.world import World

LONG = os.environ.get("FUZZ_PROFILE") == "fuzz"
BATCHES, BATCH = (100, 50) if LONG else (4, 8)
FIRST = random.SystemRandom().randrange(1 << 40) if LONG else 0


@pytest.mark.parametrize("first", range(FIRST, FIRST + BATCHES * BATCH, BATCH))
def test_random_sessions_are_as_they_are_directly(first: int, world: World) -> None:
    before = world.front.hits
    for seed in range(first, first + BATCH):
        found = differs(world, generate(seed), cuttings_of(seed), seed)
        if found is None:
            continue
        assert is_settled(world, found.script), f"seed {seed} comes out differently without the edge, too"
        alone = differs(world, found.script, cuttings_of(seed), seed, fresh=True)
        if alone is not None:
            cuttings = alone.cuttings
            found = shrink(alone, lambda script: differs(world, script, cuttings, seed, fresh=True))  # noqa: B023
        pytest.fail(f"seed {seed}: {found}", pytrace=False)
    assert world.front.hits > before, "not one answer came from the cache"
