"""The command lines of ``mysql`` and, for MariaDB, ``mariadb``."""

from __future__ import annotations

from polyscale_cli.connstr.literals import shell
from polyscale_cli.connstr.model import Database
from polyscale_cli.connstr.route import Route
from polyscale_cli.connstr.tls import Tls

_MODES = {
    Tls.DISABLE: "DISABLED",
    Tls.PREFER: "PREFERRED",
    Tls.REQUIRE: "REQUIRED",
    Tls.VERIFY_CA: "VERIFY_CA",
    Tls.VERIFY_FULL: "VERIFY_IDENTITY",
}


def write(route: Route, _: list[str]) -> str:
    """A command line; the password is in the environment, where other users do not see it."""
    program = "mariadb" if route.database is Database.MARIADB else "mysql"
    # Without the protocol, localhost would mean a Unix socket.
    options = ["--protocol=tcp", f"--host={route.host}", f"--port={route.port}"]
    if route.user is not None:
        options.append(f"--user={route.user}")
    options += _mariadb_tls(route) if program == "mariadb" else _mysql_tls(route)
    if route.name:
        options.append(f"--database={route.name}")
    password = "" if route.password is None else f"MYSQL_PWD={shell(route.password)} "
    return password + " ".join((program, *map(shell, options)))


def _mysql_tls(route: Route) -> list[str]:
    return [f"--ssl-mode={_MODES[route.tls]}"] if route.tls else []


def _mariadb_tls(route: Route) -> list[str]:
    if route.is_plain:
        return ["--skip-ssl"]
    required = ["--ssl"] if route.is_encrypted else []
    if route.tls and route.tls.verifies:
        return [*required, "--ssl-verify-server-cert"]
    # From 11.4 on it checks the certificate by itself, which an edge in between cannot pass.
    return [*required, "--skip-ssl-verify-server-cert"] if route.cache_id else required
