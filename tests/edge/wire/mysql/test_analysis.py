"""What a statement does, by its text."""

from __future__ import annotations

import pymysql
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.engine import Analysis, Effect, Name, Reason
from polyscale_cli.edge.wire.mysql import functions, lexer
from polyscale_cli.edge.wire.mysql.dialect import LONGEST_SHORTENED, MySqlDialect, shortened
from polyscale_cli.edge.wire.mysql.queries import LONGEST_PARSED, are_all_found
from tests.servers.mariadb import MariaDb

DIALECT = MySqlDialect()
T, U, V = ("t",), ("u",), ("v",)


def analyse(text: str) -> Analysis:
    return DIALECT.analyse(text.encode())


READS: dict[str, set[Name]] = {
    "SELECT * FROM t": {T},
    "select * from T x": {("T",)},
    "SELECT * FROM `T`": {("T",)},
    "SELECT * FROM d.t": {("d", "t")},
    "SELECT * FROM `d` . `t``x`": {("d", "t`x")},
    "SELECT * FROM 2020_t": {("2020_t",)},
    "TABLE t ORDER BY x LIMIT 2": {T},
    "VALUES ROW(1, 2), ROW(3, 4)": set(),
    "(SELECT 1 FROM t) UNION (TABLE u) LIMIT 1": {T, U},
    "SELECT a FROM t INTERSECT SELECT b FROM u EXCEPT SELECT c FROM v": {T, U, V},
    "SELECT * FROM t, u": {T, U},
    "SELECT * FROM t PARTITION (p0, p1) AS x, (u, v)": {T, U, V},
    "SELECT * FROM t NATURAL LEFT JOIN u STRAIGHT_JOIN v": {T, U, V},
    "SELECT STRAIGHT_JOIN a FROM t": {T},
    "SELECT * FROM t LEFT JOIN (u JOIN v ON u.i = v.i) ON t.i = u.i": {T, U, V},
    "SELECT * FROM t USE INDEX (i) FORCE INDEX FOR JOIN (j), u": {T, U},
    "SELECT * FROM t, LATERAL (SELECT * FROM u WHERE u.i = t.i) AS d (x, y)": {T, U},
    "SELECT * FROM t WHERE i IN (SELECT i FROM u) AND EXISTS (TABLE v)": {T, U, V},
    "SELECT * FROM t WHERE i = ANY (SELECT i FROM u) AND i <> ALL (SELECT i FROM v)": {T, U, V},
    "SELECT (SELECT MAX(i) FROM u) FROM t": {T, U},
    "WITH c (n) AS (SELECT i FROM u) SELECT * FROM c, t": {T, U},
    "WITH RECURSIVE c AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM c, u) SELECT * FROM c": {U},
    "SELECT * FROM JSON_TABLE('[]', '$[*]' COLUMNS(a INT PATH '$', NESTED PATH '$' COLUMNS (c INT PATH '$'))) j": set(),
    "SELECT EXTRACT(YEAR FROM a), TRIM(BOTH 'x' FROM b), SUBSTRING(a FROM 1 FOR 2) FROM t": {T},
    "SELECT SUM(a) OVER (PARTITION BY b ROWS 1 PRECEDING), ROW_NUMBER() OVER w FROM t WINDOW w AS (ORDER BY a)": {T},
    "SELECT GROUP_CONCAT(DISTINCT a ORDER BY b SEPARATOR ','), COUNT(*) FROM t GROUP BY c WITH ROLLUP": {T},
    "SELECT CAST(a AS CHAR(10)), CONVERT(a, DECIMAL(4, 2)), CONVERT(a USING utf8mb4), CHAR(65 USING latin1) FROM t": {
        T
    },
    "SELECT a DIV b, a XOR b, a <=> b, a RLIKE b, a SOUNDS LIKE b, a->>'$.x', 'x' MEMBER OF (a) FROM t": {T},
    "SELECT DATE_ADD(a, INTERVAL 1 DAY), a + INTERVAL '1:2' HOUR_MINUTE, UNIX_TIMESTAMP(a) FROM t": {T},
    "SELECT a COLLATE utf8mb4_bin, _utf8mb4 'x', BINARY b, 0x1F, x'1f', b'01', N'x' FROM t": {T},
    "SELECT /*! SQL_NO_CACHE */ a FROM t": {T},
    "SELECT /*!40001 SQL_NO_CACHE */ a FROM t": {T},
    "SELECT /*+ BKA(t) */ a FROM t": {T},
    "SELECT 'x -- ' FROM t -- FROM u": {T},
    "SELECT '# \\' FROM u' FROM t # FROM u": {T},
    'SELECT "/*!" FROM t /* FROM u */': {T},
    "SELECT 1 FROM DUAL": set(),
    "SELECT * FROM `dual`": {("dual",)},
    "SELECT * FROM t ORDER BY 1 LIMIT 5, 10": {T},
    "SELECT * FROM t WHERE a = ? LIMIT ? OFFSET ?": {T},
    "SELECT DATABASE(), VERSION(), COUNT (*), MAX(a) FROM t;": {T},
    ";; SELECT * FROM t ;": {T},
}


@pytest.mark.parametrize("text", READS)
def test_a_read_names_its_tables(text: str) -> None:
    found = analyse(text)
    assert found.refusal is None
    assert found.effects is Effect.NONE
    assert found.writes == ()
    assert READS[text] <= set(found.reads)
    assert set(found.reads) - READS[text] <= found.maybe, "only names of CTEs besides"


REFUSED = {
    "SELECT * FROM t FOR UPDATE": Reason.LOCKS_ROWS,
    "SELECT * FROM t FOR SHARE OF t SKIP LOCKED": Reason.LOCKS_ROWS,
    "SELECT * FROM (SELECT * FROM t LOCK IN SHARE MODE) x": Reason.LOCKS_ROWS,
    "SELECT @x": Reason.READS_SESSION,
    "SELECT EXTRACTVALUE(a, '//b[$@x]') FROM t": Reason.READS_SESSION,
    "SELECT UPDATEXML(a, '//b[$@x]', '<c/>') FROM t": Reason.READS_SESSION,
    "SELECT @x := a FROM t": Reason.READS_SESSION,
    "SELECT @`x y`, a FROM t": Reason.READS_SESSION,
    "SELECT @@sql_mode": Reason.READS_SESSION,
    "SELECT SQL_CALC_FOUND_ROWS * FROM t": Reason.READS_SESSION,
    "SELECT FOUND_ROWS()": Reason.READS_SESSION,
    "SELECT LAST_INSERT_ID()": Reason.READS_SESSION,
    "SELECT CURRENT_USER": Reason.READS_SESSION,
    "SELECT USER(), a FROM t": Reason.READS_SESSION,
    "SELECT DEFAULT(a) FROM t": Reason.READS_SESSION,
    "SELECT AES_ENCRYPT(a, 'k') FROM t": Reason.READS_SESSION,
    "SELECT a INTO @x FROM t": Reason.NOT_A_READ,
    "SELECT a FROM t INTO OUTFILE 'x'": Reason.NOT_A_READ,
    "SELECT a FROM t WHERE at > NOW()": Reason.READS_CLOCK,
    "SELECT UNIX_TIMESTAMP()": Reason.READS_CLOCK,
    "SELECT a FROM t WHERE at > CURRENT_DATE - INTERVAL 1 DAY": Reason.READS_CLOCK,
    "SELECT UTC_TIMESTAMP": Reason.READS_CLOCK,
    "SELECT a FROM t ORDER BY RAND()": Reason.VOLATILE_FUNCTION,
    "SELECT UUID()": Reason.VOLATILE_FUNCTION,
    "SELECT SLEEP(1)": Reason.VOLATILE_FUNCTION,
    "SELECT GET_LOCK('x', 1)": Reason.VOLATILE_FUNCTION,
    "SELECT LOAD_FILE('x')": Reason.STABLE_FUNCTION,
    "SELECT a FROM t WHERE MATCH (a) AGAINST ('x' IN BOOLEAN MODE)": Reason.STABLE_FUNCTION,
    "SELECT NEXT VALUE FOR s": Reason.SEQUENCE,
    "SELECT NEXTVAL(s)": Reason.SEQUENCE,
    "SELECT * FROM t FOR SYSTEM_TIME AS OF TIMESTAMP '2020-01-01'": Reason.NOT_UNDERSTOOD,
    "SELECT /*+ SET_VAR(sql_mode = 'ANSI') */ a FROM t": Reason.NOT_UNDERSTOOD,
    "SELECT * FROM t LIMIT ROWS EXAMINED 10": Reason.NOT_UNDERSTOOD,
    "SELECT 1; SELECT 2": Reason.SEVERAL_STATEMENTS,
    "": Reason.NOT_A_READ,
    " -- nothing": Reason.NOT_A_READ,
    "EXPLAIN SELECT * FROM t": Reason.NOT_A_READ,
    "EXPLAIN ANALYZE SELECT * FROM t": Reason.NOT_A_READ,
    "SHOW TABLES": Reason.NOT_A_READ,
    "DO SLEEP(1)": Reason.NOT_A_READ,
}


@pytest.mark.parametrize("text", REFUSED)
def test_a_refusal_has_its_reason(text: str) -> None:
    found = analyse(text)
    assert found.refusal is REFUSED[text]
    assert found.writes == ()
    assert Effect.WRITES_ANYTHING not in found.effects


WRITES: dict[str, set[Name]] = {
    "INSERT INTO t VALUES (1), (2)": {T},
    "INSERT INTO d.T (a, b) VALUES (1, DEFAULT) ON DUPLICATE KEY UPDATE a = VALUES(a)": {("d", "T")},
    "INSERT LOW_PRIORITY IGNORE `t` SET a = 1": {T},
    "INSERT INTO t SELECT * FROM u": {T},
    "INSERT INTO t (a) VALUES (1) AS new ON DUPLICATE KEY UPDATE a = new.a": {T},
    "INSERT INTO t PARTITION (p0) (a) VALUE (1) RETURNING a, b": {T},
    "INSERT INTO t VALUE (1)": {T},
    "INSERT INTO t WITH x AS (SELECT 1 FROM u) SELECT * FROM x": {T},
    "REPLACE DELAYED t (a) VALUES (NOW())": {T},
    "UPDATE t SET a = (SELECT MAX(a) FROM u) ORDER BY b LIMIT 1": {T},
    "UPDATE LOW_PRIORITY IGNORE d.t AS x SET x.a = 1": {("d", "t")},
    "UPDATE t FOR PORTION OF p FROM 1 TO 2 SET a = 1": {T},
    "UPDATE t, u SET t.a = u.a WHERE t.i = u.i": {T, U},
    "UPDATE t JOIN u USING (i) LEFT JOIN (SELECT * FROM v) d ON 1 SET t.a = 1": {T, U, V},
    "WITH x AS (SELECT 1 AS i FROM u) UPDATE t JOIN x USING (i) SET t.a = 1": {T},
    "DELETE FROM t WHERE a IN (SELECT a FROM u) ORDER BY b LIMIT 1 ": {T},
    "DELETE QUICK FROM d.t AS x RETURNING a": {("d", "t")},
    "DELETE FROM t PARTITION (p) WHERE a = 1": {T},
    "DELETE HISTORY FROM t": {T},
    "DELETE t, u FROM t JOIN u ON t.i = u.i": {T, U},
    "DELETE x.* FROM t AS x, u WHERE x.i = u.i": {T, U},
    "DELETE FROM t USING t JOIN u USING (i)": {T, U},
    "WITH x AS (SELECT a FROM u) DELETE FROM t WHERE a IN (SELECT a FROM x)": {T},
    "LOAD DATA LOCAL INFILE 'x' INTO TABLE d.t FIELDS TERMINATED BY ',' IGNORE 1 LINES (a, b, @c) SET d = @c": {
        ("d", "t")
    },
    "LOAD XML INFILE 'x' REPLACE INTO TABLE t ROWS IDENTIFIED BY '<row>'": {T},
    "TRUNCATE TABLE d.t": {("d", "t")},
    "TRUNCATE t": {T},
    "ANALYZE FORMAT=JSON DELETE FROM t": {T},
    "EXPLAIN ANALYZE UPDATE t, u SET t.a = 1": {T, U},
    "INSERT INTO t VALUES (1); DELETE FROM u": {T, U},
}


@pytest.mark.parametrize("text", WRITES)
def test_a_write_names_its_tables(text: str) -> None:
    found = analyse(text)
    assert set(found.writes) == WRITES[text]
    assert Effect.WRITES_ANYTHING not in found.effects
    assert found.refusal in (Reason.WRITES, Reason.SEVERAL_STATEMENTS)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT f(a) FROM t",
        "SELECT d.abs(a) FROM t",
        "SELECT `abs`(a) FROM t",
        "SELECT SUM (a) FROM t",
        "SELECT POINT(1) FROM t",
        "SELECT row_number(), f (1) FROM t",
        "INSERT INTO t VALUES (f(1))",
        "UPDATE t SET a = 1 WHERE f(a)",
        "DELETE t FROM t, u WHERE f(t.a)",
        "SET @x = f(1)",
        "DO f()",
        "SHOW TABLES WHERE f(1)",
        "EXPLAIN SELECT * FROM (SELECT f(1)) x",
        "LOAD DATA INFILE 'x' INTO TABLE t (a) SET b = f(a)",
        "CREATE TEMPORARY TABLE x AS SELECT f(1)",
        "SELECT 1 /*! + f(1) */",
        "SELECT 1.e(f(1))",
        "SELECT 1; SELECT f(1)",
    ],
)
def test_what_is_not_known_to_be_built_in_may_write(text: str) -> None:
    found = analyse(text)
    assert Effect.WRITES_ANYTHING in found.effects
    assert not found.is_plain_read


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SELECT ABS(a), LEFT(b, 1) FROM t", ()),
        ("SELECT NVL(a, b) FROM t", ("nvl",)),
        ("SELECT REGEXP_LIKE(a, 'x'), JSON_EXTRACT(a, '$') FROM t", ("json_extract", "regexp_like")),
        ("INSERT INTO t VALUES (UUID_TO_BIN('x'))", ("uuid_to_bin",)),
    ],
)
def test_what_is_built_in_here_and_not_there_is_named(text: str, names: tuple[str, ...]) -> None:
    assert analyse(text).functions == tuple((name,) for name in names)


@pytest.mark.parametrize(
    ("name", "is_mariadb", "version", "expected"),
    [
        ("abs", True, (10, 3), True),
        ("nvl", True, (10, 11, 6), True),
        ("nvl", False, (8, 4), False),
        ("regexp_like", False, (8, 0, 30), True),
        ("regexp_like", True, (11, 4), False),
        ("json_extract", False, (5, 6), False),
        ("md5", False, (8, 0, 30), True),
        ("md5", False, (9, 7), False),
        ("nextval", False, (9, 7), False),
    ],
)
def test_versions_tell_what_is_built_in(
    name: str, *, is_mariadb: bool, version: tuple[int, ...], expected: bool
) -> None:
    assert functions.is_built_in(name, is_mariadb=is_mariadb, version=version) is expected


def test_no_stored_function_hides_what_is_taken_for_built_in(mariadb: MariaDb) -> None:
    """A stored function is made with each name that the server does not list, and never called by that name."""
    database = mariadb.create_database()
    session = pymysql.connect(unix_socket=str(mariadb.socket), user="root", database=database)
    asked = 0
    with session.cursor() as cursor:
        cursor.execute("SELECT LOWER(FUNCTION) FROM information_schema.SQL_FUNCTIONS")
        native = {row[0] for row in cursor.fetchall()}
        here = {name for name in functions.LISTED if functions.is_built_in(name, is_mariadb=True, version=(10, 11))}
        assert len(native & here) > 200
        for name in sorted((functions.SYNTAX | here) - native):
            cursor.execute(f"CREATE FUNCTION `{name}`() RETURNS INT NO SQL RETURN 4711")
            asked += 1
            for text in (f"SELECT {name}()", f"SELECT {name}(1)", f"SELECT {name}(1, 2)"):
                assert not calls(cursor, text) or Effect.WRITES_ANYTHING in analyse(text).effects, text
    assert asked > 100
    session.close()
    mariadb.drop_database(database)


def calls(cursor: pymysql.cursors.Cursor, text: str) -> bool:
    """Whether a statement calls the stored function, if only with too many arguments (error 1318)."""
    try:
        cursor.execute(text)
    except pymysql.MySQLError as error:
        return bool(error.args[0] == 1318)
    return bool(cursor.fetchall() == ((4711,),))


def test_what_a_view_is_stored_as_is_a_plain_read(mariadb: MariaDb) -> None:
    """The server writes definitions in its own way."""
    database = mariadb.create_database()
    mariadb.run("CREATE TABLE t (a INT, b VARCHAR(9), c DATETIME)", database)
    for query in (
        "SELECT a, COUNT(*), GROUP_CONCAT(b ORDER BY b SEPARATOR ',') FROM t WHERE b LIKE 'x%' OR a <=> 1 GROUP BY a",
        "SELECT CAST(a AS CHAR(9)), c + INTERVAL 1 DAY, EXTRACT(YEAR FROM c), TRIM(LEADING 'x' FROM b), a DIV 2 FROM t",
        "SELECT x.a, CASE WHEN x.a > 1 THEN b'1' END FROM t x LEFT JOIN (t y JOIN t z ON y.a = z.a) ON x.a = y.a",
        "WITH q AS (SELECT a FROM t) SELECT a FROM q UNION SELECT RANK() OVER (ORDER BY a) FROM t WHERE a > 1",
        "SELECT CONVERT(b USING latin1) COLLATE latin1_bin, _utf8mb4'x', JSON_EXTRACT(b, '$'), IF(a, 1, 2) FROM t",
    ):
        mariadb.run(f"CREATE OR REPLACE VIEW w AS {query}", database)
        stored = mariadb.run("SELECT VIEW_DEFINITION FROM information_schema.VIEWS WHERE TABLE_NAME = 'w'", database)
        found = DIALECT.analyse(stored.split("\n", 1)[1].strip().encode())
        assert found.is_plain_read, stored
        assert set(found.reads) - found.maybe == {(database, "t")}, stored
    mariadb.drop_database(database)


ROWS = ",".join(f"({i}, 'it\\'s {i}', NOW(), NULL, -{i}.5)" for i in range(30_000))
IDS = ", ".join(str(i) for i in range(100_000))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"INSERT INTO t (a, b, c, d, e) VALUES {ROWS}", WRITES["TRUNCATE t"]),
        (f"INSERT INTO t VALUES {ROWS} ON DUPLICATE KEY UPDATE a = VALUES(a)", {T}),
        (f"REPLACE INTO t SELECT * FROM u WHERE a IN ({IDS})", {T}),
        (f"UPDATE t SET a = 1 WHERE b IN ({IDS})", {T}),
        (f"DELETE t FROM t JOIN u USING (i) WHERE b IN ({IDS})", {T, U}),
    ],
)
def test_a_long_statement_is_understood_by_its_shape(text: str, expected: set[Name]) -> None:
    found = analyse(text)
    assert set(found.writes) == expected
    assert Effect.WRITES_ANYTHING not in found.effects


def test_a_long_read_is_understood_by_its_shape() -> None:
    assert analyse(f"SELECT * FROM t WHERE a IN ({IDS})").is_plain_read
    assert analyse("SELECT * FROM t WHERE (a, b) IN (" + ", ".join(["(?, ?)"] * 20_000) + ")").is_plain_read


def test_what_a_long_statement_calls_is_seen() -> None:
    found = analyse(f"INSERT INTO t VALUES {ROWS}, (f(1), 2, 3, 4, 5), {ROWS}")
    assert Effect.WRITES_ANYTHING in found.effects


def test_what_stands_behind_a_long_statement_is_seen() -> None:
    found = analyse(f"INSERT INTO t VALUES {ROWS}; DELETE FROM u")
    assert set(found.writes) == {T, U}


def test_a_statement_that_stays_long_may_do_anything() -> None:
    columns = ", ".join(f"a{i}" for i in range(40_000))
    assert Effect.WRITES_ANYTHING in analyse(f"SELECT {columns} FROM t").effects
    assert Effect.WRITES_ANYTHING in analyse("SELECT " + "1 +" * LONGEST_SHORTENED).effects


def test_a_statement_is_the_same_with_its_rows_taken_for_one() -> None:
    text = b"INSERT INTO `t x` VALUES (1, NULL, 'x', f(2, 'y')), (-2, DEFAULT, _utf8'z', f(0x1F, N'z')) RETURNING 1"
    assert b"".join(shortened(text).split()) == b"INSERTINTO`tx`VALUES(1,f(1,1))RETURNING1"


def test_rows_of_two_are_taken_for_one_and_arguments_stay_two() -> None:
    text = b"INSERT INTO t VALUES (NULL, POINT(1, 2), 'x'), (3, POINT(-4, 5), NULL), (1, POINT(1, 1), ?)"
    assert b"".join(shortened(text).split()) == b"INSERTINTOtVALUES(1,POINT(1,1),1)"


def test_a_name_that_looks_like_rows_stays() -> None:
    text = b"INSERT INTO `t(1),(1)` VALUES (1), (2)"
    assert shortened(text).split() == b"INSERT INTO `t(1),(1)` VALUES ( 1 ), ( 1 )".split()


@pytest.mark.parametrize(
    "unit",
    [
        "(",
        "((SELECT ",
        "f(",
        "CASE WHEN ",
        "NOT ",
        "- ",
        "SELECT * FROM (",
        "{",
        "INTERVAL ",
        "IF(1,",
        "(a",
        "(1),",
        "a.",
        "WITH a AS (",
        "POINT(1,",
        "JSON_TABLE('x' COLUMNS ",
    ],
)
def test_no_nesting_is_too_deep(unit: str) -> None:
    """Neither a crash nor, as far as the test's own time limit goes, a long time."""
    analyse("SELECT " + unit * ((LONGEST_PARSED - 10) // len(unit)))


@given(
    st.text(st.sampled_from("'\"`()/*!-+;@#.,=1aé \n"), max_size=60), st.sampled_from(["", "SELECT ", "INSERT INTO t "])
)
def test_noise_raises_nothing(text: str, before: str) -> None:
    analyse(before + text)


@given(st.binary(max_size=80))
def test_bytes_raise_nothing(text: bytes) -> None:
    DIALECT.analyse(text)


@pytest.mark.parametrize("text", ["SELECT DATE_ADD()", "SELECT DATE_SUB(1)"])
def test_what_the_parser_stumbles_over_is_not_understood(text: str) -> None:
    assert analyse(text).refusal is Reason.NOT_UNDERSTOOD


def test_a_table_that_the_parser_has_not_found_is_missed() -> None:
    words = lexer.tokens(b"SELECT EXTRACT(DAY FROM x), `TABLE` FROM t JOIN d.u")
    assert are_all_found(Analysis(reads=(T, ("d", "u"))), words)
    assert not are_all_found(Analysis(reads=(T, U)), words)
    assert not are_all_found(Analysis(reads=(("d", "u"),)), words)
