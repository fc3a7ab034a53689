"""Transactions, and the flags of the server's status that tell of them."""

from __future__ import annotations

from tests.e2e.raw_mysql import USUAL, Flag
from tests.transparency.mysql.frontend import PING, Execute, Prepare
from tests.transparency.mysql.script import Connect, send, session, session_with, texts
from tests.transparency.script import Script

ALL = "SELECT id, name FROM items ORDER BY id"
RENAME = "UPDATE items SET name = 'new' WHERE id = 1"

_SERVED = (
    *texts("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"),
    *send(Prepare(ALL)),
    *texts("BEGIN", ALL, ALL, "COMMIT", ALL),
    *texts("START TRANSACTION READ ONLY", ALL, "ROLLBACK"),
    *texts("begin work;", ALL, "SHOW WARNINGS", ALL, "COMMIT"),
    *texts("BEGIN"),
    *send(PING, Execute(1)),
    *texts("SELECT @@autocommit", ALL, "ROLLBACK"),
    *texts("START TRANSACTION", ALL, "SAVEPOINT a", ALL, "COMMIT"),
)
_SERVED_HITS = 7

SCRIPTS: tuple[Script, ...] = (
    session(
        "blocks of hits", _SERVED, texts("BEGIN", "BEGIN", ALL, "COMMIT", "SELECT ROW_COUNT()"), hits=_SERVED_HITS + 1
    ),
    session_with(
        "blocks of hits, told of the session's state and without EOF packets",
        Connect(flags=USUAL | Flag.SESSION_TRACK | Flag.DEPRECATE_EOF),
        _SERVED,
        hits=_SERVED_HITS,
    ),
    session(
        "one that is READ ONLY, and another behind it",
        texts("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", "START TRANSACTION READ ONLY", "BEGIN", ALL),
        texts("COMMIT", "START TRANSACTION READ ONLY", ALL, "START TRANSACTION READ ONLY", ALL, "COMMIT", ALL),
        hits=2,
    ),
    session(
        "reads of no table, without autocommit",
        texts("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", "SET autocommit = 0"),
        texts("SELECT id FROM items FOR UPDATE", "SELECT 1", "SELECT 1", "COMMIT", "SELECT 1", "COMMIT", "SELECT 1"),
    ),
    session(
        "blocks that only read",
        *(
            texts(begin, ALL, ALL, "SELECT 1", end, ALL)
            for begin, end in (
                *(("BEGIN", "COMMIT"), ("begin work;", "ROLLBACK"), ("START TRANSACTION", "COMMIT")),
                *(("START TRANSACTION READ ONLY", "COMMIT"), ("START TRANSACTION WITH CONSISTENT SNAPSHOT", "COMMIT")),
                *(("START TRANSACTION READ WRITE", "COMMIT AND CHAIN"), ("BEGIN", "ROLLBACK AND NO CHAIN")),
                *(
                    ("SET autocommit = 0", "SET autocommit = 1"),
                    ("SET autocommit = OFF", "COMMIT"),
                    ("COMMIT", "SET autocommit = ON"),
                ),
            )
        ),
    ),
    session(
        "blocks that write",
        texts(
            *(ALL, ALL, "BEGIN", ALL, RENAME, ALL, ALL, "ROLLBACK", ALL, "BEGIN", RENAME, "COMMIT", ALL, ALL),
            *(
                "SET autocommit = 0",
                ALL,
                "UPDATE items SET name = 'newer' WHERE id = 1",
                ALL,
                "ROLLBACK",
                ALL,
                "SET autocommit = 1",
                ALL,
            ),
            *("BEGIN", "UPDATE items SET name = 'newest' WHERE id = 1", "BEGIN", ALL, "ROLLBACK", ALL),
            *("BEGIN", "UPDATE items SET name = 'x' WHERE id = 1", "CREATE TABLE made (a int)", "ROLLBACK", ALL),
        ),
        keeps=False,
    ),
    session(
        "savepoints",
        texts(
            *(
                "BEGIN",
                "SAVEPOINT a",
                RENAME,
                "ROLLBACK TO a",
                ALL,
                "RELEASE SAVEPOINT a",
                "ROLLBACK TO a",
                RENAME,
                "SAVEPOINT b",
            ),
            *("ROLLBACK TO SAVEPOINT b", "COMMIT", ALL, "SAVEPOINT outside", "ROLLBACK TO outside"),
        ),
        keeps=False,
    ),
    session(
        "levels",
        *(
            texts(f"SET {where}TRANSACTION ISOLATION LEVEL {level}", ALL, "BEGIN", ALL, ALL, "COMMIT", ALL)
            for level in ("READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE")
            for where in ("", "SESSION ")
        ),
        texts(
            "BEGIN",
            "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
            "COMMIT",
            "SET TRANSACTION READ ONLY",
            "BEGIN",
            RENAME,
            "COMMIT",
        ),
    ),
    session(
        "a table that knows no transactions",
        texts(
            *(
                "SELECT name FROM quick",
                "SELECT name FROM quick",
                "BEGIN",
                "UPDATE quick SET name = 'kept'",
                "ROLLBACK",
                "SHOW WARNINGS",
            ),
            *("SELECT name FROM quick",),
        ),
        keeps=False,
    ),
    session(
        "XA",
        texts(
            *(
                "XA START 'a'",
                RENAME,
                ALL,
                "XA END 'a'",
                ALL,
                "XA PREPARE 'a'",
                ALL,
                "XA RECOVER",
                "XA COMMIT 'a'",
                ALL,
            ),
            *(
                "XA START 'b'",
                "XA END 'b'",
                "XA ROLLBACK 'b'",
                "XA COMMIT 'nothing'",
                "XA START 'c'",
                "BEGIN",
                "XA END 'c'",
            ),
            *("XA COMMIT 'c' ONE PHASE", ALL),
        ),
        keeps=False,
    ),
    session(
        "locked tables",
        texts(
            *(
                "LOCK TABLES items READ",
                ALL,
                ALL,
                "SELECT * FROM parts",
                RENAME,
                "UNLOCK TABLES",
                "LOCK TABLES items WRITE, parts READ",
            ),
            *(ALL, RENAME, ALL, "BEGIN", ALL, "COMMIT", "FLUSH TABLES", ALL),
            *("HANDLER items OPEN", "HANDLER items READ FIRST", "HANDLER items READ NEXT", "HANDLER items CLOSE", ALL),
        ),
        keeps=False,
    ),
)
