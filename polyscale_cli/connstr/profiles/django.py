"""``DATABASES`` of Django's settings."""

from __future__ import annotations

from polyscale_cli.connstr.literals import python
from polyscale_cli.connstr.model import Database
from polyscale_cli.connstr.profiles import libpq
from polyscale_cli.connstr.profiles.sqlalchemy import ODBC_DRIVER
from polyscale_cli.connstr.profiles.sqlserver import encryption
from polyscale_cli.connstr.route import Route, need_name

_ENGINES = {
    Database.POSTGRES: "django.db.backends.postgresql",
    Database.MYSQL: "django.db.backends.mysql",
    Database.MARIADB: "django.db.backends.mysql",
    Database.MSSQL: "mssql",
}


def write(route: Route, _: list[str]) -> str:
    """The setting; for SQL Server, that of the package mssql-django."""
    fields: list[tuple[str, str | None]] = [
        ("ENGINE", _ENGINES[route.database]),
        ("HOST", route.host),
        ("PORT", str(route.port)),
        ("NAME", need_name(route, "Django")),
        ("USER", route.user),
        ("PASSWORD", route.password),
    ]
    lines = [f'        "{key}": {python(value)},' for key, value in fields if value is not None]
    options = [f"            {python(key)}: {_value(key, value)}," for key, value in _options(route)]
    if options:
        lines += ['        "OPTIONS": {', *options, "        },"]
    return "\n".join(("DATABASES = {", '    "default": {', *lines, "    },", "}"))


def _options(route: Route) -> list[tuple[str, str]]:
    if route.database is Database.POSTGRES:
        return [*libpq.identity(route), *libpq.tls(route), *route.query]
    if route.database is Database.MSSQL:
        words = {"encrypt": "Encrypt", "trustServerCertificate": "TrustServerCertificate"}
        extra = ";".join(f"{words[key]}={'yes' if value == 'true' else 'no'}" for key, value in encryption(route))
        return [("driver", ODBC_DRIVER), *([("extra_params", extra)] if extra else [])]
    # mysqlclient's words.
    modes = {"disable": "DISABLED", "prefer": "PREFERRED", "require": "REQUIRED", "verify-ca": "VERIFY_CA"}
    tls = [("ssl_mode", modes.get(route.tls.value, "VERIFY_IDENTITY"))] if route.tls else []
    return [*tls, *route.query]


def _value(key: str, value: str) -> str:
    return str(int(value)) if key.endswith("_timeout") and value.isascii() and value.isdigit() else python(value)
