"""Reads whose answers hold for one session or for one moment go to the server, each time."""

from __future__ import annotations

import pytest

from tests.freshness.mysql.arena import Arena

ALL = "SELECT id, name FROM items ORDER BY id"

QUESTIONS = (
    *("SELECT NOW(), id FROM items", "SELECT CURDATE(), id FROM items", "SELECT UNIX_TIMESTAMP(), id FROM items"),
    *("SELECT SYSDATE(6), id FROM items", "SELECT CURRENT_TIMESTAMP, id FROM items", "SELECT RAND(), id FROM items"),
    *(
        "SELECT UUID(), id FROM items",
        "SELECT CONNECTION_ID(), id FROM items",
        "SELECT LAST_INSERT_ID(), id FROM items",
    ),
    *("SELECT FOUND_ROWS(), id FROM items", "SELECT ROW_COUNT(), id FROM items", "SELECT SLEEP(0), id FROM items"),
    *(
        "SELECT @x, id FROM items",
        "SELECT @x := id FROM items",
        "SELECT id INTO @x FROM items LIMIT 1",
        "SELECT @@timestamp",
    ),
    *(
        "SELECT GET_LOCK('a', 0), id FROM items",
        "SELECT IS_FREE_LOCK('a'), id FROM items",
        "SELECT RELEASE_ALL_LOCKS()",
    ),
    *(
        "SELECT id FROM items FOR UPDATE",
        "SELECT id FROM items LOCK IN SHARE MODE",
        "SELECT BENCHMARK(1, 1), id FROM items",
    ),
    *("SELECT SQL_CALC_FOUND_ROWS id FROM items LIMIT 1", "SELECT * FROM information_schema.processlist"),
    *("SELECT LOAD_FILE('/etc/hostname'), id FROM items", "SHOW TABLES", "SHOW WARNINGS", "SHOW STATUS LIKE 'Uptime'"),
    *("EXPLAIN SELECT id FROM items", "DESCRIBE items", "CHECKSUM TABLE items", "SELECT * FROM mysql.user"),
    *("SELECT NoW /* a comment */ (), id FROM items", "SELECT /*!40000 NOW(), */ id FROM items"),
    *("SELECT id FROM items WHERE id > UNIX_TIMESTAMP() - 1", "SELECT (SELECT RAND()) AS r, id FROM items"),
    *("SELECT id FROM items PROCEDURE ANALYSE()", "HANDLER items READ FIRST", "SELECT unknown_function(id) FROM items"),
)

UNSETTLED = (
    ("SET sql_auto_is_null = 1",),
    ("CREATE TEMPORARY TABLE items (mine int)",),
    ("LOCK TABLES items READ",),
    ("LOCK TABLES items WRITE",),
    ("BEGIN", "UPDATE items SET n = n + 1 WHERE id = 2"),
    ("SET autocommit = 0", "UPDATE items SET n = n + 1 WHERE id = 2"),
    ("START TRANSACTION WITH CONSISTENT SNAPSHOT",),
    ("XA START 'unsettled'", "UPDATE items SET n = n + 1 WHERE id = 2"),
)


def test_a_read_that_holds_for_nobody_else_is_not_served(mysql_arena: Arena) -> None:
    with mysql_arena.place() as name:
        for question in QUESTIONS:
            # Each in a session of its own: what one of them leaves behind would hide the next.
            with mysql_arena.session(name) as reader:
                mysql_arena.never_hits(reader, question)


@pytest.mark.parametrize("before", UNSETTLED, ids="; ".join)
def test_a_session_whose_answers_are_its_own_is_not_served(before: tuple[str, ...], mysql_arena: Arena) -> None:
    arena = mysql_arena
    with arena.place() as name, arena.session(name) as reader, arena.session(name) as other, arena.around(name) as same:
        arena.prime(other, ALL)
        for text in before:
            assert reader.query(text).error is None, text
        hits = arena.hits
        own = [reader.query(ALL) for _ in range(3)]
        assert arena.hits == hits, "answered from the cache"
        if not before[0].startswith(("BEGIN", "XA", "LOCK", "SET")):
            for text in before:
                assert same.query(text).error is None, text
            assert own == [same.query(ALL)] * 3


SHAPES = {
    "time_zone": ("SET time_zone = '+09:00'", "SELECT at FROM moments"),
    "sql_mode": ("SET sql_mode = 'HIGH_NOT_PRECEDENCE'", "SELECT id FROM items WHERE NOT id BETWEEN 2 AND 3"),
    "ANSI_QUOTES": ("SET sql_mode = 'ANSI_QUOTES'", 'SELECT "name" FROM items ORDER BY id'),
    "backslashes": ("SET sql_mode = 'NO_BACKSLASH_ESCAPES'", "SELECT 'a\\\\n', id FROM items ORDER BY id"),
    "character set": ("SET NAMES latin1", "SELECT name, 'é' FROM items ORDER BY id"),
    "results' character set": ("SET character_set_results = latin1", "SELECT concat(name, _utf8mb4'é') FROM items"),
    "collation": ("SET collation_connection = utf8mb4_bin", "SELECT 'a' = 'A', id FROM items ORDER BY id"),
    "limit of rows": ("SET sql_select_limit = 1", ALL),
    "precision": ("SET div_precision_increment = 9", "SELECT id / 3 FROM items ORDER BY id"),
    "length of GROUP_CONCAT": ("SET group_concat_max_len = 4", "SELECT group_concat(name ORDER BY id) FROM items"),
    "names of months": ("SET lc_time_names = 'de_DE'", "SELECT date_format(at, '%M') FROM moments"),
    "first day of the week": ("SET default_week_format = 1", "SELECT week(at) FROM moments"),
    "database": ("USE mysql", "SELECT count(*) FROM items"),
}
MOMENTS = ("CREATE TABLE moments (at timestamp NULL)", "INSERT INTO moments VALUES ('2024-01-01 12:00:00')")


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_an_answer_under_one_setting_is_not_served_under_another(shape: tuple[str, str], mysql_arena: Arena) -> None:
    setting, question = shape
    arena = mysql_arena
    with (
        arena.place(MOMENTS) as name,
        arena.session(name) as plain,
        arena.session(name) as other,
        arena.around(name) as direct,
        arena.around(name) as direct_other,
    ):
        assert arena.prime(plain, question) == direct.query(question)
        other.query(setting)
        direct_other.query(setting)
        for _ in range(3):
            assert other.query(question) == direct_other.query(question)
            assert plain.query(question) == direct.query(question)
