"""Statements with parameters for generated sessions, and values that suit them or do not: of every type."""

from __future__ import annotations

from dataclasses import dataclass

from tests.transparency.mysql.parameters import FieldType, Typed, Value


@dataclass(frozen=True, slots=True)
class Parametrised:
    """A text, and values for it. ``pieces``: its first parameter may go ahead as long data."""

    text: str
    values: tuple[tuple[Value, ...], ...] = ((),)
    pieces: bool = False

    @property
    def reads(self) -> bool:
        """Whether it changes no table."""
        return self.text.startswith(("SELECT", "SET", "DO", "WITH"))


_MOMENT = (2024, 2, 29, 12, 34, 56)
EVERY_TYPE: tuple[Value, ...] = (
    *("text", "żółw 🐢", "", None, b"\xff\x00", "2024-02-29", "12"),
    *(Typed(FieldType.NULL), Typed(FieldType.LONG), Typed(FieldType.BLOB)),
    *(Typed(FieldType.TINY, -1), Typed(FieldType.TINY, 255, unsigned=True), Typed(FieldType.SHORT, 300)),
    *(Typed(FieldType.LONG, -70_000), Typed(FieldType.LONG, 4_000_000_000, unsigned=True), Typed(FieldType.LONG, 1)),
    *(Typed(FieldType.LONGLONG, 1 << 62), Typed(FieldType.LONGLONG, (1 << 64) - 1, unsigned=True)),
    *(Typed(FieldType.FLOAT, 0.5), Typed(FieldType.DOUBLE, 0.1), Typed(FieldType.DOUBLE, 1e300)),
    *(Typed(FieldType.DECIMAL, "12.50"), Typed(FieldType.NEWDECIMAL, "-0.001"), Typed(FieldType.NEWDECIMAL, "x")),
    *(Typed(FieldType.DATE, ()), Typed(FieldType.DATE, (2024, 2, 29)), Typed(FieldType.DATETIME, _MOMENT)),
    *(Typed(FieldType.DATETIME, (2024, 2, 29)), Typed(FieldType.TIMESTAMP, (*_MOMENT, 789_000))),
    *(Typed(FieldType.DATETIME, (*_MOMENT, 1)), Typed(FieldType.DATE, (2024, 13, 45))),
    *(Typed(FieldType.TIME, ()), Typed(FieldType.TIME, (1, 1, 2, 3, 4)), Typed(FieldType.TIME, (0, 0, 23, 59, 59, 5))),
    *(Typed(FieldType.STRING, "string"), Typed(FieldType.VARCHAR, "varchar"), Typed(FieldType.TINY_BLOB, b"\0\1")),
    *(Typed(FieldType.MEDIUM_BLOB, b"m"), Typed(FieldType.LONG_BLOB, b"l"), Typed(FieldType.BLOB, b"\xff")),
)
_ODD: tuple[Value, ...] = (
    *(Typed(FieldType.YEAR, 2024), Typed(FieldType.INT24, 7), Typed(FieldType.BIT, b"\1")),
    *(Typed(FieldType.ENUM, "sad"), Typed(FieldType.SET, "a"), Typed(FieldType.GEOMETRY, b"g")),
)
"""Types that no driver sends: the servers differ in what they make of them."""

_IDS: tuple[tuple[Value, ...], ...] = (
    *((Typed(FieldType.LONG, 1),), (Typed(FieldType.LONG, 2),), (Typed(FieldType.LONGLONG, 1),), ("1",), ("2",)),
    *((None,), (Typed(FieldType.TINY, 1),), (Typed(FieldType.DOUBLE, 2.0),), ("x",), (Typed(FieldType.NULL),)),
)
_ANY: tuple[tuple[Value, ...], ...] = tuple((value,) for value in EVERY_TYPE)

PARAMETRISED = (
    Parametrised("SELECT id, name FROM items WHERE id = ?", _IDS),
    Parametrised("SELECT id, name FROM items WHERE id = ?", _IDS),
    Parametrised("SELECT id, name FROM items ORDER BY id"),
    Parametrised("SELECT * FROM kinds"),
    Parametrised("SELECT ? AS given, id FROM items ORDER BY id", _ANY),
    Parametrised("SELECT ?", (*_ANY, *((value,) for value in _ODD))),
    Parametrised("SELECT id, ? + n FROM items WHERE id < 3 ORDER BY id", _ANY),
    Parametrised("SELECT concat(?, name) FROM items ORDER BY id", _ANY),
    Parametrised(
        "SELECT name FROM items WHERE name IN (?, ?) ORDER BY id",
        (("one", "two"), ("one", None), ("żółw 🐢", ""), (None, None)),
    ),
    Parametrised(
        "SELECT count(*) FROM kinds WHERE dt = ? OR dm < ? OR tm < ?",
        (
            (Typed(FieldType.DATE, (2024, 2, 29)), Typed(FieldType.DATETIME, _MOMENT), Typed(FieldType.TIME, ())),
            ("2024-02-29", None, Typed(FieldType.TIME, (1, 0, 12, 0, 0))),
            (Typed(FieldType.DATE, ()), Typed(FieldType.TIMESTAMP, (*_MOMENT, 1)), "x"),
        ),
    ),
    Parametrised(
        "SELECT id FROM items ORDER BY id LIMIT ?", ((Typed(FieldType.LONG, 2),), (Typed(FieldType.LONG, 0),))
    ),
    Parametrised("SELECT length(?), id FROM items ORDER BY id", _ANY, pieces=True),
    Parametrised("SELECT ?, id FROM items WHERE id = 1", _ANY, pieces=True),
    Parametrised("SELECT @x, ?", _ANY),
    Parametrised("SELECT LAST_INSERT_ID(), ROW_COUNT()"),
    Parametrised("SET @x = ?", _ANY, pieces=True),
    Parametrised("DO ?", _ANY),
    Parametrised("INSERT INTO sink (name) VALUES (?)", (("p",), (None,), (Typed(FieldType.LONG, 7),)), pieces=True),
    Parametrised("INSERT INTO sink (name) VALUES (?)", (("q",), (Typed(FieldType.DATE, (2024, 2, 29)),))),
    Parametrised("UPDATE items SET n = n + ? WHERE id = ?", (("1", "1"), (Typed(FieldType.LONG, 5), "2"), ("x", None))),
    Parametrised(
        "INSERT INTO kinds (ti, d, dt, tm, v, bl) VALUES (?, ?, ?, ?, ?, ?)",
        (
            (
                *(Typed(FieldType.TINY, 5), Typed(FieldType.DOUBLE, 2.5), Typed(FieldType.DATE, (2024, 2, 29))),
                *(Typed(FieldType.TIME, (0, 0, 1, 2, 3)), "v", Typed(FieldType.BLOB, b"\0\xff")),
            ),
            (None, None, None, None, None, None),
            ("300", "x", "nothing", "1", "much too long for it", ""),
        ),
    ),
    Parametrised("DELETE FROM sink WHERE id = ?", _IDS),
    Parametrised("REPLACE INTO items VALUES (?, ?, 1)", (("1", "r"), (Typed(FieldType.LONG, 2), None))),
    Parametrised("COMMIT"),
    Parametrised("BEGIN"),
)
UNPREPARABLE = (
    "SELEC 1",
    "",
    "SELECT nope FROM items",
    "SELECT 1; SELECT 2",
    "SELECT * FROM nowhere WHERE a = ?",
    "PREPARE a FROM 'x'",
)
BULK = (
    Parametrised("INSERT INTO sink (name) VALUES (?)", (("a",), ("b",), (None,), ("much too long for this column",))),
    Parametrised("UPDATE items SET n = ? WHERE id = ?", (("1", "1"), ("2", None), ("3", "3"))),
)
