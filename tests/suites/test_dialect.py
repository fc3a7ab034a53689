"""SQLAlchemy's dialect suite comes out through the edge as it does without it.

A part of it, on two drivers of each protocol; `make suites` runs the whole on more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.servers.mariadb import run_mariadb
from tests.servers.mysql import missing, run_mysql
from tests.servers.mysql_like import MySqlLike
from tests.servers.postgres import Postgres
from tests.suites.dialect import dialect_suite, mysql_dialect_suite
from tests.suites.outcomes import counts
from tests.suites.run import Comparison, Pair, Server, postgres_for_suites, run_pair
from tests.tally import Tally

# What comes nearest to what an edge does: transactions, cursors, row counts, DDL and reflection after it, some types.
PARTS = """
    AutocommitIsolationTest IsolationLevelTest ServerSideCursorsTest RowCountTest RowFetchTest CTETest
    InsertBehaviorTest SimpleUpdateDeleteTest SequenceTest HasSequenceTest HasSequenceTestEmpty HasTableTest
    HasIndexTest TempTableElementsTest WeCanSetDefaultSchemaWEventsTest FutureWeCanSetDefaultSchemaWEventsTest
    PostCompileParamsTest ComputedReflectionTest IdentityColumnTest EnumTest BinaryTest UuidTest NativeUUIDTest
    DateTimeTZTest ArrayTest JoinTest ExistsTest WindowFunctionTest ExceptionTest
""".split()
MYSQL_PARTS = """
    AutocommitIsolationTest IsolationLevelTest ServerSideCursorsTest RowCountTest RowFetchTest CTETest
    InsertBehaviorTest SimpleUpdateDeleteTest HasTableTest EnumTest BinaryTest JoinTest ExistsTest ExceptionTest
""".split()


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair[Postgres]]:
    with run_pair(postgres_for_suites) as started:
        yield started


@pytest.mark.timeout(600)
@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_it_comes_out_as_without_the_edge(
    driver: str, pair: Pair[Postgres], tmp_path: Path, record_tally: Callable[[Tally], None]
) -> None:
    home = tmp_path / "suite"
    home.mkdir()
    found = pair.compare(dialect_suite(driver, home, PARTS), tmp_path, timeout=280)
    record_tally(found.tally)
    assert_the_same(found, least=150)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("driver", "server", "start"), [("pymysql", "MariaDB", run_mariadb), ("asyncmy", "MySQL", run_mysql)]
)
def test_it_does_on_mysql_and_mariadb(
    driver: str,
    server: str,
    start: Callable[[], AbstractContextManager[MySqlLike]],
    tmp_path: Path,
    record_tally: Callable[[Tally], None],
) -> None:
    if start is run_mysql and (reason := missing()) is not None:
        pytest.skip(reason)
    home = tmp_path / "suite"
    home.mkdir()
    with run_pair(start) as pair:
        found = pair.compare(mysql_dialect_suite(driver, server, home, MYSQL_PARTS), tmp_path, timeout=280)
    record_tally(found.tally)
    assert_the_same(found, least=80)


def assert_the_same(found: Comparison[Server], *, least: int) -> None:
    """Each test came out as without the edge, which served some of its reads."""
    assert [str(difference) for difference in found.differences] == []
    assert "failure" not in counts(found.edge)
    assert found.tally.tests > least
    assert found.hits > 0
