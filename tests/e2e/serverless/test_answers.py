"""A read over HTTP is served from the cache, and never for a moment too long."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.e2e.serverless.asking import Asker, until_hit, was_hit
from tests.servers.edge import EdgeCache
from tests.servers.postgres import SCRAM, Postgres

READ = "SELECT id, name FROM items WHERE id = ?"


@pytest.fixture
def asker(cache: EdgeCache, postgres: Postgres, database: str) -> Asker:
    postgres.run(
        """CREATE TABLE items (id int PRIMARY KEY, name text); INSERT INTO items VALUES (1, 'old'), (2, 'two');
        CREATE VIEW shown AS SELECT * FROM items; GRANT ALL ON ALL TABLES IN SCHEMA public TO public;
        ALTER TABLE items OWNER TO app_scram""",
        database,
    )
    return Asker(cache, SCRAM.name, SCRAM.password, database)


@pytest.fixture
def tcp(asker: Asker) -> Iterator[psycopg.Connection]:
    with psycopg.connect(asker.cache.url(SCRAM, asker.database), autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("bindings", [[1], {"id": 1}, None])
def test_the_third_of_equal_reads_is_a_hit(asker: Asker, bindings: object) -> None:
    sql = {list: READ, dict: READ.replace("?", ":id"), type(None): READ.replace("?", "1")}[type(bindings)]
    assert until_hit(asker, sql, bindings) <= 3
    assert asker.rows(sql, bindings) == [{"id": 1, "name": "old"}]
    assert asker.cache.metrics().hits >= 2


def test_a_hit_asks_the_origin_nothing(asker: Asker, postgres: Postgres) -> None:
    until_hit(asker, READ, [1])
    before = asker.cache.metrics()
    postgres.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app_scram'")
    assert was_hit(asker.ask(READ, [1]))
    assert asker.cache.metrics().hits == before.hits + 1


def test_a_write_over_http_is_seen_over_http_and_tcp(asker: Asker, tcp: psycopg.Connection) -> None:
    until_hit(asker, READ, [1])
    for _ in range(4):
        tcp.execute("SELECT name FROM shown WHERE id = 1")
    assert asker.rows("UPDATE items SET name = ? WHERE id = 1", ["new"]) == [{"affectedRows": 1}]
    assert asker.rows(READ, [1]) == [{"id": 1, "name": "new"}]
    assert tcp.execute("SELECT name FROM shown WHERE id = 1").fetchall() == [("new",)]


def test_a_write_over_tcp_is_seen_over_http(asker: Asker, tcp: psycopg.Connection) -> None:
    until_hit(asker, READ, [1])
    tcp.execute("UPDATE items SET name = 'new' WHERE id = 1")
    assert asker.rows(READ, [1]) == [{"id": 1, "name": "new"}]
    until_hit(asker, READ, [1])
    with tcp.transaction():
        tcp.execute("DELETE FROM items WHERE id = 1")
    assert asker.rows(READ, [1]) == []


def test_a_purge_drops_what_was_kept_for_http(asker: Asker, postgres: Postgres) -> None:
    until_hit(asker, READ, [1])
    postgres.run("UPDATE items SET name = 'around' WHERE id = 1", asker.database)
    asker.cache.purge()
    assert asker.rows(READ, [1]) == [{"id": 1, "name": "around"}]


def test_a_right_that_was_revoked_is_refused_at_once(asker: Asker, tcp: psycopg.Connection, postgres: Postgres) -> None:
    other = Asker(asker.cache, "app_md5", "md5-secret", asker.database)
    until_hit(other, READ, [1])
    tcp.execute("REVOKE ALL ON items FROM public")
    answer = other.ask(READ, [1])
    assert (answer.status_code, answer.json()["code"]) == (422, "42501")


def test_one_users_answers_are_not_anothers(asker: Asker) -> None:
    sql = "SELECT current_user AS who, name FROM items WHERE id = 1"
    until_hit(asker, sql)
    other = Asker(asker.cache, "app_md5", "md5-secret", asker.database)
    until_hit(other, sql)
    assert other.rows(sql) == [{"who": "app_md5", "name": "old"}]
    assert asker.rows(sql) == [{"who": "app_scram", "name": "old"}]


def test_a_hit_needs_the_password_that_filled_it(asker: Asker) -> None:
    until_hit(asker, READ, [1])
    wrong = Asker(asker.cache, asker.username, "wrong", asker.database)
    answer = wrong.ask(READ, [1])
    assert answer.status_code == 401
    assert answer.json() == {
        "statusCode": 401,
        "code": "28P01",
        "error": "Unauthorized",
        "message": 'password authentication failed for user "app_scram"',
    }
    assert was_hit(asker.ask(READ, [1]))


def test_a_pooled_session_keeps_nothing_of_who_had_it_before(asker: Asker) -> None:
    for _ in range(4):  # twice as many as there are connections
        asker.rows("SET search_path TO nowhere")
        asker.rows("CREATE TEMPORARY TABLE items (id int, name text)")
        assert asker.rows("SELECT name FROM items WHERE id = 2") == [{"name": "two"}]


def test_what_is_not_kept_says_why(asker: Asker) -> None:
    answer = asker.ask("SELECT now() AS moment")
    assert answer.headers["Cache-Status"].startswith("PolyScale; fwd=bypass; detail="), answer.headers
    assert "edge;dur=" in answer.headers["Server-Timing"]


def test_several_statements_give_an_array_for_each(asker: Asker) -> None:
    assert asker.rows("INSERT INTO items VALUES (3, 'three'); SELECT name FROM items WHERE id = 3") == [
        [{"affectedRows": 1}],
        [{"name": "three"}],
    ]


def test_a_transaction_that_is_left_open_is_rolled_back_and_an_error(asker: Asker) -> None:
    answer = asker.ask("BEGIN; DELETE FROM items")
    assert (answer.status_code, answer.json()["code"]) == (422, "TRANSACTION_LEFT_OPEN")
    assert len(asker.rows("SELECT id FROM items")) == 2
