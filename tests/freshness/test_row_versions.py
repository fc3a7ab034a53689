"""System columns that move without a write of rows: where a row is, and who has locked it."""

from __future__ import annotations

import pytest

from tests.freshness.through import Through, ask

SETUP = """
UPDATE items SET n = 3;
CREATE VIEW placed AS SELECT ctid AS place, id FROM items;
CREATE VIEW locked AS SELECT i.xmax::text AS who, i.id FROM items i JOIN parts ON item = id;
CREATE VIEW plain AS SELECT id, name, xmin, tableoid FROM items;
GRANT ALL ON ALL TABLES IN SCHEMA public TO public
"""
MOVES = (
    ("VACUUM FULL items",),
    ("SELECT 1 FROM items FOR UPDATE",),
    ("BEGIN", "UPDATE parts SET name = 'x'", "UPDATE items SET n = 5", "ROLLBACK"),
)

MOVING = (
    "SELECT ctid, id FROM items ORDER BY id",
    'SELECT i."ctid" FROM items AS i ORDER BY id',
    "SELECT id FROM items WHERE CTID = '(0,4)'",
    "SELECT xmax::text FROM items ORDER BY id",
    "SELECT cmin::text, cmax::text FROM items ORDER BY id",
    "SELECT id, place FROM placed ORDER BY id",
    "SELECT who FROM locked",
    "SELECT count(*) FROM (SELECT * FROM placed) AS p WHERE place = '(0,4)'",
)
STANDING = ("SELECT xmin::text, tableoid, name FROM items ORDER BY id", "SELECT id, xmin, tableoid, name FROM plain")


def test_what_moves_without_a_write_is_asked_each_time(through: Through) -> None:
    through.around(SETUP)
    reader, mover = through.connect(), through.connect()
    for move in MOVES:
        for sql in MOVING:
            for _ in range(4):
                ask(reader, sql)
        for statement in move:
            mover.execute(statement.encode())
        for sql in MOVING:
            assert ask(reader, sql) == through.around(sql), (move, sql)


@pytest.mark.parametrize("sql", STANDING)
def test_what_only_a_write_moves_is_kept(sql: str, through: Through) -> None:
    through.around(SETUP)
    reader = through.connect()
    through.prime(lambda: ask(reader, sql))
