"""Statements as texts: reads, writes, errors, warnings, and what a session can ask about the one before."""

from __future__ import annotations

from tests.e2e.raw_mysql import Command
from tests.transparency.mysql.frontend import (
    PING,
    STATISTICS,
    Content,
    FieldList,
    InitDb,
    Other,
    Plain,
    Query,
    SetOption,
)
from tests.transparency.mysql.script import at_once, send, session, texts
from tests.transparency.script import Script, Send

ALL = "SELECT id, name FROM items ORDER BY id"
READS = (
    ALL,
    "SELECT id, name, n FROM items ORDER BY id",
    "select * from items where id = 2",
    "SELECT * FROM kinds",
    "SELECT * FROM bare",
    "SELECT * FROM shown ORDER BY id",
    "SELECT count(*), sum(n), avg(n) FROM items",
    "SELECT i.name, p.label FROM items i JOIN parts p ON p.item = i.id ORDER BY p.label",
    "SELECT id AS `żółw`, id AS `SELECT`, id AS id, `id` `a b` FROM items ORDER BY id LIMIT 1",
    "SELECT name FROM quick",
    "SELECT repeat(name, 3000) FROM items ORDER BY id",
    "/* first */ SELECT id FROM items ORDER BY id -- last",
    "SELECT name FROM items WHERE name = 'one' UNION SELECT label FROM parts ORDER BY 1",
)
LONG = "SELECT " + ", ".join(f"id AS column_{number}" for number in range(300)) + " FROM items WHERE id = 1"
VERY_LONG = "SELECT length('" + "x" * 1_500_000 + "')"
TOO_MUCH = "SELECT length('" + "x" * ((1 << 24) + 10) + "')"

SCRIPTS: tuple[Script, ...] = (
    session("reads", texts(*READS, LONG), hits=len(READS) + 1),
    session("reads sent at once", at_once(*map(Query, READS)), hits=len(READS)),
    session(
        "reads that hold for nobody",
        texts(
            *(
                "SELECT 1",
                "SELECT NULL, 'a', 1.5, 1e3, x'ff', b'1', _latin1'\\'', DATE '2024-02-29'",
                "DO 1",
                "VALUES (1)",
            ),
            *(
                "SELECT @a := 3",
                "SELECT @a",
                "SELECT DATABASE(), VERSION() IS NOT NULL",
                "SELECT RAND(3)",
                "SELECT 1 WHERE 0",
            ),
            *("SELECT quoted(name) FROM items ORDER BY id", "SELECT CONNECTION_ID() > 0", "SELECT SLEEP(0)"),
            *("SELECT id FROM items WHERE id = 1 FOR UPDATE", "SELECT id FROM items WHERE id = 1 LOCK IN SHARE MODE"),
            *("SELECT GET_LOCK('a', 0)", "SELECT RELEASE_LOCK('a')", "HELP 'nothing like this'", "EXPLAIN SELECT 1"),
            *(
                "SHOW TABLES",
                "SHOW CREATE TABLE parts",
                "SHOW COLUMNS FROM items",
                "DESCRIBE parts",
                "SHOW VARIABLES LIKE 'sql_mode'",
            ),
        ),
    ),
    session(
        "errors",
        texts(
            *(
                "SELECT nope FROM items",
                "SELECT name FROM nowhere",
                "SELEC 1",
                "",
                ";",
                "-- nothing",
                "/* open",
                "SELECT 'open",
            ),
            *(
                ALL,
                "SELECT 1 FROM items GROUP BY",
                "INSERT INTO items VALUES (1, 'twice', 0)",
                "UPDATE nowhere SET a = 1",
            ),
            *("INSERT INTO parts VALUES (99, 'x', 1)", "INSERT INTO parts VALUES (1, 'much too long', 1)"),
            *("INSERT INTO watched VALUES (11, 0)", "SELECT (SELECT id FROM items)", "CALL nowhere()", "USE nowhere"),
            *("SHOW WARNINGS", "SELECT 1", "SHOW WARNINGS", "KILL 4000000000", "SELECT BENCHMARK(1, nope())", ALL),
        ),
    ),
    session(
        "warnings",
        texts(
            *("SELECT 1 / 0", "SHOW WARNINGS", "SELECT CAST('1x' AS signed)", "SHOW COUNT(*) WARNINGS", "SHOW ERRORS"),
            *(
                "SELECT id / 0 FROM items ORDER BY id",
                "SHOW WARNINGS",
                "SELECT id / 0 FROM items ORDER BY id",
                "SHOW WARNINGS",
            ),
            *("DROP TABLE IF EXISTS nowhere", "SHOW WARNINGS", "SELECT id FROM items ORDER BY id", "SHOW WARNINGS"),
            *("SELECT nope", "SHOW WARNINGS", "SELECT @@warning_count, @@error_count", "SHOW WARNINGS"),
        ),
    ),
    session(
        "what is asked about the statement before",
        texts(
            *(
                "SELECT SQL_CALC_FOUND_ROWS id FROM items ORDER BY id LIMIT 2",
                "SELECT FOUND_ROWS()",
                ALL,
                "SELECT FOUND_ROWS()",
            ),
            *(
                ALL,
                "SELECT FOUND_ROWS(), ROW_COUNT()",
                "UPDATE items SET n = n + 1",
                "SELECT ROW_COUNT()",
                ALL,
                ALL,
                ALL,
            ),
            *("SELECT ROW_COUNT()", "INSERT INTO sink (name) VALUES ('a'), ('b')", "SELECT LAST_INSERT_ID()", ALL),
            *("SELECT LAST_INSERT_ID()", "INSERT INTO sink (name) SELECT name FROM sink", "SELECT LAST_INSERT_ID()"),
            *("SELECT LAST_INSERT_ID(77)", ALL, "SELECT LAST_INSERT_ID()", "SELECT id FROM sink WHERE id IS NULL"),
            *("SELECT 1", "SELECT @@identity", "SELECT nope", "SELECT ROW_COUNT()", "SELECT FOUND_ROWS()"),
        ),
        keeps=False,
    ),
    session(
        "writes",
        texts(
            *(
                ALL,
                "INSERT INTO sink (name) VALUES ('x')",
                "INSERT INTO sink (name) VALUES ('y'), ('z')",
                "SELECT * FROM sink",
            ),
            *(
                "REPLACE INTO items VALUES (1, 'eins', 1)",
                ALL,
                "UPDATE items SET n = n",
                "UPDATE items SET n = n + 1",
                ALL,
            ),
            *(
                "INSERT INTO items VALUES (1, 'x', 1) ON DUPLICATE KEY UPDATE n = 7",
                "INSERT IGNORE INTO items VALUES (1, '', 0)",
            ),
            *("DELETE FROM items WHERE id = 2", "SELECT * FROM parts ORDER BY label", ALL, "SHOW WARNINGS"),
            *(
                "UPDATE items i, parts p SET i.name = p.label, p.n = 5 WHERE p.item = i.id",
                ALL,
                "SELECT * FROM parts ORDER BY label",
            ),
            *(
                "DELETE i, p FROM items i JOIN parts p ON p.item = i.id",
                ALL,
                "TRUNCATE TABLE sink",
                "SELECT * FROM sink",
            ),
            *(
                "INSERT INTO watched VALUES (3, 0)",
                "SELECT * FROM watched",
                # Last: MySQL warns of the next write to a table of another engine, whatever comes between them.
                "UPDATE quick SET name = 'new'",
                "SELECT name FROM quick",
            ),
            *(
                "CALL fill(3)",
                "SELECT * FROM sink",
                "INSERT INTO sink (name) SELECT name FROM items",
                "SELECT count(*) FROM sink",
            ),
        ),
        keeps=False,
    ),
    session(
        "definitions",
        texts(
            *(
                "CREATE TABLE made (a int, b varchar(5))",
                "INSERT INTO made VALUES (1, 'b')",
                "SELECT * FROM made",
                "SELECT * FROM made",
            ),
            *("SELECT * FROM made", "ALTER TABLE made ADD c int DEFAULT 3", "SELECT * FROM made", "SELECT * FROM made"),
            *(
                "RENAME TABLE made TO made_too",
                "SELECT * FROM made",
                "SELECT * FROM made_too",
                "CREATE TABLE made LIKE items",
            ),
            *("SELECT * FROM made", "DROP TABLE made", "SELECT * FROM made", "CREATE TEMPORARY TABLE items (mine int)"),
            *(ALL, "SELECT * FROM items", "DROP TEMPORARY TABLE items", ALL, "ALTER TABLE made_too MODIFY b text"),
            *("SELECT * FROM made_too", "OPTIMIZE TABLE bare", "CHECK TABLE items", "ANALYZE TABLE bare", ALL),
        ),
        keeps=False,
    ),
    session(
        "other commands",
        send(
            *(
                PING,
                STATISTICS,
                InitDb("mysql"),
                InitDb("nowhere"),
                FieldList("no_table"),
                Query("SELECT DATABASE()"),
                SetOption(1),
            ),
            *(
                Query("SELECT 1; SELECT 2"),
                SetOption(0),
                Query("SELECT 1; SELECT 2"),
                SetOption(9),
                PING,
                Plain(Command.DEBUG),
            ),
        ),
    ),
    session(
        "commands that nobody knows",
        send(
            *(
                Other(b"\xaa"),
                Other(b"\x20nothing"),
                Other(b""),
                PING,
                Other(b"\0"),
                Other(b"\x05x"),
                Other(b"\x0b"),
                PING,
            ),
        ),
    ),
    session("columns of a table", send(FieldList("items"), FieldList("items", "n%"), FieldList("shown"), Query(ALL))),
    session("a long text", texts(VERY_LONG, ALL)),
    session(
        "more than fits into a packet", texts("SELECT @@max_allowed_packet > 0"), send(Query(TOO_MUCH)), texts(ALL)
    ),
    session(
        "the client's own data",
        send(Query("LOAD DATA LOCAL INFILE 'rows' INTO TABLE sink (id, name)")),
        Send((Content(b"7\tseven\n8\t", 2), Content(b"eight\n", 3), Content(b"", 4))),
        texts("SELECT * FROM sink", "SELECT ROW_COUNT()"),
        send(Query("LOAD DATA LOCAL INFILE 'none' INTO TABLE sink")),
        Send((Content(b"", 2),)),
        send(Query("LOAD DATA LOCAL INFILE 'rows' INTO TABLE sink (id, name)")),
        Send((Content(b"7\tagain\nx\ty\n", 2), Content(b"", 3))),
        texts("SHOW WARNINGS", "LOAD DATA LOCAL INFILE 'rows' INTO TABLE nowhere", "SELECT * FROM sink"),
        keeps=False,
    ),
)
