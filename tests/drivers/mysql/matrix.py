"""The drivers of MySQL and MariaDB under test, and which release each is of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from tests.drivers.driver import AnyDriver, of_jar, of_node, said
from tests.drivers.mysql.sessions.asyncio import AioMySql, AsyncMy
from tests.drivers.mysql.sessions.dbapi import MySqlConnector, PyMySql
from tests.drivers.mysql.sessions.processes import (
    CONNECTOR_J,
    ConnectorJ,
    MariaDbClient,
    MySqlClient,
    MySqlClientOfPython,
    MySqli,
    NodeMariaDb,
    NodeMySql2,
    Pdo,
    PrismaMariaDb,
    RubyMySql2,
)
from tests.drivers.mysql.sessions.sqlalchemy import OnAsyncMy, OnPyMySql
from tests.servers import mysql
from tests.tally import of_packages


@dataclass(frozen=True, slots=True)
class Driver(AnyDriver):
    """One driver.

    Attributes:
        large: whether it can count the packets of what is over 16 MB.
        misread: types that it reads wrongly in binary, from any server.
    """

    large: bool = True
    misread: frozenset[str] = frozenset()


PYTHON = "/usr/bin/python3"

DRIVERS = (
    Driver("PyMySQL", PyMySql, partial(of_packages, "pymysql")),
    Driver(
        "mysqlclient",
        MySqlClientOfPython,
        partial(said, PYTHON, "-c", "import MySQLdb; print(MySQLdb.__version__)"),
        needs=((PYTHON, "-c", "import MySQLdb"),),
    ),
    Driver("asyncmy", AsyncMy, partial(of_packages, "asyncmy"), large=False),
    Driver("aiomysql", AioMySql, partial(of_packages, "aiomysql")),
    Driver(
        "MySQL Connector/Python",
        MySqlConnector,
        partial(of_packages, "mysql-connector-python"),
        misread=frozenset({"year"}),
    ),
    Driver("SQLAlchemy on PyMySQL", OnPyMySql, partial(of_packages, "sqlalchemy", "pymysql")),
    Driver("SQLAlchemy on asyncmy", OnAsyncMy, partial(of_packages, "sqlalchemy", "asyncmy"), large=False),
    Driver("mysql2 for Node.js", NodeMySql2, partial(of_node, "node", "mysql2")),
    Driver("mariadb for Node.js", NodeMariaDb, partial(of_node, "node", "mariadb")),
    Driver(
        "Prisma on mariadb", PrismaMariaDb, partial(of_node, "prisma", "@prisma/adapter-mariadb"), refuses_types=True
    ),
    Driver(
        "MariaDB Connector/J",
        ConnectorJ,
        partial(of_jar, CONNECTOR_J),
        needs=(("javac", "-version"), ("test", "-e", str(CONNECTOR_J))),
    ),
    Driver(
        "PDO on mysqlnd",
        Pdo,
        partial(said, "php", "--version"),
        needs=(("php", "-r", "exit((int) !extension_loaded('pdo_mysql'));"),),
    ),
    Driver(
        "mysqli on mysqlnd",
        MySqli,
        partial(said, "php", "--version"),
        needs=(("php", "-r", "exit((int) !extension_loaded('mysqli'));"),),
    ),
    Driver(
        "Ruby's mysql2",
        RubyMySql2,
        partial(said, "ruby", "-e", "require 'mysql2'; puts Mysql2::VERSION"),
        needs=(("ruby", "-e", "require 'mysql2'"),),
        misread=frozenset({"time"}),
    ),
    Driver("mariadb, the client", MariaDbClient, partial(said, "sh", "-c", "mariadb --version | sed 's/.*Distrib//'")),
    Driver(
        "mysql, the client",
        MySqlClient,
        partial(said, str(mysql.HOME / "mysql"), "--version"),
        needs=((str(mysql.HOME / "mysql"), "--version"),),
    ),
)
