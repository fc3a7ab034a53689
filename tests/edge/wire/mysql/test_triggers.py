"""What bodies of triggers do, by their text."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.wire.mysql.dialect import MySqlDialect
from polyscale_cli.edge.wire.mysql.flavour import Flavour
from polyscale_cli.edge.wire.mysql.triggers import Fired, fired_by

MARIADB = Flavour(is_mariadb=True, version=(10, 11, 6))
MYSQL = Flavour(is_mariadb=False, version=(8, 4, 0))

UNDERSTOOD = {
    "INSERT INTO log VALUES (NEW.id, NOW())": ({"log"}, set()),
    "insert into other.log select * from kept": ({"other.log"}, {"kept"}),
    "SET NEW.a = LOWER(NEW.a), NEW.b = UUID(), @seen = 1": (set(), set()),
    "BEGIN END": (set(), set()),
    "whole: BEGIN DELETE FROM a; BEGIN REPLACE INTO b VALUES (1); END; END whole": ({"a", "b"}, set()),
    "IF NEW.v > 1 THEN UPDATE a SET v = 1; ELSEIF EXISTS (SELECT 1 FROM r) THEN DELETE FROM b; ELSE INSERT INTO c"
    " VALUES (1); END IF": ({"a", "b", "c"}, {"r"}),
    "IF CASE WHEN NEW.v THEN 1 ELSE 0 END THEN UPDATE a SET v = 1; END IF": ({"a"}, set()),
    "CASE NEW.v WHEN 1 THEN UPDATE a SET v = 1; ELSE BEGIN END; END CASE": ({"a"}, set()),
    "CASE WHEN NEW.v THEN UPDATE a SET v = 1; WHEN 2 THEN UPDATE b SET v = 1; END CASE": ({"a", "b"}, set()),
    "BEGIN DECLARE n, m INT DEFAULT 0; SELECT COUNT(*), MAX(v) INTO n, m FROM r; SET n = n + m; WHILE n > 0 DO"
    " INSERT INTO a VALUES (n); SET n = n - 1; END WHILE; END": ({"a"}, {"r"}),
    "BEGIN DECLARE done INT; DECLARE c CURSOR FOR SELECT v FROM r; DECLARE CONTINUE HANDLER FOR SQLSTATE '02000', NOT"
    " FOUND SET done = 1; OPEN c; l: LOOP FETCH c INTO done; IF done THEN LEAVE l; END IF; UPDATE a SET v = done; END"
    " LOOP l; CLOSE c; END": ({"a"}, {"r"}),
    "BEGIN REPEAT UPDATE a SET v = 1; UNTIL (SELECT COUNT(*) FROM r) > 3 END REPEAT; END": ({"a"}, {"r"}),
    "BEGIN DECLARE EXIT HANDLER FOR 1062 BEGIN UPDATE a SET v = 1; END; INSERT INTO b VALUES (1); END": (
        {"a", "b"},
        set(),
    ),
    "BEGIN IF NEW.v < 0 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'; END IF; END": (set(), set()),
    "UPDATE a JOIN b USING (id) SET a.v = b.v": ({"a", "b"}, set()),
    "SELECT v INTO @x FROM r LIMIT 1": (set(), {"r"}),
    "INSERT INTO a VALUES (';'), (\"; CALL p()\") -- ; CALL p()": ({"a"}, set()),
}


def tables(*names: str) -> set[tuple[str, ...]]:
    return {tuple(name.split(".")) if "." in name else ("shop", name) for name in names}


@pytest.mark.parametrize("body", UNDERSTOOD)
def test_what_a_body_writes_and_reads(body: str) -> None:
    writes, reads = UNDERSTOOD[body]
    fired = fired_by(body, "STRICT_TRANS_TABLES", "shop", MySqlDialect(), MARIADB)
    assert fired.understood
    assert set(fired.writes) == tables(*writes)
    assert set(fired.reads) == tables(*reads)


@pytest.mark.parametrize(
    "body",
    [
        "CALL p()",
        "BEGIN INSERT INTO a VALUES (1); CALL p(); END",
        "INSERT INTO a VALUES (stored(NEW.id))",
        "SET NEW.v = stored(1)",
        "SET sql_mode = ''",
        "SET NEW.v = 1, time_zone = '+01:00'",
        "SET @@session.time_zone = '+01:00'",
        "SET SESSION time_zone = '+01:00'",
        "BEGIN DECLARE v INT DEFAULT stored(1); END",
        "BEGIN CREATE TEMPORARY TABLE t (id INT); END",
        "IF stored(1) THEN DELETE FROM a; END IF",
        "IF EXISTS (SELECT stored(1) FROM r) THEN DELETE FROM a; END IF",
        "BEGIN REPEAT DELETE FROM a; UNTIL stored(1) END REPEAT; END",
        "BEGIN DECLARE CONTINUE HANDLER FOR NOT FOUND CALL p(); END",
        "BEGIN DECLARE c CURSOR FOR SELECT stored(1); END",
        "SELECT 1 INTO OUTFILE '/tmp/x'",
        "SELECT stored(v) INTO @x FROM r",
        "BEGIN PREPARE s FROM 'x'; EXECUTE s; END",
        "BEGIN INSERT INTO a VALUES ('no end",
        "something new",
        "IF NEW.v",
        "BEGIN END LOOP no END",
    ],
)
def test_what_is_not_understood_is_not_guessed(body: str) -> None:
    assert fired_by(body, "", "shop", MySqlDialect(), MARIADB) == Fired()


def test_a_function_that_only_one_server_has_may_be_anybodys_on_the_other() -> None:
    body = "SET NEW.v = NVL(NEW.v, 1)"
    assert fired_by(body, "", "shop", MySqlDialect(), MARIADB).understood
    assert not fired_by(body, "", "shop", MySqlDialect(), MYSQL).understood


@pytest.mark.parametrize("mode", ["ANSI_QUOTES", "NO_BACKSLASH_ESCAPES,STRICT_TRANS_TABLES", "PIPES_AS_CONCAT,ORACLE"])
def test_a_body_under_other_lexical_rules_is_not_read(mode: str) -> None:
    assert fired_by("DELETE FROM a", mode, "shop", MySqlDialect(), MARIADB) == Fired()
