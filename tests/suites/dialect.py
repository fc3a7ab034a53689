"""SQLAlchemy's suite for dialects, which comes with it: reflection, types, DDL, transactions, cursors, CTEs …"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from sqlalchemy import URL

from tests.servers.postgres import SCRAM, Postgres
from tests.suites.run import Place, Suite
from tests.tally import of_packages

ROOT = Path(__file__).parent.parent.parent
DRIVERS = {"psycopg": "psycopg", "psycopg2": "psycopg2-binary", "asyncpg": "asyncpg"}

# As its own README for authors of dialects has it.
_FILES = {
    "conftest.py": """
import pytest
pytest.register_assert_rewrite("sqlalchemy.testing.assertions")
from sqlalchemy.testing.plugin.pytestplugin import *
""",
    "test_suite.py": "from sqlalchemy.testing.suite import *\n",
    "setup.cfg": """
[sqla_testing]
requirement_cls = tests.suites.requirements:Requirements
profile_file = profiles.txt
""",
}


def dialect_suite(driver: str, directory: Path, choice: Sequence[str] = ()) -> Suite:
    """The suite on one driver.

    Args:
        driver: what stands behind ``postgresql+``.
        directory: an empty one, is written into.
        choice: pytest's arguments that choose among the tests; all of them without.
    """
    for name, text in _FILES.items():
        (directory / name).write_text(text)
    return Suite(
        name=f"SQLAlchemy's dialect suite on {driver}",
        version=of_packages("sqlalchemy", DRIVERS[driver]),
        directory=directory,
        prepare=prepare,
        arguments=partial(_arguments, driver, choice),
        environment=lambda _: {"PYTHONPATH": str(ROOT)},
    )


def _arguments(driver: str, choice: Sequence[str], place: Place) -> list[str]:
    url = URL.create(f"postgresql+{driver}", SCRAM.name, SCRAM.password, place.host, place.port, place.database)
    where = ("--rootdir", ".", "-c", "setup.cfg", "--dburi", url.render_as_string(hide_password=False))
    return [*where, "-W", "ignore", "test_suite.py", *choice]


def prepare(postgres: Postgres) -> str:
    """A database as the suite wants it, with two more schemas and two extensions."""
    database = postgres.create_database()
    postgres.run(
        f"""CREATE EXTENSION citext; CREATE EXTENSION hstore;
        CREATE SCHEMA test_schema AUTHORIZATION {SCRAM.name}; CREATE SCHEMA test_schema_2 AUTHORIZATION {SCRAM.name}""",
        database,
    )
    return database
