"""Several statements in a text, and several results of a statement (internals, "Multi-Resultset")."""

from __future__ import annotations

from tests.transparency.mysql.script import session, texts
from tests.transparency.script import Script

ALL = "SELECT id, name FROM items ORDER BY id"

SCRIPTS: tuple[Script, ...] = (
    session(
        "several reads in a text", texts(f"{ALL}; SELECT 2", f"{ALL}; SELECT 2", f"{ALL};", f"{ALL}; ", ALL, f"{ALL};;")
    ),
    session(
        "several statements in a text",
        texts(
            *(
                ALL,
                f"UPDATE items SET n = 0 WHERE id = 1; {ALL}",
                ALL,
                f"{ALL}; UPDATE items SET name = 'uno' WHERE id = 1",
            ),
            *(ALL, "BEGIN; UPDATE items SET name = 'due' WHERE id = 2; COMMIT", ALL, "SELECT 1; SELECT nope; SELECT 3"),
            *(
                "INSERT INTO sink (name) VALUES ('a'); SELECT LAST_INSERT_ID()",
                "SET @x = 1; SELECT @x",
                "SELECT 1;; SELECT 2",
            ),
            *(
                "BEGIN; DELETE FROM parts; ROLLBACK; SELECT count(*) FROM parts",
                ALL,
                "USE mysql; SELECT DATABASE()",
                ALL,
            ),
        ),
        keeps=False,
    ),
    session(
        "several results of a procedure",
        texts(
            *("CALL two_results(3, @counted)", "SELECT @counted", ALL, "CALL fails_late()", "SHOW WARNINGS", ALL),
            *("CALL two_results(1, @c); SELECT @c; CALL fill(1)", "SELECT count(*) FROM sink", "CALL two_results()"),
        ),
        keeps=False,
    ),
)
