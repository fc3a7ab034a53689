"""Writes whose text does not say what they change, and reads whose text does not say what they read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.e2e.raw_mysql import run
from tests.freshness.mysql.arena import Arena, Case, Way

NAME = "SELECT name FROM items WHERE id = 1"
PARTS = "SELECT name FROM parts ORDER BY name"
LOG = "SELECT count(*) FROM log"
RENAME = "UPDATE items SET name = 'new' WHERE id = 1"

DML = (Way.TEXT, Way.PREPARED, Way.TOGETHER, Way.BLOCK, Way.NO_AUTOCOMMIT)
ALONE = (Way.TEXT, Way.PREPARED, Way.TOGETHER)

CASCADE = (
    "CREATE TABLE below (item int PRIMARY KEY, FOREIGN KEY (item) REFERENCES items (id)"
    " ON UPDATE CASCADE ON DELETE CASCADE) ENGINE = InnoDB",
    "INSERT INTO below VALUES (1)",
    "CREATE TABLE far_below (item int, FOREIGN KEY (item) REFERENCES below (item) ON DELETE CASCADE ON UPDATE CASCADE)"
    " ENGINE = InnoDB",
    "INSERT INTO far_below VALUES (1)",
)
TRIGGER = ("CREATE TRIGGER follow AFTER UPDATE ON items FOR EACH ROW INSERT INTO log VALUES (NEW.name)",)
PROCEDURE = (
    "CREATE PROCEDURE rename_it(to_name varchar(20)) BEGIN SELECT 1; UPDATE items SET name = to_name WHERE id = 1; END",
    "CREATE FUNCTION renamed() RETURNS int MODIFIES SQL DATA"
    " BEGIN UPDATE items SET name = 'new' WHERE id = 1; RETURN 1; END",
)
VIEWS = (
    "CREATE VIEW shown AS SELECT id, name FROM items",
    "CREATE ALGORITHM = TEMPTABLE VIEW shown_again AS SELECT name FROM shown WHERE id = 1",
)
CALLING = (*PROCEDURE, "CREATE VIEW calling AS SELECT renamed() AS done FROM parts")
"""Whoever reads this view writes."""
READS_CALLING = {
    "SET": ("SET @done = (SELECT done FROM calling LIMIT 1)", ""),
    "SET of a setting": ("SET sql_select_limit = (SELECT done + 1000 FROM calling LIMIT 1)", ""),
    "DO": ("DO (SELECT done FROM calling LIMIT 1)", ""),
    "SHOW": ("SHOW TABLES WHERE (SELECT done FROM calling LIMIT 1)", ""),
    "CREATE TEMPORARY TABLE": ("CREATE TEMPORARY TABLE copied SELECT * FROM calling", "mariadb"),
    "a query that is not understood": ("SELECT SQL_SMALL_RESULT DISTINCT done FROM calling", ""),
    "another": ("SELECT * FROM {oj parts LEFT JOIN calling ON 1 = 1}", ""),
    "INSERT of such a query": ("INSERT INTO log SELECT SQL_SMALL_RESULT DISTINCT done FROM calling", ""),
    "EXPLAIN": (
        "EXPLAIN SELECT * FROM (SELECT done FROM calling LIMIT 1) one WHERE done = (SELECT done FROM calling LIMIT 1)",
        "mysql",
    ),
}
ODD_VIEW = (
    "CREATE VIEW odd AS SELECT items.id, items.name FROM items,"
    " JSON_TABLE('[1]', '$[*]' COLUMNS (one int PATH '$' DEFAULT '0' ON EMPTY)) found",
)
"""What the parser makes nothing of."""
SPLIT = (
    "CREATE TABLE split (k int, name varchar(20)) PARTITION BY LIST (k)"
    " (PARTITION zero VALUES IN (0), PARTITION one VALUES IN (1))",
    "INSERT INTO split VALUES (0, 'old')",
    "CREATE TABLE loose (k int, name varchar(20))",
    "INSERT INTO loose VALUES (0, 'new')",
)

CASES = {
    **{
        f"a view that calls what writes, in {name}": Case(NAME, (change,), setup=CALLING, only=only)
        for name, (change, only) in READS_CALLING.items()
    },
    "through a view that is not understood": Case(
        NAME, ("UPDATE odd SET name = 'new' WHERE id = 1",), setup=ODD_VIEW, only="mysql"
    ),
    "UPDATE": Case(NAME, (RENAME,), ways=DML),
    "REPLACE": Case(NAME, ("REPLACE INTO items VALUES (1, 'new', 0)",), ways=DML),
    "REPLACE with SET": Case(NAME, ("REPLACE items SET id = 1, name = 'new'",)),
    "ON DUPLICATE KEY UPDATE": Case(
        NAME, ("INSERT items VALUES (1, 'x', 0) ON DUPLICATE KEY UPDATE name = 'new'",), ways=DML
    ),
    "INSERT ... SELECT": Case(PARTS, ("INSERT INTO parts SELECT id, name FROM items",), ways=DML),
    "INSERT ... SET": Case(PARTS, ("INSERT IGNORE parts SET name = 'more'",)),
    "UPDATE of several tables": Case(
        PARTS, ("UPDATE items i JOIN parts p ON p.item = i.id SET p.name = 'new', i.n = 1",), ways=DML
    ),
    "UPDATE by an alias": Case(
        NAME, ("UPDATE parts AS items, items AS parts SET parts.name = 'new' WHERE parts.id = 1",)
    ),
    "DELETE of several tables": Case(PARTS, ("DELETE i, p FROM items i JOIN parts p ON p.item = i.id",), ways=DML),
    "DELETE with USING": Case(PARTS, ("DELETE FROM p USING items AS i JOIN parts AS p ON p.item = i.id",)),
    "TRUNCATE": Case(PARTS, ("TRUNCATE TABLE parts",), ways=ALONE),
    "TRUNCATE without TABLE": Case(PARTS, ("TRUNCATE parts",)),
    "LOAD DATA LOCAL": Case(PARTS, ("LOAD DATA LOCAL INFILE 'x' INTO TABLE parts",), upload=b"2\tloaded\n"),
    "a cascade": Case("SELECT count(*) FROM below", ("DELETE FROM items WHERE id = 1",), CASCADE, DML),
    "a cascade of a cascade": Case(
        "SELECT item FROM far_below", ("UPDATE items SET id = 7 WHERE id = 1",), CASCADE, DML
    ),
    "a cascade by REPLACE": Case(
        "SELECT count(*) FROM far_below", ("REPLACE INTO items VALUES (1, 'x', 0)",), CASCADE, only="mariadb"
    ),
    "a trigger": Case(LOG, (RENAME,), TRIGGER, DML),
    "a trigger made since": Case(LOG, (*TRIGGER, RENAME)),
    "a procedure": Case(NAME, ("CALL rename_it('new')",), PROCEDURE, ALONE),
    "a function in SELECT": Case(NAME, ("SELECT renamed()",), PROCEDURE, DML),
    "a function in DO": Case(NAME, ("DO renamed()",), PROCEDURE),
    "a function in SET": Case(NAME, ("SET @done = renamed()",), PROCEDURE),
    "a function in a write of another table": Case(NAME, ("INSERT INTO log VALUES (renamed())",), PROCEDURE),
    "a view of a view": Case("SELECT name FROM shown_again", (RENAME,), VIEWS, DML),
    "a write through a view": Case(NAME, ("UPDATE shown SET name = 'new' WHERE id = 1",), VIEWS, DML),
    "a view that is made anew": Case(
        "SELECT name FROM shown_again", ("CREATE OR REPLACE VIEW shown AS SELECT id, 'new' AS name FROM items",), VIEWS
    ),
    "a view that is altered": Case("SELECT * FROM shown", ("ALTER VIEW shown AS SELECT id FROM items",), VIEWS),
    "another table of the name": Case(
        NAME,
        (
            "CREATE TABLE other LIKE items",
            "INSERT INTO other VALUES (1, 'new', 0)",
            "RENAME TABLE items TO gone, other TO items",
        ),
        ways=ALONE,
    ),
    "ALTER TABLE ... RENAME": Case(
        NAME,
        ("CREATE TABLE other AS SELECT 1 AS id, 'new' AS name", "DROP TABLE items", "ALTER TABLE other RENAME items"),
    ),
    "a column that is added": Case("SELECT * FROM items", ("ALTER TABLE items ADD extra int DEFAULT 1",), ways=ALONE),
    "a column that is dropped": Case("SELECT * FROM items", ("ALTER TABLE items DROP n",)),
    "a table that is dropped": Case(PARTS, ("DROP TABLE parts",)),
    "a definition that ends a transaction": Case(NAME, ("BEGIN", RENAME, "CREATE TABLE extra (a int)")),
    "BEGIN that ends a transaction": Case(NAME, ("BEGIN", RENAME, "START TRANSACTION")),
    "autocommit that ends a transaction": Case(NAME, ("SET autocommit = 0", RENAME, "SET autocommit = 1")),
    "LOCK TABLES that ends a transaction": Case(NAME, ("BEGIN", RENAME, "LOCK TABLES items READ", "UNLOCK TABLES")),
    "a write under LOCK TABLES": Case(NAME, ("LOCK TABLES items WRITE", RENAME, "UNLOCK TABLES")),
    "COMMIT AND CHAIN": Case(NAME, ("BEGIN", RENAME, "COMMIT AND CHAIN", "ROLLBACK")),
    "a savepoint": Case(
        NAME, ("BEGIN", RENAME, "SAVEPOINT a", "UPDATE items SET name = 'no'", "ROLLBACK TO a", "COMMIT")
    ),
    "XA": Case(NAME, ("XA START 'case'", RENAME, "XA END 'case'", "XA PREPARE 'case'", "XA COMMIT 'case'")),
    "XA in one phase": Case(NAME, ("XA BEGIN 'case'", RENAME, "XA END 'case'", "XA COMMIT 'case' ONE PHASE")),
    "a statement prepared in SQL": Case(
        NAME, ("PREPARE p FROM 'UPDATE items SET name = ? WHERE id = 1'", "SET @new = 'new'", "EXECUTE p USING @new")
    ),
    "a statement in a versioned comment": Case(NAME, (f"/*!40000 {RENAME} */",)),
    "a table in a versioned comment": Case(NAME, ("UPDATE /*!40000 items */ SET name = 'new' WHERE id = 1",)),
    "a table in another database": Case(
        "SELECT name FROM {db}.items WHERE id = 1",
        ("USE mysql", "UPDATE `{db}` . `items` SET name = 'new'", "USE {db}"),
    ),
    "USE, and a bare name": Case(NAME, ("USE mysql", "USE {db}", RENAME)),
    "quoted names": Case(
        "SELECT `a``b` FROM `select`",
        ("UPDATE `select` SET `A``B` = 'new'",),
        ("CREATE TABLE `select` (`a``b` varchar(9))", "INSERT INTO `select` VALUES ('old')"),
        DML,
    ),
    "names that differ in case": Case(
        "SELECT a.name FROM Items a",
        ("UPDATE Items SET name = 'new'",),
        ("CREATE TABLE Items (name varchar(9))", "INSERT INTO Items VALUES ('old')"),
        DML,
    ),
    "a partition": Case("SELECT name FROM split", ("UPDATE split PARTITION (zero) SET name = 'new'",), SPLIT, DML),
    "a partition that is read": Case(
        "SELECT count(*) FROM split PARTITION (one)", ("UPDATE split SET k = 1",), SPLIT, DML
    ),
    "a partition that is truncated": Case(
        "SELECT name FROM split", ("ALTER TABLE split TRUNCATE PARTITION zero",), SPLIT
    ),
    "a partition that is exchanged": Case(
        "SELECT name FROM split", ("ALTER TABLE split EXCHANGE PARTITION zero WITH TABLE loose",), SPLIT
    ),
    "a partition that is exchanged, from the other side": Case(
        "SELECT name FROM loose", ("ALTER TABLE split EXCHANGE PARTITION zero WITH TABLE loose",), SPLIT
    ),
    "MyISAM that is rolled back": Case(
        "SELECT name FROM plain",
        ("BEGIN", "UPDATE plain SET name = 'new'", "ROLLBACK"),
        ("CREATE TABLE plain (name varchar(9)) ENGINE = MyISAM", "INSERT INTO plain VALUES ('old')"),
    ),
    "MEMORY that is rolled back": Case(
        "SELECT name FROM plain",
        ("BEGIN", "UPDATE plain SET name = 'new'", "ROLLBACK"),
        ("CREATE TABLE plain (name varchar(9)) ENGINE = MEMORY", "INSERT INTO plain VALUES ('old')"),
    ),
    "a table in a subquery": Case(
        "SELECT (SELECT count(*) FROM log) FROM items WHERE id IN (SELECT item FROM parts)",
        ("INSERT INTO log VALUES ('x')",),
        ways=DML,
    ),
    "a common table expression": Case("WITH w AS (SELECT name FROM items) SELECT * FROM w", (RENAME,), ways=DML),
    "a union": Case("(SELECT name FROM items) UNION ALL (SELECT name FROM parts) ORDER BY 1", (RENAME,)),
    "a derived table": Case(
        "SELECT * FROM (SELECT i.name FROM items i LEFT JOIN parts p ON p.item = i.id) d", (RENAME,)
    ),
    "an error in the middle": Case(
        NAME, ("BEGIN", RENAME, "INSERT IGNORE INTO items VALUES (1, 'twice', 0)", "COMMIT")
    ),
    "RETURNING": Case(NAME, ("REPLACE INTO items VALUES (1, 'new', 0) RETURNING name",), only="mariadb", ways=DML),
    "EXECUTE IMMEDIATE": Case(NAME, (f"EXECUTE IMMEDIATE '{RENAME.replace(chr(39), chr(39) * 2)}'",), only="mariadb"),
    "a compound statement": Case(NAME, (f"BEGIN NOT ATOMIC {RENAME}; END",), only="mariadb"),
    "a comment for MariaDB alone": Case(NAME, (f"/*M!100000 {RENAME} */",), only="mariadb"),
    "CREATE OR REPLACE TABLE": Case(
        PARTS, ("CREATE OR REPLACE TABLE parts AS SELECT 1 AS item, 'new' AS name",), only="mariadb"
    ),
    "Aria that is rolled back": Case(
        "SELECT name FROM plain",
        ("BEGIN", "UPDATE plain SET name = 'new'", "ROLLBACK"),
        ("CREATE TABLE plain (name varchar(9)) ENGINE = Aria", "INSERT INTO plain VALUES ('old')"),
        only="mariadb",
    ),
    "a common table expression that writes": Case(
        NAME, ("WITH w AS (SELECT 'new' AS name) UPDATE items, w SET items.name = w.name",), only="mysql", ways=DML
    ),
    "a comment for MySQL 8": Case(NAME, (f"/*!80000 {RENAME} */",), only="mysql"),
    "TABLE": Case("TABLE items", (RENAME,), only="mysql", ways=DML),
}

FEW = 2
"""Ways in which most cases are played, each in others; all of them for the plainest."""


def _played() -> Iterator[Any]:
    for number, (name, case) in enumerate(CASES.items()):
        ways = case.ways if name == "UPDATE" else [case.ways[(number + n) % len(case.ways)] for n in range(FEW)]
        for way in dict.fromkeys(ways):
            yield pytest.param(case, way, id=f"{name}, {way.name}")


@pytest.mark.parametrize(("case", "way"), list(_played()))
def test_a_change_is_seen_by_whoever_asks_afterwards(case: Case, way: Way, mysql_arena: Arena) -> None:
    if case.only not in {"", mysql_arena.server.kind}:
        return
    mysql_arena.play(case, way)


ACCESS_DENIED = 1142


@contextmanager
def humble(arena: Arena, rights: str) -> Iterator[None]:
    """A user with these rights, and ``head``, who may grant more."""
    run(
        arena.administrator,
        *("CREATE USER humble", "CREATE USER head", f"GRANT {rights} TO humble"),
        "GRANT ALL ON *.* TO head WITH GRANT OPTION",
    )
    try:
        yield
    finally:
        run(arena.administrator, "DROP USER humble, head")


def test_a_trigger_is_seen_behind_a_write_of_one_who_may_not_see_it(mysql_arena: Arena) -> None:
    arena = mysql_arena
    with (
        humble(arena, "SELECT, INSERT, UPDATE ON *.*"),
        arena.place(TRIGGER) as name,
        arena.session(name) as reader,
        arena.session(name, "humble") as writer,
    ):
        arena.prime(reader, LOG)
        run(writer, RENAME)
        assert reader.query(LOG).rows == ((b"1",),)


def test_a_right_to_see_triggers_that_came_after_the_login_is_not_believed(mysql_arena: Arena) -> None:
    arena = mysql_arena
    with (
        humble(arena, "SELECT, INSERT, UPDATE ON *.*"),
        arena.place(TRIGGER) as name,
        arena.session(name, "head") as head,
        arena.session(name, "humble") as writer,
    ):
        run(writer, NAME)
        run(head, "GRANT TRIGGER ON *.* TO humble")
        arena.prime(head, LOG)
        run(writer, RENAME)
        assert head.query(LOG).rows == ((b"1",),)


def test_what_one_may_still_read_by_an_older_login_is_not_told_to_a_newer_one(mysql_arena: Arena) -> None:
    arena = mysql_arena
    with (
        humble(arena, "SELECT, INSERT ON *.*"),
        arena.place() as name,
        arena.session(name, "head") as head,
        arena.session(name, "humble") as older,
    ):
        run(older, NAME)
        run(head, "REVOKE SELECT ON *.* FROM humble")
        arena.prime(older, NAME)
        with arena.session(name, "humble") as newer, arena.around(name, "humble") as direct:
            assert newer.query(NAME) == direct.query(NAME)
            assert direct.query(NAME).error == ACCESS_DENIED
