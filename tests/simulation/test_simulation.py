"""The engine holds in some thousand orders of events; broken, it is found out. ``make simulation`` plays many more."""

from __future__ import annotations

import os

import pytest

from tests.simulation.faults import FAULTS, broken
from tests.simulation.run import play, tell

SEEDS = int(os.environ.get("SIMULATION_SEEDS", "4000"))
ENOUGH = 5_000
"""Seeds in which the rarest fault is found, from where it is looked for."""

RARE = {
    "a fence stays as it was when definitions move": 108_500,
    "the catalog is believed whatever has moved": 12_500,
    "the fence of a lost write comes down at once": 11_500,
}
"""Where to look for faults that show once in ten thousand seeds, or more."""

HAPPENS = ("hit", "joined", "kept", "not kept", "evicted", "haunted", "looked", "configured", "purged in part")


@pytest.mark.timeout(0)
def test_nothing_is_stale_or_lost_in_any_order_of_events() -> None:
    outcome = play(0, SEEDS)
    assert outcome.failed is None, outcome.report()
    assert all(outcome.counts.get(what, 0) > SEEDS / 100 for what in HAPPENS), outcome.counts


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_engine_is_found_out(fault: str) -> None:
    with broken(fault):
        assert play(RARE.get(fault, 0), ENOUGH).failed is not None


def test_a_seed_tells_the_same_story_each_time() -> None:
    assert tell(7) == tell(7)
    assert tell(7) != tell(8)


def test_the_story_of_a_wrong_ends_with_it() -> None:
    with broken("a fence drops nothing"):
        outcome = play(0, ENOUGH)
        assert outcome.failed is not None
        story, is_wrong = tell(outcome.failed)
    assert is_wrong
    assert outcome.wrong in story.splitlines()[-1] + story.splitlines()[-2]
