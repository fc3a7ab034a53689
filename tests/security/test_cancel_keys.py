"""A CancelRequest is obeyed for the session whose key it carries, and says nothing to whoever sends it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.e2e.origins import Relay, relay_to
from tests.e2e.raw import RawClient, errors, query, rows
from tests.servers.edge import Edge, EdgeCache
from tests.servers.postgres import TRUST, Postgres
from tests.servers.process import wait_until

CANCEL = (80877102).to_bytes(4, "big")


@pytest.fixture
def relay(postgres: Postgres) -> Iterator[Relay]:
    """Stands between the edge and the origin, and counts connections."""
    with relay_to(postgres.port) as made:
        yield made


@pytest.fixture
def cache(edge: Edge, relay: Relay) -> Iterator[EdgeCache]:
    made = edge.create_cache(("127.0.0.1", relay.port), originTls="disable")
    yield made
    made.delete()


def logged_in(cache: EdgeCache) -> RawClient:
    client = RawClient(cache.edge.postgres_port)
    client.__enter__()
    client.login(user=TRUST.name, database="app", application_name=cache.id)
    return client


def busy(postgres: Postgres, client: RawClient) -> None:
    """Have the session run a statement that goes on until it is cancelled."""
    client.send(query("SELECT pg_sleep(600)"))
    wait_until(lambda: is_busy(postgres, client), "the statement runs")


def is_busy(postgres: Postgres, client: RawClient) -> bool:
    pid = int.from_bytes(client.key[:4], "big")
    # Not a question of the edge's own, which comes before the statement.
    where = f"pid = {pid} AND state = 'active' AND query LIKE 'SELECT pg_sleep%'"
    return bool(postgres.run(f"SELECT 1 FROM pg_stat_activity WHERE {where}"))


def cancel(edge: Edge, key: bytes) -> None:
    """Send a CancelRequest and wait until the edge is done with it."""
    with RawClient(edge.postgres_port) as stranger:
        stranger.send((8 + len(key)).to_bytes(4, "big") + CANCEL + key)
        assert stranger.rest() == []


def test_no_key_but_its_own_ends_a_sessions_statement(postgres: Postgres, cache: EdgeCache, relay: Relay) -> None:
    victim, other = logged_in(cache), logged_in(cache)
    with victim.socket, other.socket:
        busy(postgres, victim)
        before = relay.connections
        pid, secret = victim.key[:4], victim.key[4:]
        mixed = [pid + other.key[4:], other.key[:4] + secret]
        guessed = [pid + guess for guess in (bytes(4), b"\xff" * 4, secret[::-1], os.urandom(4))]
        misshapen = [b"", pid, victim.key[:-1], victim.key + b"\0", victim.key * 2, b"\0" * 256, os.urandom(9000)]
        for key in (*mixed, *guessed, *misshapen):
            if key != victim.key:
                cancel(cache.edge, key)
        assert relay.connections == before, "the origin is asked nothing that a stranger made up"
        cancel(cache.edge, other.key)
        assert is_busy(postgres, victim)
        cancel(cache.edge, victim.key)
        assert errors(victim.until("Z")) == ["57014"]
        for client in (victim, other):
            # A postmaster sends two signals (signal_child), of which the second may find the next statement.
            client.send(query("SELECT 'perhaps'"))
            client.until("Z")
            client.send(query("SELECT 'alive'"))
            assert rows(client.until("Z")) == [["alive"]]


def test_a_key_means_nothing_once_its_session_is_over(postgres: Postgres, cache: EdgeCache, relay: Relay) -> None:
    client = logged_in(cache)
    client.send(b"X\0\0\0\x04")
    assert client.rest() == []
    client.socket.close()
    wait_until(lambda: cache.metrics().connections == 0, "the edge has forgotten the session")
    before = relay.connections
    cancel(cache.edge, client.key)
    assert relay.connections == before


def test_one_connection_carries_one_cancel_request(postgres: Postgres, cache: EdgeCache) -> None:
    """As with PostgreSQL: whoever guesses must at least connect for each guess."""
    victim = logged_in(cache)
    with victim.socket:
        busy(postgres, victim)
        guess = b"\0\0\0\x10" + CANCEL + victim.key[:4] + bytes(4)
        right = b"\0\0\0\x10" + CANCEL + victim.key
        with RawClient(cache.edge.postgres_port) as stranger:
            stranger.send(guess, right)
            assert stranger.rest() == []
        cancel(cache.edge, bytes(8))
        assert is_busy(postgres, victim)
        cancel(cache.edge, victim.key)
        assert errors(victim.until("Z")) == ["57014"]
