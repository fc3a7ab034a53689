"""Times of day that are made dates, and so get the date of today."""

from __future__ import annotations

import pymysql
import pytest

from polyscale_cli.edge.engine import Analysis, Reason
from polyscale_cli.edge.wire.mysql.dialect import MySqlDialect
from tests.servers.mariadb import MariaDb

DIALECT = MySqlDialect()


def analyse(text: str) -> Analysis:
    return DIALECT.analyse(text.encode())


MOMENTS = {
    "SELECT at, * FROM t WHERE at = '10:00' ORDER BY at": set(),
    "SELECT HOUR(at), COUNT(at), MAX(at) FROM t GROUP BY at": set(),
    "SELECT DATE(at) FROM t": {"at"},
    "SELECT at + INTERVAL 1 DAY FROM t": {"at"},
    "SELECT a FROM t WHERE at < b": {"at", "b"},
    "SELECT a FROM t WHERE at = ?": {"at"},
    "SELECT at FROM t UNION SELECT b FROM u": {"at", "b"},
    "SELECT * FROM t UNION SELECT * FROM u": {"*"},
    "SELECT COALESCE(at, b) FROM t": {"at", "b"},
    "SELECT DATE(x) FROM (SELECT at AS x FROM t) d": {"at", "x"},
    "SELECT DATE(d.y) FROM (SELECT at FROM t) AS d (y)": {"at", "y"},
    "SELECT 1 FROM t WHERE b > (SELECT MAX(at) FROM u)": {"at", "b"},
    "SELECT 1 FROM t JOIN u USING (at)": {"at"},
    "SELECT 1 FROM t NATURAL JOIN u": {"*"},
}


@pytest.mark.parametrize("text", MOMENTS)
def test_columns_that_may_be_made_dates_are_named(text: str) -> None:
    assert {name for name, _ in analyse(text).moments} == MOMENTS[text]
    assert analyse(text).is_plain_read


CLOCKED = [
    "SELECT DATE(TIME(b)) FROM t",
    "SELECT TIME(b) < b FROM t",
    "SELECT CAST(CAST(b AS TIME) AS DATETIME) FROM t",
    "SELECT TIME '10:00' + INTERVAL 1 DAY < b FROM t",
    "SELECT x < b FROM (SELECT MAKETIME(1, 2, 3) AS x, b FROM t) d",
    "SELECT SEC_TO_TIME(5) UNION SELECT b FROM t",
    "SELECT DATE(at) FROM t",
    "SELECT at < b FROM t",
    "SELECT IF(b, at, b) FROM t",
    "SELECT at FROM t UNION SELECT b FROM t",
    "SELECT GREATEST(at, b) FROM t",
    "SELECT DATE(x) FROM (SELECT at AS x FROM t) d",
    "SELECT YEAR(at), DATE_FORMAT(at, '%Y') FROM t",
]
UNCLOCKED = [
    "SELECT at, b, at < '2020-01-01 11:00:00', at IN ('10:00'), HOUR(at), MAX(at) FROM t",
    "SELECT TIME(b) FROM t WHERE TIME(b) > '01:00' GROUP BY TIME(b)",
    "SELECT TIME_TO_SEC(TIMEDIFF(b, b)), b + INTERVAL 1 DAY, UNIX_TIMESTAMP(b), DATE(b), YEAR(b) FROM t",
]


def test_the_servers_answers_change_with_the_day_only_where_it_is_said(mariadb: MariaDb) -> None:
    """A time of day that is made a date: asked on two days, and the analysis has told which answers would differ."""
    database = mariadb.create_database()
    session = pymysql.connect(unix_socket=str(mariadb.socket), user="root", database=database, autocommit=True)
    with session.cursor() as cursor:
        cursor.execute("CREATE TABLE t (at TIME, b DATETIME)")
        cursor.execute("INSERT INTO t VALUES ('10:00', '2020-01-01 11:00')")
        for text in CLOCKED + UNCLOCKED:
            answers = []
            for day in (1_000_000_000, 2_000_000_000):
                cursor.execute(f"SET timestamp = {day}")
                cursor.execute(text)
                answers.append(cursor.fetchall())
            found = analyse(text)
            told = found.refusal is Reason.READS_CLOCK or any(name in ("at", "*") for name, _ in found.moments)
            assert told or answers[0] == answers[1], text
            assert told is (text in CLOCKED), text
    session.close()
    mariadb.drop_database(database)
