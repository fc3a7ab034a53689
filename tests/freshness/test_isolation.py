"""Transaction isolation through the edge is what PostgreSQL documents (manual, section 13.2), anomalies included.

Each history is a list of steps of several sessions, played once directly and once through the edge with every read
in the cache before it begins. What each step answers, its error included, must be the same.
"""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
import sqlalchemy
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from tests.freshness.through import Through, ask
from tests.servers.postgres import TRUST

ONE, TWO = "SELECT value FROM accounts WHERE id = 1", "SELECT value FROM accounts WHERE id = 2"
ALL, EVEN = "SELECT id, value FROM accounts ORDER BY id", "SELECT count(*) FROM accounts WHERE value % 2 = 0"
NAMES = "SELECT name FROM items ORDER BY id"
READS = (ONE, TWO, ALL, EVEN)

# Names as in "A Critique of ANSI SQL Isolation Levels" (Berenson et al., SIGMOD 1995) and Adya's thesis (1999).
HISTORIES = {
    "dirty write": [
        *[(1, "BEGIN"), (1, "UPDATE accounts SET value = 11 WHERE id = 1"), (2, "BEGIN"), (2, ONE)],
        *[(1, "COMMIT"), (2, "UPDATE accounts SET value = 12 WHERE id = 1"), (2, "COMMIT"), (1, ALL)],
    ],
    "aborted read": [
        *[(1, "BEGIN"), (1, "UPDATE accounts SET value = 101 WHERE id = 1"), (2, "BEGIN"), (2, ALL)],
        *[(1, "ROLLBACK"), (2, ALL), (2, "COMMIT"), (2, ALL)],
    ],
    "intermediate read": [
        *[(1, "BEGIN"), (1, "UPDATE accounts SET value = 101 WHERE id = 1"), (2, "BEGIN"), (2, ALL)],
        *[(1, "UPDATE accounts SET value = 11 WHERE id = 1"), (1, "COMMIT"), (2, ALL), (2, "COMMIT")],
    ],
    "fuzzy read": [
        *[
            (2, "BEGIN"),
            (2, ONE),
            (1, "UPDATE accounts SET value = 11 WHERE id = 1"),
            (2, ONE),
            (2, "COMMIT"),
            (2, ONE),
        ],
    ],
    "phantom": [
        *[(2, "BEGIN"), (2, EVEN), (1, "INSERT INTO accounts VALUES (3, 30)"), (2, EVEN), (2, ALL), (2, "COMMIT")],
    ],
    "read skew": [
        *[(2, "BEGIN"), (2, ONE), (1, "BEGIN"), (1, "UPDATE accounts SET value = 11 WHERE id = 1")],
        *[(1, "UPDATE accounts SET value = 19 WHERE id = 2"), (1, "COMMIT"), (2, TWO), (2, "COMMIT")],
    ],
    "lost update": [
        *[(1, "BEGIN"), (1, ONE), (2, "BEGIN"), (2, ONE), (1, "UPDATE accounts SET value = 11 WHERE id = 1")],
        *[(1, "COMMIT"), (2, "UPDATE accounts SET value = 12 WHERE id = 1"), (2, "COMMIT"), (2, ALL)],
    ],
    "write skew": [
        *[(1, "BEGIN"), (1, ALL), (2, "BEGIN"), (2, ALL), (1, "UPDATE accounts SET value = 11 WHERE id = 1")],
        *[(2, "UPDATE accounts SET value = 21 WHERE id = 2"), (1, "COMMIT"), (2, "COMMIT"), (1, ALL)],
    ],
    "own writes": [
        *[(1, "BEGIN"), (1, ONE), (1, "UPDATE accounts SET value = 11 WHERE id = 1"), (1, ONE), (1, TWO)],
        *[(2, ONE), (1, "COMMIT"), (2, ONE), (1, ONE)],
    ],
    "own writes taken back": [
        *[(1, "BEGIN"), (1, "SAVEPOINT a"), (1, "UPDATE accounts SET value = 11 WHERE id = 1"), (1, ONE)],
        *[(1, "ROLLBACK TO a"), (1, ONE), (1, "COMMIT"), (1, ONE)],
    ],
    "a failed block": [
        *[(1, "BEGIN"), (1, ONE), (1, "SELECT 1/0"), (1, ONE), (1, "COMMIT"), (1, ONE)],
    ],
    "a read-only block": [
        *[(1, "BEGIN READ ONLY"), (1, ONE), (1, "UPDATE accounts SET value = 11 WHERE id = 1"), (1, ONE)],
        *[(1, "ROLLBACK"), (1, ONE)],
    ],
    "a level too late": [
        *[(1, "BEGIN"), (1, ONE), (1, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"), (1, "ROLLBACK")],
    ],
    "a level in time": [
        *[(1, "BEGIN"), (1, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"), (1, ONE)],
        *[(2, "UPDATE accounts SET value = 11 WHERE id = 1"), (1, ONE), (1, "COMMIT"), (1, ONE)],
    ],
    "a lock": [
        *[(1, "BEGIN"), (1, ONE), (1, "LOCK TABLE accounts IN SHARE MODE"), (1, ALL), (1, "COMMIT")],
        *[(2, "UPDATE accounts SET value = 11 WHERE id = 1"), (1, ALL)],
    ],
    "blocks in blocks": [(1, "BEGIN"), (1, "BEGIN"), (1, ONE), (1, "COMMIT"), (1, "COMMIT"), (1, ONE)],
    "a chain": [
        *[(1, "BEGIN"), (1, ONE), (1, "COMMIT AND CHAIN"), (2, "UPDATE accounts SET value = 11 WHERE id = 1")],
        *[(1, ONE), (1, "COMMIT"), (1, ONE)],
    ],
}
DEFAULT = "READ COMMITTED"
LEVELS = [DEFAULT, "REPEATABLE READ", "SERIALIZABLE"]


def play(history: list[tuple[int, str]], level: str, connect: Callable[[], psycopg.Connection]) -> list[object]:
    """Play a history; what each step answered."""
    sessions = {1: connect(), 2: connect()}
    sessions[1].execute("TRUNCATE accounts")
    sessions[1].execute("INSERT INTO accounts VALUES (1, 10), (2, 20)")
    for read in READS * 3:
        ask(sessions[2], read)
    if level != DEFAULT:
        for session in sessions.values():
            session.execute(f"SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {level}".encode())
    told: list[object] = []
    for who, sql in history:
        try:
            cursor = sessions[who].execute(sql.encode())
            told.append(cursor.fetchall() if cursor.description else cursor.statusmessage)
        except psycopg.Error as error:
            told.append(error.sqlstate)
        told.append(sessions[who].info.transaction_status.name)
    return told


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", HISTORIES)
def test_a_history_is_the_same_through_the_edge(name: str, level: str, through: Through) -> None:
    through.around("CREATE TABLE accounts (id int PRIMARY KEY, value int)")
    through.around(f"ALTER TABLE accounts OWNER TO {TRUST.name}")
    around: list[psycopg.Connection] = []

    def connect_around() -> psycopg.Connection:
        around.append(psycopg.connect(through.postgres.url(TRUST, through.database), autocommit=True))
        return around[-1]

    try:
        expected = play(HISTORIES[name], level, connect_around)
    finally:
        for each in around:
            each.close()
    assert play(HISTORIES[name], level, through.connect) == expected


def test_a_block_of_reads_never_reaches_the_database(through: Through) -> None:
    """psycopg and SQLAlchemy open one for every read."""
    reader = through.connect()
    pid = reader.info.backend_pid
    through.prime(lambda: ask(reader, "SELECT name FROM items WHERE id = 1"))
    transactions = f"SELECT query, state, query_start, xact_start FROM pg_stat_activity WHERE pid = {pid}"
    before = through.around(transactions)
    reader.autocommit = False
    for _ in range(5):
        answer, was_hit = through.hit(lambda: ask(reader, "SELECT name FROM items WHERE id = 1"))
        assert was_hit
        assert answer == [("old",)]
        assert reader.info.transaction_status.name == "INTRANS"
        reader.commit()
    assert through.around(transactions) == before


def test_the_third_transaction_of_a_read_is_a_hit(through: Through) -> None:
    reader = through.connect()
    reader.autocommit = False
    hits = []
    for _ in range(4):
        hits.append(through.hit(lambda: ask(reader, "SELECT name FROM items WHERE id = 2"))[1])
        reader.rollback()
    assert hits == [False, False, True, True]


def test_a_write_after_hits_is_in_the_same_transaction(through: Through) -> None:
    writer, reader = through.connect(), through.connect()
    name = "SELECT name FROM items WHERE id = 1"
    through.prime(lambda: ask(reader, name))
    writer.autocommit = False
    assert through.hit(lambda: ask(writer, name)) == ([("old",)], True)
    writer.execute("UPDATE items SET name = 'new' WHERE id = 1")
    assert ask(writer, name) == [("new",)]
    assert ask(reader, name) == [("old",)]
    writer.rollback()
    assert ask(reader, name) == ask(writer, name) == [("old",)]
    writer.execute("UPDATE items SET name = 'new' WHERE id = 1")
    writer.commit()
    assert ask(reader, name) == ask(writer, name) == [("new",)]


def test_sqlalchemy_is_served_in_its_transactions(through: Through) -> None:
    url = through.cache.url(TRUST, through.database, sslmode="disable").replace("postgresql:", "postgresql+psycopg:")
    engine = sqlalchemy.create_engine(url, poolclass=NullPool, connect_args={"prepare_threshold": None})
    hits = []
    with engine.connect() as connection:
        for _ in range(5):
            with connection.begin():
                hits.append(
                    through.hit(lambda: connection.execute(sqlalchemy.text(NAMES)).all() == [("old",), ("two",)])
                )
    engine.dispose()
    assert hits == [(True, False), (True, False), (True, True), (True, True), (True, True)]


async def test_sqlalchemy_with_asyncpg_is_served_in_its_transactions(through: Through) -> None:
    plain = through.cache.url(TRUST, through.database).partition("?")[0]
    url = plain.replace("postgresql://", f"postgresql+asyncpg://{through.cache.id}-")
    engine = create_async_engine(url, poolclass=NullPool, connect_args={"ssl": False})
    before = through.hits
    async with engine.connect() as connection:
        for _ in range(8):
            async with connection.begin():
                assert (await connection.execute(sqlalchemy.text(NAMES))).all() == [("old",), ("two",)]
    await engine.dispose()
    assert through.hits - before >= 4
