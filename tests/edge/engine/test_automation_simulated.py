"""The engine on a virtual clock, with readers, and with writers around the edge whose rates are known."""

from __future__ import annotations

import pytest

from benchmarks.automation.cases import WRITES, Case, plain, runs_until_hit, simulate, special
from polyscale_cli.edge.engine.assumptions import STALE_SHARE

READS = 5.0
"""A second, of 300 queries."""

NEAR = 0.08
"""Of all answers: what a fixed TTL may have more of hits if it is chosen by somebody who knows the rates."""


@pytest.mark.parametrize("case", [plain(rate, READS) for rate in WRITES], ids=lambda case: case.name)
def test_an_hour_from_ignorance_keeps_the_bound_and_hits_about_as_often_as_the_best_fixed_ttl(case: Case) -> None:
    outcome = simulate(case)
    assert outcome.automated.stale_share <= STALE_SHARE
    assert outcome.automated.hit_ratio >= outcome.fixed.hit_ratio - NEAR


@pytest.mark.parametrize("case", special(READS)[2:], ids=lambda case: case.name)
def test_the_bound_holds_where_queries_differ_and_rates_change(case: Case) -> None:
    outcome = simulate(case)
    assert outcome.automated.stale_share <= STALE_SHARE
    assert outcome.automated.hit_ratio >= outcome.fixed.hit_ratio - NEAR


def test_hits_begin_with_the_third_run_of_a_query_and_the_second_of_another_one_of_its_template() -> None:
    assert {runs_until_hit(pause) for pause in (0.1, 5.0, 25.0)} == {(3, 2)}
