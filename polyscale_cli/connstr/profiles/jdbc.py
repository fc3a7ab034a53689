"""JDBC: PostgreSQL's driver, MySQL's, MariaDB's and Microsoft's."""

from __future__ import annotations

from polyscale_cli.connstr.literals import braced
from polyscale_cli.connstr.model import Database
from polyscale_cli.connstr.profiles import libpq
from polyscale_cli.connstr.profiles.sqlserver import encryption
from polyscale_cli.connstr.quoting import encode, encode_value
from polyscale_cli.connstr.route import Route, unrepresentable
from polyscale_cli.connstr.tls import Tls
from polyscale_cli.connstr.url import bracketed

_MYSQL_MODES = {
    Tls.DISABLE: "DISABLED",
    Tls.PREFER: "PREFERRED",
    Tls.REQUIRE: "REQUIRED",
    Tls.VERIFY_CA: "VERIFY_CA",
    Tls.VERIFY_FULL: "VERIFY_IDENTITY",
}
_MARIADB_MODES = {
    Tls.DISABLE: "disable",
    Tls.REQUIRE: "trust",
    Tls.VERIFY_CA: "verify-ca",
    Tls.VERIFY_FULL: "verify-full",
}


def write(route: Route, _: list[str]) -> str:
    """The URL, user and password in it."""
    if route.database is Database.MSSQL:
        return _sqlserver(route)
    if route.database is Database.POSTGRES:
        return _url(route, "postgresql", _postgres(route))
    if route.database is Database.MYSQL:
        return _url(route, "mysql", [("sslMode", _MYSQL_MODES[route.tls])] if route.tls else [])
    return _mariadb(route)


def _postgres(route: Route) -> list[tuple[str, str]]:
    pairs = libpq.tls(route)
    if route.application_name:
        # The name is in the startup message only where the server is known to be newer than 9.0; else it comes after.
        pairs = [("ApplicationName", route.application_name), ("assumeMinServerVersion", "9.0"), *pairs]
    if route.binding:
        pairs = [*pairs, ("channelBinding", "disable")]
    return pairs


def _url(route: Route, scheme: str, pairs: list[tuple[str, str]]) -> str:
    credentials = [
        (key, value) for key, value in (("user", route.user), ("password", route.password)) if value is not None
    ]
    query = "&".join(f"{key}={encode_value(value)}" for key, value in (*pairs, *route.query))
    secret = "&".join(f"{key}={encode(value)}" for key, value in credentials)
    tail = "&".join(part for part in (secret, query) if part)
    name = encode(route.name or "")
    return f"jdbc:{scheme}://{bracketed(route.host)}:{route.port}/{name}{'?' if tail else ''}{tail}"


def _mariadb(route: Route) -> str:
    """Versions of MariaDB's driver differ in whether they decode, so that what would have to be encoded is refused."""
    for value, marks in ((route.user, "&%+"), (route.password, "&%+"), (route.name, "&%+?/")):
        if value and set(value) & set(marks):
            raise unrepresentable(
                "MariaDB's JDBC driver",
                f"User, password or database holds one of {' '.join(marks)}, which only some of its versions decode.",
                "Take them out of the URL: DriverManager.getConnection(url, user, password).",
            )
    pairs = [(key, value) for key, value in (("user", route.user), ("password", route.password)) if value is not None]
    pairs += [("sslMode", _MARIADB_MODES[route.tls])] if route.tls in _MARIADB_MODES else []
    query = "&".join(f"{key}={value}" for key, value in (*pairs, *route.query))
    return f"jdbc:mariadb://{bracketed(route.host)}:{route.port}/{route.name or ''}{'?' if query else ''}{query}"


def _sqlserver(route: Route) -> str:
    pairs = (("databaseName", route.name), ("user", route.user), ("password", route.password), *encryption(route))
    said = [f"{key}={braced(value)}" for key, value in pairs if value is not None]
    # An IPv6 address stands in a property, where its colons mean nothing.
    if ":" in route.host:
        return ";".join(("jdbc:sqlserver://", f"serverName={route.host}", f"portNumber={route.port}", *said))
    return ";".join((f"jdbc:sqlserver://{route.host}:{route.port}", *said))
