"""``knexfile.js``: the driver's options as an object, which need no encoding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from polyscale_cli.connstr.literals import javascript
from polyscale_cli.connstr.model import Database
from polyscale_cli.connstr.route import Route

Options: TypeAlias = "Mapping[str, str | int | bool | Options | None]"

_CLIENTS = {
    Database.POSTGRES: "pg",
    Database.MYSQL: "mysql2",
    Database.MARIADB: "mysql2",
    Database.MSSQL: "mssql",
}


def write(route: Route, _: list[str]) -> str:
    """The file."""
    config: Options = {"client": _CLIENTS[route.database], "connection": _connection(route)}
    return f"module.exports = {_object(config, '')};"


def _connection(route: Route) -> Options:
    where = "server" if route.database is Database.MSSQL else "host"
    tls: Options = {}
    if route.database is Database.MSSQL:
        checked = route.tls is not None and route.tls.verifies
        tls = {"options": {"encrypt": not route.is_plain, "trustServerCertificate": not checked}}
    elif route.is_plain:
        tls = {"ssl": False}
    elif route.is_encrypted:
        tls = {"ssl": {"rejectUnauthorized": route.tls is not None and route.tls.verifies}}
    return {
        where: route.host,
        "port": route.port,
        "user": route.user,
        "password": route.password,
        "database": route.name,
        "application_name": route.application_name,
        **tls,
    }


def _object(options: Options, indent: str) -> str:
    inner = indent + "  "
    lines = [f"{inner}{key}: {_value(value, inner)},\n" for key, value in options.items() if value is not None]
    return "{\n" + "".join(lines) + indent + "}"


def _value(value: str | int | bool | Options, indent: str) -> str:
    if isinstance(value, Mapping):
        return _object(value, indent)
    return javascript(value) if isinstance(value, str) else str(value).lower()
