"""One URL for as many drivers as possible."""

from __future__ import annotations

from polyscale_cli.connstr.model import Database
from polyscale_cli.connstr.profiles import libpq, sqlserver
from polyscale_cli.connstr.quoting import encode
from polyscale_cli.connstr.route import Route
from polyscale_cli.connstr.tls import is_loopback
from polyscale_cli.connstr.url import assemble, usual_scheme

# For each driver's words that demand a check of the certificate, those that do not.
_WITHOUT_CHECK = {
    "sslaccept": "accept_invalid_certs",
    "tls": "skip-verify",
    "ssl": '{"rejectUnauthorized":false}',
    "verifyservercertificate": "false",
    "ssl_verify_cert": "false",
    "ssl_check_hostname": "false",
}


def write(route: Route, notes: list[str]) -> str:
    """What most drivers of the database understand."""
    if route.database is Database.MSSQL:
        return sqlserver.write("This URL", route)
    if route.name and encode(route.name) != route.name:
        notes.append("Not every driver decodes the database's name in a URL; name yours with --driver.")
    if route.cache_id and route.tls and not route.is_plain and is_loopback(route.host):
        # TLS gains nothing inside one machine, and drivers disagree whether these words check the certificate.
        said = ", ".join(f"{key}={value}" for key, value in route.own_tls)
        notes.append(f"Left out {said}: the edge is on this machine.")
        tls: list[tuple[str, str]] = []
    elif route.database is Database.POSTGRES:
        tls = libpq.tls(route)
    else:
        tls = [_relaxed(key, value) if route.cache_id else (key, value) for key, value in route.own_tls]
        if not tls and route.is_encrypted:
            notes.append("Each driver has its own words for TLS to the database; name yours with --driver.")
    if route.database is Database.POSTGRES:
        return assemble(route, usual_scheme(route), (*libpq.identity(route), *tls, *route.query))
    return assemble(route, usual_scheme(route), (*tls, *route.query))


def _relaxed(key: str, value: str) -> tuple[str, str]:
    name, word = key.lower(), value.lower()
    if name in {"sslmode", "ssl-mode", "ssl_mode"} and word.startswith("verify"):
        return key, "REQUIRED" if value.isupper() else "required"
    checks = word in {"strict", "true", "1", "yes"} or word.startswith("{")
    return key, _WITHOUT_CHECK[name] if name in _WITHOUT_CHECK and checks else value
