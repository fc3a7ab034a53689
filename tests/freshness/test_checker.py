"""The checker, short; and proof that it catches an edge that lies. ``make freshness`` runs it for as long as wanted."""

from __future__ import annotations

import pytest

from tests.freshness.checker.databases import DATABASES
from tests.freshness.checker.game import Options, play
from tests.servers.mysql import missing

LEAST_HITS = {"postgres": 2, "mariadb": 10, "mysql": 10}
"""One read in so many is a hit at least; with more kinds of writes that empty the whole cache, there are fewer."""
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
    outcome = play(Options(seconds=12, database=database, readers=6, writers=4, http=True))
    assert outcome.is_clean, outcome.report()
    assert outcome.verdict.writes > 20, outcome.report()
    assert outcome.verdict.faults, outcome.report()
    assert outcome.hits > outcome.verdict.reads / LEAST_HITS[database], outcome.report()


@EACH
def test_an_edge_whose_fences_do_nothing_is_caught(database: str) -> None:
    outcome = play(
        Options(seconds=SECONDS, database=database, readers=6, writers=3, faults=False, broken=True, stop_at_wrong=True)
    )
    assert any("stale" in each for each in outcome.verdict.wrong), outcome.report()
    assert outcome.seconds < SECONDS, outcome.report()
