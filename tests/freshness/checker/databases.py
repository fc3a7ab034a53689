"""The databases that can be chosen, by the names that a cache's type has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from tests.freshness.checker.database import Database
from tests.freshness.checker.mysql.database import run_mariadb_database, run_mysql_database
from tests.freshness.checker.postgres.database import run_postgres_database

DATABASES: Mapping[str, Callable[[], AbstractContextManager[Database]]] = {
    "postgres": run_postgres_database,
    "mariadb": run_mariadb_database,
    "mysql": run_mysql_database,
}
