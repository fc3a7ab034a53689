"""Statistics of real traffic: what they count, what outlives the edge, and what is in none of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pymysql
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.e2e.serverless.asking import Asker
from tests.servers.edge import Edge, EdgeCache
from tests.servers.mysql_like import APP, MySqlLike
from tests.servers.patience import until_counted
from tests.servers.postgres import SCRAM, Postgres

SECRET = "s3cr3t"


@pytest.fixture
def items(postgres: Postgres, database: str) -> str:
    postgres.run("CREATE TABLE items (id int, name text); GRANT ALL ON items TO public", database)
    return database


@pytest.fixture
def own_cache(own_edge: Edge, postgres: Postgres) -> EdgeCache:
    return own_edge.create_cache(postgres)


def statistics(cache: EdgeCache, **asked: str) -> dict[str, Any]:
    found = cache.edge.api.get(f"/v1/caches/{cache.id}/statistics", params=asked).raise_for_status()
    answer: dict[str, Any] = found.json()
    return answer


def queries(cache: EdgeCache, **asked: str) -> list[dict[str, Any]]:
    found = cache.edge.api.get(f"/v1/caches/{cache.id}/queries", params=asked).raise_for_status()
    answer: list[dict[str, Any]] = found.json()
    return answer


def figures(edge: Edge, cache: EdgeCache) -> dict[tuple[str, str | None], float]:
    """What Prometheus is told of a cache, by name and reason, or bucket."""
    text = edge.api.get("/metrics").raise_for_status().text
    return {
        (sample.name, sample.labels.get("reason") or sample.labels.get("le")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.labels.get("cache_id") == cache.id
    }


def run_some(cache: EdgeCache, database: str) -> None:
    """Four hits and two misses of one query, a read of the clock, and a write that drops the entry."""
    with psycopg.connect(cache.url(database=database), autocommit=True, prepare_threshold=None) as connection:
        for _ in range(6):
            connection.execute("SELECT name FROM items WHERE id = 7").fetchall()
        connection.execute("SELECT current_date")
        connection.execute("INSERT INTO items VALUES (7, 'a')")


def test_what_was_run_is_told_at_once_by_time_by_query_and_for_prometheus(
    edge: Edge, cache: EdgeCache, items: str
) -> None:
    run_some(cache, items)
    until_counted(cache)
    answer = statistics(cache, since="5m")
    counted = cache.metrics()
    total = answer["total"]
    assert (total["hits"], total["misses"], total["passes"]) == (counted.hits, counted.misses, counted.passes)
    assert (total["hits"], total["misses"], total["invalidated"]) == (4, 2, 1)
    assert {one["code"] for one in total["passesByReason"]} >= {"READS_CLOCK", "WRITES"}
    assert total["originSeconds"]["p50"] > 0
    assert total["timeSavedSeconds"] > 0
    assert answer["step"] == "minute"
    assert sum(point["runs"] for point in answer["points"]) == total["runs"]

    rows = {row["sql"]: row for row in queries(cache)}
    read = rows["SELECT name FROM items WHERE id = [?]"]
    assert (read["runs"], read["hits"], read["misses"], read["hitRatio"]) == (6, 4, 2, pytest.approx(2 / 3, rel=1e-3))
    assert (read["tables"], read["dql"], read["reason"], read["invalidated"]) == (["items"], True, None, 1)
    assert read["meanBytes"] > 0
    assert read["lastRunAt"] is not None
    clock = rows["SELECT current_date"]
    assert (clock["reason"]["code"], clock["ttl"], clock["cacheability"]) == ("READS_CLOCK", None, 0)
    write = rows["INSERT INTO items VALUES ([?], [?])"]
    assert (write["reason"]["code"], write["dql"], write["tables"]) == ("WRITES", False, ["items"])

    told = figures(edge, cache)
    assert told["polyscale_cache_hits_total", None] == 4
    assert told["polyscale_cache_misses_total", None] == 2
    assert told["polyscale_cache_passes_total", "READS_CLOCK"] == 1
    assert told["polyscale_cache_invalidated_entries_total", None] == 1
    assert told["polyscale_cache_origin_seconds_count", None] >= 2
    assert told["polyscale_cache_time_saved_seconds_total", None] > 0


def test_history_outlives_the_edge_and_a_damaged_file_does_not_keep_it_from_starting(
    own_edge: Edge, own_cache: EdgeCache, items: str
) -> None:
    run_some(own_cache, items)
    until_counted(own_cache)
    before = statistics(own_cache, since="1h")["total"]
    assert own_edge.stop() == 0
    own_edge.start()
    after = statistics(own_cache, since="1h")
    assert (after["total"], after["notes"]) == (before, [])
    assert {row["sql"] for row in queries(own_cache)} >= {
        "SELECT name FROM items WHERE id = [?]",
        "SELECT current_date",
    }

    # Killed, it loses the minute at hand and nothing of the file.
    run_some(own_cache, items)
    own_edge.kill()
    own_edge.start()
    after = statistics(own_cache, since="1h")
    assert (after["total"]["hits"] >= before["hits"], after["notes"]) == (True, [])

    own_edge.stop()
    (own_edge.state_dir / "statistics.db").write_bytes(b"damaged" * 4096)
    own_edge.start()
    run_some(own_cache, items)
    until_counted(own_cache)
    answer = statistics(own_cache)
    assert answer["total"]["hits"] == 4
    assert "statistics.db.damaged" in answer["notes"][0]
    assert "statistics begin anew" in own_edge.log
    assert (own_edge.state_dir / "statistics.db.damaged").exists()


# What is in none of them

PLANTED = (
    "SELECT 's3cr3t' /* s3cr3t */ AS a",
    "SELECT name FROM items WHERE name = 's3cr3t' -- s3cr3t",
    "SELECT name FROM items WHERE name IN ('s3cr3t', 's3cr3t2') AND id = 1",
    "INSERT INTO items VALUES (1, 's3cr3t')",
    "UPDATE items SET name = 's3cr3t' WHERE name = 'it''s s3cr3t'",
    "SELECT nonsense FROM nowhere WHERE a = 's3cr3t'",
    "this is no SQL 's3cr3t'",
    "SELECT 's3cr3t",
    "SELECT 1 /* s3cr3t",
    "SET application_name = 's3cr3t'",
)
OF_POSTGRES = (
    "SELECT $$s3cr3t$$, E'\\'s3cr3t'",
    "DO $do$ BEGIN PERFORM 's3cr3t'; END $do$",
    "SELECT /* /* s3cr3t */ s3cr3t */ 's3cr3t'",
    "SET standard_conforming_strings = off",
    "SELECT 'a\\'s3cr3t', 'b\\'s3cr3t'",
)
OF_MYSQL = (
    'SELECT "s3cr3t" # s3cr3t',
    "SELECT /*+ s3cr3t */ 's3cr3t'",
    "/*!40101 SET @a = 's3cr3t' */",
    "SELECT _utf8mb4's3cr3t', x'73', @v := 's3cr3t'",
    "CREATE USER IF NOT EXISTS 'x' IDENTIFIED BY 's3cr3t'",
    "SET sql_mode = 'NO_BACKSLASH_ESCAPES'",
    "SELECT 'a\\', 's3cr3t', 'b\\'",
)


def over_postgres(cache: EdgeCache, database: str) -> None:
    with psycopg.connect(cache.url(database=database), autocommit=True, prepare_threshold=None) as connection:
        for statement in (*PLANTED, *OF_POSTGRES):
            for _ in range(3):
                with contextlib.suppress(psycopg.Error):
                    connection.execute(statement)
        for _ in range(3):
            connection.execute("SELECT name FROM items WHERE name = %s", ["s3cr3t"], prepare=True, binary=True)


def over_mysql(cache: EdgeCache, server: MySqlLike, database: str) -> None:
    with (
        pymysql.connect(
            host=cache.edge.host,
            port=cache.edge.shared_port(server.kind),
            user=f"{cache.id}-{APP.name}",
            password=APP.password,
            database=database,
            autocommit=True,
        ) as connection,
        connection.cursor() as cursor,
    ):
        for statement in (*PLANTED, *OF_MYSQL):
            for _ in range(3):
                with contextlib.suppress(pymysql.Error):
                    cursor.execute(statement)
                    cursor.fetchall()


def over_http(cache: EdgeCache, database: str) -> None:
    asker = Asker(cache, SCRAM.name, SCRAM.password, database)
    for statement in PLANTED:
        asker.ask(statement)
    for _ in range(3):
        asker.rows("SELECT name FROM items WHERE name = ?", ["s3cr3t"])


def everything_told(edge: Edge, *caches: EdgeCache) -> Iterator[tuple[str, str]]:
    """Each place that statistics are in, and its text."""
    for cache in caches:
        for path in ("queries?limit=1000", "statistics?since=1h", "metrics"):
            answer = edge.api.get(f"/v1/caches/{cache.id}/{path}").raise_for_status()
            yield path, answer.text
    yield "prometheus", edge.api.get("/metrics").raise_for_status().text


def test_neither_values_nor_comments_are_told_or_kept(
    own_edge: Edge, own_cache: EdgeCache, items: str, mariadb: MySqlLike
) -> None:
    name = mariadb.create_database()
    mariadb.run("CREATE TABLE items (id int, name text)", name)
    other = own_edge.create_cache(mariadb)
    over_postgres(own_cache, items)
    over_http(own_cache, items)
    over_mysql(other, mariadb, name)
    for cache in (own_cache, other):
        until_counted(cache)
        assert len(queries(cache)) > 10
    told = list(everything_told(own_edge, own_cache, other))
    own_edge.stop()
    kept = [(path.name, path.read_bytes().decode("latin-1")) for path in files_of(own_edge.state_dir)]
    assert {"statistics.db", "edge.log"} <= {name for name, _ in kept}
    assert [place for place, text in (*told, *kept, ("log", own_edge.log)) if SECRET in text] == []
    mariadb.drop_database(name)


def files_of(directory: Path) -> list[Path]:
    return [path for path in directory.iterdir() if path.is_file()]
