"""What SQL over HTTP does when there is too much of something: it refuses, it cancels, and it loses nothing."""

from __future__ import annotations

import concurrent.futures
import socket
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.serverless.asking import Asker, until_hit, was_hit
from tests.servers.edge import Edge, run_edge
from tests.servers.postgres import SCRAM, TRUST, Postgres

SLEEP = "SELECT 1 AS n FROM pg_sleep(30)"


@pytest.fixture(scope="module")
def narrow() -> Iterator[Edge]:
    """An edge that allows little."""
    limits = {"connections": 2, "queue": 3, "queue-seconds": 1.5, "timeout": 3, "idle-seconds": 0.3}
    with run_edge(*(f"--sql-{name}={value}" for name, value in limits.items())) as running:
        yield running


@pytest.fixture
def asker(narrow: Edge, postgres: Postgres, database: str) -> Iterator[Asker]:
    postgres.run("CREATE TABLE items (n int); INSERT INTO items VALUES (1)", database)
    postgres.run("GRANT ALL ON items TO public", database)
    cache = narrow.create_cache(postgres)
    yield Asker(cache, TRUST.name, "", database)
    cache.delete()


def running(postgres: Postgres, database: str, what: str) -> int:
    """How many statements the origin is carrying out for the users of a database."""
    [(count,)] = postgres.run(
        f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}' AND state = 'active'"
        f" AND query LIKE '{what}'"
    )
    return int(str(count))


def sessions(postgres: Postgres, database: str) -> int:
    """How many connections the origin has from the users of a database."""
    [(count,)] = postgres.run(f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}'")
    return int(str(count))


def wait_until(what: str, condition: object, seconds: float = 20) -> None:
    """Wait for a condition."""
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, f"still not: {what}"
        time.sleep(0.02)


def test_the_requests_of_a_minute_are_counted_and_more_never_reach_the_origin(
    postgres: Postgres, database: str
) -> None:
    with run_edge("--sql-requests-per-minute=6") as edge:
        asker = Asker(edge.create_cache(postgres), TRUST.name, "", database)
        for _ in range(6):
            assert asker.ask("SELECT 1 AS n").status_code == 200
        before = asker.cache.metrics()
        for sql in ("SELECT 1 AS n", "CREATE TABLE never (n int)"):
            answer = asker.ask(sql)
            assert (answer.status_code, answer.json()["code"]) == (429, "TOO_MANY_REQUESTS")
            assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert asker.cache.metrics() == before
        assert postgres.run("SELECT to_regclass('never') IS NULL", database) == [(True,)]
        other = Asker(edge.create_cache(postgres), TRUST.name, "", database)
        assert other.rows("SELECT 1 AS n") == [{"n": 1}]


def test_a_statement_that_takes_too_long_is_cancelled(asker: Asker, postgres: Postgres) -> None:
    answer = asker.ask(SLEEP)
    assert (answer.status_code, answer.json()["code"]) == (504, "STATEMENT_TIMEOUT")
    wait_until("the statement is over", lambda: not running(postgres, asker.database, "%pg_sleep(30)%"))
    assert asker.rows("SELECT n FROM items") == [{"n": 1}]


def test_the_line_has_an_end_and_the_waiting_too(asker: Asker, postgres: Postgres) -> None:
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(asker.ask, SLEEP) for _ in range(8)]
        answers = [each.result() for each in asked]
    assert sorted(each.status_code for each in answers) == [503] * 6 + [504] * 2
    busy = [each for each in answers if each.status_code == 503]
    assert {each.json()["code"] for each in busy} == {"NO_CONNECTION_FREE"}
    assert all(each.headers["Retry-After"] == "1" for each in busy)
    assert {each.json()["message"].split(" ")[0] for each in busy} == {"All", "No"}
    assert asker.rows("SELECT n FROM items") == [{"n": 1}]


def test_a_hit_needs_no_connection(asker: Asker) -> None:
    until_hit(asker, "SELECT n FROM items")
    with concurrent.futures.ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(asker.ask, SLEEP) for _ in range(2)]
        assert was_hit(asker.ask("SELECT n FROM items"))
        assert {each.result().status_code for each in asked} == {504}


def test_a_request_that_is_given_up_is_cancelled_at_the_origin(asker: Asker, postgres: Postgres) -> None:
    http = asker.cache.edge.runtime["http"]
    body = asker.body("SELECT 1 FROM pg_sleep(20)")
    head = f"POST /sql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    with socket.create_connection((http["host"], http["port"])) as client:
        client.sendall(head.encode() + b"\r\n\r\n" + body)
        wait_until("it runs", lambda: running(postgres, asker.database, "%pg_sleep(20)%"))
    started = time.monotonic()
    wait_until("it is over", lambda: not running(postgres, asker.database, "%pg_sleep(20)%"))
    assert asker.rows("SELECT n FROM items") == [{"n": 1}]
    assert time.monotonic() - started < 15


def test_an_unused_connection_is_closed(asker: Asker, postgres: Postgres) -> None:
    asker.rows("SELECT n FROM items")
    wait_until("none is left", lambda: not sessions(postgres, asker.database))
    assert asker.rows("SELECT n FROM items") == [{"n": 1}]


def test_many_at_once_have_two_connections(asker: Asker, postgres: Postgres) -> None:
    with run_edge("--sql-queue-seconds=60") as edge:
        patient = Asker(edge.create_cache(postgres), TRUST.name, "", asker.database)
        limits = httpx.Limits(max_connections=40)
        with httpx.Client(base_url=edge.api.base_url, limits=limits, timeout=60, trust_env=False) as client:

            def ask(number: int) -> int:
                body = patient.body("SELECT ?::int AS n FROM items, pg_sleep(0.001)", [number])
                answer = client.post("/sql", content=body, headers={"Content-Type": "application/json"})
                assert answer.status_code == 200, answer.text
                return int(answer.json()[0]["n"])

            with concurrent.futures.ThreadPoolExecutor(40) as threads:
                assert list(threads.map(ask, range(400))) == list(range(400))
        assert sessions(postgres, asker.database) <= 2


def test_a_connection_that_the_origin_cut_is_replaced(asker: Asker, postgres: Postgres) -> None:
    asker.rows("SELECT n FROM items")
    postgres.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{asker.database}'")
    wait_until("it is gone", lambda: not sessions(postgres, asker.database))
    assert asker.rows("SELECT n FROM items") == [{"n": 1}]


def test_a_backend_that_dies_under_a_statement_is_told(asker: Asker, postgres: Postgres) -> None:
    answer = asker.ask("SELECT pg_terminate_backend(pg_backend_pid())")
    assert answer.status_code in (422, 502), answer.text
    assert asker.rows("SELECT n FROM items") == [{"n": 1}]


def test_an_origin_that_is_not_there_is_told(narrow: Edge) -> None:
    asker = Asker(narrow.create_cache(("127.0.0.1", 1)), "me", "secret", "app")
    answer = asker.ask("SELECT 1")
    assert (answer.status_code, answer.json()["code"]) == (502, "ORIGIN_UNREACHABLE")
    assert "127.0.0.1:1" in answer.json()["message"]
    assert "secret" not in narrow.log


def test_a_deleted_cache_ends_its_pool_and_its_hits(narrow: Edge, postgres: Postgres, asker: Asker) -> None:
    cache = narrow.create_cache(postgres)
    mine = Asker(cache, TRUST.name, "", asker.database)
    until_hit(mine, "SELECT n FROM items")
    cache.delete()
    answer = mine.ask("SELECT n FROM items")
    assert (answer.status_code, answer.json()["code"]) == (404, "CACHE_NOT_FOUND")


def test_passwords_are_in_no_log(narrow: Edge, postgres: Postgres, database: str) -> None:
    asker = Asker(narrow.create_cache(postgres), SCRAM.name, SCRAM.password, database)
    asker.rows("SELECT 1 AS n")
    asker.ask("SELECT 'never in a log' FROM nowhere")
    assert SCRAM.password not in narrow.log
    assert "never in a log" not in narrow.log
