"""Operations on caches that someone is connected to: a real Postgres behind a real edge."""

from __future__ import annotations

import contextlib
import json
import signal
import threading
from pathlib import Path

import httpx
import psycopg
import pytest

from polyscale_cli.edge import process
from tests.edge.conftest import Json, Running, free_ports
from tests.edge.foreground import foreground, readiness
from tests.servers.postgres import SUPERUSER, Postgres
from tests.servers.process import PATIENCE, wait_until


def connect(port: int, cache_id: str) -> psycopg.Connection:
    return psycopg.connect(
        host="127.0.0.1", port=port, user=SUPERUSER, dbname="postgres", application_name=cache_id, autocommit=True
    )


def cache_of(running: Running, postgres: Postgres, name: str) -> Json:
    return running.cache(name, host=postgres.host, port=postgres.port)


def fill(session: psycopg.Connection, running: Running, cache: Json) -> None:
    """Run a query until it has an entry."""
    metrics = f"/v1/caches/{cache['id']}/metrics"

    def cached() -> bool:
        session.execute("SELECT count(*) FROM planets").fetchone()
        return bool(running.api.get(metrics).json()["entries"])

    wait_until(cached, "the query is cached")


@pytest.fixture(autouse=True)
def _planets(postgres: Postgres) -> None:
    postgres.run("CREATE TABLE IF NOT EXISTS planets (name text)")


@pytest.mark.parametrize("field", ["host", "originTls"])
def test_another_origin_ends_the_sessions_and_drops_the_entries(
    running: Running, postgres: Postgres, field: str
) -> None:
    made = cache_of(running, postgres, f"moves-its-{field}")
    path = f"/v1/caches/{made['id']}"
    with contextlib.closing(connect(running.status.listeners[0].port, made["id"])) as session:
        fill(session, running, made)
        running.api.patch(path, json={"name": f"renamed-{field}", "description": "x", "host": made["host"]})
        assert session.execute("SELECT 1").fetchone() == (1,)
        assert running.api.get(f"{path}/metrics").json()["entries"] == 1

        running.api.patch(path, json={field: {"host": "localhost", "originTls": "require"}[field]})

        with pytest.raises(psycopg.errors.AdminShutdown, match=r"origin of the cache .* was changed"):
            session.execute("SELECT 1")
    assert running.api.get(f"{path}/metrics").json()["entries"] == 0
    with contextlib.closing(connect(running.status.listeners[0].port, made["id"])) as session:
        fill(session, running, made)


@pytest.mark.parametrize(
    "change", [{"cachingEnabled": False}, {"defaultCachingBehaviour": "uncached"}, {"defaultTtl": 5}]
)
def test_another_treatment_drops_the_entries_and_keeps_the_sessions(
    running: Running, postgres: Postgres, change: Json
) -> None:
    made = cache_of(running, postgres, f"treated-{next(iter(change))}")
    with contextlib.closing(connect(running.status.listeners[0].port, made["id"])) as session:
        fill(session, running, made)
        running.api.patch(f"/v1/caches/{made['id']}", json=change)
        assert running.api.get(f"/v1/caches/{made['id']}/metrics").json()["entries"] == 0
        assert session.execute("SELECT 1").fetchone() == (1,)


def test_a_network_test_knows_the_version_once_a_session_has_been_told_it(running: Running, postgres: Postgres) -> None:
    made = cache_of(running, postgres, "has-a-version")
    path = f"/v1/caches/{made['id']}/network-tests"
    before = running.api.post(path).json()
    with contextlib.closing(connect(running.status.listeners[0].port, made["id"])) as session:
        version = session.info.parameter_status("server_version")
        after = running.api.post(path).json()

    assert (before["ok"], before["serverVersion"], before["tlsOffered"]) == (True, None, True)
    assert version is not None
    assert (after["ok"], after["serverVersion"]) == (True, version)


def test_a_second_signal_ends_the_edge_without_waiting_for_statements(state_dir: Path, postgres: Postgres) -> None:
    with foreground(free_ports(state_dir, drain_seconds=100)) as edge:
        readiness(edge)
        runtime = json.loads((state_dir / "edge.json").read_text())
        token = (state_dir / "token").read_text().strip()
        url = f"http://127.0.0.1:{runtime['http']['port']}"
        with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, trust_env=False) as api:
            body = {"name": "c", "host": postgres.host, "port": postgres.port, "database": "postgres"}
            made = api.post("/v1/caches", json=body).json()
            session = connect(runtime["listeners"][0]["port"], made["id"])
            ended: list[Exception] = []

            def sleep() -> None:
                try:
                    session.execute("SELECT pg_sleep(100)")
                except psycopg.Error as error:
                    ended.append(error)

            sleeper = threading.Thread(target=sleep)
            sleeper.start()
            asleep = "SELECT 1 FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(100)'"
            wait_until(lambda: bool(postgres.run(asleep)), "the statement is in flight")

            edge.send_signal(signal.SIGTERM)
            wait_until(lambda: api.get("/healthz").status_code == 503, "the edge says that it is draining")
            assert edge.poll() is None
            edge.send_signal(signal.SIGTERM)
            edge.communicate(timeout=PATIENCE)
            sleeper.join()
            session.close()

    assert edge.returncode == 128 + signal.SIGTERM
    assert isinstance(ended[0], psycopg.OperationalError)
    assert not (state_dir / "edge.json").exists()
    assert not process.status(state_dir).running
    postgres.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(100)'")
