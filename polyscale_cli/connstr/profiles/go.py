"""Go: pgx, go-sql-driver/mysql and go-mssqldb."""

from __future__ import annotations

from polyscale_cli.connstr.model import Database
from polyscale_cli.connstr.profiles import libpq
from polyscale_cli.connstr.profiles.sqlserver import encryption
from polyscale_cli.connstr.quoting import encode, encode_value
from polyscale_cli.connstr.route import Route, unrepresentable
from polyscale_cli.connstr.tls import Tls
from polyscale_cli.connstr.url import assemble, bracketed

_MYSQL_MODES = {Tls.PREFER: "preferred", Tls.REQUIRE: "skip-verify", Tls.DISABLE: "false"}


def write(route: Route, notes: list[str]) -> str:
    """The DSN of the driver for this database."""
    if route.database is Database.POSTGRES:
        return libpq.uri(route, notes)
    return _sqlserver(route) if route.database is Database.MSSQL else _mysql(route)


def _mysql(route: Route) -> str:
    """``user:password@tcp(host:port)/name?…``: all as it is, so no colon in the user."""
    if route.user and ":" in route.user:
        raise unrepresentable(
            "go-sql-driver",
            "Its DSN ends the user at the first colon and knows no escape.",
            "Fill in mysql.Config{User: …} and take its FormatDSN out of the way: mysql.NewConnector(config).",
        )
    user = route.user or ""
    password = "" if route.password is None else f":{route.password}"
    tls = [("tls", _MYSQL_MODES.get(route.tls, "true"))] if route.tls else []
    query = "&".join(f"{key}={encode_value(value).replace('/', '%2F')}" for key, value in (*tls, *route.query))
    userinfo = f"{user}{password}@" if user or password else ""
    return (
        f"{userinfo}tcp({bracketed(route.host)}:{route.port})/{encode(route.name or '')}{'?' if query else ''}{query}"
    )


def _sqlserver(route: Route) -> str:
    pairs = [("database", route.name)] if route.name else []
    words = {"encrypt": "encrypt", "trustServerCertificate": "TrustServerCertificate"}
    tls = [(words[key], value) for key, value in encryption(route)]
    return assemble(route.replace(name=None), "sqlserver", (*pairs, *tls)).replace("/?", "?", 1)
