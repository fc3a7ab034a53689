"""SQLAlchemy's suite for dialects, which comes with it: reflection, types, DDL, transactions, cursors, CTEs …"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from sqlalchemy import URL

from tests.servers.mysql_like import APP, MySqlLike
from tests.servers.postgres import SCRAM, Postgres
from tests.suites.run import Place, Suite
from tests.tally import of_packages

ROOT = Path(__file__).parent.parent.parent
DRIVERS = {"psycopg": "psycopg", "psycopg2": "psycopg2-binary", "asyncpg": "asyncpg"}
MYSQL_DRIVERS = ("pymysql", "asyncmy")
ALL = ("*",)

# As its own README for authors of dialects has it.
_FILES = {
    "conftest.py": """
import pytest
pytest.register_assert_rewrite("sqlalchemy.testing.assertions")
from sqlalchemy.testing.plugin.pytestplugin import *
""",
    "test_suite.py": "from sqlalchemy.testing.suite import {classes}\n",
    "setup.cfg": """
[sqla_testing]
requirement_cls = tests.suites.requirements:{requirements}
profile_file = profiles.txt
""",
}


def dialect_suite(driver: str, directory: Path, classes: Sequence[str] = ALL) -> Suite[Postgres]:
    """The suite on one driver.

    Args:
        driver: what stands behind ``postgresql+``.
        directory: an empty one, is written into.
        classes: of tests. Others are not even collected, which would take as long as most of them run.
    """
    return Suite(
        name=f"SQLAlchemy's dialect suite on {driver}",
        version=of_packages("sqlalchemy", DRIVERS[driver]),
        directory=_files(directory, "OnPostgres", classes),
        prepare=prepare,
        arguments=partial(_arguments, f"postgresql+{driver}", SCRAM.name, SCRAM.password),
        environment=lambda _: {"PYTHONPATH": str(ROOT)},
    )


def mysql_dialect_suite(driver: str, server: str, directory: Path, classes: Sequence[str] = ALL) -> Suite[MySqlLike]:
    """The same for MySQL and MariaDB; ``driver`` is what stands behind ``mysql+``, ``server`` is for the name alone."""
    return Suite(
        name=f"SQLAlchemy's dialect suite on {driver}, {server}",
        version=of_packages("sqlalchemy", driver),
        directory=_files(directory, "OnMySql", classes),
        prepare=prepare_mysql,
        arguments=partial(_arguments, f"mysql+{driver}", APP.name, APP.password),
        environment=lambda _: {"PYTHONPATH": str(ROOT)},
    )


def _files(directory: Path, requirements: str, classes: Sequence[str]) -> Path:
    for name, text in _FILES.items():
        written = text.replace("{requirements}", requirements).replace("{classes}", ", ".join(classes))
        (directory / name).write_text(written)
    return directory


def _arguments(dialect: str, user: str, password: str, place: Place) -> list[str]:
    url = URL.create(dialect, user, password, place.host, place.port, place.database)
    where = ("--rootdir", ".", "-c", "setup.cfg", "--dburi", url.render_as_string(hide_password=False))
    return [*where, "-W", "ignore", "test_suite.py"]


def prepare(postgres: Postgres) -> str:
    """A database as the suite wants it, with two more schemas and two extensions."""
    database = postgres.create_database()
    postgres.run(
        f"""CREATE EXTENSION citext; CREATE EXTENSION hstore;
        CREATE SCHEMA test_schema AUTHORIZATION {SCRAM.name}; CREATE SCHEMA test_schema_2 AUTHORIZATION {SCRAM.name}""",
        database,
    )
    return database


def prepare_mysql(server: MySqlLike) -> str:
    """A database and two more beside it: MySQL has no schemas but those."""
    for name in ("test_schema", "test_schema_2"):
        server.run(f"DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name}")
    return server.create_database()
