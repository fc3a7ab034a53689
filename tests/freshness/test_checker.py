"""The checker, short; and proof that it catches an edge that lies. ``make freshness`` runs it for as long as wanted."""

from __future__ import annotations

import pytest

from tests.freshness.checker.game import Options, play


@pytest.mark.timeout(180)
def test_no_answer_is_wrong_whatever_goes_wrong_meanwhile() -> None:
    outcome = play(Options(seconds=12, readers=6, writers=3))
    assert outcome.is_clean, outcome.report()
    assert outcome.verdict.writes > 20, outcome.report()
    assert outcome.verdict.faults, outcome.report()
    assert outcome.hits > outcome.verdict.reads / 2, outcome.report()


@pytest.mark.timeout(180)
def test_an_edge_whose_fences_do_nothing_is_caught() -> None:
    outcome = play(Options(seconds=30, readers=6, writers=3, faults=False, broken=True, stop_at_wrong=True))
    assert any("stale" in each for each in outcome.verdict.wrong), outcome.report()
    assert outcome.seconds < 30, outcome.report()
