"""What the condition of a COPY FROM calls, and what a COPY without one leaves alone."""

from __future__ import annotations

import pytest

from tests.freshness.hidden import NAME, NEW, writes
from tests.freshness.through import Through, ask


@pytest.mark.parametrize("condition", ["rename('new') = 1", "log.w = 1", "length(message) @@+ 1 = 1"])
def test_what_the_condition_of_a_copy_calls_counts(condition: str, through: Through) -> None:
    through.around(writes("w", "log") + writes("f", "int, int"))
    through.around("CREATE OPERATOR @@+ (leftarg = int, rightarg = int, function = f)")
    reader, writer = through.connect(), through.connect()
    through.prime(lambda: ask(reader, NAME))
    with writer.cursor().copy(f"COPY log FROM STDIN WHERE {condition}") as copy:
        copy.write("x\n")
    for connection in (reader, writer):
        assert ask(connection, NAME) == NEW


def test_a_copy_without_conditions_leaves_other_tables_answers(through: Through) -> None:
    reader, writer = through.connect(), through.connect()
    through.prime(lambda: ask(reader, NAME))
    for options in ("", "WITH (FORMAT csv, NULL '')", "(DELIMITER ',')"):
        with writer.cursor().copy(f"COPY log (message) FROM STDIN {options}") as copy:
            copy.write("x\n")
        assert through.hit(lambda: ask(reader, NAME)) == ([("old",)], True)
