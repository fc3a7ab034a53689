"""The drivers under test, what `polyscale connstr` calls each, and which release each is of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from tests.drivers.driver import AnyDriver, of_jar, of_node, said
from tests.drivers.sessions.asyncpg import Asyncpg, AsyncpgWithoutCache
from tests.drivers.sessions.django import Django
from tests.drivers.sessions.pg8000 import Pg8000
from tests.drivers.sessions.processes import PGJDBC, Jdbc, NodePg, NodePgNamed, Php, PostgresJs, Prisma, Psql, Ruby
from tests.drivers.sessions.psycopg2 import Psycopg2
from tests.drivers.sessions.psycopg3 import Psycopg, PsycopgAsync, PsycopgBinary, PsycopgPipeline
from tests.drivers.sessions.sqlalchemy import SqlAlchemy, SqlAlchemyAsync
from tests.tally import of_packages

DISCARD = ("DISCARD ALL",)
# What asyncpg's pool does. Drivers that remember names of statements cannot go on after DISCARD ALL, edge or no edge.
KEEPING_STATEMENTS = ("SELECT pg_advisory_unlock_all()", "CLOSE ALL", "UNLISTEN *", "RESET ALL")


@dataclass(frozen=True, slots=True)
class Driver(AnyDriver):
    """One driver, in one way of using it.

    Attributes:
        connstr: the value of connstr's --driver.
        hits: whether it is ever served from the cache.
        hits_in_transactions: whether it is in transactions, too.
        reset: what brings a session back to its beginning.
    """

    connstr: str
    hits: bool = True
    hits_in_transactions: bool = True
    reset: tuple[str, ...] = DISCARD


_psycopg, _asyncpg = partial(of_packages, "psycopg"), partial(of_packages, "asyncpg")
_pg, _postgres_js = partial(of_node, "node", "pg"), partial(of_node, "node", "postgres")

DRIVERS = (
    Driver("psql", Psql, partial(said, "psql", "--version"), "libpq"),
    Driver("psycopg", Psycopg, _psycopg, "psycopg", reset=KEEPING_STATEMENTS),
    Driver("psycopg, binary", PsycopgBinary, _psycopg, "psycopg", reset=KEEPING_STATEMENTS),
    Driver("psycopg, pipeline", PsycopgPipeline, _psycopg, "psycopg", reset=KEEPING_STATEMENTS),
    Driver("psycopg, async", PsycopgAsync, _psycopg, "psycopg", reset=KEEPING_STATEMENTS),
    Driver("psycopg2", Psycopg2, partial(of_packages, "psycopg2-binary"), "psycopg"),
    Driver("asyncpg", Asyncpg, _asyncpg, "asyncpg", reset=KEEPING_STATEMENTS),
    Driver(
        "asyncpg, statement_cache_size=0",
        AsyncpgWithoutCache,
        _asyncpg,
        "asyncpg",
        hits=False,
        hits_in_transactions=False,
    ),
    Driver("pg8000", Pg8000, partial(of_packages, "pg8000"), "libpq", tls=False, hits_in_transactions=False),
    Driver(
        "SQLAlchemy on psycopg",
        SqlAlchemy,
        partial(of_packages, "sqlalchemy", "psycopg"),
        "sqlalchemy",
        reset=KEEPING_STATEMENTS,
    ),
    Driver(
        "SQLAlchemy on psycopg2",
        SqlAlchemy,
        partial(of_packages, "sqlalchemy", "psycopg2-binary"),
        "sqlalchemy-psycopg2",
    ),
    Driver(
        "SQLAlchemy on asyncpg",
        SqlAlchemyAsync,
        partial(of_packages, "sqlalchemy", "asyncpg"),
        "sqlalchemy-asyncpg",
        reset=KEEPING_STATEMENTS,
    ),
    Driver(
        "SQLAlchemy on pg8000",
        SqlAlchemy,
        partial(of_packages, "sqlalchemy", "pg8000"),
        "sqlalchemy-pg8000",
        tls=False,
        hits_in_transactions=False,
    ),
    Driver("Django", Django, partial(of_packages, "django", "psycopg"), "django"),
    Driver("node-postgres", NodePg, _pg, "node-postgres"),
    Driver("node-postgres, named", NodePgNamed, _pg, "node-postgres", reset=KEEPING_STATEMENTS),
    Driver("postgres.js", PostgresJs, _postgres_js, "postgres.js", reset=KEEPING_STATEMENTS),
    Driver(
        "Prisma",
        Prisma,
        partial(of_node, "prisma", "@prisma/client"),
        "prisma",
        refuses_types=True,
        reset=KEEPING_STATEMENTS[1:],  # it knows no function without a result
    ),
    Driver(
        "pgjdbc",
        Jdbc,
        partial(of_jar, PGJDBC),
        "jdbc",
        needs=(("javac", "-version"), ("test", "-e", str(PGJDBC))),
        reset=KEEPING_STATEMENTS,
    ),
    Driver(
        "PDO",
        Php,
        partial(said, "php", "--version"),
        "php-pdo",
        needs=(("php", "-r", "exit((int) !extension_loaded('pdo_pgsql'));"),),
        reset=KEEPING_STATEMENTS,
    ),
    Driver(
        "Ruby's pg",
        Ruby,
        partial(said, "ruby", "-e", "require 'pg'; puts PG::VERSION"),
        "rails",
        needs=(("ruby", "-e", "require 'pg'"),),
    ),
)
