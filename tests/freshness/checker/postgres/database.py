"""A PostgreSQL for the players."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator

import psycopg

from tests.freshness.checker.database import DATABASE, PASSING_SECONDS, Block, Database, Errors, Peer
from tests.freshness.checker.postgres.traps import TRAPS
from tests.freshness.checker.postgres.wire import PostgresConnection
from tests.servers.pgpool import run_pgpool
from tests.servers.postgres import TRUST, Postgres, run_postgres
from tests.servers.process import wait_until

SETTINGS = "max_prepared_transactions = 20\n"
# Its manual's recommended mode, and what it takes to stay with its only server through the faults.
PGPOOL_SETTINGS = """backend_clustering_mode = 'streaming_replication'
sr_check_user = 'postgres'
backend_flag0 = 'DISALLOW_TO_FAILOVER'
failover_on_backend_error = off
failover_on_backend_shutdown = off
connection_cache = off
"""

_AT_WORK = "SELECT pid, query_start FROM pg_stat_activity WHERE usename = %s AND state <> 'idle'"


class PostgresDatabase(Database):
    """See ``Database``."""

    traps = TRAPS
    blocks = (Block(("BEGIN",), 0.1), Block(("BEGIN ISOLATION LEVEL REPEATABLE READ",), 0.03, snapshot=True))
    errors = Errors(
        faults=frozenset({"08006", "08001", "57P01", "57P02", "57P03", "57014", "08004"}),
        crowding=frozenset({"40001", "40P01", "55P03", "42P01", "0A000", "XX000"}),
        outdated=frozenset({"0A000"}),  # "cached plan must not change result type"
    )
    listener = "--postgres-port"
    cache_type = "postgres"

    def __init__(self, server: Postgres) -> None:
        self._server = server
        self.port = server.port

    def set_up(self, texts: list[str]) -> None:
        """Make the tables; definitions may be changed by their owner alone, so all players are superusers."""
        for text in texts:
            self._server.run(text, DATABASE)
        grants = "".join(
            f"GRANT ALL ON SCHEMA {schema} TO public; GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO public;"
            for schema in ("public", "apart")
        )
        self._server.run(grants + f"ALTER ROLE {TRUST.name} SUPERUSER", DATABASE)

    def connection(self, cache: str) -> PostgresConnection:
        """The cache is named by ``application_name``."""
        return PostgresConnection(TRUST.name, DATABASE, cache)

    def body(self, cache: str, sql: str) -> bytes:
        """Anything does for a password."""
        asked = {"cacheId": cache, "username": TRUST.name, "password": "none", "database": DATABASE, "sql": sql}
        return json.dumps(asked).encode()

    def kill_session(self) -> None:
        """Terminate a session's process."""
        with psycopg.connect(self._server.dsn(DATABASE), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND usename = %s"
                " ORDER BY state = 'idle', random() LIMIT 1) AS p",
                (TRUST.name,),
            )

    def settle(self, session: int, group: int) -> None:
        """Wait until the session's process is gone, and roll back what is prepared: names end in the group."""
        with psycopg.connect(self._server.dsn(DATABASE), autocommit=True) as connection:

            def gone() -> bool:
                row = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = %s", (session,)).fetchone()
                return row == (0,)

            def at_work() -> set[object]:
                return set(connection.execute(_AT_WORK, (TRUST.name,)).fetchall())

            if session:
                wait_until(gone, f"process {session} is gone")
            else:
                time.sleep(PASSING_SECONDS)
                now = at_work()
                wait_until(lambda: not (now & at_work()), "what was under way is over")
            for (name,) in connection.execute(
                "SELECT gid FROM pg_prepared_xacts WHERE gid LIKE %s", (f"%-{group}",)
            ).fetchall():
                with contextlib.suppress(psycopg.Error):
                    connection.execute(f"ROLLBACK PREPARED '{name}'".encode())

    @contextlib.contextmanager
    def peer(self, origin: int) -> Iterator[Peer]:
        """Pgpool-II with its query cache."""
        with run_pgpool(origin, DATABASE, TRUST.name, settings=PGPOOL_SETTINGS) as pool:
            yield Peer(pool.port, pool.cache_hits)


@contextlib.contextmanager
def run_postgres_database() -> Iterator[Database]:
    """Run a server for the players."""
    with run_postgres(SETTINGS) as server:
        yield PostgresDatabase(server)
