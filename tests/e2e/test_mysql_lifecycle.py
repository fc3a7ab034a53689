"""Caches of MySQL and MariaDB that change under open connections, and an edge that stops and comes back."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

import pymysql
import pytest

from tests.servers.edge import Edge, EdgeCache
from tests.servers.mysql_like import APP, MySqlLike
from tests.servers.process import free_port, listens, wait_until

READ = "SELECT name FROM items"
INTERRUPTED = 1317


@pytest.fixture(scope="module", params=["mariadb", "mysql"])
def server(request: pytest.FixtureRequest) -> MySqlLike:
    """Each of the two."""
    found: MySqlLike = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def database(server: MySqlLike) -> Iterator[str]:
    """A database of one test alone, with a table."""
    name = server.create_database()
    server.run("CREATE TABLE items (name text); INSERT INTO items VALUES ('old')", name)
    yield name
    server.drop_database(name)


@pytest.fixture
def cache(edge: Edge, server: MySqlLike) -> Iterator[EdgeCache]:
    """A cache of the server."""
    made = edge.create_cache(server)
    yield made
    edge.api.delete(f"/v1/caches/{made.id}")


@contextlib.contextmanager
def connected(
    cache: EdgeCache, server: MySqlLike, database: str, port: int | None = None, user: str | None = None
) -> Iterator[pymysql.Connection]:
    connection = pymysql.connect(
        host=cache.edge.host,
        port=port or cache.edge.shared_port(server.kind),
        user=user or f"{cache.id}-{APP.name}",
        password=APP.password,
        database=database,
        autocommit=True,
    )
    try:
        yield connection
    finally:
        with contextlib.suppress(pymysql.Error):
            connection.close()


def read(connection: pymysql.Connection, times: int = 4) -> str:
    """Read often enough for the last to be a hit; what the last one said."""
    with connection.cursor() as cursor:
        for _ in range(times):
            cursor.execute(READ)
            ((name,),) = cursor.fetchall()
    return str(name)


def listed(edge: Edge, cache: EdgeCache) -> list[tuple[str, int]]:
    """The listeners of a cache's own, by protocol and port."""
    listeners = edge.api.get("/v1/edge").json()["listeners"]
    return [(each["protocol"], each["port"]) for each in listeners if each["cacheId"] == cache.id]


def test_purge_drops_what_an_out_of_band_write_made_stale(cache: EdgeCache, server: MySqlLike, database: str) -> None:
    with connected(cache, server, database) as connection:
        assert read(connection) == "old"
        server.run("UPDATE items SET name = 'new'", database)
        assert read(connection) == "old"
        metrics = cache.metrics()
        assert (metrics.hits > 0, metrics.entries, metrics.connections) == (True, 1, 1)
        assert cache.purge() == 1
        assert read(connection, 1) == "new"
    wait_until(lambda: cache.metrics().connections == 0, "the connection has gone")


@pytest.mark.parametrize("name", ["items", "{database}.items", "`{database}`.`items`"])
def test_purge_of_a_table_drops_what_depends_on_it_alone(
    cache: EdgeCache, server: MySqlLike, database: str, name: str
) -> None:
    server.run("CREATE TABLE others (name text); INSERT INTO others VALUES ('x')", database)
    with connected(cache, server, database) as connection, connection.cursor() as cursor:
        read(connection)
        for _ in range(4):
            cursor.execute("SELECT name FROM others")
            cursor.fetchall()
        assert cache.metrics().entries == 2
        answer = cache.edge.api.put(f"/v1/caches/{cache.id}/purge", json={"tables": [name.format(database=database)]})
        assert answer.json()["purged"] == 1
        assert f"{database}.items" in answer.json()["tables"][0]["matched"]
        assert cache.metrics().entries == 1


def test_deleting_a_cache_ends_its_connections_and_no_others(
    edge: Edge, cache: EdgeCache, server: MySqlLike, database: str
) -> None:
    doomed = edge.create_cache(server)
    with connected(doomed, server, database) as ended, connected(cache, server, database) as stays:
        read(ended)
        read(stays)
        doomed.delete()
        with pytest.raises(pymysql.err.OperationalError):
            read(ended, 1)
        assert read(stays) == "old"
    with (
        pytest.raises(pymysql.err.OperationalError, match=f"no cache {doomed.id}"),
        connected(doomed, server, database),
    ):
        pass


@pytest.mark.parametrize("change", [{"cachingEnabled": False}, {"defaultTtl": 0}])
def test_switching_caching_off(cache: EdgeCache, server: MySqlLike, database: str, change: dict[str, object]) -> None:
    with connected(cache, server, database) as connection:
        read(connection)
        cache.patch(**change)
        server.run("UPDATE items SET name = 'new'", database)
        assert read(connection, 4) == "new"
    assert cache.metrics().entries == 0


def test_another_origin_ends_the_sessions_and_drops_the_entries(
    cache: EdgeCache, server: MySqlLike, database: str
) -> None:
    with connected(cache, server, database) as connection:
        read(connection)
        cache.patch(host="localhost")
        with pytest.raises(pymysql.err.OperationalError):
            read(connection, 1)
    assert cache.metrics().entries == 0
    with connected(cache, server, database) as connection:
        assert read(connection) == "old"


def test_a_port_of_its_own_takes_the_plain_user_and_comes_and_goes(
    cache: EdgeCache, server: MySqlLike, database: str
) -> None:
    port = free_port()
    made = cache.patch(listenPort=port)
    uri = f"{server.kind}://[USERNAME]:[PASSWORD]@127.0.0.1:{port}/[DATABASE]"
    assert (listed(cache.edge, cache), made["connectionUriTemplate"]) == ([(server.kind, port)], uri)
    for user in (APP.name, f"{cache.id}-{APP.name}"):
        with connected(cache, server, database, port, user) as connection:
            assert read(connection) == "old"
    made = cache.patch(listenPort=None)
    shared = cache.edge.shared_port(server.kind)
    uri = f"{server.kind}://{cache.id}-[USERNAME]:[PASSWORD]@127.0.0.1:{shared}/[DATABASE]"
    assert (listed(cache.edge, cache), made["connectionUriTemplate"]) == ([], uri)
    wait_until(lambda: not listens(port), "the port is closed")


def test_a_port_of_its_own_goes_over_to_another_database_type(
    cache: EdgeCache, server: MySqlLike, database: str
) -> None:
    port = cache.patch(listenPort=0)["listenPort"]
    with connected(cache, server, database, port, APP.name) as connection:
        read(connection)
        cache.patch(database="postgres")
        with pytest.raises(pymysql.err.OperationalError):
            read(connection, 1)
    assert listed(cache.edge, cache) == [("postgres", port)]
    cache.patch(database=server.kind)
    assert listed(cache.edge, cache) == [(server.kind, port)]
    with connected(cache, server, database, port, APP.name) as connection:
        assert read(connection) == "old"


def test_the_network_test_tells_the_version_and_the_tls(cache: EdgeCache, server: MySqlLike) -> None:
    test = cache.edge.api.post(f"/v1/caches/{cache.id}/network-tests").json()
    version = server.run("SELECT version()").split()[-1]
    assert (test["ok"], test["serverVersion"], test["tlsOffered"]) == (True, version, True)
    kind = "MariaDB" if server.kind == "mariadb" else "MySQL"
    assert test["steps"][2]["detail"] == f"{kind} {version}, TLSv1.3"


def test_a_stop_lets_statements_finish_and_ends_the_idle(own_edge: Edge, mariadb: MySqlLike) -> None:
    cache = own_edge.create_cache(mariadb)
    answers: list[object] = []
    with (
        connected(cache, mariadb, "mysql") as idle,
        connected(cache, mariadb, "mysql") as busy,
        pymysql.connect(user="root", unix_socket=str(mariadb.socket)) as holder,
    ):
        holder.query("SELECT get_lock('held', 0)")

        def work() -> None:
            with busy.cursor() as cursor:
                cursor.execute("SELECT get_lock('held', 60), 'done'")
                answers.append(cursor.fetchone())

        worker = threading.Thread(target=work)
        worker.start()
        waiting = "SELECT id FROM information_schema.processlist WHERE info LIKE 'SELECT get_lock(%60%'"
        wait_until(lambda: bool(mariadb.run(waiting)), "the statement runs")
        assert own_edge.process.popen is not None
        own_edge.process.popen.send_signal(signal.SIGTERM)
        with pytest.raises(pymysql.err.OperationalError):
            while True:
                idle.ping(reconnect=False)
        assert answers == []
        holder.query("DO release_lock('held')")
        worker.join()
        assert answers == [(1, "done")]
        assert own_edge.process.popen.wait(30) == 0


def test_a_cache_and_its_port_are_there_again_after_a_kill(own_edge: Edge, mariadb: MySqlLike) -> None:
    cache = own_edge.create_cache(mariadb, listenPort=free_port())
    (own,) = listed(own_edge, cache)
    own_edge.kill()
    own_edge.start()
    assert listed(own_edge, cache) == [own]
    with connected(cache, mariadb, "mysql", own[1], APP.name) as connection:
        connection.ping(reconnect=False)


def test_a_statement_is_cancelled_by_the_number_that_its_client_was_told(
    cache: EdgeCache, server: MySqlLike, database: str
) -> None:
    busy = "SELECT count(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(%'"
    with connected(cache, server, database) as sleeper, connected(cache, server, database) as other:
        told: list[object] = []

        def sleep() -> None:
            with sleeper.cursor() as cursor:
                try:
                    cursor.execute("SELECT SLEEP(60), name FROM items")
                    told.append(cursor.fetchall())
                except pymysql.MySQLError as error:
                    told.append(error.args[0])

        thread = threading.Thread(target=sleep)
        thread.start()
        wait_until(lambda: server.run(busy).split()[-1] == "1", "it sleeps")
        with other.cursor() as cursor:
            cursor.execute(f"KILL QUERY {sleeper.thread_id()}")
        thread.join(30)
        assert told == [INTERRUPTED]
        sleeper.ping(reconnect=False)
