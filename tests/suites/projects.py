"""The suites that drivers bring along in their source distributions. They are fetched and run, and not kept."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

from tests.servers.mysql_like import MySqlLike
from tests.servers.postgres import SUPERUSER, Postgres
from tests.suites.dialect import DRIVERS, MYSQL_DRIVERS, dialect_suite, mysql_dialect_suite
from tests.suites.run import Place, Suite

# A test may take ten times as long as it says: two runs share the machine, and nothing is measured.
_PATIENCE = """
from asyncpg._testbase import TestCase
_allowed = TestCase.assertRunUnder
TestCase.assertRunUnder = lambda self, seconds: _allowed(self, 10 * seconds)
"""


def asyncpg_suite(directory: Path) -> Suite[Postgres]:
    """asyncpg's own tests, but for those that look at the source."""
    alone = _tests_of("asyncpg", version("asyncpg"), directory)
    (alone / "conftest.py").write_text(_PATIENCE)
    return Suite(
        name="asyncpg's own suite",
        version=version("asyncpg"),
        directory=alone,
        # Some of its tests name no database and others this one, and expect to be in the same.
        prepare=lambda postgres: _with_hstore(postgres, SUPERUSER),
        arguments=_arguments("tests", "--ignore=tests/test__sourcecode.py", "--ignore=tests/test__environment.py"),
        environment=_libpq,
        unsteady=frozenset(
            {
                "tests.test_execute.TestExecuteMany::test_executemany_server_failure_during_writes",
                "tests.test_pool.TestPool::test_pool_config_persistence",
            }
        ),
    )


def psycopg2_suite(directory: Path) -> Suite[Postgres]:
    """psycopg2's own tests."""
    installed = version("psycopg2-binary")
    return Suite(
        name="psycopg2's own suite",
        version=installed,
        directory=_tests_of("psycopg2", installed, directory),
        prepare=_superusers_database,
        arguments=_arguments("tests"),
        environment=lambda place: {
            "PSYCOPG2_TESTDB": place.database,
            "PSYCOPG2_TESTDB_HOST": place.host,
            "PSYCOPG2_TESTDB_PORT": str(place.port),
            "PSYCOPG2_TESTDB_USER": SUPERUSER,
            "PSYCOPG2_TEST_FAST": "1",
        },
    )


def pg8000_suite(directory: Path) -> Suite[Postgres]:
    """pg8000's own tests; the ways of logging in want a pg_hba.conf of their own, benchmarks a plugin."""
    left_out = [f"--ignore=test/{part}/auth" for part in ("dbapi", "legacy", "native")]
    left_out += [f"--ignore=test/{part}/test_benchmarks.py" for part in ("dbapi", "legacy", "native")]
    return Suite(
        name="pg8000's own suite",
        version=version("pg8000"),
        directory=_tests_of("pg8000", version("pg8000"), directory, folder="test"),
        # It knows one database, that of its user.
        prepare=lambda postgres: _with_hstore(postgres, SUPERUSER),
        arguments=_arguments("test", "--ignore=test/test_readme.py", *left_out),
        environment=_libpq,
    )


ON_POSTGRES: Mapping[str, Callable[[Path], Suite[Postgres]]] = {
    **{f"dialect-{driver}": partial(dialect_suite, driver) for driver in DRIVERS},
    "asyncpg": asyncpg_suite,
    "psycopg2": psycopg2_suite,
    "pg8000": pg8000_suite,
}
ON_MARIADB: Mapping[str, Callable[[Path], Suite[MySqlLike]]] = {
    f"dialect-{driver}-mariadb": partial(mysql_dialect_suite, driver, "MariaDB") for driver in MYSQL_DRIVERS
}
ON_MYSQL: Mapping[str, Callable[[Path], Suite[MySqlLike]]] = {
    f"dialect-{driver}-mysql": partial(mysql_dialect_suite, driver, "MySQL") for driver in MYSQL_DRIVERS
}


def _arguments(*words: str) -> Callable[[Place], Sequence[str]]:
    return lambda place: ["--rootdir", ".", "-c", "/dev/null", "-W", "ignore", *words]


def _libpq(place: Place) -> Mapping[str, str]:
    return {"PGHOST": place.host, "PGPORT": str(place.port), "PGUSER": SUPERUSER, "PGDATABASE": place.database}


def _superusers_database(postgres: Postgres) -> str:
    return _with_hstore(postgres, postgres.create_database())


def _with_hstore(postgres: Postgres, database: str) -> str:
    postgres.run("CREATE EXTENSION hstore", database)
    return database


def _tests_of(package: str, release: str, directory: Path, folder: str = "tests") -> Path:
    """The tests of just the release that is installed, from the package index.

    They stand alone in a directory, so that they find the driver that is installed.
    """
    fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*fetch, "--no-binary", package, "--dest", directory, f"{package}=={release}"], check=True)
    (archive,) = directory.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(directory, filter="data")
    (unpacked,) = (path for path in directory.iterdir() if path.is_dir())
    alone = directory / "alone"
    alone.mkdir()
    (unpacked / folder).rename(alone / folder)
    return alone
