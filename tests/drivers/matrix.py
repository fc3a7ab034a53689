"""The drivers under test, what `polyscale connstr` calls each, and how each reaches the server without the edge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.drivers import sessions
from tests.drivers.sessions import Session


@dataclass(frozen=True, slots=True)
class Driver:
    """One driver.

    Attributes:
        connstr: the value of connstr's --driver.
        scheme: what stands for `postgresql` in the URL that goes straight to the server.
        tls: the query of that URL with TLS, unverified.
        plain: and without.
    """

    name: str
    connstr: str
    connect: Callable[[str], Session]
    scheme: str = "postgresql"
    tls: str = "sslmode=require"
    plain: str = "sslmode=disable"


DRIVERS = (
    Driver("psql", "libpq", sessions.Psql),
    Driver("psycopg", "psycopg", sessions.Psycopg),
    Driver("psycopg-async", "psycopg", sessions.PsycopgAsync),
    Driver("psycopg-pipeline", "psycopg", sessions.PsycopgPipeline),
    Driver("asyncpg", "asyncpg", sessions.Asyncpg),
    Driver("sqlalchemy-psycopg", "sqlalchemy", sessions.SqlAlchemy, scheme="postgresql+psycopg"),
    Driver(
        "sqlalchemy-asyncpg",
        "sqlalchemy-asyncpg",
        sessions.SqlAlchemyAsync,
        scheme="postgresql+asyncpg",
        tls="ssl=require",
        plain="ssl=disable",
    ),
    Driver("node-postgres", "node-postgres", sessions.Node, tls="sslmode=no-verify"),
    Driver("node-postgres-named", "node-postgres", sessions.NodeNamed, tls="sslmode=no-verify"),
    Driver("postgres.js", "postgres.js", sessions.PostgresJs),
)
