"""Each driver on each server, directly and through the edge: one database and one cache for all drivers of a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from tests.drivers.mysql import every_type
from tests.drivers.mysql.matrix import DRIVERS, Driver
from tests.drivers.mysql.sessions.dbapi import PyMySql
from tests.drivers.mysql.sessions.face import Address
from tests.drivers.sessions.face import Session
from tests.drivers.ways import AnyWays
from tests.servers.edge import Edge, EdgeCache, run_edge
from tests.servers.mysql_like import APP, MySqlLike

SERVERS = ("mariadb", "mysql")
TABLES = (
    "CREATE TABLE items (id int PRIMARY KEY, name varchar(100) NOT NULL)",
    "CREATE TABLE large (id int PRIMARY KEY, content longtext)",
)


@dataclass(frozen=True, slots=True)
class Place:
    """A server and a cache of it, who prepares it around the edge, and who else writes through the edge."""

    server: MySqlLike
    cache: EdgeCache
    direct: Address
    through: Address
    around: Session
    writer: Session


@dataclass(frozen=True, slots=True)
class Way:
    """One driver on one server."""

    driver: Driver
    server: str

    def __str__(self) -> str:
        return f"{self.driver.name}, {self.server}"


WAYS = [Way(driver, server) for server in SERVERS for driver in DRIVERS]


@dataclass(frozen=True, slots=True)
class Ways(AnyWays):
    """Both ways to a server of MySQL's protocol."""

    way: Way
    place: Place

    @property
    def driver(self) -> Driver:
        return self.way.driver

    @property
    def writer(self) -> Session:
        """Another's connection through the edge."""
        return self.place.writer

    def through_edge(self, *, encrypted: bool = False) -> Session:
        """Another connection through the edge."""
        return self.driver.connect(replace(self.place.through, encrypted=encrypted))

    def renew(self) -> None:
        for statement in ("DELETE FROM items", "INSERT INTO items VALUES (1, 'one'), (2, 'two')", "TRUNCATE large"):
            self.place.around.query(statement)


@pytest.fixture(scope="session")
def edge_alone() -> Iterator[Edge]:
    """An edge for these tests."""
    with run_edge() as running:
        yield running


@pytest.fixture(scope="session")
def places(request: pytest.FixtureRequest, edge_alone: Edge) -> Iterator[Callable[[str], Place]]:
    """A place for each server, made when it is first asked for."""
    made: dict[str, Place] = {}

    def place(kind: str) -> Place:
        if kind not in made:
            made[kind] = _place(request.getfixturevalue(kind), edge_alone)
        return made[kind]

    yield place
    for each in made.values():
        each.around.close()
        each.writer.close()


def _place(server: MySqlLike, edge: Edge) -> Place:
    database = server.create_database()
    for statement in (*TABLES, *every_type.table(server.kind)):
        server.run(statement, database)
    direct = Address(server.host, server.port, APP.name, APP.password, database)
    cache = edge.create_cache(server)
    through = replace(direct, host=edge.host, port=edge.shared_port(server.kind), user=f"{cache.id}-{APP.name}")
    return Place(server, cache, direct, through, PyMySql(direct), PyMySql(through))


@pytest.fixture(scope="session", params=WAYS, ids=str)
def ways(request: pytest.FixtureRequest, places: Callable[[str], Place]) -> Iterator[Ways]:
    """A driver's connections, open for all of its tests: to start one takes some of them a second."""
    way: Way = request.param
    if (missing := way.driver.missing) is not None:
        pytest.skip(missing)
    place = places(way.server)
    session, direct = way.driver.connect(place.through), way.driver.connect(place.direct)
    yield Ways(place.cache, session, direct, way, place)
    session.close()
    direct.close()
