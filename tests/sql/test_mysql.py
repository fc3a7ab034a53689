"""Types of MariaDB, by a real one, come back as they are written there, and values go there as they are meant."""

from __future__ import annotations

import json

import pytest

from polyscale_cli.connstr.model import Database, DatabaseUrl
from polyscale_cli.errors import AuthenticationError, PolyscaleError, UnavailableError, UsageError
from polyscale_cli.output.result import Json
from polyscale_cli.sql.answer import Answer, Source
from polyscale_cli.sql.mysql import run
from tests.servers.mariadb import MariaDb
from tests.servers.process import free_port

# With what a driver could stumble on: it would send a str as Latin-1.
PASSWORD = "s3cret/é'\"\\"


@pytest.fixture(scope="module")
def url(mariadb: MariaDb) -> DatabaseUrl:
    written = PASSWORD.replace("\\", "\\\\").replace("'", "''")
    mariadb.run(f"CREATE DATABASE typed; GRANT ALL ON typed.* TO typist@'%' IDENTIFIED BY '{written}'")
    return DatabaseUrl(Database.MARIADB, "mariadb", mariadb.host, mariadb.port, "typist", PASSWORD, "typed")


def ask(url: DatabaseUrl, sql: str, *given: str) -> Answer:
    return run(url, sql, given, lambda: None, connect_seconds=10)


VALUES: dict[str, Json] = {
    "1": 1,
    "9007199254740991": 9007199254740991,
    "18446744073709551615": "18446744073709551615",
    "CAST(1.10 AS DECIMAL(10,2))": "1.10",
    "0.1e0 + 0.2e0": 0.30000000000000004,
    "NULL": None,
    "'a\\nb'": "a\nb",
    "'Zoë 🪐'": "Zoë 🪐",
    "X'00ff'": "\\x00ff",
    "b'101'": "\\x05",
    "CAST('2020-06-01 12:00:00.000001' AS DATETIME(6))": "2020-06-01 12:00:00.000001",
    "CAST('-838:59:59' AS TIME)": "-838:59:59",
    "TRUE": 1,
}
COLUMNS: dict[str, tuple[str, Json]] = {
    "date": ("'0000-00-00'", "0000-00-00"),
    "year": ("2024", 2024),
    "float": ("0.1", 0.1),
    "bit(9)": ("b'100000001'", "\\x0101"),
    "blob": ("'a'", "\\x61"),
    "enum('a','b')": ("'b'", "b"),
    "json": ("'{\"a\": [1.5]}'", '{"a": [1.5]}'),
    "int(5) zerofill": ("42", 42),
}


def test_every_value_is_there_as_the_database_writes_it(url: DatabaseUrl) -> None:
    sql = ", ".join(f"{expression} AS c{number}" for number, expression in enumerate(VALUES))
    (row,) = ask(url, f"SELECT {sql}").rows
    assert list(row.values()) == list(VALUES.values())
    assert json.loads(json.dumps(row)) == row


def test_so_is_every_column(url: DatabaseUrl) -> None:
    names = ", ".join(f"c{number} {kind}" for number, kind in enumerate(COLUMNS))
    ask(url, f"CREATE OR REPLACE TABLE columns ({names})")
    values = ", ".join(value for value, _ in COLUMNS.values())
    assert ask(url, f"INSERT INTO columns VALUES ({values})").status == "OK, 1 row affected"
    (row,) = ask(url, "SELECT * FROM columns").rows
    assert list(row.values()) == [expected for _, expected in COLUMNS.values()]


@pytest.mark.parametrize("value", ["42", "", "é'\"\\ ?", "'); DROP TABLE x; --", "a\nb", "%s"])
def test_a_value_arrives_as_it_is(url: DatabaseUrl, value: str) -> None:
    assert ask(url, "SELECT ? AS v", value).rows == ({"v": value},)


def test_only_a_question_mark_outside_of_quotes_and_comments_takes_a_value(url: DatabaseUrl) -> None:
    sql = "SELECT '?' AS a, \"it's ?\" AS b, 'x\\'?' AS `c?`, ? AS d /* ? */ -- ?\n , ? AS e # ?"
    assert ask(url, sql, "1", "2").rows == ({"a": "?", "b": "it's ?", "c?": "x'?", "d": "1", "e": "2"},)


def test_a_value_is_compared_as_the_type_of_its_column(url: DatabaseUrl) -> None:
    ask(url, "CREATE OR REPLACE TABLE compared (id int PRIMARY KEY)")
    ask(url, "INSERT INTO compared VALUES (42)")
    assert ask(url, "SELECT id FROM compared WHERE id = ?", "42").rows == ({"id": 42},)


@pytest.mark.parametrize("given", [(), ("1", "2")])
def test_values_that_do_not_fit_are_refused(url: DatabaseUrl, given: tuple[str, ...]) -> None:
    with pytest.raises(UsageError if given else PolyscaleError):
        ask(url, "SELECT ?", *given)


def test_columns_of_one_name_are_told_apart(url: DatabaseUrl) -> None:
    answer = ask(url, "SELECT 1 AS a, 2 AS a")
    assert (answer.columns, answer.renamed, answer.rows) == (("a", "a_2"), True, ({"a": 1, "a_2": 2},))


def test_of_a_procedure_the_first_rows_are_shown(url: DatabaseUrl) -> None:
    ask(url, "CREATE OR REPLACE PROCEDURE two() BEGIN SELECT 1 AS a; SELECT 2 AS b; END")
    assert ask(url, "CALL two()").rows == ({"a": 1},)


@pytest.mark.parametrize(
    ("before", "after", "source"),
    [(None, None, Source.UNKNOWN), ({"hits": 1}, {"hits": 2}, Source.HIT), ({}, {"misses": 1}, Source.MISS)],
)
def test_the_counters_tell_who_answered(
    url: DatabaseUrl, before: dict[str, int] | None, after: dict[str, int] | None, source: Source
) -> None:
    counts = iter((before, after))
    assert run(url, "SELECT 1", (), lambda: next(counts), connect_seconds=10).source is source


def test_a_refused_login_and_a_refused_statement_keep_the_databases_words(url: DatabaseUrl) -> None:
    with pytest.raises(AuthenticationError, match="Access denied"):
        ask(url.replace(password="wrong"), "SELECT 1")
    with pytest.raises(PolyscaleError, match="nowhere") as refused:
        ask(url, "SELECT * FROM nowhere")
    assert (refused.value.code, refused.value.why) == ("SQLSTATE_42S02", "Error 1146, SQLSTATE 42S02.")


def test_nobody_there_is_unavailable(url: DatabaseUrl) -> None:
    with pytest.raises(UnavailableError) as failed:
        ask(url.replace(port=free_port()), "SELECT 1")
    assert failed.value.code == "CONNECTION_FAILED"


@pytest.mark.parametrize(("query", "encrypted"), [((), True), ((("ssl-mode", "DISABLED"),), False)])
def test_the_way_is_encrypted_unless_the_url_refuses_it(
    url: DatabaseUrl, query: tuple[tuple[str, str], ...], encrypted: bool
) -> None:
    (row,) = ask(url.replace(query=query), "SHOW STATUS LIKE 'Ssl_cipher'").rows
    assert bool(row["Value"]) is encrypted


def test_a_certificate_is_checked_where_the_url_asks_for_that(url: DatabaseUrl, mariadb: MariaDb) -> None:
    asked = url.replace(query=(("ssl-mode", "VERIFY_CA"), ("ssl-ca", str(mariadb.certificates.ca))))
    sql = "SELECT variable_value <> '' AS yes FROM information_schema.session_status WHERE variable_name = 'SSL_CIPHER'"
    assert ask(asked, sql).rows == ({"yes": 1},)
    with pytest.raises(UnavailableError, match="connection"):
        ask(url.replace(query=(("ssl-mode", "VERIFY_CA"),)), "SELECT 1")
