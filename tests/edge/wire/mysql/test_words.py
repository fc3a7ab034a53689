"""Statements that are told apart by their first words, and those whose answer depends on the one before."""

from __future__ import annotations

import pymysql
import pytest

from polyscale_cli.edge.engine import Effect
from polyscale_cli.edge.wire.mysql.dialect import MySqlDialect
from polyscale_cli.edge.wire.mysql.words import reads_diagnostics
from tests.servers.mariadb import MariaDb

DIALECT = MySqlDialect()
NONE = Effect.NONE
ENDS = Effect.ENDS
UNDOES = Effect.UNDOES
SETS = Effect.SETS
UNSETTLES = Effect.UNSETTLES
PREPARES = Effect.PREPARES
DEFINES = Effect.WRITES_ANYTHING | ENDS
RUNS = DEFINES | UNDOES | SETS | UNSETTLES
UNKNOWN = Effect.WRITES_ANYTHING | UNSETTLES

EFFECTS = {
    "BEGIN": ENDS,
    "begin work": ENDS,
    "START TRANSACTION": ENDS,
    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY": ENDS,
    "START TRANSACTION /*!40100 WITH CONSISTENT SNAPSHOT */": ENDS,
    "COMMIT": ENDS,
    "COMMIT AND CHAIN": ENDS,
    "COMMIT RELEASE": ENDS,
    "ROLLBACK": UNDOES,
    "ROLLBACK TO SAVEPOINT a": UNDOES,
    "SAVEPOINT a": NONE,
    "RELEASE SAVEPOINT a": NONE,
    "SET autocommit = 1": SETS | ENDS,
    "SET @@session.autocommit = 0": SETS | ENDS,
    "SET NAMES utf8mb4 COLLATE utf8mb4_bin": SETS,
    "SET CHARACTER SET utf8": SETS,
    "SET sql_mode = '', time_zone = '+00:00'": SETS,
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED": SETS,
    "SET ROLE admin": SETS,
    "SET @x = 1, @y := @x + 1": NONE,
    "SET @x = (SELECT MAX(a) FROM t)": NONE,
    "SET @x = 1, sql_mode = ''": SETS,
    "SET TRANSACTION READ ONLY": Effect.SETS_NEXT,
    "SET @@tx_isolation = 'SERIALIZABLE'": Effect.SETS_NEXT,
    "SET @@`tx_isolation` = 'SERIALIZABLE'": Effect.SETS_NEXT,
    "SET @@`sql_mode` = '', @@`transaction_isolation` = 'SERIALIZABLE'": Effect.SETS | Effect.SETS_NEXT,
    "SET @@tx_isolation = 'SERIALIZABLE', NAMES utf8": Effect.SETS | Effect.SETS_NEXT,
    "SET tx_isolation = 'SERIALIZABLE'": Effect.SETS,
    "SET GLOBAL sql_mode = ''": Effect.WRITES_ANYTHING | SETS,
    "SET sql_mode = '', GLOBAL time_zone = 'UTC'": Effect.WRITES_ANYTHING | SETS,
    "SET @@global.sql_mode = ''": Effect.WRITES_ANYTHING | SETS,
    "SET PERSIST sql_mode = ''": Effect.WRITES_ANYTHING | SETS,
    "SET PASSWORD = 'x'": DEFINES,
    "SET STATEMENT max_statement_time = 1 FOR DELETE FROM t": UNKNOWN,
    "USE d": SETS,
    "CALL p(1)": RUNS,
    "EXECUTE s USING @x": RUNS,
    "EXECUTE IMMEDIATE 'DELETE FROM t'": RUNS,
    "PREPARE s FROM 'SELECT 1'": PREPARES,
    "DEALLOCATE PREPARE s": PREPARES,
    "DROP PREPARE s": PREPARES,
    "DO SLEEP(0)": NONE,
    "CREATE TABLE t (a INT(11), KEY k (a))": DEFINES,
    "CREATE OR REPLACE VIEW v AS SELECT 1": DEFINES,
    "CREATE TEMPORARY TABLE t (a INT(11), KEY k (a))": UNSETTLES,
    "CREATE OR REPLACE TEMPORARY TABLE t AS SELECT ABS(1)": UNSETTLES,
    "DROP TEMPORARY TABLE t": UNSETTLES,
    "DROP TABLE t": DEFINES,
    "ALTER TABLE t ADD b INT": DEFINES,
    "RENAME TABLE t TO u": DEFINES,
    "GRANT SELECT ON t TO x": DEFINES,
    "LOCK TABLES t WRITE": ENDS | UNSETTLES,
    "UNLOCK TABLES": ENDS,
    "XA START 'x'": NONE,
    "XA COMMIT 'x'": DEFINES,
    "XA ROLLBACK 'x'": UNDOES,
    "FLUSH PRIVILEGES": DEFINES,
    "FLUSH TABLES t": DEFINES,
    "FLUSH TABLES WITH READ LOCK": DEFINES | UNSETTLES,
    "FLUSH TABLES t FOR EXPORT": DEFINES | UNSETTLES,
    "FLUSH STATUS": ENDS,
    "ANALYZE TABLE t": ENDS,
    "ANALYZE LOCAL TABLE t": ENDS,
    "OPTIMIZE TABLE t": ENDS,
    "REPAIR TABLE t": DEFINES,
    "CHECK TABLE t": ENDS,
    "CHECKSUM TABLE t": NONE,
    "HANDLER t READ FIRST": NONE,
    "KILL 5": NONE,
    "LOAD INDEX INTO CACHE t": ENDS,
    "SHOW CREATE TABLE t": NONE,
    "DESCRIBE t": NONE,
    "EXPLAIN FORMAT = JSON DELETE FROM t": NONE,
    "HELP 'x'": NONE,
    "BINLOG 'x'": DEFINES,
    "CHANGE MASTER TO MASTER_HOST = 'x'": DEFINES,
    "START SLAVE": DEFINES,
    "SHUTDOWN": DEFINES,
    "INSTALL SONAME 'x'": DEFINES,
    "BEGIN NOT ATOMIC DELETE FROM t; END": RUNS,
    "CREATE PROCEDURE p() DELETE FROM t": DEFINES,
    "CREATE DEFINER = `a`@`b` TRIGGER x AFTER INSERT ON t FOR EACH ROW BEGIN DELETE FROM u; END": DEFINES | SETS,
    "CREATE PROCEDURE p() DELETE FROM t; SET sql_mode = ''": UNKNOWN,
    "/*!40101 SET NAMES utf8 */": SETS,
    "/*!40000 ALTER TABLE t DISABLE KEYS */;": DEFINES,
    "/*!40000 CREATE PROCEDURE p() SELECT 1 */": UNKNOWN,
    "/*!40101 SET @x = '*/' */": UNKNOWN,
    "SELECT /*!40000 version, */ 1 FROM t": NONE,
    "SELECT 1 /*!40000 + f(1) */ /*M!100000 + 2 */": Effect.WRITES_ANYTHING | SETS | Effect.UNSETTLES,
    "/*!40000 CREATE */ /*!50000 TEMPORARY */ TABLE t (a INT)": DEFINES | UNKNOWN | SETS,
    "CREATE /*!50000 TEMPORARY */ TABLE t (a INT)": DEFINES | UNSETTLES,
    "SELECT 1 /*! + 1 */ /*! + 2 */ /*! + 3 */ /*! + 4 */": UNKNOWN,
    "SELECT 1 /*! ; DELETE FROM t */": UNKNOWN,
    "SELECT 1 /*! + '*/ DELETE FROM t -- ' */": UNKNOWN,
    "USE d; DELETE FROM t": SETS | UNKNOWN,
    "SET sql_mode = 'ANSI_QUOTES'; DELETE FROM \"t\"": SETS | UNKNOWN,
    "SET @@sql_mode = 'ANSI_QUOTES'; DELETE FROM \"t\"": SETS | UNKNOWN,
    "SET @@session.`SQL_MODE` = 'ANSI_QUOTES'; DELETE FROM \"t\"": SETS | UNKNOWN,
    "SET @@GLOBAL . sql_mode = ''": Effect.WRITES_ANYTHING | SETS,
    "SET SESSION TRANSACTION READ ONLY; START TRANSACTION": SETS | ENDS,
    "IF 1 THEN DELETE FROM t": UNKNOWN,
    "FROBNICATE t": UNKNOWN,
    "'BEGIN'": UNKNOWN,
    "`BEGIN`": UNKNOWN,
}


def test_a_write_that_may_have_a_condition_names_its_tables() -> None:
    found = DIALECT.analyse(b"INSERT /*!50000 IGNORE */ INTO t /*!50000 PARTITION (p) */ SELECT 1 FROM u")
    assert (found.writes, found.effects) == ((("t",),), NONE)
    assert set(DIALECT.analyse(b"DELETE FROM /*!50000 u USING */ u /*!50000 JOIN t */").writes) == {("t",), ("u",)}


@pytest.mark.parametrize("text", EFFECTS)
def test_first_words_tell_the_effects(text: str) -> None:
    found = DIALECT.analyse(text.encode())
    assert found.effects == EFFECTS[text]
    assert not found.is_plain_read
    assert not found.writes


DIAGNOSTICS = [
    "SHOW WARNINGS",
    "show errors limit 5",
    "SHOW /* x */ WARNINGS",
    "SHOW COUNT(*) WARNINGS",
    "SELECT 1; SHOW\nWARNINGS",
    "GET DIAGNOSTICS @n = NUMBER",
    "SELECT FOUND_ROWS()",
    "SELECT ROW_COUNT ()",
    "INSERT INTO t VALUES (LAST_INSERT_ID())",
    "SELECT @@warning_count",
    "SELECT @@session.error_count",
    "SELECT @@`identity`",
    "SELECT @@last_insert_id",
    "SHOW PROFILE",
    "SHOW SESSION STATUS LIKE 'Last_query_cost'",
    "CALL p()",
    "EXECUTE s",
    "SELECT /*!50000 FOUND_ROWS() */",
]


@pytest.mark.parametrize("text", DIAGNOSTICS)
def test_what_asks_about_the_statement_before_is_told(text: str) -> None:
    assert reads_diagnostics(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "SELECT last_name, error_message, row_counter FROM warnings",
        "SELECT * FROM shows WHERE warnings = 1",
        "SELECT SQL_CALC_FOUND_ROWS * FROM t",
        "SELECT @@sql_mode, @x",
        "SHOW TABLES",
        "INSERT INTO calls VALUES (1)",
    ],
)
def test_what_only_looks_like_it_is_not(text: str) -> None:
    assert not reads_diagnostics(text.encode())


def test_much_text_takes_no_more_than_linear_time() -> None:
    """Not by the clock: what is quadratic would not come back within the test's own time limit."""
    assert not reads_diagnostics(b"show @@ call_ /* " * 50_000)


COMMITS = [text for text, effects in EFFECTS.items() if not effects & (ENDS | UNDOES | Effect.WRITES_ANYTHING)]


def test_what_is_said_not_to_commit_does_not(mariadb: MariaDb) -> None:
    """In a transaction of a real server, what was written before is not there for others afterwards."""
    database = mariadb.create_database()
    mariadb.run("CREATE TABLE seen (n INT); CREATE TABLE t (a INT)", database)
    asked = 0
    session = pymysql.connect(unix_socket=str(mariadb.socket), user="root", database=database)
    with session.cursor() as cursor:
        for text in COMMITS:
            cursor.execute("ROLLBACK")
            cursor.execute("BEGIN")
            cursor.execute("INSERT INTO seen VALUES (1)")
            try:
                cursor.execute(text.replace("USE d", f"USE {database}"))
            except pymysql.MySQLError:
                continue
            asked += 1
            cursor.execute("ROLLBACK")
            cursor.execute("SELECT COUNT(*) FROM seen")
            assert cursor.fetchone() == (0,), text
    assert asked > 15
    session.close()
    mariadb.drop_database(database)
