"""A connection string taken apart, and the address of a cache that it is to go through."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field


class Database(enum.StrEnum):
    """What speaks behind a URL; the words of the management API."""

    POSTGRES = "postgres"
    MYSQL = "mysql"
    MARIADB = "mariadb"
    MSSQL = "mssql"


DEFAULT_PORTS = {Database.POSTGRES: 5432, Database.MYSQL: 3306, Database.MARIADB: 3306, Database.MSSQL: 1433}


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """One connection string, decoded.

    Attributes:
        scheme: without a driver, such as ``postgresql``.
        driver: what follows ``+`` in SQLAlchemy's schemes.
        host: name or address, without brackets.
        name: the database's name; None when the string leaves it open.
        query: parameters in their order, decoded.
    """

    database: Database
    scheme: str
    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    name: str | None = None
    driver: str | None = None
    query: tuple[tuple[str, str], ...] = ()

    def parameter(self, key: str) -> str | None:
        """The value of a parameter; of several, the last, as libpq takes it."""
        return next((value for name, value in reversed(self.query) if name == key), None)


@dataclass(frozen=True, slots=True)
class CacheAddress:
    """Where a cache is reached: its id, and the edge's host and port."""

    id: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Written:
    """A connection string, and what had to change in it that its reader should know."""

    url: str = field(repr=False)
    notes: tuple[str, ...] = ()
