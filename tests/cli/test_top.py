"""``polyscale top`` on a terminal of its own, in front of a real edge."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import psycopg
import pytest

from tests.cli.conftest import answer
from tests.cli.watching import Watcher
from tests.servers.edge import Edge, EdgeCache, run_edge
from tests.servers.postgres import Postgres
from tests.servers.process import wait_until

LEFT = b"\x1b[?1049l"
SQL = "SELECT id FROM items WHERE id > 0"
TEMPLATE = "SELECT id FROM items WHERE id > [?]"


@pytest.fixture(scope="module")
def edge() -> Iterator[Edge]:
    """An edge of its own: the screen has room for the caches of few."""
    with run_edge() as running:
        yield running


@pytest.fixture
def busy(edge: Edge, cache: EdgeCache, postgres: Postgres, database: str) -> Iterator[EdgeCache]:
    """A cache that is read from all the time, two hits in three statements."""
    postgres.run("CREATE TABLE items (id int); GRANT ALL ON items TO public", database)
    ended = threading.Event()

    def read() -> None:
        with psycopg.connect(cache.url(database=database), autocommit=True) as connection:
            connection.prepare_threshold = None
            while not ended.wait(0.002):
                for sql in (SQL, SQL, "SELECT clock_timestamp()"):
                    connection.execute(sql.encode()).fetchall()

    thread = threading.Thread(target=read)
    thread.start()
    asked = f"/v1/caches/{cache.id}/queries"
    wait_until(lambda: TEMPLATE in {row["sql"] for row in edge.api.get(asked).json()}, "the reads are told")
    wait_until(lambda: cache.metrics().hits > 0, "the cache answers")
    yield cache
    ended.set()
    thread.join()


def watch(edge: Edge, *arguments: str, size: tuple[int, int] = (120, 24)) -> Watcher:
    return Watcher(("top", "--interval", "0.2", *arguments), edge.env, edge.home, size)


def test_a_person_watches_what_a_cache_does(edge: Edge, busy: EdgeCache, postgres: Postgres) -> None:
    other = edge.create_cache(postgres)
    with watch(edge) as watcher:
        watcher.sees(busy.name, other.name, "polyscale top")
        # The busy one is not the first where other tests have left some.
        watcher.sees_that(lambda: _chosen(watcher) != "", "chosen cache")
        while (before := _chosen(watcher)) != busy.name:
            watcher.types("j")
            watcher.sees_that(lambda was=before: _chosen(watcher) not in {was, ""}, "other cache")  # type: ignore[misc]
        watcher.sees(f"{busy.name}: statements")
        watcher.sees("at most", "█", "*/s", TEMPLATE, "READS_CLOCK")
        watcher.sees_that(lambda: _rate(watcher, busy) > 0, "rate")

        watcher.types("s")
        watcher.sees("*RUNS")
        watcher.types("p")
        watcher.sees("paused")
        watcher.types("p?")
        watcher.sees("any key leaves it")
        watcher.types("x")
        watcher.sees("*RUNS")

        watcher.resizes(60, 14)
        watcher.sees_that(lambda: watcher.lines[-1].startswith("up/down cache"), "screen of 14 lines")
        assert "MEMORY" not in watcher.text
        watcher.resizes(30, 8)
        watcher.sees("At least 40 x 10")
        watcher.resizes(100, 30)
        watcher.sees(busy.name, "*RUNS")
        watcher.types("q")
        assert watcher.ends() == 0
        assert LEFT in watcher.sent
    other.delete()


def test_ctrl_c_gives_the_terminal_back(edge: Edge, cache: EdgeCache) -> None:
    with watch(edge, cache.name, "--interval", "60") as watcher:
        watcher.sees(cache.name, "statements a second")
        watcher.resizes(130, 30)  # which it draws at once, long before it reads again
        watcher.sees_that(lambda: watcher.lines[-1].startswith("up/down cache"), "screen of 30 lines")
        watcher.types("\x03")
        _check_given_back(watcher)


def test_it_goes_on_when_an_edge_was_gone_and_is_back(own_edge: Edge, postgres: Postgres) -> None:
    """Its port is another one then, which only the file of the local edge tells."""
    cache = own_edge.create_cache(postgres)
    with watch(own_edge, cache.name) as watcher:
        watcher.sees(cache.name, "statements a second")
        own_edge.stop()
        watcher.sees("Trying again.", cache.name)
        own_edge.start()
        watcher.sees_that(lambda: "Trying again." not in watcher.text, "end of the failure")
        watcher.process.terminate()
        _check_given_back(watcher)


def _chosen(watcher: Watcher) -> str:
    """The name of the cache that is marked, empty while the screen is drawn."""
    return next((line.split()[1] for line in watcher.lines if line.startswith("> ")), "")


def _rate(watcher: Watcher, cache: EdgeCache) -> float:
    """What stands beside the name of the chosen cache; 0 while the screen is drawn."""
    row = next((line.split() for line in watcher.lines if line.startswith(f"> {cache.name}")), [])
    text = row[2].replace(",", "") if len(row) > 2 else "~"
    return float(text) if text != "~" else 0.0


def _check_given_back(watcher: Watcher) -> None:
    assert watcher.ends() == 130
    assert LEFT in watcher.sent
    assert b"Traceback" not in watcher.sent


def test_without_a_terminal_there_are_snapshots(edge: Edge, busy: EdgeCache) -> None:
    done = edge.command("top", busy.name, "--count", "2", "--interval", "0.3", "--json")
    assert done.returncode == 0, done.stderr
    snapshots = answer(done)["data"]["snapshots"]
    assert len(snapshots) == 2
    for one in snapshots:
        assert [cache["name"] for cache in one["caches"]] == [busy.name]
        assert one["caches"][0]["per_second"] >= 0
        assert one["interval_ms"] >= 300
        assert TEMPLATE in {query["sql"] for query in one["queries"]}
    lines = edge.command("top", busy.name, "--interval", "0.3").stdout.splitlines()
    assert {"cache", "query"} == {line.split("\t")[0] for line in lines}
    assert edge.command("top", "--interval", "nan").returncode == 2
