"""asyncpg's DSN; whatever it does not know it sends as a setting, channel_binding too."""

from __future__ import annotations

from polyscale_cli.connstr.profiles import libpq
from polyscale_cli.connstr.route import Route
from polyscale_cli.connstr.url import assemble


def write(route: Route, _: list[str]) -> str:
    """The DSN."""
    identity = [("application_name", route.application_name)] if route.application_name else []
    return assemble(route, "postgresql", (*identity, *libpq.tls(route), *route.query))
