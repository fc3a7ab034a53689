"""What ran is summed for each driver over all its tests, and what failed is counted as a difference."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from tests.tally import PROPERTY, Tallies, Tally, table


def report(nodeid: str, outcome: str, when: str, *tallies: Tally) -> pytest.TestReport:
    properties = [(PROPERTY, json.dumps(asdict(tally))) for tally in tallies]
    return pytest.TestReport(nodeid, (nodeid, 0, nodeid), {}, outcome, None, when, user_properties=properties)  # type: ignore[arg-type]


def test_the_table_has_a_line_for_each_driver() -> None:
    tallies = [Tally("psycopg", "3", 1, 5), Tally("asyncpg", "0.3", 2, 0, 1), Tally("psycopg", "3", 1, 2)]
    assert table(tallies) == [
        "through the edge  version  tests  hits  differences",
        "asyncpg           0.3      2      0     1",
        "psycopg           3        2      7     none",
    ]


def test_a_failed_test_is_a_difference() -> None:
    tallies = Tallies()
    for name, outcome in (("a", "passed"), ("b", "failed")):
        tallies.pytest_runtest_logreport(report(name, outcome, "call"))
        tallies.pytest_runtest_logreport(report(name, "passed", "teardown", Tally("psycopg", "3", 1, 4)))
    assert table(tallies.recorded)[1].split() == ["psycopg", "3", "2", "8", "1"]
