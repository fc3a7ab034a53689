"""Prepared statements: numbers, types, values, cursors, long data (internals, "Prepared Statements")."""

from __future__ import annotations

from tests.e2e.raw_mysql import USUAL, Flag
from tests.transparency.mysql.frontend import (
    PING,
    RESET_CONNECTION,
    Close,
    Execute,
    Fetch,
    LongData,
    Other,
    Prepare,
    Query,
    Reset,
)
from tests.transparency.mysql.parameters import FieldType, Typed
from tests.transparency.mysql.script import Connect, at_once, prepared, send, session, session_with, texts
from tests.transparency.script import Script

ALL = "SELECT id, name FROM items ORDER BY id"
ITEM = "SELECT id, name FROM items WHERE id = ?"
KINDS = "SELECT * FROM kinds"
GIVEN = "SELECT ? AS given, id FROM items ORDER BY id"
NUMBER, FRACTION = Typed(FieldType.SHORT, 300), Typed(FieldType.DOUBLE, 1.5)

_USUAL = (*prepared(ITEM, ("1",), ("2",), ("1",)), *prepared(KINDS, (), number=2), *prepared(ALL, (), (), number=3))

SCRIPTS: tuple[Script, ...] = (
    session("prepared reads", _USUAL, hits=6),
    session_with("prepared reads without EOF packets", Connect(flags=USUAL | Flag.DEPRECATE_EOF), _USUAL, hits=6),
    session(
        "values",
        prepared(ITEM, ("1",), (None,), ("x",), ("",), (b"\xff",), ("2",)),
        prepared(
            "SELECT name FROM items WHERE name IN (?, ?) ORDER BY id",
            ("one", "two"),
            ("one", None),
            ("żółw 🐢", ""),
            number=2,
        ),
    ),
    session(
        "types are told once",
        send(
            *(Prepare(ITEM), Execute(1, ("1",)), Execute(1, ("2",), bind=False), Execute(1, ("1",), bind=False)),
            *(Execute(1, ("2",)), Execute(1, (None,), bind=False), Reset(), Execute(1, ("1",), bind=False), Query(ALL)),
        ),
    ),
    session(
        "types that change",
        send(
            *(Prepare(GIVEN), Execute(1, ("text",)), Execute(1, ("text",)), Execute(1, ("text",))),
            *(
                Prepare(GIVEN),
                Execute(2, (NUMBER,)),
                Execute(2, ("text",)),
                Execute(2, ("text",)),
                Execute(2, ("text",)),
            ),
            *(
                Prepare(GIVEN),
                Execute(3, ("text",)),
                Execute(3, (NUMBER,)),
                Execute(3, ("text",)),
                Execute(3, ("text",)),
            ),
            *(Prepare(GIVEN), Execute(4, (FRACTION,)), Execute(4, (FRACTION,)), Execute(4, (FRACTION,)), Query(ALL)),
            *(
                Prepare(GIVEN),
                Execute(5, (FRACTION,)),
                Execute(5, (NUMBER,)),
                Execute(5, (None,)),
                Execute(5, (NUMBER,)),
            ),
            *(Prepare(GIVEN), Execute(6, (None,)), Execute(6, (NUMBER,)), Execute(6, (None,)), Execute(6, (NUMBER,))),
        ),
    ),
    session(
        "one that is closed, and what its execution has left",
        send(Prepare(ALL), Execute(1), Close(1), Query("SHOW WARNINGS"), Query("SELECT FOUND_ROWS()")),
        send(Prepare(ALL), Execute(2), Close(2), Query(ALL), Query("SHOW WARNINGS"), PING),
        hits=3,
    ),
    session(
        "statements that are not there",
        send(
            *(
                Execute(1),
                Execute(7, ("1",)),
                Reset(7),
                Fetch(7),
                Close(7),
                Query(ALL),
                Prepare(ITEM),
                Execute(1, ("1",)),
            ),
            *(Close(1), Execute(1, ("1",)), Prepare(ITEM), Execute(2, ("1",)), RESET_CONNECTION, Execute(2, ("1",))),
            *(Prepare(ITEM), Execute(3, ("2",)), Execute(1, ("2",)), Execute(3, ("2",)), Query(ALL)),
        ),
    ),
    session(
        "what cannot be prepared",
        send(
            *(
                Prepare("SELEC 1"),
                Prepare(""),
                Prepare("SELECT nope FROM items"),
                Prepare("SELECT 1; SELECT 2"),
                Prepare(ITEM),
            ),
            *(
                Execute(1, ("1",)),
                Prepare("SELECT * FROM nowhere WHERE a = ?"),
                Prepare("USE mysql"),
                Prepare("PREPARE a FROM 'x'"),
            ),
        ),
    ),
    session(
        "values that are missing", send(Prepare(ITEM), Other(b"\x17\1\0\0\0\0\1\0\0\0"), Execute(1, ("1",)), Query(ALL))
    ),
    session(
        "long data",
        send(
            *(
                Prepare("SELECT length(?), ? = 'ab'"),
                LongData(b"a" * 70_000),
                LongData(b"a" * 5),
                Execute(1, ("", "ab")),
            ),
            *(
                Execute(1, ("x", "ab")),
                LongData(b"zz", parameter=1),
                Reset(),
                Execute(1, ("x", "ab")),
                LongData(b"q", parameter=9),
            ),
            *(Execute(1, ("x", "ab")), Query(ALL)),
        ),
    ),
    session(
        "cursors",
        send(
            *(Prepare(ALL), Execute(1, cursor=1), Fetch(1, 2), Fetch(1, 2), Fetch(1, 9), Fetch(1, 1), Reset()),
            *(
                Execute(1, cursor=1),
                Query(ALL),
                Fetch(1, 1),
                Reset(),
                Fetch(1, 1),
                Execute(1, cursor=1),
                Close(),
                Query(ALL),
            ),
        ),
    ),
    session_with(
        "cursors without EOF packets",
        Connect(flags=USUAL | Flag.DEPRECATE_EOF),
        send(
            *(Prepare(ALL), Execute(1, cursor=1), Fetch(1, 2), Fetch(1, 9), Query(ALL)),
        ),
    ),
    session(
        "prepared writes",
        send(
            *(Prepare("UPDATE items SET name = ? WHERE id = ?"), Prepare(ITEM), Execute(2, ("1",)), Execute(2, ("1",))),
            *(Execute(1, ("new", "1")), Execute(2, ("1",)), Execute(1, ("newer", "1")), Execute(2, ("1",)), Query(ALL)),
            *(
                Prepare("INSERT INTO sink (name) VALUES (?)"),
                Execute(3, ("a",)),
                Execute(3, (None,)),
                Query("SELECT * FROM sink"),
            ),
            *(
                Query("SELECT LAST_INSERT_ID()"),
                Prepare("CALL two_results(?, @c)"),
                Execute(4, ("3",)),
                Execute(4, ("4",)),
                Query(ALL),
            ),
            *(Prepare("COMMIT"), Execute(5), Query("BEGIN"), Execute(1, ("x", "2")), Execute(5), Query(ALL)),
        ),
        keeps=False,
    ),
    session(
        "prepared before a definition",
        send(
            *(
                Query("CREATE TABLE made (a int)"),
                Query("INSERT INTO made VALUES (1)"),
                Prepare("SELECT * FROM made"),
                Execute(1),
            ),
            *(
                Execute(1),
                Execute(1),
                Query("ALTER TABLE made ADD b int DEFAULT 2"),
                Execute(1),
                Execute(1),
                Query("DROP TABLE made"),
            ),
            *(Execute(1), Query("CREATE TABLE made (c varchar(3))"), Execute(1), Execute(1)),
        ),
        keeps=False,
    ),
    session(
        "prepared in SQL",
        texts(
            *(
                "PREPARE p FROM 'SELECT id, name FROM items WHERE id = ?'",
                "SET @one = 1",
                "EXECUTE p USING @one",
                "EXECUTE p",
            ),
            *("EXECUTE p USING @one", "DEALLOCATE PREPARE p", "EXECUTE p USING @one", ALL, ALL, ALL),
        ),
    ),
    session(
        "everything at once",
        send(Prepare(ITEM)),
        at_once(
            *(
                Prepare(KINDS),
                Execute(1, ("1",)),
                Query(ALL),
                Execute(1, ("2",)),
                Close(1),
                Execute(1, ("1",)),
                Query(ALL),
            ),
        ),
    ),
)
