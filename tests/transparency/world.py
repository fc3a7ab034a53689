"""A database with the scripts' tables, an edge in front of it, and the two ways of playing a script there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg

from tests.servers.edge import Edge, EdgeCache
from tests.servers.postgres import SUPERUSER, TRUST, Postgres
from tests.servers.process import free_port
from tests.transparency.compare import Parting, difference
from tests.transparency.player import Cutting, Endpoint, Stage, Transcript
from tests.transparency.schema import RESET, SCHEMA
from tests.transparency.script import Script


@dataclass(frozen=True, slots=True)
class Front:
    """A cache with a port of its own, so that nothing in a script must name it."""

    cache: EdgeCache
    port: int

    @property
    def hits(self) -> int:
        return self.cache.metrics().hits


@dataclass(slots=True)
class World:
    """Plays scripts, each on tables as they are in the beginning.

    Attributes:
        control: a superuser's connection around the edge, for questions.
        restorer: one through the edge, so that all its caches see that the tables were put back.
        oids: those of everything that is there in the beginning.
    """

    postgres: Postgres
    edge: Edge
    database: str
    front: Front
    control: psycopg.Connection
    restorer: psycopg.Connection
    oids: frozenset[int]
    _touched: bool = field(default=False, init=False)

    def direct(self, script: Script, cutting: Cutting = Cutting.WHOLE, seed: int = 0) -> Transcript:
        """Play it at the server."""
        return self.play(script, Endpoint(self.postgres.port, self.database), cutting, seed)

    def through(
        self, script: Script, cutting: Cutting = Cutting.WHOLE, *, seed: int = 0, front: Front | None = None
    ) -> Transcript:
        """Play it through the edge, by the cache that all scripts share or by another."""
        return self.play(script, Endpoint((front or self.front).port, self.database), cutting, seed)

    def play(self, script: Script, endpoint: Endpoint, cutting: Cutting = Cutting.WHOLE, seed: int = 0) -> Transcript:
        """Play it anywhere."""
        if self._touched or not script.keeps:
            self.restorer.execute(RESET)
        self._touched = not script.keeps
        return Stage(endpoint, self.control, cutting, seed).play(script)

    def difference(self, direct: Transcript, other: Transcript) -> Parting | None:
        """Say where they part, if they do."""
        return difference(direct, other, self.oids)

    @contextlib.contextmanager
    def new_front(self) -> Iterator[Front]:
        """A cache that nobody has used yet."""
        made = _front(self.edge, self.postgres)
        yield made
        made.cache.delete()


def _front(edge: Edge, postgres: Postgres) -> Front:
    port = free_port()
    return Front(edge.create_cache(postgres, originTls="disable", listenPort=port), port)


@contextlib.contextmanager
def build(postgres: Postgres, edge: Edge, database: str) -> Iterator[World]:
    """Make the tables in an empty database."""
    front = _front(edge, postgres)
    through = f"host={edge.host} port={front.port} user={SUPERUSER} dbname={database} sslmode=disable"
    with (
        psycopg.connect(postgres.dsn(database), autocommit=True) as control,
        psycopg.connect(through, autocommit=True) as restorer,
    ):
        control.execute(SCHEMA)
        restorer.execute(RESET)
        control.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {TRUST.name}".encode())
        control.execute(f"GRANT ALL ON SEQUENCE numbers TO {TRUST.name}".encode())
        rows = control.execute("SELECT oid::int8 FROM pg_class UNION SELECT oid::int8 FROM pg_type").fetchall()
        yield World(postgres, edge, database, front, control, restorer, frozenset(row[0] for row in rows))
    front.cache.delete()
