"""Caches that only observe: whatever way a read takes, the origin answers it, and what would have been is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pymysql
import pytest

from tests.e2e.serverless.asking import Asker, was_hit
from tests.servers.edge import Edge, EdgeCache, Json
from tests.servers.mysql_like import APP, MySqlLike
from tests.servers.postgres import TRUST, Postgres

READ = "SELECT name FROM items"
RUNS = 5
"""Of each way: enough for the last two to be hits, if the cache served."""

Change = Callable[[str], object]


def observed(cache: EdgeCache) -> Json:
    """What it says it would have done."""
    found: Json = cache.edge.api.get(f"/v1/caches/{cache.id}/metrics").json()["observed"]
    return found


@pytest.fixture
def around(postgres: Postgres, database: str) -> Change:
    """Changes the one row of PostgreSQL's table around the edge."""
    postgres.run(
        "CREATE TABLE items (name text); INSERT INTO items VALUES ('old'); GRANT ALL ON items TO public", database
    )
    return lambda name: postgres.run(f"UPDATE items SET name = '{name}'", database)


@pytest.fixture
def observing(edge: Edge, postgres: Postgres) -> Iterator[EdgeCache]:
    made = edge.create_cache(postgres, mode="observe")
    yield made
    made.delete()


def connected(cache: EdgeCache, database: str) -> psycopg.Connection:
    return psycopg.connect(cache.url(TRUST, database), autocommit=True, prepare_threshold=None)


def sees_each_change(change: Change, read: Callable[[], Any]) -> bool:
    """Whether a read tells what was written around the edge just before it: then no cache has answered it."""
    for run in range(RUNS):
        change(f"name {run}")
        if read() != f"name {run}":
            return False
    return True


def test_no_way_of_postgresql_is_answered_by_the_edge(observing: EdgeCache, database: str, around: Change) -> None:
    with connected(observing, database) as connection:

        def ask(**how: Any) -> str:
            row = connection.execute(READ, **how).fetchone()
            assert row is not None
            return str(row[0])

        def in_a_block() -> str:
            with connection.transaction():
                ask()
                return ask()

        def bound() -> str:
            row = connection.execute(f"{READ} WHERE 1 = %s", (1,), prepare=False).fetchone()
            assert row is not None
            return str(row[0])

        for read in (ask, lambda: ask(prepare=True), bound, in_a_block):
            assert sees_each_change(around, read)
    assert observing.metrics().hits == 0
    told = observed(observing)
    assert 0 < told["wouldBeStale"] <= told["wouldHit"], "the origin said something else than what was kept"


def test_no_answer_over_http_is_the_edges(observing: EdgeCache, database: str, around: Change) -> None:
    asker = Asker(observing, TRUST.name, "", database)

    def read() -> str:
        answer = asker.ask(READ)
        assert not was_hit(answer)
        return str(answer.json()[0]["name"])

    assert sees_each_change(around, read)
    assert observing.metrics().hits == 0
    assert observed(observing)["wouldBeStale"] > 0


def test_what_would_have_been_is_counted_and_a_change_of_mode_takes_effect_on_open_sessions(
    observing: EdgeCache, database: str, around: Change
) -> None:
    with connected(observing, database) as connection:

        def read(times: int) -> str:
            for _ in range(times):
                row = connection.execute(READ).fetchone()
            assert row is not None
            return str(row[0])

        read(10)
        told = observed(observing)
        assert (told["wouldBeStale"], observing.metrics().hits) == (0, 0)
        assert told["wouldHit"] >= 7
        assert told["wouldSaveSeconds"] > 0
        assert told["hitRatio"] == pytest.approx(told["wouldHit"] / observing.metrics().misses, abs=1e-6)

        assert observing.patch(mode="cache")["mode"] == "cache"
        around("new")
        assert read(1) == "new", "what was kept to compare is not served"
        read(5)
        hits = observing.metrics().hits
        assert hits > 0
        assert observed(observing) == told, "only while it observes"

        around("newer")
        assert read(1) == "new", "a hit"
        observing.patch(mode="observe")
        assert read(1) == "newer"
        assert sees_each_change(around, lambda: read(1))
        assert observing.metrics().hits == hits + 1
        assert observed(observing)["wouldBeStale"] > 0


def test_a_write_through_the_edge_drops_what_is_kept_to_compare(
    observing: EdgeCache, database: str, around: Change
) -> None:
    with connected(observing, database) as connection:
        for name in ("one", "two", "three"):
            connection.execute(f"UPDATE items SET name = '{name}'".encode())
            for _ in range(4):
                connection.execute(READ)
    told = observed(observing)
    assert told["wouldHit"] > 0
    assert told["wouldBeStale"] == 0, "the cache would have known of each write"
    assert observing.metrics().invalidated > 0


@pytest.fixture(params=["mariadb", "mysql"])
def other(request: pytest.FixtureRequest) -> MySqlLike:
    """Each of the two."""
    found: MySqlLike = request.getfixturevalue(request.param)
    return found


def test_no_way_of_mysql_and_mariadb_is_answered_by_the_edge(edge: Edge, other: MySqlLike) -> None:
    database = other.create_database()
    other.run("CREATE TABLE items (name text); INSERT INTO items VALUES ('old')", database)
    cache = edge.create_cache(other, mode="observe")
    connection = pymysql.connect(
        host=edge.host,
        port=edge.shared_port(other.kind),
        user=f"{cache.id}-{APP.name}",
        password=APP.password,
        database=database,
        autocommit=True,
    )
    aside = pymysql.connect(user="root", unix_socket=str(other.socket), database=database, autocommit=True)
    asker = Asker(cache, APP.name, APP.password, database)

    def read() -> str:
        with connection.cursor() as cursor:
            cursor.execute(READ)
            row = cursor.fetchone()
        assert row is not None
        return str(row[0])

    def in_a_block() -> str:
        connection.query("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        connection.begin()
        read()
        found = read()
        connection.commit()
        return found

    def change(name: str) -> None:
        with aside.cursor() as cursor:
            cursor.execute("UPDATE items SET name = %s", (name,))

    connection.query("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
    with connection, aside:
        for way in (read, in_a_block, lambda: asker.rows(READ)[0]["name"]):
            assert sees_each_change(change, way)
        assert cache.metrics().hits == 0
        assert observed(cache)["wouldBeStale"] > 0
        cache.patch(mode="cache")
        for _ in range(5):
            read()
        hits = cache.metrics().hits
        assert hits > 0, "the same session is served"
        cache.patch(mode="observe")
        assert sees_each_change(change, in_a_block)
        assert sees_each_change(change, read)
        assert cache.metrics().hits == hits
    cache.delete()
    other.drop_database(database)
