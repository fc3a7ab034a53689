"""What scripts find when they begin, and how it is put back."""

from __future__ import annotations

TYPES = """
CREATE TABLE kinds (
  ti tinyint, si smallint, mi mediumint, i int, bi bigint, ub bigint unsigned, dc decimal(12, 3), f float, d double,
  bt bit(10), y year, dt date, tm time(3), dm datetime(6), ts timestamp(2) NULL, c char(5), v varchar(9), b binary(3),
  vb varbinary(9), t text, bl blob, e enum('glad', 'sad'), s set('a', 'b', 'c'), j json, z int(6) unsigned zerofill,
  latin varchar(9) CHARACTER SET latin1
)
"""

SCHEMA = (
    "CREATE TABLE items (id int PRIMARY KEY, name varchar(40), n int NOT NULL DEFAULT 0)",
    "CREATE TABLE parts (item int, label varchar(5) UNIQUE, n int, CONSTRAINT parts_of_items FOREIGN KEY (item)"
    " REFERENCES items (id) ON DELETE CASCADE)",
    "CREATE TABLE sink (id int AUTO_INCREMENT PRIMARY KEY, name varchar(20))",
    "CREATE TABLE bare (id int, name varchar(20))",
    "CREATE TABLE quick (id int PRIMARY KEY, name varchar(20)) ENGINE = MEMORY",
    "CREATE TABLE watched (id int, seen int)",
    TYPES,
    "CREATE VIEW shown AS SELECT id, upper(name) AS name FROM items WHERE name IS NOT NULL",
    "CREATE TRIGGER refuse BEFORE INSERT ON watched FOR EACH ROW BEGIN"
    " IF NEW.id > 10 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'too many', MYSQL_ERRNO = 4242; END IF;"
    " SET NEW.seen = NEW.id * 2; END",
    "CREATE PROCEDURE two_results(IN least int, OUT counted int) BEGIN SELECT id, name FROM items WHERE id >= least"
    " ORDER BY id; SELECT count(*) INTO counted FROM items; SELECT 'second' AS result; END",
    "CREATE PROCEDURE fails_late() BEGIN SELECT 1; SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'late'; END",
    "CREATE PROCEDURE fill(IN rows_of int) BEGIN DECLARE i int DEFAULT 0; WHILE i < rows_of DO"
    " INSERT INTO sink (name) VALUES (i); SET i = i + 1; END WHILE; END",
    "CREATE FUNCTION quoted(it varchar(40)) RETURNS varchar(50) DETERMINISTIC NO SQL RETURN concat('<', it, '>')",
)

TABLES = ("parts", "items", "sink", "quick", "watched", "kinds")

RESET = (
    "SET foreign_key_checks = 0",
    "DROP TABLE IF EXISTS made, made_too",
    "DROP VIEW IF EXISTS seen",
    *(f"TRUNCATE TABLE {table}" for table in TABLES),
    "SET foreign_key_checks = 1",
    "INSERT INTO items VALUES (1, 'one', 10), (2, 'two', 20), (3, NULL, 30), (4, 'żółw 🐢', 40), (5, '', 50)",
    "INSERT INTO parts VALUES (1, 'bolt', 1), (1, 'nut', 2), (2, 'nail', 3)",
    "INSERT INTO quick VALUES (1, 'memory')",
    "INSERT INTO kinds VALUES (-2, 300, -70000, 42, 9007199254740993, 18446744073709551615, 12.5, 0.1, 0.1 + 2e-1,"
    " b'1011001', 2024, '2024-02-29', '-12:34:56.789', '2024-02-29 12:34:56.789012', '2024-02-29 12:34:56.78',"
    " 'c', 'nine', x'00ff5c', x'00ff', 'text', x'00010203', 'sad', 'a,c', '{\"b\": 2, \"a\": [1, null]}', 42, 'é'),"
    " (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,"
    " NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
)

ELSEWHERE = (
    "CREATE TABLE {elsewhere}.items (id int PRIMARY KEY, name varchar(40), n int NOT NULL DEFAULT 0)",
    "INSERT INTO {elsewhere}.items VALUES (1, 'another', 1), (2, NULL, 2)",
)
"""A second database with a table of the same name, which no script changes."""
