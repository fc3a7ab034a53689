"""libpq: URLs, keywords, and psql's command line (PostgreSQL manual, 34.1.1)."""

from __future__ import annotations

from polyscale_cli.connstr.literals import libpq as quoted
from polyscale_cli.connstr.literals import shell
from polyscale_cli.connstr.route import Route
from polyscale_cli.connstr.url import assemble


def identity(route: Route) -> list[tuple[str, str]]:
    """The cache, and no channel binding to the edge: it would be one to the database."""
    pairs = (("application_name", route.application_name), ("channel_binding", route.binding))
    return [(key, value) for key, value in pairs if value]


def tls(route: Route) -> list[tuple[str, str]]:
    """The mode, in the words that are libpq's own."""
    return [("sslmode", route.tls.value)] if route.tls else []


def uri(route: Route, _: list[str]) -> str:
    """A URL that libpq reads."""
    return assemble(route, "postgresql", (*identity(route), *tls(route), *route.query))


def keywords(route: Route, _: list[str]) -> str:
    """``host=… port=… …``"""
    return _keywords(route, password=route.password)


def psql(route: Route, _: list[str]) -> str:
    """A command line; the password is in the environment, where other users do not see it."""
    password = "" if route.password is None else f"PGPASSWORD={shell(route.password)} "
    return f"{password}psql {shell(_keywords(route, password=None))}"


def _keywords(route: Route, *, password: str | None) -> str:
    pairs = (
        ("host", route.host),
        ("port", str(route.port)),
        ("user", route.user),
        ("password", password),
        ("dbname", route.name),
        *identity(route),
        *tls(route),
        *route.query,
    )
    return " ".join(f"{key}={quoted(value)}" for key, value in pairs if value is not None)
