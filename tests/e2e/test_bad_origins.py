"""Origins that are down, die, hang up, or are no Postgres at all: a clear error, and the edge goes on."""

from __future__ import annotations

import http.server
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import psycopg
import pytest

from tests.e2e.origins import Relay, listener_that, relay_to
from tests.servers.edge import Edge, EdgeCache, run_edge
from tests.servers.http_server import serving
from tests.servers.postgres import SCRAM, TRUST, Postgres
from tests.servers.process import free_port, wait_until

MYSQL_GREETING = (
    b"\x4a\0\0\0\x0a8.0.36\0\x08\0\0\0abcdefgh\0\xff\xff\xff\x02\0\xff\xc7\x15"
    + b"\0" * 10
    + b"ijklmnopqrst\0mysql_native_password\0"
)


@pytest.fixture(scope="module")
def edge(postgres: Postgres) -> Iterator[Edge]:
    """One for these tests alone: after a write is lost, an edge keeps little of its origin for a minute."""
    with run_edge(environment={"SSL_CERT_FILE": str(postgres.certificates.ca)}) as running:
        yield running


def failure_of(edge: Edge, port: int, tls: str = "prefer") -> str:
    """What a client is told whose cache has this origin."""
    cache = edge.create_cache(("127.0.0.1", port), originTls=tls)
    try:
        with pytest.raises(psycopg.OperationalError) as failure:
            # Without TLS to the edge: with it, libpq tries once more without.
            psycopg.connect(cache.url(TRUST, sslmode="disable"), connect_timeout=100)
        return str(failure.value)
    finally:
        cache.delete()


def test_an_origin_that_is_down_is_named(edge: Edge) -> None:
    port = free_port()
    told = failure_of(edge, port)
    assert f"127.0.0.1:{port}" in told or str(port) in told
    assert "FATAL" in told


def test_a_host_that_does_not_resolve_is_named(edge: Edge) -> None:
    cache = edge.create_cache(("nowhere.invalid", 5432))
    with pytest.raises(psycopg.OperationalError, match=r"nowhere\.invalid"):
        psycopg.connect(cache.url(TRUST))
    cache.delete()


def test_an_http_server_is_no_postgres(edge: Edge) -> None:
    """It waits for a line that ends, and the edge for an answer: both kinds of cache at once."""
    with (
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as server,
        serving(server),
        ThreadPoolExecutor() as clients,
    ):
        for told in clients.map(partial(failure_of, edge, server.server_port), ["disable", "prefer"]):
            assert "FATAL" in told
            assert "server closed the connection unexpectedly" not in told


@pytest.mark.parametrize("tls", ["disable", "prefer"])
def test_a_mysql_server_is_no_postgres(edge: Edge, tls: str) -> None:
    def greet(client: socket.socket) -> None:
        client.sendall(MYSQL_GREETING)
        client.recv(1 << 16)

    with listener_that(greet) as port:
        told = failure_of(edge, port, tls)
    assert "FATAL" in told
    assert "server closed the connection unexpectedly" not in told


@pytest.mark.parametrize("tls", ["disable", "prefer", "require"])
def test_an_origin_that_hangs_up_at_once(edge: Edge, tls: str) -> None:
    with listener_that(lambda _: None) as port:
        assert "FATAL" in failure_of(edge, port, tls)


def test_an_origin_that_sends_a_1_gb_length(edge: Edge) -> None:
    def lie(client: socket.socket) -> None:
        client.recv(1 << 16)
        client.sendall(b"R" + (1 << 30).to_bytes(4, "big") + b"x" * 100)
        client.shutdown(socket.SHUT_WR)
        client.recv(1 << 16)

    with listener_that(lie) as port:
        assert "FATAL" in failure_of(edge, port, "disable")


@pytest.fixture
def relay(postgres: Postgres) -> Iterator[Relay]:
    with relay_to(postgres.port) as made:
        yield made


@pytest.fixture
def relayed(edge: Edge, relay: Relay) -> Iterator[EdgeCache]:
    made = edge.create_cache(("127.0.0.1", relay.port), originTls="disable")
    yield made
    made.delete()


@pytest.mark.parametrize("answer_bytes", [0, 1, 10, 1000, 100_000])
def test_an_origin_cut_off_in_mid_answer(relay: Relay, relayed: EdgeCache, answer_bytes: int) -> None:
    with psycopg.connect(relayed.url(TRUST), autocommit=True) as connection:
        connection.execute("SELECT 1")
        relay.cut_after(answer_bytes)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT repeat('x', 100) FROM generate_series(1, 10000)")
        assert connection.closed
    relay.heal()
    with psycopg.connect(relayed.url(TRUST), autocommit=True) as connection:
        found = connection.execute("SELECT repeat('x', 100) FROM generate_series(1, 10000)").fetchall()
    assert len(found) == 10000


def test_half_an_answer_is_never_served_again(
    relay: Relay, relayed: EdgeCache, postgres: Postgres, database: str
) -> None:
    postgres.run("CREATE TABLE items AS SELECT n, repeat('x', 100) FROM generate_series(1, 2000) n", database)
    postgres.run("GRANT ALL ON items TO public", database)
    read = "SELECT * FROM items"
    for _ in range(4):
        with psycopg.connect(relayed.url(TRUST, database), autocommit=True) as connection:
            connection.execute("SELECT 1")
            relay.cut_after(50_000)
            with pytest.raises(psycopg.OperationalError):
                connection.execute(read)
        relay.heal()
    with psycopg.connect(relayed.url(TRUST, database), autocommit=True) as connection:
        for _ in range(4):
            assert len(connection.execute(read).fetchall()) == 2000


def test_a_write_whose_answer_was_lost_is_still_seen(
    relay: Relay, relayed: EdgeCache, postgres: Postgres, database: str
) -> None:
    postgres.run(
        "CREATE TABLE items (name text); INSERT INTO items VALUES ('old'); GRANT ALL ON items TO public", database
    )
    with psycopg.connect(relayed.url(TRUST, database), autocommit=True) as reader:
        for _ in range(4):
            assert reader.execute("SELECT name FROM items").fetchone() == ("old",)
        with psycopg.connect(relayed.url(TRUST, database), autocommit=True) as writer:
            relay.cut_before(b"UPDATE 1\0")
            with pytest.raises(psycopg.OperationalError):
                writer.execute("UPDATE items SET name = 'new'")
        relay.heal()
    wait_until(lambda: postgres.run("SELECT name FROM items", database) == [("new",)], "the update is through")
    with psycopg.connect(relayed.url(TRUST, database), autocommit=True) as reader:
        for _ in range(4):
            assert reader.execute("SELECT name FROM items").fetchone() == ("new",)


def test_a_session_that_the_origin_ends_gets_the_origins_words(cache: EdgeCache, postgres: Postgres) -> None:
    with psycopg.connect(cache.url(SCRAM), autocommit=True) as connection:
        (pid,) = connection.execute("SELECT pg_backend_pid()").fetchone() or (0,)
        postgres.run(f"SELECT pg_terminate_backend({pid}, 10000)")
        with pytest.raises(psycopg.errors.AdminShutdown):
            connection.execute("SELECT 1")


def test_an_origin_that_restarts_is_served_again(edge: Edge, postgres: Postgres, database: str) -> None:
    postgres.run(
        "CREATE TABLE items (name text); INSERT INTO items VALUES ('here'); GRANT ALL ON items TO public", database
    )
    cache = edge.create_cache(postgres)
    with psycopg.connect(cache.url(TRUST, database), autocommit=True) as connection:
        for _ in range(4):
            connection.execute("SELECT name FROM items")
        postgres.run("CHECKPOINT")  # or the crash could lose the table: synchronous_commit is off
        postgres.crash()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT now()")
        assert "FATAL" in failure_of(edge, postgres.port)
    postgres.start()
    with psycopg.connect(cache.url(TRUST, database), autocommit=True) as connection:
        assert connection.execute("SELECT name FROM items").fetchone() == ("here",)
    cache.delete()
