"""Cloudflare Hyperdrive, which keeps scheme, host, port, user, password and database of a URL and drops the query."""

from __future__ import annotations

from polyscale_cli.connstr.model import Database
from polyscale_cli.connstr.profiles.node import no_dots
from polyscale_cli.connstr.route import Route, need_name, unrepresentable
from polyscale_cli.connstr.tls import is_loopback
from polyscale_cli.connstr.url import assemble


def write(route: Route, notes: list[str]) -> str:
    """The value of ``--connection-string``."""
    need_name(route, "Hyperdrive")
    no_dots("Hyperdrive", route)
    if not route.user or not route.password:
        raise unrepresentable("Hyperdrive", "It needs a user and a password.", "Give the whole connection string.")
    if is_loopback(route.host):
        notes.append(f"Cloudflare cannot reach {route.host}: give the edge a public address.")
    notes.append('Next: npx wrangler hyperdrive create NAME --connection-string="$URL"')
    scheme = "postgresql" if route.database is Database.POSTGRES else "mysql"
    return assemble(route, scheme, ())
