"""Caches that change under open connections, and an edge that stops, is killed and comes back."""

from __future__ import annotations

import contextlib
import signal
import stat
import threading
from collections.abc import Iterator

import psycopg
import pytest

from tests.e2e.raw import RawClient
from tests.servers.edge import Edge, EdgeCache
from tests.servers.postgres import TRUST, Postgres
from tests.servers.process import free_port, listens, wait_until

READ = "SELECT name FROM items"


@pytest.fixture(autouse=True)
def items(postgres: Postgres, database: str) -> None:
    postgres.run(
        "CREATE TABLE items (name text); INSERT INTO items VALUES ('old'); GRANT ALL ON items TO public", database
    )


@contextlib.contextmanager
def connected(cache: EdgeCache, database: str) -> Iterator[psycopg.Connection]:
    # psycopg would change from an unnamed to a named statement after some runs, and ask anew.
    with psycopg.connect(cache.url(TRUST, database), autocommit=True, prepare_threshold=None) as connection:
        yield connection


def read(connection: psycopg.Connection, times: int = 4) -> str:
    """Read often enough for the last to be a hit; what the last one said."""
    for _ in range(times):
        row = connection.execute(READ).fetchone()
    assert row is not None
    return str(row[0])


def test_purge_drops_what_an_out_of_band_write_made_stale(cache: EdgeCache, postgres: Postgres, database: str) -> None:
    with connected(cache, database) as connection:
        assert read(connection) == "old"
        postgres.run("UPDATE items SET name = 'new'", database)
        assert read(connection) == "old"
        assert cache.purge() >= 1
        assert read(connection, 1) == "new"
        assert cache.metrics().purged >= 1
    assert cache.purge() >= 0
    assert cache.purge() == 0


def test_deleting_a_cache_ends_its_connections_and_no_others(
    edge: Edge, postgres: Postgres, cache: EdgeCache, database: str
) -> None:
    doomed = edge.create_cache(postgres)
    with connected(doomed, database) as ended, connected(cache, database) as stays:
        read(ended)
        read(stays)
        doomed.delete()
        with pytest.raises(psycopg.errors.AdminShutdown):
            ended.execute(READ)
        assert read(stays) == "old"
    assert edge.api.get(f"/v1/caches/{doomed.id}").status_code == 404


def test_switching_caching_off_and_on(cache: EdgeCache, postgres: Postgres, database: str) -> None:
    with connected(cache, database) as connection:
        read(connection)
        cache.patch(cachingEnabled=False)
        postgres.run("UPDATE items SET name = 'new'", database)
        assert read(connection, 1) == "new"
        hits = cache.metrics().hits
        read(connection, 6)
        assert cache.metrics().hits == hits
        cache.patch(cachingEnabled=True)
        read(connection, 6)
        assert cache.metrics().hits > hits


@pytest.mark.parametrize("change", [{"defaultTtl": 0}, {"defaultCachingBehaviour": "uncached"}])
def test_other_ways_to_cache_nothing(cache: EdgeCache, database: str, change: dict[str, object]) -> None:
    cache.patch(**change)
    with connected(cache, database) as connection:
        read(connection, 6)
    assert (cache.metrics().hits, cache.metrics().entries) == (0, 0)


def test_an_entry_ends_with_its_ttl(cache: EdgeCache, postgres: Postgres, database: str) -> None:
    cache.patch(defaultTtl=1)
    with connected(cache, database) as connection:
        read(connection)
        postgres.run("UPDATE items SET name = 'new'", database)
        wait_until(lambda: read(connection, 1) == "new", "the entry has ended")


def test_a_port_of_its_own_comes_and_goes(cache: EdgeCache, database: str) -> None:
    port = free_port()
    cache.patch(listenPort=port)
    listeners = cache.edge.api.get("/v1/edge").json()["listeners"]
    assert [each["port"] for each in listeners if each["cacheId"] == cache.id] == [port]
    url = cache.url(TRUST, database).replace(f":{cache.edge.postgres_port}/", f":{port}/").replace(cache.id, "mine")
    with psycopg.connect(url) as connection:
        assert connection.execute(READ).fetchone() == ("old",)
    cache.patch(listenPort=None)
    wait_until(lambda: not listens(port), "the port is closed")


def test_a_stop_lets_statements_finish_and_tells_the_idle(own_edge: Edge, postgres: Postgres, database: str) -> None:
    cache = own_edge.create_cache(postgres)
    answers: list[object] = []
    with (
        RawClient(own_edge.postgres_port) as idle,
        connected(cache, database) as busy,
        psycopg.connect(postgres.dsn(database), autocommit=True) as holder,
    ):
        idle.login(user=TRUST.name, database=database, application_name=cache.id)
        holder.execute("SELECT pg_advisory_lock(7)")

        def work() -> None:
            answers.append(busy.execute("SELECT 'done' FROM pg_advisory_lock(7)").fetchone())

        worker = threading.Thread(target=work)
        worker.start()
        waiting = f"SELECT 1 FROM pg_stat_activity WHERE datname = '{database}' AND wait_event = 'advisory'"
        wait_until(lambda: bool(postgres.run(waiting)), "the statement runs")
        assert own_edge.process.popen is not None
        own_edge.process.popen.send_signal(signal.SIGTERM)
        assert [each.fields["C"] for each in idle.rest()] == ["57P01"]
        assert answers == []
        holder.close()
        worker.join()
        assert answers == [("done",)]
        assert own_edge.process.popen.wait(30) == 0
    assert not own_edge.ready_file.exists()
    assert not (own_edge.state_dir / "edge.json").exists()


def test_nothing_is_lost_by_a_kill(own_edge: Edge, postgres: Postgres, database: str) -> None:
    cache = own_edge.create_cache(postgres, "shop", defaultTtl=77)
    before, token = own_edge.api.get(f"/v1/caches/{cache.id}").json(), own_edge.token
    with connected(cache, database) as connection:
        read(connection)
        own_edge.kill()
        with pytest.raises(psycopg.OperationalError):
            connection.execute(READ)
    own_edge.start()
    after = own_edge.api.get(f"/v1/caches/{cache.id}").json()
    moved = {"port", "connectionUriTemplate"}  # the address of the edge, whose port is new
    assert {key: after[key] for key in after.keys() - moved} == {key: before[key] for key in before.keys() - moved}
    assert own_edge.token == token
    with connected(cache, database) as connection:
        assert read(connection) == "old"


def test_a_second_edge_on_the_same_state_is_refused(own_edge: Edge) -> None:
    done = own_edge.command("edge", "run", "--http-port", "0", "--postgres-port", "0")
    assert done.returncode == 5
    assert "already runs" in done.stderr
    assert own_edge.api.get("/healthz").status_code == 200


def test_the_state_directory_is_for_its_owner_alone(edge: Edge) -> None:
    assert stat.S_IMODE(edge.state_dir.stat().st_mode) == 0o700
    for name in ("token", "edge.db", "tls.key"):
        assert stat.S_IMODE((edge.state_dir / name).stat().st_mode) & 0o077 == 0, name
