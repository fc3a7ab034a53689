"""The checker, short; and proof that it catches an edge that lies. ``make freshness`` runs it for as long as wanted."""

from __future__ import annotations

import pytest

from tests.freshness.checker.databases import DATABASES
from tests.freshness.checker.game import Options, Outcome, play
from tests.servers.mysql import missing

LEAST_WRITES = 20
LEAST_HITS = 1 / 10
"""Of all reads."""
SECONDS = 150
"""For an edge that lies to be caught. It takes one or two; on a machine with much else to do, many."""
EACH = pytest.mark.parametrize("database", DATABASES)


@pytest.fixture(autouse=True)
def there(database: str) -> None:
    """MySQL is not in Debian's own packages."""
    if database == "mysql" and (reason := missing()) is not None:
        pytest.skip(reason)


@EACH
def test_no_answer_is_wrong_whatever_goes_wrong_meanwhile(database: str) -> None:
    for seconds in (12, 100):
        outcome = play(Options(seconds=seconds, database=database, readers=6, writers=4, http=True))
        assert outcome.is_clean, outcome.report()
        # On a machine that has much else to do, there may be little of it all in a few seconds.
        if is_full(outcome):
            break
    assert is_full(outcome), outcome.report()


def is_full(outcome: Outcome) -> bool:
    """Whether so much has happened that to be right was some merit."""
    verdict = outcome.verdict
    return verdict.writes > LEAST_WRITES and bool(verdict.faults) and outcome.hits > verdict.reads * LEAST_HITS


@EACH
def test_an_edge_whose_fences_do_nothing_is_caught(database: str) -> None:
    outcome = play(
        Options(seconds=SECONDS, database=database, readers=6, writers=3, faults=False, broken=True, stop_at_wrong=True)
    )
    assert any("stale" in each for each in outcome.verdict.wrong), outcome.report()
    assert outcome.seconds < SECONDS, outcome.report()
