"""SQLAlchemy's URLs, dialect by dialect.

Its parameters become arguments of the driver's ``connect``. Before 2.1 it did not decode the database's name in the
path; a name that would have to be encoded is given as the driver's own argument, which all versions read.
"""

from __future__ import annotations

from polyscale_cli.connstr.literals import python
from polyscale_cli.connstr.model import Database
from polyscale_cli.connstr.profiles import libpq
from polyscale_cli.connstr.profiles.sqlserver import encryption
from polyscale_cli.connstr.quoting import encode
from polyscale_cli.connstr.route import Route, leave_out_tls, unrepresentable
from polyscale_cli.connstr.url import assemble

ODBC_DRIVER = "ODBC Driver 18 for SQL Server"
_Pairs = list[tuple[str, str]]


def usual(route: Route, notes: list[str]) -> str:
    """The dialect that is chosen most: psycopg, PyMySQL or pyodbc."""
    if route.database is Database.POSTGRES:
        return _postgres(route, "psycopg")
    return pyodbc(route, notes) if route.database is Database.MSSQL else pymysql(route, notes)


def psycopg2(route: Route, _: list[str]) -> str:
    """psycopg2."""
    return _postgres(route, "psycopg2")


def asyncpg(route: Route, notes: list[str]) -> str:
    """asyncpg; it has an argument for server settings, which no URL can fill."""
    if route.cache_id:
        settings = f'connect_args={{"server_settings": {{"application_name": "{route.cache_id}"}}}}'
        notes.append(f"With md5 passwords, take the id out of the user and use create_async_engine(url, {settings}).")
    tls = [("ssl", route.tls.value)] if route.tls else []
    return _url(route, "postgresql+asyncpg", tls, "database")


def pg8000(route: Route, notes: list[str]) -> str:
    """pg8000, as source code: over TLS it insists on binding the channel, and only an argument can keep it from TLS."""
    if route.cache_id and route.is_encrypted:
        leave_out_tls(route, notes, "pg8000", "It binds the channel, which cannot pass an edge. Use another driver.")
    identity = [("application_name", route.application_name)] if route.application_name else []
    arguments = [python(_url(route, "postgresql+pg8000", identity, "database"))]
    if route.is_plain or route.cache_id:
        arguments.append('connect_args={"ssl_context": False}')
    lines = (f"    {argument}," for argument in arguments)
    return "\n".join(("from sqlalchemy import create_engine", "", "engine = create_engine(", *lines, ")"))


def pymysql(route: Route, _: list[str]) -> str:
    """PyMySQL; by itself it uses TLS where the server offers it, and any argument about TLS demands it."""
    _ascii_password(route, "PyMySQL")
    tls = [("ssl_disabled", "true")] if route.is_plain else _context(route)
    return _mysql(route, "pymysql", tls, "database")


def asyncmy(route: Route, _: list[str]) -> str:
    """A cousin of PyMySQL's for asyncio."""
    _ascii_password(route, "asyncmy")
    return _mysql(route, "asyncmy", _context(route), "db")


def aiomysql(route: Route, notes: list[str]) -> str:
    """aiomysql; its argument for TLS is an object, which no URL can hold."""
    _ascii_password(route, "aiomysql")
    if route.is_encrypted:
        leave_out_tls(route, notes, "aiomysql", "Give create_async_engine connect_args={'ssl': an ssl.SSLContext}.")
    return _mysql(route, "aiomysql", [], "db")


def mysqldb(route: Route, _: list[str]) -> str:
    """mysqlclient, whose module is MySQLdb."""
    mode = "DISABLED" if route.is_plain else "VERIFY_IDENTITY" if route.tls and route.tls.verifies else "REQUIRED"
    return _mysql(route, "mysqldb", [("ssl_mode", mode)] if route.is_plain or route.is_encrypted else [], "db")


def mariadbconnector(route: Route, _: list[str]) -> str:
    """MariaDB Connector/Python."""
    checks = "true" if route.tls and route.tls.verifies else "false"
    tls = [("ssl", "true"), ("ssl_verify_cert", checks)] if route.is_encrypted else []
    return _mysql(route, "mariadbconnector", tls, "database")


def pyodbc(route: Route, _: list[str]) -> str:
    """pyodbc, with Microsoft's driver."""
    words = {"encrypt": "Encrypt", "trustServerCertificate": "TrustServerCertificate"}
    tls = [(words[key], "yes" if value == "true" else "no") for key, value in encryption(route)]
    return _url(route, "mssql+pyodbc", [("driver", ODBC_DRIVER), *tls], "database")


def pymssql(route: Route, _: list[str]) -> str:
    """Pymssql."""
    tls = [("encryption", "off" if route.is_plain else "require")] if route.tls else []
    return _url(route, "mssql+pymssql", tls, "database")


def _postgres(route: Route, driver: str) -> str:
    return _url(route, f"postgresql+{driver}", [*libpq.identity(route), *libpq.tls(route)], "dbname")


def _mysql(route: Route, driver: str, tls: _Pairs, name: str) -> str:
    dialect = "mariadb" if route.database is Database.MARIADB else "mysql"
    return _url(route, f"{dialect}+{driver}", tls, name)


def _ascii_password(route: Route, who: str) -> None:
    if route.password and not route.password.isascii():
        raise unrepresentable(
            who,
            "It sends a password as Latin-1, and servers compare UTF-8.",
            "Choose a password in ASCII, or another driver, such as mysqldb.",
        )


def _context(route: Route) -> _Pairs:
    checks = "true" if route.tls and route.tls.verifies else "false"
    return [("ssl_check_hostname", checks)] if route.is_encrypted else []


def _url(route: Route, scheme: str, pairs: _Pairs, name: str) -> str:
    if route.name and encode(route.name) != route.name:
        pairs, route = [*pairs, (name, route.name)], route.replace(name=None)
    return assemble(route, scheme, (*pairs, *route.query))
