"""How sessions end: what was sent before the end is answered, or at least carried out, as the database would."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.e2e.raw import TERMINATE, RawClient, bind, execute, kinds, parse, query, rows
from tests.servers.edge import EdgeCache
from tests.servers.postgres import TRUST, Postgres
from tests.servers.process import wait_until


@pytest.fixture(params=["direct", "edge"])
def client(request: pytest.FixtureRequest, postgres: Postgres, cache: EdgeCache, database: str) -> Iterator[RawClient]:
    postgres.run("CREATE TABLE items (id int PRIMARY KEY); GRANT ALL ON items TO public", database)
    direct = request.param == "direct"
    with RawClient(postgres.port if direct else cache.edge.postgres_port) as client:
        client.login(user=TRUST.name, database=database, **({} if direct else {"application_name": cache.id}))
        yield client


def test_what_was_sent_with_good_bye_is_answered(client: RawClient) -> None:
    client.send(query("SELECT 1"), query("SELECT 2"), TERMINATE)
    assert rows(client.rest()) == [["1"], ["2"]]


def test_a_client_that_shuts_its_side_down_gets_its_answers(client: RawClient) -> None:
    client.send(query("SELECT count(*) FROM items"), query("INSERT INTO items VALUES (1)"), query("SELECT 'last'"))
    client.socket.shutdown(socket.SHUT_WR)
    assert rows(client.rest()) == [["0"], ["last"]]


def test_a_batch_without_its_sync_is_answered_and_undone(client: RawClient, postgres: Postgres, database: str) -> None:
    client.send(parse("INSERT INTO items VALUES (1) RETURNING id"), bind(), execute())
    client.socket.shutdown(socket.SHUT_WR)
    assert kinds(client.rest()) in {"12DC", ""}, "the server may have it in its buffer when it ends"
    assert postgres.run("SELECT count(*) FROM items", database) == [(0,)]


def test_half_a_message_is_no_request(client: RawClient, postgres: Postgres, database: str) -> None:
    client.send(query("SELECT 1"), query("INSERT INTO items VALUES (1)")[:-1])
    client.socket.shutdown(socket.SHUT_WR)
    assert rows(client.rest()) == [["1"]]
    assert postgres.run("SELECT count(*) FROM items", database) == [(0,)]


def test_a_transaction_is_carried_out_though_nobody_waits_for_it(
    cache: EdgeCache, postgres: Postgres, database: str
) -> None:
    postgres.run("CREATE TABLE items (id int PRIMARY KEY); GRANT ALL ON items TO public", database)
    with RawClient(cache.edge.postgres_port) as client:
        client.login(user=TRUST.name, database=database, application_name=cache.id)
        client.send(query("BEGIN"), query("INSERT INTO items VALUES (1)"), query("COMMIT"))
    wait_until(lambda: postgres.run("SELECT count(*) FROM items", database) == [(1,)], "it is committed")
