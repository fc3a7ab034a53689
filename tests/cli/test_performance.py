"""``polyscale cache test --query`` against a real edge and real databases."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND, Run, answer
from tests.cli.terminal import Person
from tests.servers.edge import Edge, EdgeCache
from tests.servers.mariadb import MariaDb
from tests.servers.mysql_like import APP
from tests.servers.postgres import SCRAM, Postgres

SQL = "SELECT id FROM items ORDER BY id"


@pytest.fixture
def env(postgres: Postgres, database: str) -> dict[str, str]:
    """A table, and the DATABASE_URL of its owner."""
    postgres.run(
        "CREATE TABLE items AS SELECT generate_series(1, 3) AS id; GRANT ALL ON items TO public;"
        "CREATE SEQUENCE numbers; GRANT ALL ON numbers TO public",
        database,
    )
    return {"DATABASE_URL": postgres.url(SCRAM, database)}


@pytest.fixture
def wiki(edge: Edge, mariadb: MariaDb) -> Iterator[tuple[EdgeCache, dict[str, str]]]:
    """The same on MariaDB."""
    name = mariadb.create_database()
    mariadb.run("CREATE TABLE items (id int PRIMARY KEY); INSERT INTO items VALUES (1), (2), (3)", name)
    made = edge.create_cache(mariadb)
    url = f"mariadb://{APP.name}:{APP.password.replace(' ', '%20')}@{mariadb.host}:{mariadb.port}/{name}"
    yield made, {"DATABASE_URL": url}
    made.delete()
    mariadb.drop_database(name)


def test_a_read_of_postgres_is_measured_both_ways(
    edge: Edge, cache: EdgeCache, env: dict[str, str], tmp_path: Path
) -> None:
    plot = tmp_path / "times.svg"
    done = edge.command("cache", "test", cache.name, "--query", SQL, "--plot", str(plot), "--json", env=env)
    assert done.returncode == 0, done.stderr
    data = answer(done)["data"]
    _check(data)
    assert cache.metrics().hits >= data["through_cache"]["hits"]
    assert "run on" in done.stderr
    told = "sslmode=disable in the connection string spares that" in done.stderr
    assert told == (data["through_cache"]["encrypted"] and not data["direct"]["encrypted"])
    assert plot.read_text().startswith("<?xml")
    assert SCRAM.password not in done.stdout + done.stderr + plot.read_text()


def test_a_read_of_mariadb_is_measured_both_ways(edge: Edge, wiki: tuple[EdgeCache, dict[str, str]]) -> None:
    cache, env = wiki
    done = edge.command("cache", "test", cache.name, "--query", SQL, "--json", env=env)
    assert done.returncode == 0, done.stderr
    _check(answer(done)["data"])
    refused = edge.command("cache", "test", cache.name, "--query", "SELECT 1; SELECT 2", env=env)
    assert refused.returncode == 2, refused.stderr


def _check(data: dict[str, object]) -> None:
    direct, through = data["direct"], data["through_cache"]
    assert isinstance(direct, dict)
    assert isinstance(through, dict)
    # Now and then a popular answer is looked at anew, which is a miss.
    assert through["runs"] == 100
    assert 80 <= through["hits"] <= 100
    assert (direct["encrypted"], through["encrypted"]) == (True, True)
    assert data["answers"] == {"compared": 100, "different": 0, "changes_at_database": 0}
    for way in (direct, through):
        assert len(way["times_ms"]) == 100
        assert 0 < way["min_ms"] <= way["median_ms"] <= way["p95_ms"] <= way["p99_ms"] <= way["max_ms"]
    assert data["speed_up"] == pytest.approx(direct["median_ms"] / through["median_ms"], abs=0.01)


def test_answers_that_a_write_around_the_edge_left_behind_are_told_loudly(
    edge: Edge, cache: EdgeCache, env: dict[str, str], postgres: Postgres, database: str
) -> None:
    # Where a rule decides for how long, no popular answer is looked at anew before its time.
    rule = {"cacheId": cache.id, "type": "TABLE", "key": "items", "value": 3600}
    edge.api.post(f"/v1/caches/{cache.id}/cache-ttls", json=rule).raise_for_status()
    measure = ("cache", "test", cache.name, "--query", SQL, "--runs", "5")
    assert edge.command(*measure, env=env).returncode == 0
    postgres.run("DELETE FROM items", database)
    done = edge.command(*measure, env=env)
    assert done.returncode == 7, done.stderr
    assert "5 of 5 answers through the cache were not the database's" in done.stderr


def test_what_the_cache_never_keeps_is_said(edge: Edge, cache: EdgeCache, env: dict[str, str]) -> None:
    done = edge.command("cache", "test", cache.name, "--query", "SELECT random()", "--runs", "3", env=env)
    assert done.returncode == 0, done.stderr
    assert "0 of 3 answers came from the cache" in done.stderr
    assert "None of 5 runs to warm up was answered from the cache: it calls a volatile" in done.stderr
    assert "(VOLATILE_FUNCTION)" in done.stderr
    assert "The database itself gives another answer from run to run." in done.stderr


def test_a_cache_that_only_observes_is_said_to_and_no_full_disk_hides_what_was_measured(
    edge: Edge, cache: EdgeCache, env: dict[str, str], tmp_path: Path
) -> None:
    cache.patch(mode="observe")
    (tmp_path / "full.png").symlink_to("/dev/full")
    drawn = ("--plot", str(tmp_path / "full.png"))
    done = edge.command("cache", "test", cache.name, "--query", SQL, "--runs", "1", *drawn, env=env)
    assert done.returncode == 1, done.stderr
    assert "was answered from the cache: the cache only observes (ONLY_OBSERVES)." in done.stderr
    assert f"polyscale cache update {cache.name} --mode cache" in done.stderr
    assert done.stdout.startswith("direct\t"), done.stdout
    assert "The plot could not be written" in done.stderr


def test_a_read_that_writes_reaches_neither_database_nor_cache(
    edge: Edge, cache: EdgeCache, env: dict[str, str], postgres: Postgres, database: str
) -> None:
    done = edge.command("cache", "test", cache.name, "--query", "SELECT nextval('numbers')", env=env)
    assert done.returncode == 2, done.stderr
    assert "read-only transaction" in done.stderr
    assert postgres.run("SELECT is_called FROM numbers", database) == [(False,)]


def test_a_person_sees_how_the_times_are_spread(edge: Edge, cache: EdgeCache, env: dict[str, str]) -> None:
    command = ("cache", "test", cache.name, "--query", SQL, "--runs", "20")
    person = Person(command, {**edge.env, **env, "PYTHONIOENCODING": "utf-8", "COLUMNS": "80"}, edge.home)
    assert person.ends() == 0, person.seen
    assert {"MEDIAN", "P95", "P99", "MIN", "MAX"} <= set(person.seen.split())
    drawn = [line for line in person.seen.splitlines() if set(line) & set("█┬")]
    assert {"direct", "through"} <= {line.split()[0] for line in drawn}
    assert all(len(line) <= 80 for line in drawn)


def test_a_plot_that_cannot_be_drawn_is_refused_before_anything_is_measured(polyscale: Run, tmp_path: Path) -> None:
    env = {"DATABASE_URL": "postgres://u:p@127.0.0.1:1/x"}
    done = polyscale("cache", "test", "shop", "--query", "SELECT 1", "--plot", "nowhere/times.png", env=env)
    assert (done.returncode, "no directory" in done.stderr) == (2, True), done.stderr
    assert polyscale("cache", "test", "shop", "--plot", "times.png").returncode == 2
    (tmp_path / "dir.png").mkdir()
    done = polyscale("cache", "test", "shop", "--query", "SELECT 1", "--plot", "dir.png", env=env)
    assert (done.returncode, "It is a directory." in done.stderr) == (2, True), done.stderr
    (tmp_path / "dir.png").rmdir()
    assert not any(tmp_path.glob("*.p*"))


def test_without_matplotlib_the_error_says_how_to_install_it(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['matplotlib'] = None\n")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [*COMMAND, "cache", "test", "shop", "--query", "SELECT 1", "--plot", "a.png"],
        env={**os.environ, "DATABASE_URL": "postgres://u:p@127.0.0.1:1/x", "PYTHONPATH": path},
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 1
    assert "pip install 'polyscale-cli[plot]'" in done.stderr
