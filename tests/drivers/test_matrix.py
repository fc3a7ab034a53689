"""Every driver through the edge, over TLS and without: hits, fresh reads after writes, equal values, equal errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.drivers.every_type import PARAMETERS, TABLE
from tests.drivers.matrix import DRIVERS, Driver
from tests.drivers.sessions import DriverError, Session
from tests.servers.edge import EdgeCache
from tests.servers.postgres import SCRAM, Postgres


@dataclass(frozen=True, slots=True)
class Ways:
    """One driver, one way of encryption, and both ways to the server."""

    driver: Driver
    cache: EdgeCache
    edge_url: str
    direct_url: str

    def through_edge(self) -> Session:
        session = self.driver.connect(self.edge_url)
        # Some drivers ask the server about itself first; that is not what is counted.
        session.query("SELECT 1 AS ready")
        return session

    def direct(self) -> Session:
        return self.driver.connect(self.direct_url)


@pytest.fixture(params=["tls", "plain"])
def encrypted(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "tls")


@pytest.fixture(params=DRIVERS, ids=lambda driver: driver.name)
def ways(request: pytest.FixtureRequest, encrypted: bool, cache: EdgeCache, postgres: Postgres, database: str) -> Ways:
    driver: Driver = request.param
    url = postgres.url(SCRAM, database)
    mode = "require" if encrypted else "disable"
    edge_url = cache.edge.connstr(cache, f"{url}?sslmode={mode}", "--driver", driver.connstr)
    query = driver.tls if encrypted else driver.plain
    return Ways(driver, cache, edge_url, f"{url.replace('postgresql', driver.scheme, 1)}?{query}")


@pytest.fixture
def session(ways: Ways) -> Iterator[Session]:
    opened = ways.through_edge()
    yield opened
    opened.close()


@pytest.fixture
def direct(ways: Ways) -> Iterator[Session]:
    opened = ways.direct()
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def items(postgres: Postgres, database: str) -> None:
    postgres.run(
        """CREATE TABLE items (id int PRIMARY KEY, name text NOT NULL);
        INSERT INTO items VALUES (1, 'one'), (2, 'two');
        GRANT ALL ON items TO public""",
        database,
    )


READ = "SELECT name FROM items WHERE id = $1"


def test_it_is_encrypted_as_asked(session: Session, encrypted: bool) -> None:
    assert session.encrypted() is encrypted


def test_a_read_is_served_from_the_cache_from_its_third_run(session: Session, ways: Ways) -> None:
    before = ways.cache.metrics().hits
    answers = [session.query(READ, 1) for _ in range(3)]
    assert ways.cache.metrics().hits > before
    # psycopg and SQLAlchemy change to a named statement after some runs, which is another request once more.
    answers += [session.query(READ, 1) for _ in range(6)]
    before = ways.cache.metrics().hits
    answers += [session.query(READ, 1) for _ in range(3)]
    assert ways.cache.metrics().hits - before >= 3
    assert answers == [[("one",)]] * 12


def test_a_write_through_another_connection_is_seen_at_once(session: Session, ways: Ways) -> None:
    before = ways.cache.metrics().hits
    writer = ways.through_edge()
    for value in ("first", "second", "third"):
        for _ in range(3):
            session.query(READ, 2)
        writer.query("UPDATE items SET name = $1 WHERE id = 2", value)
        assert session.query(READ, 2) == [(value,)]
    writer.close()
    assert ways.cache.metrics().hits > before


def test_a_session_reads_its_own_writes(session: Session) -> None:
    for value in ("first", "second"):
        for _ in range(3):
            session.query(READ, 1)
        session.query("UPDATE items SET name = $1 WHERE id = 1", value)
        assert session.query(READ, 1) == [(value,)]


def test_every_type_comes_back_as_from_the_server(session: Session, direct: Session, ways: Ways) -> None:
    for statement in TABLE:
        direct.query(statement)
    expected = repr(direct.query("SELECT * FROM every_type ORDER BY id"))
    before = ways.cache.metrics().hits
    for _ in range(4):
        assert repr(session.query("SELECT * FROM every_type ORDER BY id")) == expected
    assert ways.cache.metrics().hits > before


def test_parameters_go_there_and_back_as_to_the_server(session: Session, direct: Session) -> None:
    for cast, value in PARAMETERS.items():
        expected = repr(direct.query(f"SELECT {cast} AS value", value))
        for _ in range(4):
            assert repr(session.query(f"SELECT {cast} AS value", value)) == expected


ERRORS = (
    "SELEKT 1",
    "SELECT * FROM nowhere",
    "SELECT nothing FROM items",
    "SELECT 1 / 0",
    "INSERT INTO items VALUES (1, 'twice')",
    "INSERT INTO items VALUES (3, NULL)",
    "SELECT 'x'::int",
)


def test_errors_are_the_servers_own(session: Session, direct: Session) -> None:
    for sql in ERRORS:
        for _ in range(3):
            with pytest.raises(DriverError) as ours:
                session.query(sql)
            with pytest.raises(DriverError) as theirs:
                direct.query(sql)
            assert (ours.value.sqlstate, ours.value.message) == (theirs.value.sqlstate, theirs.value.message)
            assert session.query(READ, 1) == [("one",)]
