"""What is dropped by hand, by settings, by time; and what must stay."""

from __future__ import annotations

import httpx
import pytest

from tests.freshness.through import Through, ask
from tests.servers.process import wait_until

NAME = "SELECT name FROM items WHERE id = 1"
OLD, NEW = [("old",)], [("new",)]
AROUND = "UPDATE items SET name = 'new' WHERE id = 1"


def test_a_write_around_the_edge_is_seen_after_a_purge(through: Through) -> None:
    reader = through.connect()
    through.prime(lambda: ask(reader, NAME))
    through.around(AROUND)
    assert through.hit(lambda: ask(reader, NAME)) == (OLD, True)
    assert through.cache.purge() == 1
    assert ask(reader, NAME) == NEW
    assert through.cache.metrics().purged == 1
    assert through.prime(lambda: ask(reader, NAME)) == NEW


def test_a_write_around_the_edge_is_seen_when_the_ttl_is_over(through: Through) -> None:
    through.cache.patch(defaultTtl=1)
    reader = through.connect()
    through.prime(lambda: ask(reader, NAME))
    through.around(AROUND)
    wait_until(lambda: ask(reader, NAME) == NEW, "the entry expires")


def test_a_shorter_ttl_counts_at_once(through: Through) -> None:
    through.cache.patch(defaultTtl=3600)
    reader = through.connect()
    through.prime(lambda: ask(reader, NAME))
    through.around(AROUND)
    through.cache.patch(defaultTtl=1800)
    assert ask(reader, NAME) == NEW


@pytest.mark.parametrize("off", [{"cachingEnabled": False}, {"defaultCachingBehaviour": "uncached"}, {"defaultTtl": 0}])
def test_caching_can_be_switched_off_and_on(off: dict[str, object], through: Through) -> None:
    reader = through.connect()
    through.prime(lambda: ask(reader, NAME))
    before = through.cache.patch(**off)
    through.around(AROUND)
    assert ask(reader, NAME) == NEW
    through.never_hits(lambda: ask(reader, NAME))
    assert through.cache.metrics().entries == 0
    assert set(off) <= set(before)
    through.cache.patch(cachingEnabled=True, defaultCachingBehaviour="autoCached", defaultTtl=60)
    assert through.prime(lambda: ask(reader, NAME)) == NEW


def test_a_purge_of_one_cache_leaves_another_alone(through: Through) -> None:
    second = through.cache.edge.create_cache(through.postgres)
    try:
        beside = Through(second, through.postgres, through.database)
        reader, other = through.connect(), beside.connect()
        through.prime(lambda: ask(reader, NAME))
        beside.prime(lambda: ask(other, NAME))
        assert second.purge() == 1
        assert through.hit(lambda: ask(reader, NAME)) == (OLD, True)
        other.close()
    finally:
        second.delete()


def test_a_purge_during_a_fill_keeps_the_old_answer_out(through: Through) -> None:
    reader = through.connect()
    question = "SELECT name, count(*) FROM items, generate_series(1, 600000) WHERE id = 1 GROUP BY 1"
    ask(reader, question)
    ask(reader, question)
    reader.pgconn.send_query(question.encode())
    reader.pgconn.flush()
    through.around(AROUND)
    through.cache.purge()
    while reader.pgconn.get_result() is not None:
        pass
    assert ask(reader, question)[0][0] == "new"


def test_unknown_caches_cannot_be_purged(through: Through) -> None:
    answer: httpx.Response = through.cache.edge.api.put("/v1/caches/00000000-0000-0000-0000-000000000000/purge")
    assert answer.status_code == 404


UNTOUCHED = {
    "a write to another table": "INSERT INTO log VALUES ('x')",
    "an update of another table": "UPDATE apart SET name = 'x'",
    "a write to the same name in another schema": "UPDATE two.items SET name = 'x'",
    "a write to a table that refers to it": "INSERT INTO parts VALUES (1, 'x')",
    "copy into another table": "",
    "truncate of another": "TRUNCATE log",
    "merge into another": "MERGE INTO apart USING (VALUES (1)) v (id) ON apart.id = v.id WHEN MATCHED THEN DELETE",
    "a transaction elsewhere": "BEGIN; INSERT INTO log VALUES ('x'); COMMIT",
    "a rollback of its own writes": "BEGIN; UPDATE items SET name = 'x'; ROLLBACK",
    "reads": "SELECT * FROM parts, log, apart",
    "settings": "SET TimeZone = 'Asia/Tokyo'; RESET TimeZone",
    "a locking read": "SELECT FROM items WHERE id = 1 FOR UPDATE",
    "volatile functions of the server's own": "SELECT random(), clock_timestamp(), nextval('numbers')",
    "show, explain, listen": "SHOW search_path; EXPLAIN UPDATE items SET n = 1; LISTEN x; NOTIFY x; UNLISTEN x",
    "a cursor": "BEGIN; DECLARE c CURSOR FOR SELECT * FROM items; FETCH c; CLOSE c; COMMIT",
    "an advisory lock": "SELECT pg_advisory_lock(1), pg_advisory_unlock(1)",
    "a data-modifying CTE elsewhere": "WITH d AS (DELETE FROM apart RETURNING *) INSERT INTO log SELECT name FROM d",
}


@pytest.mark.parametrize("case", UNTOUCHED)
def test_what_does_not_touch_a_table_leaves_its_entries_alone(case: str, through: Through) -> None:
    """The second time: what is first met inside a transaction may be anything."""
    reader, writer = through.connect(), through.connect()
    for _ in range(2):
        through.prime(lambda: ask(reader, NAME))
        if case.startswith("copy"):
            with writer.cursor() as cursor, cursor.copy("COPY log FROM STDIN") as copy:
                copy.write_row(("x",))
        else:
            for statement in UNTOUCHED[case].split("; "):
                writer.execute(statement.encode())
    assert through.hit(lambda: ask(reader, NAME)) == (OLD, True)
