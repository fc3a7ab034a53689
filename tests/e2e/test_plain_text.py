"""Statements that name no table: their text alone says whether they may be kept, and what they do."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.servers.edge import EdgeCache
from tests.servers.postgres import SCRAM, Postgres


@pytest.fixture
def session(cache: EdgeCache, database: str, postgres: Postgres) -> Iterator[psycopg.Connection]:
    postgres.run(
        "CREATE TABLE items (v text); INSERT INTO items VALUES ('old'); GRANT ALL ON items TO public", database
    )
    with psycopg.connect(cache.url(SCRAM, database), autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize(
    "statement", ["DO $$ BEGIN UPDATE items SET v = 'new'; END $$", "EXPLAIN ANALYZE UPDATE items SET v = 'new'"]
)
def test_a_write_that_its_text_alone_tells_empties_the_cache(
    session: psycopg.Connection, cache: EdgeCache, database: str, statement: str
) -> None:
    read = "SELECT v FROM items"
    assert [session.execute(read).fetchall() for _ in range(4)] == [[("old",)]] * 4
    assert cache.metrics().hits > 0
    with psycopg.connect(cache.url(SCRAM, database), autocommit=True) as other:
        other.execute(statement)
    assert session.execute(read).fetchall() == [("new",)]


@pytest.mark.parametrize(
    "statement", ["SELECT current_date", "SELECT current_timestamp", "SHOW work_mem", "EXPLAIN SELECT 1"]
)
def test_what_its_text_alone_refuses_is_never_kept(
    session: psycopg.Connection, cache: EdgeCache, statement: str
) -> None:
    for _ in range(5):
        session.execute(statement).fetchall()
    assert (cache.metrics().hits, cache.metrics().entries) == (0, 0)
