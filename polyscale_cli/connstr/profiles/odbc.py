"""ODBC, with Microsoft's driver for SQL Server."""

from __future__ import annotations

from polyscale_cli.connstr.literals import braced
from polyscale_cli.connstr.profiles.sqlalchemy import ODBC_DRIVER
from polyscale_cli.connstr.profiles.sqlserver import encryption
from polyscale_cli.connstr.route import Route


def write(route: Route, _: list[str]) -> str:
    """``Driver={…};Server=host,port;…``"""
    words = {"encrypt": "Encrypt", "trustServerCertificate": "TrustServerCertificate"}
    pairs = (
        ("Database", route.name),
        ("UID", route.user),
        ("PWD", route.password),
        *((words[key], "yes" if value == "true" else "no") for key, value in encryption(route)),
    )
    said = [f"{key}={braced(value)}" for key, value in pairs if value is not None]
    return ";".join((f"Driver={{{ODBC_DRIVER}}}", f"Server={route.host},{route.port}", *said))
