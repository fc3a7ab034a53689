"""Which statements a performance test runs."""

from __future__ import annotations

import pytest

from polyscale_cli.errors import UsageError
from polyscale_cli.performance.statement import refuse_other_than_reads


@pytest.mark.parametrize(
    "sql",
    [
        "select 1",
        " (SELECT 1) UNION (SELECT 2)",
        "/* a; DELETE */ -- b\n# c\nWITH a AS (SELECT 1) TABLE a",
        "VALUES (1)",
        "SHOW server_version",
        "TABLE items",
    ],
)
def test_reads_are_run(sql: str) -> None:
    refuse_other_than_reads(sql)


@pytest.mark.parametrize("sql", ["DELETE FROM a", "-- SELECT 1\nDROP TABLE a", "", "1", "SELECTED", "COPY a TO STDOUT"])
def test_other_statements_are_refused(sql: str) -> None:
    with pytest.raises(UsageError, match="reads alone"):
        refuse_other_than_reads(sql)
