"""Drivers for Node.js that read a URL with the WHATWG parser, and mssql."""

from __future__ import annotations

import re

from polyscale_cli.connstr.model import Database
from polyscale_cli.connstr.profiles import adonet, libpq
from polyscale_cli.connstr.quoting import encode
from polyscale_cli.connstr.route import Route, leave_out_tls, need_name, unrepresentable
from polyscale_cli.connstr.tls import Tls
from polyscale_cli.connstr.url import assemble

# decodeURI leaves these encoded.
_NOT_DECODED = re.compile(r"[;/?:@&=+$,#]")


def pg(route: Route, _: list[str]) -> str:
    """node-postgres; it takes prefer and require for a demand to check the certificate."""
    no_dots("node-postgres", route)
    no_reserved("node-postgres", route)
    tls = [("sslmode", "no-verify")] if route.tls in {Tls.PREFER, Tls.REQUIRE} else libpq.tls(route)
    return assemble(route, "postgresql", (*libpq.identity(route), *tls, *route.query))


def postgres_js(route: Route, _: list[str]) -> str:
    """postgres.js; it sends channel_binding on as a setting, and does not decode the database's name."""
    if ":" in route.host:
        raise unrepresentable("postgres.js", "It splits its host at the colon, so that an IPv6 address cannot be said.")
    no_dots("postgres.js", route)
    if route.name and encode(route.name) != route.name:
        raise unrepresentable("postgres.js", "It does not decode the database's name in a URL.")
    identity = [("application_name", route.application_name)] if route.application_name else []
    return assemble(route, "postgresql", (*identity, *libpq.tls(route), *route.query))


def mysql2(route: Route, _: list[str]) -> str:
    """mysql2; its options stand in the query as JSON."""
    no_dots("mysql2", route)
    checks = "true" if route.tls and route.tls.verifies else "false"
    tls = [("ssl", f'{{"rejectUnauthorized":{checks}}}')] if route.is_encrypted else []
    return assemble(route, "mysql", (*tls, *route.query))


def mariadb(route: Route, notes: list[str]) -> str:
    """mariadb; it demands its own scheme and a database, and its ``ssl=true`` checks the certificate."""
    no_dots("mariadb", route)
    need_name(route, "mariadb")
    tls = []
    if route.tls and route.tls.verifies:
        tls = [("ssl", "true")]
    elif route.is_encrypted:
        leave_out_tls(
            route, notes, "mariadb", "Give it options instead of a URL, with ssl: { rejectUnauthorized: false }."
        )
    return assemble(route, "mariadb", (*tls, *route.query))


def drizzle(route: Route, notes: list[str]) -> str:
    """Drizzle hands the URL to its driver: node-postgres, or mysql2."""
    return pg(route, notes) if route.database is Database.POSTGRES else mysql2(route, notes)


def mssql(route: Route, _: list[str]) -> str:
    """mssql, on tedious; the same words as ADO.NET's."""
    if route.user and "\\" in route.user:
        raise unrepresentable("mssql", "It takes what stands before a backslash in the user for a Windows domain.")
    return adonet.sqlserver(route)


def no_reserved(who: str, route: Route) -> None:
    """Refuse a database name that is not read back: it is decoded by decodeURI."""
    if route.name and _NOT_DECODED.search(route.name):
        raise unrepresentable(who, "It cannot read a database name with one of ; / ? : @ & = + $ , # in a URL.")


def no_dots(who: str, route: Route) -> None:
    """Refuse a database name that is a step in a path: URL parsers take it away (WHATWG URL, 4.4)."""
    if route.name in {".", ".."}:
        raise unrepresentable(who, f"URL parsers take a database name of {route.name!r} for a step in a path.")
