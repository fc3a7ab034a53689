"""Transaction blocks, and what the server says about them (manual, sections 13.2 and 55.2.2.1)."""

from __future__ import annotations

from tests.transparency.postgres.frontend import Bind, Describe, Execute, Parse, Query
from tests.transparency.postgres.script import Connect, pipeline, session, simple, usual
from tests.transparency.script import Script, Send

ALL = "SELECT id, name FROM items ORDER BY id"
ONE = "SELECT name FROM items WHERE id = 1"

LEVELS = (
    "BEGIN",
    "BEGIN ISOLATION LEVEL READ UNCOMMITTED",
    "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE",
    "START TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "BEGIN WORK ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE",
    "BEGIN READ ONLY",
)


def _command(text: str) -> Send:
    return pipeline(Parse(text), Bind(), Describe(), Execute())


SCRIPTS: tuple[Script, ...] = (
    session(
        "reads in blocks",
        *(simple(begin, ALL, ONE, end) for begin, end in zip(("BEGIN", "begin;"), ("COMMIT", "END"), strict=True)),
        (_command("BEGIN"), usual(ALL), usual(ONE, results=(1,)), _command("COMMIT")),
        (_command("START TRANSACTION READ ONLY"), usual(ALL), _command("ROLLBACK")),
        Send((Query("BEGIN"), Query(ALL), Query(ONE), Query("COMMIT"))),
        hits=9,
    ),
    session("blocks of every level", *(simple(begin, ALL, "SHOW transaction_isolation", "COMMIT") for begin in LEVELS)),
    session(
        "empty blocks", simple("BEGIN", "COMMIT", "BEGIN", "ROLLBACK", "START TRANSACTION", "END WORK", "BEGIN;COMMIT")
    ),
    session(
        "commands where they do not belong",
        simple(
            "COMMIT",
            "ROLLBACK",
            "SAVEPOINT s",
            "RELEASE s",
            "ROLLBACK TO s",
            "COMMIT AND CHAIN",
            "SET LOCAL TimeZone = 'UTC'",
        ),
        simple("BEGIN", "BEGIN", "START TRANSACTION READ ONLY", ALL, "COMMIT", "COMMIT"),
        simple("BEGIN", ALL, "BEGIN", "COMMIT", "PREPARE TRANSACTION 'x'", "SET TRANSACTION READ ONLY"),
        simple("BEGIN", ALL, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "ROLLBACK", "VACUUM empty"),
        simple("BEGIN", "VACUUM empty", "COMMIT", "BEGIN", "DISCARD ALL", "COMMIT"),
        (_command("COMMIT"), _command("BEGIN"), _command("BEGIN"), _command("COMMIT"), _command("ROLLBACK")),
    ),
    session(
        "failed blocks",
        simple("BEGIN", ALL, "SELECT 1 / 0", ALL, "SAVEPOINT s", "BEGIN", "COMMIT", ALL),
        simple("BEGIN", "SELECT nope", "ROLLBACK", "BEGIN", "SELEC", "END", ALL),
        (_command("BEGIN"), usual("SELECT 1 / 0"), usual(ALL), pipeline(), _command("COMMIT"), usual(ALL)),
        Send((Query("BEGIN"), Query("SELECT 1 / 0"), Query(ALL), Query("COMMIT"), Query(ALL))),
    ),
    session(
        "savepoints",
        simple("BEGIN", ALL, "SAVEPOINT s", "INSERT INTO sink VALUES (1, 'in')", "SELECT * FROM sink", "ROLLBACK TO s"),
        simple(
            "SELECT * FROM sink",
            "SAVEPOINT t",
            "SELECT 1 / 0",
            "ROLLBACK TO t",
            ALL,
            "RELEASE s",
            "RELEASE s",
            "COMMIT",
        ),
        simple(
            "SELECT * FROM sink", "BEGIN", "SAVEPOINT s", "INSERT INTO sink VALUES (2, 'kept')", "RELEASE s", "COMMIT"
        ),
        simple("SELECT * FROM sink"),
        keeps=False,
    ),
    session(
        "writes in blocks",
        simple(
            ALL, "BEGIN", ALL, "UPDATE items SET n = n + 1 WHERE id = 1", ALL, "SELECT n FROM items", "ROLLBACK", ALL
        ),
        simple("BEGIN", "INSERT INTO late VALUES (99)", ALL, "COMMIT", ALL),
        simple("BEGIN", "INSERT INTO late VALUES (99)", "SET CONSTRAINTS ALL IMMEDIATE", "COMMIT"),
        simple("BEGIN READ ONLY", "INSERT INTO sink VALUES (1)", "COMMIT", "SET default_transaction_read_only = on"),
        simple(
            "INSERT INTO sink VALUES (1)",
            "BEGIN READ WRITE",
            "INSERT INTO sink VALUES (1)",
            "COMMIT AND CHAIN",
            "TABLE sink",
        ),
        simple("ROLLBACK AND CHAIN", "SHOW transaction_read_only", "ABORT"),
        keeps=False,
    ),
    session(
        "implicit blocks of a pipeline",
        pipeline(
            *(
                Parse("INSERT INTO sink VALUES (1, 'a')"),
                Bind(),
                Execute(),
                Parse("SELECT * FROM sink"),
                Bind(),
                Execute(),
            ),
            *(Parse("SELECT 1 / 0"), Bind(), Execute()),
        ),
        simple("TABLE sink"),
        pipeline(
            *(Parse("INSERT INTO sink VALUES (2, 'b')"), Bind(), Execute(), Parse("BEGIN"), Bind(), Execute()),
            *(Parse("SELECT * FROM sink"), Bind(), Execute()),
        ),
        simple("ROLLBACK", "TABLE sink"),
        pipeline(Parse("SAVEPOINT s"), Bind(), Execute()),
        pipeline(Parse("COMMIT"), Bind(), Execute(), Parse("TABLE sink"), Bind(), Execute()),
        pipeline(
            Parse("SET LOCAL TimeZone = 'Asia/Tokyo'"), Bind(), Execute(), Parse("SHOW TimeZone"), Bind(), Execute()
        ),
        simple("SHOW TimeZone"),
        keeps=False,
    ),
    Script(
        "two clients",
        (
            Connect("a"),
            Connect("b"),
            *simple(ALL, "BEGIN", ALL),
            *simple("UPDATE items SET name = 'new' WHERE id = 1", ALL, who="b"),
            *simple(ALL, "UPDATE items SET name = 'mine' WHERE id = 2", ALL),
            *simple(ALL, "BEGIN ISOLATION LEVEL REPEATABLE READ", ALL, who="b"),
            *simple("COMMIT", ALL),
            *simple(ALL, "UPDATE items SET name = 'late' WHERE id = 2", "COMMIT", ALL, who="b"),
            *simple(ALL, "BEGIN", "SELECT * FROM items WHERE id = 1 FOR UPDATE"),
            *simple("SET lock_timeout = 10", "SELECT 1 FROM items WHERE id = 1 FOR UPDATE NOWAIT", who="b"),
            *simple("UPDATE items SET n = 0 WHERE id = 1", "SELECT id FROM items FOR SHARE SKIP LOCKED", who="b"),
            *simple("ROLLBACK"),
        ),
        keeps=False,
    ),
    Script(
        "serialization failures",
        (
            Connect("a"),
            Connect("b"),
            *simple("BEGIN ISOLATION LEVEL SERIALIZABLE", "SELECT sum(n) FROM items"),
            *simple("BEGIN ISOLATION LEVEL SERIALIZABLE", "SELECT sum(n) FROM items", who="b"),
            *simple("UPDATE items SET n = 1 WHERE id = 1"),
            *simple("UPDATE items SET n = 2 WHERE id = 2", who="b"),
            *simple("COMMIT"),
            *simple("COMMIT", ALL, who="b"),
        ),
        keeps=False,
    ),
)

_TWO_PHASE = (
    "BEGIN",
    "INSERT INTO sink VALUES (1, 'prepared')",
    "PREPARE TRANSACTION 'one'",
    "TABLE sink",
    "COMMIT PREPARED 'one'",
    "TABLE sink",
    "BEGIN",
    "INSERT INTO sink VALUES (2, 'undone')",
    "PREPARE TRANSACTION 'two'",
    "ROLLBACK PREPARED 'two'",
    "COMMIT PREPARED 'two'",
    "TABLE sink",
    "BEGIN",
    "SELECT 1 / 0",
    "PREPARE TRANSACTION 'three'",
    "BEGIN",
    "COMMIT PREPARED 'none'",
    "ROLLBACK",
    "BEGIN",
    "PREPARE TRANSACTION 'empty'",
    "ROLLBACK PREPARED 'empty'",
)

TWO_PHASE = session("two-phase commit", simple(*_TWO_PHASE), keeps=False)
"""For a server with room for prepared transactions; on others each is refused."""

SCRIPTS += (TWO_PHASE,)
