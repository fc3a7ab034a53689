"""ADO.NET: Npgsql, MySqlConnector and Microsoft.Data.SqlClient."""

from __future__ import annotations

from collections.abc import Iterable

from polyscale_cli.connstr.literals import ado
from polyscale_cli.connstr.model import Database
from polyscale_cli.connstr.profiles.sqlserver import encryption
from polyscale_cli.connstr.route import Route
from polyscale_cli.connstr.tls import Tls

_NPGSQL = {
    Tls.DISABLE: "Disable",
    Tls.PREFER: "Prefer",
    Tls.REQUIRE: "Require",
    Tls.VERIFY_CA: "VerifyCA",
    Tls.VERIFY_FULL: "VerifyFull",
}
_MYSQL = {**_NPGSQL, Tls.DISABLE: "None", Tls.PREFER: "Preferred", Tls.REQUIRE: "Required"}
_SQLCLIENT = {"encrypt": "Encrypt", "trustServerCertificate": "TrustServerCertificate"}


def write(route: Route, _: list[str]) -> str:
    """The connection string of the provider for this database."""
    if route.database is Database.POSTGRES:
        return npgsql(route)
    return sqlserver(route) if route.database is Database.MSSQL else mysql_connector(route)


def npgsql(route: Route) -> str:
    """Npgsql 8 and later."""
    binding = [("Channel Binding", "Disable")] if route.binding else []
    tls = [("SSL Mode", _NPGSQL[route.tls])] if route.tls else []
    return _joined(
        (
            ("Host", route.host),
            ("Port", str(route.port)),
            ("Username", route.user),
            ("Password", route.password),
            ("Database", route.name),
            ("Application Name", route.application_name),
            *binding,
            *tls,
        )
    )


def mysql_connector(route: Route) -> str:
    """MySqlConnector; MySQL's own Connector/NET reads it, too."""
    tls = [("SSL Mode", _MYSQL[route.tls])] if route.tls else []
    return _joined(
        (
            ("Server", route.host),
            ("Port", str(route.port)),
            ("User ID", route.user),
            ("Password", route.password),
            ("Database", route.name),
            *tls,
        )
    )


def sqlserver(route: Route) -> str:
    """Microsoft.Data.SqlClient."""
    return _joined(
        (
            ("Server", f"{route.host},{route.port}"),
            ("Database", route.name),
            ("User ID", route.user),
            ("Password", route.password),
            *((_SQLCLIENT[key], value) for key, value in encryption(route)),
        )
    )


def _joined(pairs: Iterable[tuple[str, str | None]]) -> str:
    return ";".join(f"{key}={ado(value)}" for key, value in pairs if value is not None)
