"""An edge that may open few files: whoever is there is served, and whoever is one too many is told so."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import psycopg
import pymysql
import pytest

from polyscale_cli.edge.wire.places import Places
from tests.servers.edge import Edge, run_edge
from tests.servers.mariadb import MariaDb
from tests.servers.mysql_like import APP
from tests.servers.patience import runs
from tests.servers.postgres import TRUST, Postgres

PLACES = 32
WORDS = f"It may open 128 files, which are enough for {PLACES} clients: raise the limit"


@pytest.fixture(scope="module")
def small() -> Iterator[Edge]:
    with run_edge(prefix=("prlimit", "--nofile=128:128")) as edge:
        yield edge


def test_strangers_who_say_nothing_take_all_files_for_a_moment_only(small: Edge, postgres: Postgres) -> None:
    """Those who are there are served, and others get in while the strangers still hold their ends."""
    with contextlib.ExitStack() as opened:
        cache = small.create_cache(postgres, originTls="disable")
        with psycopg.connect(cache.url(TRUST, sslmode="disable"), autocommit=True) as session:
            session.execute("SELECT 1")
            for _ in range(150):
                opened.enter_context(socket.create_connection(("127.0.0.1", small.postgres_port)))
            for _ in range(100):
                assert session.execute("SELECT 1").fetchone() == (1,)
            with connect_patiently(cache.url(TRUST, sslmode="disable", connect_timeout="30")) as late:
                assert late.execute("SELECT 1").fetchone() == (1,)


def connect_patiently(url: str) -> psycopg.Connection[tuple[int]]:
    """Connect, as soon as the edge takes one more."""
    for _ in runs(at_once=1):
        with contextlib.suppress(psycopg.OperationalError):
            return psycopg.connect(url)
    return psycopg.connect(url)


def test_a_client_too_many_is_told_what_to_do(small: Edge, postgres: Postgres) -> None:
    with contextlib.ExitStack() as opened:
        cache = small.create_cache(postgres, originTls="disable")
        url = cache.url(TRUST, sslmode="disable", connect_timeout="30")
        for _ in range(PLACES):
            opened.enter_context(connect_patiently(url))
        for _ in range(50):
            with pytest.raises(psycopg.OperationalError, match="this edge has no place for one more client") as refused:
                psycopg.connect(url)
            assert WORDS in str(refused.value)
        opened.close()
        with connect_patiently(url) as late:
            assert late.execute("SELECT 1").fetchone() == (1,)


def test_clients_of_all_protocols_share_the_places(small: Edge, postgres: Postgres, mariadb: MariaDb) -> None:
    there = small.create_cache(postgres, originTls="disable")
    wanted = small.create_cache(mariadb, originTls="disable")
    with contextlib.ExitStack() as opened:
        for _ in range(PLACES):
            opened.enter_context(connect_patiently(there.url(TRUST, sslmode="disable", connect_timeout="30")))
        with pytest.raises(pymysql.OperationalError, match=WORDS) as refused:
            pymysql.connect(
                host="127.0.0.1", port=small.mariadb_port, user=f"{wanted.id}-{APP.name}", password=APP.password
            )
        assert refused.value.args[0] == pymysql.constants.ER.CON_COUNT_ERROR


def test_places_are_free_again_when_clients_have_left() -> None:
    places = Places(files=52)
    places.came("a stranger")
    assert not places.is_crowded
    assert places.admits("first")
    assert not places.admits("second")
    places.left("first")
    assert places.admits("second")


def test_it_is_crowded_while_many_say_nothing() -> None:
    places = Places(files=128)
    for number in range(17):
        places.came(number)
    assert places.is_crowded
    places.admits(0)
    assert not places.is_crowded
