"""Each driver, with TLS and without, and both ways to the server: one database and one cache for all its tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from polyscale_cli.connstr import write
from polyscale_cli.connstr.model import CacheAddress, Database
from polyscale_cli.connstr.parse import parse
from polyscale_cli.connstr.profiles import profile_named
from tests.drivers.every_type import TABLE
from tests.drivers.matrix import DRIVERS, Driver
from tests.drivers.sessions.face import Session
from tests.drivers.ways import AnyWays
from tests.servers.edge import Edge
from tests.servers.postgres import SCRAM, Postgres
from tests.tally import Tally


@dataclass(frozen=True, slots=True)
class Way:
    """One driver, and whether it is to speak TLS."""

    driver: Driver
    encrypted: bool = False

    def __str__(self) -> str:
        return f"{self.driver.name}, TLS" if self.encrypted else self.driver.name


PLAIN = [Way(driver) for driver in DRIVERS]
ENCRYPTED = [Way(driver, encrypted=True) for driver in DRIVERS if driver.tls]


@dataclass(frozen=True, slots=True)
class Ways(AnyWays):
    """Both ways to PostgreSQL."""

    way: Way
    postgres: Postgres
    database: str
    edge_url: str

    @property
    def driver(self) -> Driver:
        return self.way.driver

    def through_edge(self) -> Session:
        """Another connection through the edge."""
        return self.driver.connect(self.edge_url)

    def renew(self) -> None:
        self.around("TRUNCATE items; INSERT INTO items VALUES (1, 'one'), (2, 'two')")

    def around(self, sql: str) -> list[tuple[object, ...]]:
        """Run SQL as superuser, around the edge."""
        return self.postgres.run(sql, self.database)


@pytest.fixture(scope="session", params=[*PLAIN, *ENCRYPTED], ids=str)
def ways(request: pytest.FixtureRequest, edge: Edge, postgres: Postgres) -> Iterator[Ways]:
    """A driver's connections, open for all of its tests: to start one takes some of them a second."""
    way: Way = request.param
    if (missing := way.driver.missing) is not None:
        pytest.skip(missing)
    database = postgres.create_database()
    for statement in ("CREATE TABLE items (id int PRIMARY KEY, name text NOT NULL)", *TABLE):
        postgres.run(statement, database)
    postgres.run("GRANT ALL ON ALL TABLES IN SCHEMA public TO public", database)
    cache = edge.create_cache(postgres)
    profile = profile_named(way.driver.connstr)
    url = parse(f"{postgres.url(SCRAM, database)}?sslmode={'require' if way.encrypted else 'disable'}")
    here = CacheAddress(cache.id, edge.host, edge.postgres_port, Database.POSTGRES)
    edge_url = write.through_cache(url, here, profile).url
    direct_url = write.direct(url, postgres.host, postgres.port, "prefer", profile).url
    session, direct = way.driver.connect(edge_url), way.driver.connect(direct_url)
    yield Ways(cache, session, direct, way, postgres, database, edge_url)
    session.close()
    direct.close()
    edge.api.delete(f"/v1/caches/{cache.id}")
    postgres.drop_database(database)


@pytest.fixture
def fresh(ways: AnyWays, record_tally: Callable[[Tally], None]) -> Iterator[AnyWays]:
    """The same with two rows in ``items`` and an empty cache; what the test does is counted."""
    ways.renew()
    ways.cache.purge()
    before = ways.hits
    yield ways
    record_tally(Tally(ways.driver.name, ways.driver.version(), 1, ways.hits - before))


@pytest.fixture
def session(fresh: AnyWays) -> Session:
    """The connection through the edge."""
    return fresh.session


@pytest.fixture
def direct(fresh: AnyWays) -> Session:
    """The connection straight to the server."""
    return fresh.direct
