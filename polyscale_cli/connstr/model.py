"""A connection string taken apart, and the address of a cache that it is to go through."""

from __future__ import annotations

import enum

from polyscale_cli.value import Value


class Database(enum.StrEnum):
    """What speaks behind a URL; the words of the management API."""

    POSTGRES = "postgres"
    MYSQL = "mysql"
    MARIADB = "mariadb"
    MSSQL = "mssql"


DEFAULT_PORTS = {Database.POSTGRES: 5432, Database.MYSQL: 3306, Database.MARIADB: 3306, Database.MSSQL: 1433}
MYSQL_FAMILY = frozenset({Database.MYSQL, Database.MARIADB})
SCHEMES = {
    Database.POSTGRES: "postgresql",
    Database.MYSQL: "mysql",
    Database.MARIADB: "mariadb",
    Database.MSSQL: "sqlserver",
}


class DatabaseUrl(Value):
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
    password: str | None = None
    name: str | None = None
    driver: str | None = None
    query: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return Value.__repr__(self.replace(password=None))

    def parameter(self, key: str) -> str | None:
        """The value of a parameter; of several, the last, as libpq takes it."""
        return next((value for name, value in reversed(self.query) if name == key), None)


class CacheAddress(Value):
    """Where a cache is reached.

    Attributes:
        host: the edge's.
        port: the edge's, for this cache's protocol.
        database: the cache's type, where it is known; a URL says ``mysql`` for MariaDB, too.
        http_url: the edge's HTTP address, where it is known.
    """

    id: str
    host: str
    port: int
    database: Database | None = None
    http_url: str | None = None


class Written(Value):
    """A connection string, or lines of source code, and what had to change that its reader should know."""

    url: str
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Written(notes={self.notes})"
