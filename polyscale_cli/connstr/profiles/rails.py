"""``config/database.yml`` of Rails, with the adapters postgresql, mysql2 and sqlserver."""

from __future__ import annotations

from polyscale_cli.connstr.literals import yaml
from polyscale_cli.connstr.model import Database
from polyscale_cli.connstr.profiles import libpq
from polyscale_cli.connstr.route import Route

_ADAPTERS = {
    Database.POSTGRES: "postgresql",
    Database.MYSQL: "mysql2",
    Database.MARIADB: "mysql2",
    Database.MSSQL: "sqlserver",
}
_MYSQL_MODES = {"disable": "disabled", "prefer": "preferred", "require": "required", "verify-ca": "verify_ca"}


def write(route: Route, notes: list[str]) -> str:
    """The section for production."""
    pairs: list[tuple[str, str | None]] = [
        ("host", route.host),
        ("username", route.user),
        ("password", route.password),
        ("database", route.name),
        *_options(route),
    ]
    said = [f"  {key}: {yaml(value)}" for key, value in pairs if value is not None]
    if route.database is Database.MSSQL and route.is_encrypted:
        notes.append("TinyTDS takes TLS from freetds.conf: encryption = require.")
    return "\n".join(("production:", f"  adapter: {_ADAPTERS[route.database]}", f"  port: {route.port}", *said))


def _options(route: Route) -> list[tuple[str, str]]:
    if route.database is Database.POSTGRES:
        # The adapter hands libpq's keywords on.
        return [*libpq.identity(route), *libpq.tls(route), *route.query]
    if route.database is Database.MSSQL or route.tls is None:
        return []
    return [("ssl_mode", _MYSQL_MODES.get(route.tls.value, "verify_identity"))]
