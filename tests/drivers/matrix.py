"""The drivers under test, what `polyscale connstr` calls each, and which release each is of."""

from __future__ import annotations

import functools
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.drivers.sessions.asyncpg import Asyncpg, AsyncpgWithoutCache
from tests.drivers.sessions.django import Django
from tests.drivers.sessions.face import Session
from tests.drivers.sessions.pg8000 import Pg8000
from tests.drivers.sessions.processes import HERE, Jdbc, NodePg, NodePgNamed, Php, PostgresJs, Prisma, Psql, Ruby
from tests.drivers.sessions.psycopg2 import Psycopg2
from tests.drivers.sessions.psycopg3 import Psycopg, PsycopgAsync, PsycopgBinary, PsycopgPipeline
from tests.drivers.sessions.sqlalchemy import SqlAlchemy, SqlAlchemyAsync
from tests.tally import of_packages

DISCARD = ("DISCARD ALL",)
# What asyncpg's pool does. Drivers that remember names of statements cannot go on after DISCARD ALL, edge or no edge.
KEEPING_STATEMENTS = ("SELECT pg_advisory_unlock_all()", "CLOSE ALL", "UNLISTEN *", "RESET ALL")
PGJDBC = Path("/usr/share/java/postgresql.jar")


@dataclass(frozen=True, slots=True)
class Driver:
    """One driver, in one way of using it.

    Attributes:
        connstr: the value of connstr's --driver.
        needs: commands that succeed where its language and library are installed.
        tls: whether it can speak TLS through something that ends it.
        hits: whether it is ever served from the cache.
        hits_in_transactions: whether it is in transactions, too.
        refuses_types: whether it knows some types only as an error.
        reset: what brings a session back to its beginning.
    """

    name: str
    connstr: str
    connect: Callable[[str], Session]
    version: Callable[[], str]
    needs: tuple[tuple[str, ...], ...] = ()
    tls: bool = True
    hits: bool = True
    hits_in_transactions: bool = True
    refuses_types: bool = False
    reset: tuple[str, ...] = DISCARD

    @property
    def missing(self) -> str | None:
        """What it needs and is not here."""
        return failing(self.needs)


def failing(commands: tuple[tuple[str, ...], ...]) -> str | None:
    """Says which of some commands does not succeed."""
    for command in commands:
        if shutil.which(command[0]) is None or subprocess.run(command, capture_output=True, timeout=60).returncode:
            return f"`{' '.join(command)}` fails"
    return None


@functools.cache
def said(*command: str) -> str:
    """The release that a command tells."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    found = re.search(r"\d+(\.\d+)+", done.stdout)
    return found.group() if found else done.stdout.strip()


def of_node(folder: str, package: str) -> str:
    """The release of a package that npm installed."""
    release: str = json.loads((HERE / folder / "node_modules" / package / "package.json").read_text())["version"]
    return release


def of_jar(path: Path) -> str:
    """The release that a jar says it is of."""
    with zipfile.ZipFile(path) as jar:
        found = re.search(r"(?:Implementation|Bundle)-Version: (\S+)", jar.read("META-INF/MANIFEST.MF").decode())
    return found.group(1) if found else "unknown"


_psycopg, _asyncpg = partial(of_packages, "psycopg"), partial(of_packages, "asyncpg")
_pg, _postgres_js = partial(of_node, "node", "pg"), partial(of_node, "node", "postgres")

DRIVERS = (
    Driver("psql", "libpq", Psql, partial(said, "psql", "--version")),
    Driver("psycopg", "psycopg", Psycopg, _psycopg, reset=KEEPING_STATEMENTS),
    Driver("psycopg, binary", "psycopg", PsycopgBinary, _psycopg, reset=KEEPING_STATEMENTS),
    Driver("psycopg, pipeline", "psycopg", PsycopgPipeline, _psycopg, reset=KEEPING_STATEMENTS),
    Driver("psycopg, async", "psycopg", PsycopgAsync, _psycopg, reset=KEEPING_STATEMENTS),
    Driver("psycopg2", "psycopg", Psycopg2, partial(of_packages, "psycopg2-binary")),
    Driver("asyncpg", "asyncpg", Asyncpg, _asyncpg, reset=KEEPING_STATEMENTS),
    Driver(
        "asyncpg, statement_cache_size=0",
        "asyncpg",
        AsyncpgWithoutCache,
        _asyncpg,
        hits=False,
        hits_in_transactions=False,
    ),
    Driver("pg8000", "libpq", Pg8000, partial(of_packages, "pg8000"), tls=False, hits_in_transactions=False),
    Driver(
        "SQLAlchemy on psycopg",
        "sqlalchemy",
        SqlAlchemy,
        partial(of_packages, "sqlalchemy", "psycopg"),
        reset=KEEPING_STATEMENTS,
    ),
    Driver(
        "SQLAlchemy on psycopg2",
        "sqlalchemy-psycopg2",
        SqlAlchemy,
        partial(of_packages, "sqlalchemy", "psycopg2-binary"),
    ),
    Driver(
        "SQLAlchemy on asyncpg",
        "sqlalchemy-asyncpg",
        SqlAlchemyAsync,
        partial(of_packages, "sqlalchemy", "asyncpg"),
        reset=KEEPING_STATEMENTS,
    ),
    Driver(
        "SQLAlchemy on pg8000",
        "sqlalchemy-pg8000",
        SqlAlchemy,
        partial(of_packages, "sqlalchemy", "pg8000"),
        tls=False,
        hits_in_transactions=False,
    ),
    Driver("Django", "django", Django, partial(of_packages, "django", "psycopg")),
    Driver("node-postgres", "node-postgres", NodePg, _pg),
    Driver("node-postgres, named", "node-postgres", NodePgNamed, _pg, reset=KEEPING_STATEMENTS),
    Driver("postgres.js", "postgres.js", PostgresJs, _postgres_js, reset=KEEPING_STATEMENTS),
    Driver(
        "Prisma",
        "prisma",
        Prisma,
        partial(of_node, "prisma", "@prisma/client"),
        refuses_types=True,
        reset=KEEPING_STATEMENTS[1:],  # it knows no function without a result
    ),
    Driver(
        "pgjdbc",
        "jdbc",
        Jdbc,
        partial(of_jar, PGJDBC),
        needs=(("javac", "-version"), ("test", "-e", str(PGJDBC))),
        reset=KEEPING_STATEMENTS,
    ),
    Driver(
        "PDO",
        "php-pdo",
        Php,
        partial(said, "php", "--version"),
        needs=(("php", "-r", "exit((int) !extension_loaded('pdo_pgsql'));"),),
        reset=KEEPING_STATEMENTS,
    ),
    Driver(
        "Ruby's pg",
        "rails",
        Ruby,
        partial(said, "ruby", "-e", "require 'pg'; puts PG::VERSION"),
        needs=(("ruby", "-e", "require 'pg'"),),
    ),
)
