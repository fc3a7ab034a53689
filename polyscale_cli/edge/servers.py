"""The servers of an edge: one for each database type that it speaks."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

from polyscale_cli.edge.cache import Cache, DatabaseType
from polyscale_cli.edge.engine import Engine
from polyscale_cli.edge.wire.listeners import Listeners
from polyscale_cli.edge.wire.mysql.server import MySqlServer
from polyscale_cli.edge.wire.places import Places, most_open_files
from polyscale_cli.edge.wire.postgres import PostgresServer

Servers = dict[DatabaseType, Listeners[Any]]


def make_servers(engine: Engine, find: Callable[[str], Cache | None], tls: ssl.SSLContext | None) -> Servers:
    """Make them all; none listens yet. What is not among them cannot be connected to through this edge."""
    places = Places(most_open_files())
    return {
        DatabaseType.POSTGRES: PostgresServer(engine, find, tls=tls, places=places),
        **{
            database: MySqlServer(engine, find, tls=tls, database=database, places=places)
            for database in (DatabaseType.MYSQL, DatabaseType.MARIADB)
        },
    }
