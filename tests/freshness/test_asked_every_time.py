"""What is another answer each time is asked of the server each time."""

from __future__ import annotations

import datetime

import pytest

from tests.freshness.through import Through, ask

ITEM = "SELECT name FROM items WHERE id = 1"

MOVING = [
    "SELECT now(), id FROM items WHERE id = 1",
    "SELECT clock_timestamp() FROM items WHERE id = 1",
    "SELECT CURRENT_TIMESTAMP, id FROM items WHERE id = 1",
    "SELECT current_timestamp(6) FROM items WHERE id = 1",
    "SELECT LOCALTIMESTAMP FROM items WHERE id = 1",
    "SELECT transaction_timestamp() FROM items WHERE id = 1",
    "SELECT random() FROM items WHERE id = 1",
    "SELECT gen_random_uuid() FROM items WHERE id = 1",
    "SELECT nextval('numbers') FROM items WHERE id = 1",
    "SELECT 'now'::timestamptz, id FROM items WHERE id = 1",
    "SELECT $$now$$::timestamptz, id FROM items WHERE id = 1",
    "SELECT timestamptz 'NOW', id FROM items WHERE id = 1",
    "SELECT CAST(' now ' AS timestamp), id FROM items WHERE id = 1",
    "SELECT age(now(), at) FROM typed",
    "SELECT pg_current_xact_id()::text FROM items WHERE id = 1",
    "SELECT statement_timestamp() - at FROM typed",
    "SELECT tick FROM ticking",
    "SELECT tick FROM ticking_by_keyword",
    "SELECT sampled FROM (SELECT random() AS sampled) x",
    "SELECT txid_current() FROM items WHERE id = 1",
]


@pytest.mark.parametrize("mode", ["simple", "extended", "prepared"])
def test_what_changes_by_itself_is_asked_every_time(mode: str, through: Through) -> None:
    through.around("CREATE VIEW ticking AS SELECT clock_timestamp() AS tick FROM items WHERE id = 1")
    through.around("CREATE VIEW ticking_by_keyword AS SELECT current_timestamp AS tick FROM items WHERE id = 1")
    through.around("GRANT ALL ON ticking, ticking_by_keyword TO public")
    connection = through.connect()
    for sql in MOVING:
        if mode == "simple":
            answers = [ask(connection, sql) for _ in range(5)]
        else:
            numbered = f"SELECT * FROM ({sql}) x WHERE %s = 1" if "nextval" not in sql else sql
            answers = [
                ask(connection, numbered, (1,) if numbered != sql else None, prepare=mode == "prepared")
                for _ in range(5)
            ]
        fixed_when_parsed = mode == "prepared" and "now" in sql.lower().replace("now()", "")
        if not fixed_when_parsed:
            assert len({repr(answer) for answer in answers}) == 5, sql


@pytest.mark.parametrize("word", ["now", "NOW", "today", "Yesterday", "tomorrow", " now "])
def test_a_parameter_that_means_a_moment_is_asked_every_time(word: str, through: Through) -> None:
    connection = through.connect()
    before = through.hits
    for _ in range(6):
        ask(connection, "SELECT count(*), %s::timestamptz FROM typed", (word,))
        ask(connection, "SELECT count(*) FROM typed WHERE day < %s", (word,), prepare=True)
    assert through.hits == before


def test_a_moment_in_a_prepared_text_belongs_to_the_session_that_prepared_it(through: Through) -> None:
    """The server turns such a literal into a constant at Parse, so that two sessions hold different ones."""
    sql = "SELECT 'now'::timestamptz, count(*) FROM items WHERE id = %s GROUP BY 1"
    one, other = through.connect(), through.connect()
    first = [ask(one, sql, (1,), prepare=True) for _ in range(6)]
    assert len({repr(each) for each in first}) == 1
    second = [ask(other, sql, (1,), prepare=True) for _ in range(6)]
    assert first[0] != second[0]
    assert isinstance(second[0][0][0], datetime.datetime)


def test_locks_and_sequences_are_left_to_the_server(through: Through) -> None:
    connection = through.connect()
    for sql in (
        "SELECT name FROM items WHERE id = 1 FOR UPDATE",
        "SELECT name FROM items WHERE id = 1 FOR SHARE",
        "SELECT name FROM items WHERE id = 1 FOR NO KEY UPDATE OF items SKIP LOCKED",
        "SELECT last_value FROM numbers",
        "SELECT nextval('numbers')",
        "SELECT pg_try_advisory_lock(1)",
        "SELECT relname FROM pg_class WHERE relname = 'items'",
        "SELECT table_name FROM information_schema.tables WHERE table_name = 'items'",
        "SELECT pg_backend_pid(), id FROM items WHERE id = 1",
        "SELECT current_setting('search_path'), id FROM items WHERE id = 1",
        "SHOW search_path",
        "SELECT parts FROM counted WHERE id = 1",
        "SELECT part_count(), id FROM items WHERE id = 1",
    ):
        through.never_hits(lambda sql=sql: ask(connection, sql))  # type: ignore[misc]
