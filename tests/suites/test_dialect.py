"""SQLAlchemy's dialect suite comes out through the edge as it does without it.

A part of it, on two drivers; `make suites` runs the whole on more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.suites.dialect import dialect_suite
from tests.suites.outcomes import counts
from tests.suites.run import Pair, run_pair
from tests.tally import Tally

# What comes nearest to what an edge does: transactions, cursors, row counts, DDL and reflection after it, some types.
PARTS = """
    AutocommitIsolationTest IsolationLevelTest ServerSideCursorsTest RowCountTest RowFetchTest CTETest
    InsertBehaviorTest SimpleUpdateDeleteTest SequenceTest HasTableTest HasIndexTest TempTableElementsTest
    WeCanSetDefaultSchema PostCompileParamsTest ComputedReflectionTest IdentityColumnTest EnumTest BinaryTest
    UuidTest DateTimeTZTest ArrayTest JoinTest ExistsTest WindowFunctionTest ExceptionTest
""".split()
CHOICE = ("-k", " or ".join(PARTS))


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with run_pair() as started:
        yield started


@pytest.mark.timeout(300)
@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_it_comes_out_as_without_the_edge(
    driver: str, pair: Pair, tmp_path: Path, record_tally: Callable[[Tally], None]
) -> None:
    home = tmp_path / "suite"
    home.mkdir()
    found = pair.compare(dialect_suite(driver, home, CHOICE), tmp_path, timeout=280)
    record_tally(found.tally)
    assert [str(difference) for difference in found.differences] == []
    assert "failure" not in counts(found.edge)
    assert found.tally.tests > 150
    assert found.hits > 0
