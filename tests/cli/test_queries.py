"""``polyscale cache queries`` and ``polyscale stats --since`` against a real edge."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
from collections.abc import Iterator

import psycopg
import pytest

from tests.cli.conftest import COMMAND, answer
from tests.servers.edge import Edge, EdgeCache
from tests.servers.patience import until_counted
from tests.servers.postgres import Postgres

READ = "SELECT id FROM items WHERE id = [?]"


@pytest.fixture(scope="module")
def cache(edge: Edge, postgres: Postgres) -> Iterator[EdgeCache]:
    """A cache that was asked one thing five times, a moment twice, and was written to once."""
    made = edge.create_cache(postgres)
    database = postgres.create_database()
    postgres.run("CREATE TABLE items (id int); GRANT ALL ON items TO public", database)
    with psycopg.connect(made.url(database=database), autocommit=True, prepare_threshold=None) as connection:
        for _ in range(5):
            connection.execute("SELECT id FROM items WHERE id = 7").fetchall()
        for _ in range(2):
            connection.execute("SELECT current_date").fetchall()
        connection.execute("INSERT INTO items VALUES (7)")
    until_counted(made)
    yield made
    made.delete()
    postgres.drop_database(database)


def test_queries_are_listed_with_the_reason_they_are_not_kept(edge: Edge, cache: EdgeCache) -> None:
    rows = answer(edge.command("cache", "queries", cache.name, "--json"))["data"]
    found = {row["sql"]: row for row in rows}
    read = found[READ]
    assert (read["runs"], read["hits"], read["misses"], read["hit_rate"]) == (5, 3, 2, 0.6)
    assert (read["reason"], read["tables"], read["dql"], read["invalidated"]) == (None, ["items"], True, 1)
    assert set(read["origin_ms"]) == {"p50", "p95", "p99"}
    assert read["time_saved_ms"] > 0
    clock = found["SELECT current_date"]
    assert (clock["passes_by_reason"], clock["reason"]) == ({"READS_CLOCK": 2}, "READS_CLOCK")
    assert clock["reason_text"] == "it depends on the time of day"
    lines = edge.command("cache", "queries", cache.name).stdout.splitlines()
    (shown,) = (line.split("\t") for line in lines if READ in line)
    assert (shown[0], shown[1:3]) == (read["id"], ["5", "60.0%"])
    assert any("READS_CLOCK" in line for line in lines)
    assert edge.command("cache", "queries", cache.name, "-q", "--limit", "1").stdout.splitlines()[0] == read["id"]


def test_what_is_passed_by_now_and_then_is_told_with_its_part_and_the_command_that_says_what_to_do(
    edge: Edge, postgres: Postgres
) -> None:
    made, database = edge.create_cache(postgres), postgres.create_database()
    postgres.run("CREATE TABLE mine (id int); GRANT ALL ON mine TO public", database)
    with psycopg.connect(made.url(database=database), autocommit=True, prepare_threshold=None) as connection:
        for _ in range(3):
            connection.execute("SELECT 1").fetchall()
        with connection.transaction():
            connection.execute("INSERT INTO mine VALUES (1)")
            connection.execute("SELECT 1").fetchall()
        for _ in range(3):
            connection.execute("SELECT current_date").fetchall()
    until_counted(made)
    done = edge.command("cache", "queries", made.name)
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    (part,) = (row for row in rows if row[-1] == "SELECT [?]")
    (never,) = (row for row in rows if row[-1] == "SELECT current_date")
    assert (part[1], part[3]) == ("4", "25.0% IN_TRANSACTION")
    assert part[2] in {"25.0%", "50.0%"}
    assert (never[2], never[3], never[6]) == ("-", "READS_CLOCK", "-")
    assert f"polyscale cache why {made.name} {never[0]}" in done.stderr
    made.delete()
    postgres.drop_database(database)


@pytest.mark.parametrize(
    ("by", "first"),
    [("hits", READ), ("passes", "SELECT current_date"), ("hit-ratio", READ), ("time-saved", READ)],
)
def test_queries_are_put_in_order(edge: Edge, cache: EdgeCache, by: str, first: str) -> None:
    done = edge.command("cache", "queries", cache.name, "--sort", by, "--limit", "50", "--since", "15m", "--json")
    rows = [row for row in answer(done)["data"] if row["sql"] in (READ, "SELECT current_date")]
    assert rows[0]["sql"] == first


@pytest.mark.parametrize("wrong", [["--since", "yesterday"], ["--since", "91d"], ["--sort", "name"], ["--limit", "0"]])
def test_what_cannot_be_asked_is_refused(edge: Edge, cache: EdgeCache, wrong: list[str]) -> None:
    done = edge.command("cache", "queries", cache.name, *wrong)
    assert done.returncode == 2
    assert wrong[0].strip("-") in done.stderr


def test_a_cache_over_time(edge: Edge, cache: EdgeCache, postgres: Postgres) -> None:
    data = answer(edge.command("stats", cache.name, "--since", "15m", "--json"))["data"]
    assert (data["name"], data["step"], len(data["points"]) in (16, 17)) == (cache.name, "minute", True)
    total = data["total"]
    assert (total["hits"], total["misses"], total["hit_rate"], total["invalidated"]) == (3, 2, 0.6, 1)
    assert sum(point["runs"] for point in data["points"]) == total["runs"]
    shown = dict(line.split("\t") for line in edge.command("stats", cache.name, "--since", "24h").stdout.splitlines())
    assert (shown["hit rate"], shown["hits"]) == ("60.0%", "3")
    assert "READS_CLOCK 2" in shown["passes by reason"]
    assert "runs over time" not in shown
    other = edge.create_cache(postgres)
    everything = answer(edge.command("stats", "--since", "24h", "--json"))["data"]
    assert next(row for row in everything if row["id"] == cache.id)["total"]["hits"] == 3
    assert edge.command("stats", "--since", "24h", "-q").stdout.splitlines().count(cache.id) == 1
    other.delete()
    assert edge.command("stats", cache.name, "--since", "1h", "--watch").returncode == 2
    assert edge.command("stats", cache.name, "--since", "1y").returncode == 2


def test_a_person_sees_the_time_itself(edge: Edge, cache: EdgeCache) -> None:
    """At a terminal there are two lines of bars, one of runs and one of hit rates."""
    master, slave = pty.openpty()
    environ = {**os.environ, **edge.env, "TERM": "xterm", "COLUMNS": "80", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [*COMMAND, "stats", cache.name, "--since", "15m"], stdout=slave, stderr=subprocess.PIPE, env=environ, timeout=60
    )
    os.close(slave)
    shown = _read_all(master)
    assert done.returncode == 0, done.stderr
    lines = {label.strip(): rest for label, _, rest in (line.partition("  ") for line in shown.splitlines())}
    assert "█" in lines["runs over time"]
    points = edge.api.get(f"/v1/caches/{cache.id}/statistics", params={"since": "15m"}).json()["points"]
    busy = sum(point["runs"] > 0 for point in points)
    # Three in five; where a minute began between the runs, it has fewer of the misses.
    assert set("▅" if busy == 1 else "▅▆▇█") & set(lines["hit rate over time"])
    assert all(len(line) <= 80 for line in shown.splitlines())


def _read_all(terminal: int) -> str:
    """What was written to a terminal that nobody has open any more; it may come in parts."""
    seen = b""
    with contextlib.suppress(OSError):
        while chunk := os.read(terminal, 65536):
            seen += chunk
    os.close(terminal)
    return seen.decode()


def test_a_row_of_the_reference_is_what_the_api_says(edge: Edge) -> None:
    """The reasons that a query can be told are those of ``GET /v1/reasons``."""
    done = edge.command("api", "GET", "/v1/reasons", "-o", "json")
    reasons = json.loads(done.stdout)["data"]
    clock = next(one for one in reasons if one["code"] == "READS_CLOCK")
    assert clock["text"] == "it depends on the time of day"
    assert "rounded to a minute" in clock["cure"]
