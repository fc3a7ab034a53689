"""MySQL and MariaDB over HTTP: reads are served from the cache, never too long; no request sees another's traces."""

from __future__ import annotations

from collections.abc import Iterator

import pymysql
import pytest

from tests.e2e.serverless.asking import Asker, until_hit, was_hit
from tests.servers.edge import Edge, run_edge
from tests.servers.mysql_like import APP, OPEN, MySqlLike
from tests.servers.process import wait_until

READ = "SELECT id, name FROM items WHERE id = ?"
STATE = """SELECT DATABASE() AS db, CURRENT_USER() AS who, @@sql_mode LIKE '%ANSI_QUOTES%' AS quotes,
    @@autocommit AS auto, @@time_zone AS zone, @@character_set_results AS results, @mine AS mine,
    IS_USED_LOCK('mine') AS locked"""
LEAVES_TRACES = (
    "USE mysql",
    "SET sql_mode = 'ANSI_QUOTES'",
    "SET autocommit = 0",
    "SET time_zone = '+09:00', @mine = 1",
    "SET NAMES latin1",
    "SET @mine = 1; CREATE TEMPORARY TABLE items (id int)",
    "SELECT GET_LOCK('mine', 0) AS got",
    "LOCK TABLES items WRITE",
    "PREPARE mine FROM 'SELECT 1'",
    "FLUSH TABLES WITH READ LOCK",
    "HANDLER items OPEN",
    "BEGIN; UPDATE items SET name = 'x'; ROLLBACK",
)


@pytest.fixture(scope="module", params=["mariadb", "mysql"])
def server(request: pytest.FixtureRequest) -> MySqlLike:
    """Each of the two."""
    found: MySqlLike = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def single() -> Iterator[Edge]:
    """An edge with one connection for each user, so that whoever comes next has the one of who came before."""
    with run_edge("--sql-connections=1", "--sql-timeout=5") as running:
        yield running


@pytest.fixture(scope="module")
def place(single: Edge, server: MySqlLike) -> Iterator[Asker]:
    database = server.create_database()
    cache = single.create_cache(server)
    yield Asker(cache, APP.name, APP.password, database)
    cache.delete()
    server.drop_database(database)


def assert_as_after_login(asker: Asker) -> None:
    [row] = asker.rows(STATE)
    assert (row.pop("db"), row.pop("who")) == (asker.database, f"{APP.name}@%")
    assert row == {"quotes": 0, "auto": 1, "zone": "SYSTEM", "results": "utf8mb4", "mine": None, "locked": None}


@pytest.fixture
def asker(place: Asker, server: MySqlLike) -> Iterator[Asker]:
    """Each test has the same rows, and none leaves a trace."""
    server.run(
        "DROP TABLE IF EXISTS items; CREATE TABLE items (id int PRIMARY KEY AUTO_INCREMENT, name varchar(20));"
        "INSERT INTO items VALUES (1, 'old'), (2, 'two'); CREATE OR REPLACE VIEW shown AS SELECT * FROM items",
        place.database,
    )
    place.cache.purge()
    yield place
    assert_as_after_login(place)
    assert "Traceback" not in place.cache.edge.log


@pytest.fixture
def tcp(asker: Asker, server: MySqlLike) -> Iterator[pymysql.Connection]:
    edge = asker.cache.edge
    connection = pymysql.connect(
        host=edge.host,
        port=edge.shared_port(server.kind),
        user=f"{asker.cache.id}-{APP.name}",
        password=APP.password,
        database=asker.database,
        autocommit=True,
    )
    yield connection
    connection.close()


def execute(connection: pymysql.Connection, sql: str) -> tuple[tuple[object, ...], ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return tuple(cursor.fetchall())


@pytest.mark.parametrize("bindings", [[1], {"id": 1}, None])
def test_the_third_of_equal_reads_is_a_hit(asker: Asker, bindings: object) -> None:
    sql = {list: READ, dict: READ.replace("?", ":id"), type(None): READ.replace("?", "1")}[type(bindings)]
    before = asker.cache.metrics().hits
    assert until_hit(asker, sql, bindings) <= 3
    assert asker.rows(sql, bindings) == [{"id": 1, "name": "old"}]
    assert asker.cache.metrics().hits >= before + 2


def test_a_hit_asks_the_origin_nothing(asker: Asker, server: MySqlLike) -> None:
    until_hit(asker, READ, [1])
    server.run("UPDATE items SET name = 'around'", asker.database)
    assert was_hit(asker.ask(READ, [1]))


def test_a_write_over_http_is_seen_over_http_and_tcp(asker: Asker, tcp: pymysql.Connection) -> None:
    until_hit(asker, READ, [1])
    for _ in range(4):
        execute(tcp, "SELECT name FROM shown WHERE id = 1")
    told = asker.rows("UPDATE items SET name = ? WHERE id = 1", ["new"])
    assert told == [{"affectedRows": 1, "insertId": 0}]
    assert asker.rows(READ, [1]) == [{"id": 1, "name": "new"}]
    assert execute(tcp, "SELECT name FROM shown WHERE id = 1") == (("new",),)


def test_a_write_over_tcp_is_seen_over_http(asker: Asker, tcp: pymysql.Connection) -> None:
    until_hit(asker, READ, [1])
    execute(tcp, "UPDATE items SET name = 'new' WHERE id = 1")
    assert asker.rows(READ, [1]) == [{"id": 1, "name": "new"}]
    until_hit(asker, READ, [1])
    tcp.begin()
    execute(tcp, "DELETE FROM items WHERE id = 1")
    assert asker.rows(READ, [1]) == [{"id": 1, "name": "new"}]
    tcp.commit()
    assert asker.rows(READ, [1]) == []


def test_an_insert_tells_the_number_that_it_was_given(asker: Asker) -> None:
    assert asker.rows("INSERT INTO items (name) VALUES (?), (?)", ["a", "b"]) == [{"affectedRows": 2, "insertId": 3}]
    assert asker.rows("SELECT name FROM items WHERE id IN (?) ORDER BY id", [[3, 4]]) == [{"name": "a"}, {"name": "b"}]


def test_a_purge_drops_what_was_kept_for_http(asker: Asker, server: MySqlLike) -> None:
    until_hit(asker, READ, [1])
    server.run("UPDATE items SET name = 'around' WHERE id = 1", asker.database)
    asker.cache.purge()
    assert asker.rows(READ, [1]) == [{"id": 1, "name": "around"}]


def test_one_users_answers_are_not_anothers(asker: Asker) -> None:
    other = Asker(asker.cache, OPEN.name, OPEN.password, asker.database)
    sql = "SELECT CURRENT_USER() AS who, name FROM items WHERE id = 1"
    for _ in range(3):
        assert asker.rows(sql) == [{"who": "app@%", "name": "old"}]
        assert other.rows(sql) == [{"who": "open@%", "name": "old"}]


def test_a_hit_needs_the_password_that_filled_it(asker: Asker) -> None:
    until_hit(asker, READ, [1])
    for wrong in ("wrong", ""):
        answer = Asker(asker.cache, asker.username, wrong, asker.database).ask(READ, [1])
        assert (answer.status_code, answer.json()["code"]) == (401, "1045"), answer.text
        assert "Access denied" in answer.json()["message"]
    assert was_hit(asker.ask(READ, [1]))


def test_a_database_that_is_not_there_is_told(asker: Asker) -> None:
    answer = Asker(asker.cache, asker.username, asker.password, "nowhere").ask("SELECT 1")
    assert (answer.status_code, answer.json()["code"]) == (422, "1049")


def test_nothing_stays_of_what_a_request_sets(asker: Asker, server: MySqlLike) -> None:
    for sql in LEAVES_TRACES:
        answer = asker.ask(sql)
        assert answer.status_code == 200, (sql, answer.text)
        assert_as_after_login(asker)
        server.run("UPDATE items SET name = concat(name, '.') WHERE id = 2", asker.database)
        assert asker.rows("SELECT name FROM items WHERE id = 2 AND name LIKE '%.'"), sql
        assert asker.ask("EXECUTE mine").status_code == 422, sql


def test_what_is_refused_is_told_and_undone(asker: Asker) -> None:
    for sql, code in (
        ("SELECT nothing FROM items", "1054"),
        ("SELECT 1; SELECT nothing; SELECT 2", "1054"),
        ("FROBNICATE", "1064"),
        (" ", "1065"),
        ("BEGIN; DELETE FROM items", "TRANSACTION_LEFT_OPEN"),
        ("SET autocommit = 0; DELETE FROM items", "TRANSACTION_LEFT_OPEN"),
        ("SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no', MYSQL_ERRNO = 31000", "31000"),
        ("LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE items (name)", None),
    ):
        answer = asker.ask(sql)
        assert (answer.status_code, answer.json()["code"]) == (422, code or answer.json()["code"]), (sql, answer.text)
        assert len(asker.rows("SELECT id FROM items")) == 2, sql


def test_several_statements_give_an_array_for_each(asker: Asker) -> None:
    assert asker.rows("INSERT INTO items VALUES (3, 'three'); SELECT name FROM items WHERE id = 3") == [
        [{"affectedRows": 1, "insertId": 3}],
        [{"name": "three"}],
    ]


def test_what_takes_too_long_is_cancelled(asker: Asker, server: MySqlLike) -> None:
    answer = asker.ask("UPDATE items SET name = SLEEP(60)")
    assert (answer.status_code, answer.json()["code"]) == (504, "STATEMENT_TIMEOUT")
    running = (
        "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%SLEEP(60)%' AND info NOT LIKE '%LIKE%'"
    )
    wait_until(lambda: server.run(running).split() == ["COUNT(*)", "0"], "it is over at the origin")
    assert asker.rows("SELECT name FROM items ORDER BY id") == [{"name": "old"}, {"name": "two"}]


def test_a_connection_that_kills_itself_is_an_error_and_there_is_another(asker: Asker) -> None:
    answer = asker.ask("KILL CONNECTION_ID()")
    assert answer.status_code in (422, 502), answer.text
    assert asker.rows(READ, [1]) == [{"id": 1, "name": "old"}]
