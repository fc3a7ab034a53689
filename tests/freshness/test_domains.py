"""What a domain brings along where it is nobody's column default: its own."""

from __future__ import annotations

import pytest

from tests.freshness.hidden import NAME, NEW, writes
from tests.freshness.through import Through, ask

SETUP = (
    writes("w")
    + "CREATE DOMAIN tallied AS int DEFAULT w(); CREATE DOMAIN again AS tallied; CREATE DOMAIN plain AS int DEFAULT 7;"
    + "CREATE TABLE t (x tallied, y int); CREATE TABLE u (x again, y int); CREATE TABLE v (x plain, y int);"
    + "GRANT ALL ON t, u, v TO public"
)


@pytest.mark.parametrize(
    "write",
    [
        "INSERT INTO t DEFAULT VALUES",
        "INSERT INTO t (y) VALUES (1)",
        "INSERT INTO u (y) VALUES (1)",
        "INSERT INTO t VALUES (DEFAULT, 1)",
        "UPDATE t SET x = DEFAULT",
    ],
)
def test_the_default_of_a_domain_counts(write: str, through: Through) -> None:
    through.around(SETUP + "; INSERT INTO t VALUES (1, 1)")
    reader, writer = through.connect(), through.connect()
    through.prime(lambda: ask(reader, NAME))
    writer.execute(write.encode())
    for connection in (reader, writer):
        assert ask(connection, NAME) == NEW


def test_a_default_that_writes_nothing_costs_nothing(through: Through) -> None:
    through.around(SETUP)
    reader, writer = through.connect(), through.connect()
    through.prime(lambda: ask(reader, NAME))
    writer.execute("INSERT INTO v (y) VALUES (1)")
    assert through.hit(lambda: ask(reader, NAME)) == ([("old",)], True)
