"""PHP's PDO: user and password beside the DSN, not in it."""

from __future__ import annotations

from polyscale_cli.connstr.literals import braced, php
from polyscale_cli.connstr.literals import libpq as quoted
from polyscale_cli.connstr.model import Database
from polyscale_cli.connstr.profiles import libpq
from polyscale_cli.connstr.profiles.sqlserver import encryption
from polyscale_cli.connstr.route import Route, unrepresentable


def write(route: Route, _: list[str]) -> str:
    """One expression that opens a connection."""
    dsn = {Database.POSTGRES: _pgsql, Database.MSSQL: _sqlsrv}.get(route.database, _mysql)(route)
    arguments = [php(dsn), *([php(route.user or ""), php(route.password)] if route.password is not None else [])]
    if route.password is None and route.user is not None:
        arguments.append(php(route.user))
    if route.is_encrypted and route.database in {Database.MYSQL, Database.MARIADB}:
        checks = "true" if route.tls and route.tls.verifies else "false"
        arguments += ["null"] * (3 - len(arguments))
        arguments.append(f"[PDO::MYSQL_ATTR_SSL_CA => '', PDO::MYSQL_ATTR_SSL_VERIFY_SERVER_CERT => {checks}]")
    return f"new PDO({', '.join(arguments)});"


def _pgsql(route: Route) -> str:
    """Libpq's keywords, in which PDO makes every semicolon a space, quoted or not."""
    pairs = [("host", route.host), ("port", str(route.port))]
    pairs += [("dbname", route.name)] if route.name else []
    pairs += [*libpq.identity(route), *libpq.tls(route), *route.query]
    if any(";" in value for _, value in pairs):
        raise unrepresentable("PDO", "It makes a space of every semicolon in a DSN, and a value holds one.")
    return "pgsql:" + ";".join(f"{key}={quoted(value)}" for key, value in pairs)


def _mysql(route: Route) -> str:
    # With localhost PHP looks for a Unix socket, whatever the port.
    host = "127.0.0.1" if route.host == "localhost" else route.host
    pairs = [("host", host), ("port", str(route.port)), ("dbname", route.name), ("charset", "utf8mb4")]
    return "mysql:" + ";".join(f"{key}={value.replace(';', ';;')}" for key, value in pairs if value is not None)


def _sqlsrv(route: Route) -> str:
    words = {"encrypt": "Encrypt", "trustServerCertificate": "TrustServerCertificate"}
    pairs = [("Database", braced(route.name))] if route.name else []
    pairs += [(words[key], "1" if value == "true" else "0") for key, value in encryption(route)]
    return ";".join((f"sqlsrv:Server={route.host},{route.port}", *(f"{key}={value}" for key, value in pairs)))
