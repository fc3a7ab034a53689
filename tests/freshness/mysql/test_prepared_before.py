"""Prepared statements mean what they meant when they were prepared, whatever the session has become since."""

from __future__ import annotations

import pytest

from tests.e2e.raw_mysql import RawMySql, run
from tests.freshness.mysql.arena import MOST_RUNS, Arena

NAME = "SELECT name FROM items WHERE id = 1"
RENAME = "UPDATE items SET name = 'new' WHERE id = 1"


@pytest.mark.parametrize("asks_first", [False, True])
def test_a_write_is_seen_where_its_statement_was_prepared(mysql_arena: Arena, *, asks_first: bool) -> None:
    with (
        mysql_arena.place() as here,
        mysql_arena.place() as elsewhere,
        mysql_arena.session(here) as reader,
        mysql_arena.session(here) as writer,
    ):
        if asks_first:
            run(writer, NAME)
        renames = writer.prepare(RENAME)
        run(writer, f"USE {elsewhere}")
        mysql_arena.prime(reader, NAME)
        assert not writer.execute(renames).error
        assert reader.query(NAME).rows == ((b"new",),)


def test_a_read_is_told_to_nobody_in_the_database_that_was_used_later(mysql_arena: Arena) -> None:
    with (
        mysql_arena.place() as here,
        mysql_arena.place(("UPDATE items SET name = 'other'",)) as elsewhere,
        mysql_arena.session(here) as wanderer,
        mysql_arena.session(elsewhere) as reader,
    ):
        asked = wanderer.prepare(NAME)
        run(wanderer, f"USE {elsewhere}")
        told = [wanderer.execute(asked) for _ in range(MOST_RUNS)]
        assert told == [told[0]] * MOST_RUNS
        own = reader.prepare(NAME)
        answers = [reader.execute(own).rows for _ in range(MOST_RUNS)]
        assert answers == [answers[0]] * MOST_RUNS
        assert answers[0] != told[0].rows


@pytest.mark.parametrize(
    ("then", "now", "question"),
    [
        ("SET sql_mode = 'PIPES_AS_CONCAT'", "SET sql_mode = ''", "SELECT 1 || 0 FROM items WHERE id = 1"),
        (
            "SET collation_connection = utf8mb4_bin",
            "SET collation_connection = utf8mb4_general_ci",
            "SELECT 'a' = 'A' FROM items WHERE id = 1",
        ),
    ],
    ids=["sql_mode", "collation"],
)
def test_what_was_settled_when_it_was_prepared_is_told_to_no_other(
    mysql_arena: Arena, then: str, now: str, question: str
) -> None:
    with (
        mysql_arena.place() as name,
        mysql_arena.session(name) as first,
        mysql_arena.session(name) as second,
        mysql_arena.around(name) as direct,
    ):

        def changes(client: RawMySql) -> int:
            run(client, then)
            number = client.prepare(question)
            run(client, now)
            return number

        asked, expected = changes(first), direct.execute(changes(direct))
        assert [first.execute(asked) for _ in range(MOST_RUNS)] == [expected] * MOST_RUNS
        run(second, now)
        own, plain = second.prepare(question), direct.prepare(question)
        assert [second.execute(own) for _ in range(MOST_RUNS)] == [direct.execute(plain)] * MOST_RUNS


def test_what_was_derived_from_other_strings_is_told_to_no_other(mysql_arena: Arena) -> None:
    question = "SELECT ? + 1 FROM items WHERE id = 1"
    with (
        mysql_arena.place() as name,
        mysql_arena.session(name) as first,
        mysql_arena.session(name) as second,
        mysql_arena.around(name) as direct,
    ):
        asked, known = first.prepare(question), direct.prepare(question)
        for value in ("1.0", *(("1",) * MOST_RUNS)):
            assert first.execute(asked, value) == direct.execute(known, value)
        asked, known = second.prepare(question), direct.prepare(question)
        for _ in range(MOST_RUNS):
            assert second.execute(asked, "1") == direct.execute(known, "1")
