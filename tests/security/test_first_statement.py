"""The first statement of an edge's life, at the worst of times."""

from __future__ import annotations

import contextlib
import socket

import psycopg

from tests.servers.edge import run_edge
from tests.servers.postgres import TRUST, Postgres


def test_the_first_statement_needs_no_files(postgres: Postgres) -> None:
    with run_edge(prefix=("prlimit", "--nofile=128:128")) as small, contextlib.ExitStack() as opened:
        cache = small.create_cache(postgres, originTls="disable")
        with psycopg.connect(cache.url(TRUST, sslmode="disable"), autocommit=True) as session:
            for _ in range(150):
                opened.enter_context(socket.create_connection(("127.0.0.1", small.postgres_port)))
            assert session.execute("SELECT 1").fetchone() == (1,)
