"""A MariaDB or a MySQL for the players."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pymysql

from tests.freshness.checker.database import DATABASE, PASSING_SECONDS, Block, Database, Errors, Peer
from tests.freshness.checker.mysql.traps import MARIADB_TRAPS, MYSQL_TRAPS, OTHER_DATABASE
from tests.freshness.checker.mysql.wire import MySqlConnection
from tests.freshness.checker.trap import Trap
from tests.servers.mariadb import run_mariadb
from tests.servers.mysql import run_mysql
from tests.servers.process import wait_until

PLAYER = "player"
LEVEL = "SET SESSION TRANSACTION ISOLATION LEVEL"

# Writes have the version that they make in their texts, so that no two are the same.
_AT_WORK = "SELECT id, info FROM information_schema.processlist WHERE user = %s AND command <> 'Sleep'"

# A shutdown; the network; "too many connections"; an interruption; a KILL; an unreachable or a lost server.
FAULTS = frozenset("1053 1152 1158 1159 1160 1161 1184 1040 1317 1927 2003 2006 2013".split())
# Locks, and definitions that are replaced under a statement.
CROWDING = frozenset("1020 1205 1213 1412 1615".split())


class MySqlDatabase(Database):
    """See ``Database``. ``socket`` is where the superuser gets in without a password."""

    blocks = (
        Block(
            (f"{LEVEL} READ COMMITTED", "BEGIN"),
            0.05,
            ends=(("COMMIT", f"{LEVEL} REPEATABLE READ"), (f"{LEVEL} REPEATABLE READ", "ROLLBACK")),
        ),
        Block(("BEGIN",), 0.03, snapshot=True),
        Block(("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",), 0.02, snapshot=True),
        Block(
            ("SET autocommit = 0",),
            0.03,
            snapshot=True,
            ends=(("COMMIT", "SET autocommit = 1"), ("SET autocommit = 1",), ("ROLLBACK", "SET autocommit = ON")),
        ),
    )
    errors = Errors(FAULTS, CROWDING, outdated=frozenset({"1615", "1412"}))

    def __init__(self, cache_type: str, port: int, socket: Path, traps: tuple[Trap, ...]) -> None:
        self.cache_type = cache_type
        self.listener = f"--{cache_type}-port"
        self.port = port
        self.traps = traps
        self._socket = str(socket)

    def _administrator(self) -> pymysql.Connection:
        options = {"client_flag": pymysql.constants.CLIENT.MULTI_STATEMENTS, "autocommit": True}
        return pymysql.connect(unix_socket=self._socket, user="root", **options)

    def set_up(self, texts: list[str]) -> None:
        """Make the tables, and a player without a password that owns them all."""
        with self._administrator() as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {DATABASE}; CREATE DATABASE {OTHER_DATABASE}")
            cursor.execute("SET GLOBAL local_infile = 1, log_bin_trust_function_creators = 1")
            connection.select_db(DATABASE)
            for text in texts:
                for statement in filter(None, map(str.strip, text.split(";;"))):
                    cursor.execute(statement)
                    while cursor.nextset():
                        pass
            cursor.execute(f"CREATE USER {PLAYER}@'%'")
            cursor.execute(f"GRANT ALL ON *.* TO {PLAYER}@'%'")

    def connection(self, cache: str) -> MySqlConnection:
        """The cache is named in front of the user."""
        return MySqlConnection(f"{cache}-{PLAYER}" if cache else PLAYER, DATABASE)

    def body(self, cache: str, sql: str) -> bytes:
        """A player has no password."""
        asked = {"cacheId": cache, "username": PLAYER, "password": "", "database": DATABASE, "sql": sql}
        return json.dumps(asked).encode()

    def kill_session(self) -> None:
        """KILL a player's session."""
        with self._administrator() as connection, connection.cursor() as cursor:
            players = "SELECT id FROM information_schema.processlist WHERE user = %s"
            cursor.execute(f"{players} ORDER BY command = 'Sleep', rand() LIMIT 1", (PLAYER,))
            for (session,) in cursor.fetchall():
                with contextlib.suppress(pymysql.MySQLError):
                    cursor.execute(f"KILL {session}")

    def settle(self, session: int, group: int) -> None:
        """Wait until the session is no longer listed, and roll back what is prepared: names end in the group."""
        with self._administrator() as connection, connection.cursor() as cursor:

            def gone() -> bool:
                cursor.execute("SELECT id FROM information_schema.processlist WHERE id = %s", (session,))
                return not cursor.fetchall()

            def at_work() -> set[tuple[object, ...]]:
                cursor.execute(_AT_WORK, (PLAYER,))
                return set(cursor.fetchall())

            if session:
                wait_until(gone, f"session {session} is gone")
            else:
                time.sleep(PASSING_SECONDS)
                now = at_work()
                wait_until(lambda: not (now & at_work()), "what was under way is over")
            cursor.execute("XA RECOVER")
            for *_, found in cursor.fetchall():
                name = found.decode() if isinstance(found, bytes) else found
                if not name.endswith(f"-{group}"):
                    continue
                # What belongs to a session that still lives cannot be rolled back by another.
                with contextlib.suppress(pymysql.MySQLError):
                    cursor.execute("XA ROLLBACK %s", (name,))

    def peer(self, origin: int) -> AbstractContextManager[Peer]:
        """None is known."""
        raise ValueError("there is no other cache to play against")


@contextlib.contextmanager
def run_mariadb_database() -> Iterator[Database]:
    """Run a MariaDB for the players."""
    with run_mariadb() as server:
        yield MySqlDatabase("mariadb", server.port, server.socket, MARIADB_TRAPS)


@contextlib.contextmanager
def run_mysql_database() -> Iterator[Database]:
    """Run a MySQL for the players."""
    with run_mysql() as server:
        yield MySqlDatabase("mysql", server.port, server.socket, MYSQL_TRAPS)
