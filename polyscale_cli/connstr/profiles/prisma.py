"""Prisma's ``DATABASE_URL``: one string that the engine of version 6 and the driver adapters of version 7 both read."""

from __future__ import annotations

from polyscale_cli.connstr.model import Database
from polyscale_cli.connstr.profiles import libpq, sqlserver
from polyscale_cli.connstr.profiles.node import no_dots, no_reserved
from polyscale_cli.connstr.route import Route, need_name
from polyscale_cli.connstr.tls import Tls
from polyscale_cli.connstr.url import assemble

_WHO = "Prisma"


def write(route: Route, notes: list[str]) -> str:
    """The URL for the schema or for ``prisma.config.ts``."""
    if route.database is Database.MSSQL:
        return sqlserver.write(_WHO, route)
    no_dots(_WHO, route)
    if route.database is Database.POSTGRES:
        # Version 7 takes require for a demand to check the certificate; version 6 takes no-verify for prefer.
        no_reserved(_WHO, route)
        return assemble(route, "postgresql", (*libpq.identity(route), *_postgres_tls(route), *route.query))
    need_name(route, _WHO)
    if not route.is_encrypted:
        return assemble(route, "mysql", route.query)
    checks = route.tls is not None and route.tls.verifies
    options = f"ssl: {{ rejectUnauthorized: {str(checks).lower()} }}"
    notes.append(f"From version 7 on, Prisma takes TLS from its adapter: new PrismaMariaDb({{ …, {options} }}).")
    return assemble(route, "mysql", (("sslaccept", "strict" if checks else "accept_invalid_certs"), *route.query))


def _postgres_tls(route: Route) -> list[tuple[str, str]]:
    if route.tls is None:
        return []
    if route.tls in {Tls.DISABLE, Tls.VERIFY_CA, Tls.VERIFY_FULL}:
        return libpq.tls(route)
    return [("sslmode", "no-verify")]
