"""``polyscale stats`` and ``polyscale ips`` against a real edge."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import threading
from collections.abc import Iterator

import psycopg
import pytest

from tests.cli.conftest import COMMAND, answer
from tests.cli.interrupting import interrupt
from tests.servers.edge import Edge, EdgeCache
from tests.servers.postgres import Postgres
from tests.servers.process import free_port


@pytest.fixture
def reader(cache: EdgeCache, postgres: Postgres, database: str) -> Iterator[psycopg.Connection]:
    """A connection that has had two misses and three hits."""
    postgres.run("CREATE TABLE items (id int); GRANT ALL ON items TO public", database)
    with psycopg.connect(cache.url(database=database), autocommit=True) as connection:
        connection.prepare_threshold = None
        for _ in range(5):
            connection.execute("SELECT id FROM items").fetchall()
        yield connection


@pytest.mark.usefixtures("reader")
def test_one_cache_has_a_hit_rate(edge: Edge, cache: EdgeCache) -> None:
    data = answer(edge.command("stats", cache.name, "--json"))["data"]
    counted = cache.metrics()
    assert (counted.hits, counted.misses) == (3, 2)
    assert data == {
        **{"id": cache.id, "name": cache.name, "hit_rate": 0.6, "hits": 3, "misses": 2, "passes": counted.passes},
        **{"entries": 1, "bytes": counted.bytes, "invalidated": 0, "purged": 0, "connections": 1},
        **{"would_hit": 0, "would_be_stale": 0, "would_save_ms": 0, "would_hit_rate": None},
    }
    assert "hit rate\t60.0%\n" in edge.command("stats", cache.name).stdout


def test_of_a_cache_that_observes_it_is_said_what_it_would_have_answered(
    edge: Edge, cache: EdgeCache, reader: psycopg.Connection
) -> None:
    changed = edge.command("cache", "update", cache.name, "--mode", "observe")
    assert "caching\tonly observed, every answer is the database's own\n" in changed.stdout, changed.stderr
    for _ in range(5):
        reader.execute("SELECT id FROM items").fetchall()
    for command in ("stats",), ("cache", "show"):
        shown = edge.command(*command, cache.name).stdout
        assert "would hit\t4 (80.0% of reads)\nwould be stale\t0\nwould save\t" in shown
    assert answer(edge.command("stats", cache.name, "--json"))["data"]["would_hit"] == 4


def test_without_a_name_all_caches_are_shown(edge: Edge, cache: EdgeCache, postgres: Postgres) -> None:
    other = edge.create_cache(postgres)
    rows = answer(edge.command("stats", "--json"))["data"]
    assert {cache.id, other.id} <= {row["id"] for row in rows}
    assert next(row["hit_rate"] for row in rows if row["id"] == other.id) is None
    assert cache.id in edge.command("stats", "-q").stdout.splitlines()
    other.delete()


def test_watching_counts_what_came_between_two_rows(edge: Edge, cache: EdgeCache, reader: psycopg.Connection) -> None:
    """The reader goes on until the command has ended, so that rows must move however slow the machine is."""
    # Where a rule decides for how long, no popular answer is looked at anew before its time.
    rule = {"cacheId": cache.id, "type": "TABLE", "key": "items", "value": 3600}
    edge.api.post(f"/v1/caches/{cache.id}/cache-ttls", json=rule).raise_for_status()
    for _ in range(5):
        reader.execute("SELECT id FROM items").fetchall()
    ended = threading.Event()

    def read() -> None:
        while not ended.is_set():
            reader.execute("SELECT id FROM items").fetchall()

    thread = threading.Thread(target=read)
    thread.start()
    try:
        done = edge.command("stats", cache.name, "--watch", "--interval", "0.5", "--count", "2", "-o", "csv")
    finally:
        ended.set()
        thread.join()
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(rows) == 2, done.stderr
    assert all(int(row["hits"]) > 0 and float(row["hit_rate"]) > 0.9 for row in rows)
    assert sum(int(row["hits"]) for row in rows) < cache.metrics().hits


def test_watching_without_an_end_shows_rows_until_it_is_interrupted(edge: Edge, cache: EdgeCache) -> None:
    import os

    with subprocess.Popen(
        [*COMMAND, "stats", cache.name, "-w", "--interval", "0.1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **edge.env},
    ) as running:
        assert running.stdout is not None
        for _ in range(2):
            assert len(running.stdout.readline().split("\t")) == 10
        interrupt(running)
    assert running.returncode == 130
    for wrong in (["--json"], ["--interval", "nan", "--count", "1"], ["--interval", "0", "--count", "1"]):
        assert edge.command("stats", cache.name, "--watch", *wrong).returncode == 2


def test_an_edge_that_was_started_anew_counts_from_zero() -> None:
    from polyscale_cli.commands.stats import _since

    assert _since({"hits": 5, "entries": 2}, {"hits": 7, "entries": 1}) == {"hits": 2, "entries": 1}
    assert _since({"hits": 5, "entries": 2}, {"hits": 1, "entries": 1}) == {"hits": 1, "entries": 1}


def test_the_addresses_for_an_allow_list(edge: Edge, cache: EdgeCache, postgres: Postgres) -> None:
    (row,) = answer(edge.command("ips", cache.name, "--json"))["data"]
    assert row == {
        **{"address": "127.0.0.1", "reach": "loopback", "cache": cache.name, "cache_id": cache.id},
        **{"origin": f"127.0.0.1:{postgres.port}", "tested": True},
    }
    assert edge.command("ips", cache.name, "-q").stdout == "127.0.0.1\n"


def test_a_database_out_of_reach_has_an_address_all_the_same(edge: Edge) -> None:
    made = edge.create_cache(("127.0.0.1", free_port()))
    done = edge.command("ips", made.name, "-o", "jsonl")
    made.delete()
    assert done.returncode == 0
    row = json.loads(done.stdout)
    assert (row["address"], row["tested"]) == ("127.0.0.1", False)
    assert "was not reached" in done.stderr


@pytest.mark.parametrize(
    ("address", "reach"),
    [("::1", "loopback"), ("10.1.2.3", "private"), ("fe80::1%eth0", "private"), ("8.8.8.8", "public"), (None, None)],
)
def test_who_can_see_an_address(address: str | None, reach: str | None) -> None:
    from polyscale_cli.commands.ips import _reach

    assert _reach(address) == reach
