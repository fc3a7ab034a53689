"""Every type of PostgreSQL, by a real one, comes back as it was and goes there as it is meant."""

from __future__ import annotations

import json
import re

import pytest

from polyscale_cli.errors import AuthenticationError, PolyscaleError, UnavailableError, UsageError
from polyscale_cli.output.result import Json
from polyscale_cli.sql.answer import Answer, Source
from polyscale_cli.sql.postgres import run
from tests.servers.postgres import SCRAM, TRUST, Postgres
from tests.servers.process import free_port


@pytest.fixture
def dsn(postgres: Postgres) -> str:
    return f"postgresql://{TRUST.name}@{postgres.host}:{postgres.port}/postgres"


def ask(dsn: str, sql: str, *given: str) -> Answer:
    return run(dsn, sql, given, lambda: None, connect_seconds=10)


VALUES: dict[str, Json] = {
    "1::int2": 1,
    "9007199254740991::int8": 9007199254740991,
    "9007199254740992::int8": "9007199254740992",
    "(-9223372036854775807 - 1)::int8": "-9223372036854775808",
    "1.10::numeric": "1.10",
    "1e30::numeric": "1000000000000000000000000000000",
    "'NaN'::numeric": "NaN",
    "0.1::float8 + 0.2::float8": 0.30000000000000004,
    "0.1::float4": 0.1,
    "16777217::float4": 16777216.0,
    "3.4028235e38::float4": 3.4028235e38,
    "'NaN'::float8": "NaN",
    "'-Infinity'::float4": "-Infinity",
    "true": True,
    "NULL::int": None,
    "'a\nb'::text": "a\nb",
    "'x'::char(3)": "x  ",
    "'x'::\"char\"": "x",
    "'\\x00ff'::bytea": "\\x00ff",
    "'2020-06-01 12:00:00.5+02'::timestamptz": "2020-06-01T10:00:00.5Z",
    "'2020-06-01 12:00:00.000001'::timestamp": "2020-06-01T12:00:00.000001",
    "'infinity'::timestamptz": "infinity",
    "'-infinity'::date": "-infinity",
    "'294276-12-31 23:59:59.999999'::timestamp": "294276-12-31T23:59:59.999999",
    "'4713-11-24 BC'::date": "4713-11-24 BC",
    "'24:00'::time": "24:00:00",
    "'12:00:00-03:30'::timetz": "12:00:00-03:30",
    "interval '1 year 1 month -2 days 03:00:00.25'": "P13M-2DT10800.25S",
    "interval '-1 second'": "PT-1S",
    "interval '0'": "PT0S",
    "array[1, NULL, 9007199254740993]": [1, None, "9007199254740993"],
    "'{{1,2},{3,4}}'::int[]": [[1, 2], [3, 4]],
    "array['a,b', 'NULL', NULL, '']": ["a,b", "NULL", None, ""],
    "array['2020-01-01'::timestamptz AT TIME ZONE 'UTC']": ["2020-01-01T00:00:00"],
    """'{"a": [1.10, null, 12345678901234567890], "b": 0.12345678901234567890}'::jsonb""": {
        "a": [1.1, None, "12345678901234567890"],
        "b": "0.12345678901234567890",
    },
    """'{"a": 1, "a": 2}'::json""": '{"a": 1, "a": 2}',
    """array['{"a": 1}']::jsonb[]""": [{"a": 1}],
    "'00000000-0000-0000-0000-00000000000a'::uuid": "00000000-0000-0000-0000-00000000000a",
    "('[' || repeat('9', 5000) || ']')::json": ["9" * 5000],
    "(repeat('[', 65) || repeat(']', 65))::jsonb": "[" * 65 + "]" * 65,
    "(repeat('[', 3000) || repeat(']', 3000))::json": "[" * 3000 + "]" * 3000,
    "'10.1.2.3/24'::inet": "10.1.2.3/24",
    "'{[1,3),[5,6)}'::int4multirange": [
        {"lower": 1, "upper": 3, "bounds": "[)"},
        {"lower": 5, "upper": 6, "bounds": "[)"},
    ],
    "'empty'::int4range": "empty",
    "'[2020-01-01,)'::daterange": {"lower": "2020-01-01", "upper": None, "bounds": "[)"},
    "row(1, 'x', 'infinity'::timestamptz)": [1, "x", "infinity"],
    "b'101'": "101",
    "'16/B374D848'::pg_lsn": "16/B374D848",
    "'(1,2)'::point": [1.0, 2.0],
    "'[(0,0),(1,1)]'::path": {"closed": False, "points": [[0.0, 0.0], [1.0, 1.0]]},
}


def test_values_lose_nothing(dsn: str) -> None:
    answer = ask(dsn, "SELECT " + ", ".join(f"{sql} AS v{i}" for i, sql in enumerate(VALUES)))
    found = dict(zip(VALUES, answer.rows[0].values(), strict=True))
    assert found == VALUES
    assert json.loads(json.dumps(found, allow_nan=False)) == VALUES


def test_days_of_all_times_are_written_as_the_database_writes_them(dsn: str) -> None:
    """Each day that a calendar could get wrong, in every century that the types hold."""
    sql = """
        SELECT d::date AS day, d::timestamp + interval '1 microsecond' AS moment, d::date::text AS day_text,
          (d::timestamp + interval '1 microsecond')::text AS moment_text
        FROM generate_series('4713-11-24 BC'::timestamp, '290000-01-01', interval '97 days 1461 minutes') AS d
        LIMIT 10000
    """
    rows = ask(dsn, sql).rows
    assert len(rows) == 10_000
    for row in rows:
        assert row["day"] == row["day_text"]
        assert row["moment"] == re.sub(r"^(\S+) (\S+)", r"\1T\2", str(row["moment_text"]))


def test_the_names_of_types_of_ones_own_do_not_matter(postgres: Postgres, database: str) -> None:
    postgres.run(
        "CREATE TYPE mood AS ENUM ('low', 'high'); CREATE DOMAIN positive AS int CHECK (VALUE > 0);"
        "CREATE TYPE pair AS (a int, at timestamptz)",
        database,
    )
    dsn = f"postgresql://{TRUST.name}@{postgres.host}:{postgres.port}/{database}"
    answer = ask(
        dsn,
        "SELECT 'low'::mood m, array['high']::mood[] ms, 5::positive p, row(1, 'infinity')::pair pr,"
        " array[row(2, '2020-01-01Z')::pair] prs, $1::mood bound",
        "high",
    )
    assert answer.rows[0] == {
        **{"m": "low", "ms": ["high"], "p": 5, "pr": {"a": 1, "at": "infinity"}},
        **{"prs": [{"a": 2, "at": "2020-01-01T00:00:00Z"}], "bound": "high"},
    }


@pytest.mark.parametrize(
    ("kind", "given", "comes_back"),
    [
        ("int8", "9007199254740993", "9007199254740993"),
        ("numeric", "1e3", "1000"),
        ("float8", "nan", "NaN"),
        ("bool", "T", True),
        ("bytea", "\\xFF00", "\\xff00"),
        ("text", "it's ü\n", "it's ü\n"),
        ("jsonb", '{"a": null}', {"a": None}),
        ("uuid", "00000000-0000-0000-0000-00000000000A", "00000000-0000-0000-0000-00000000000a"),
        ("date", "0001-01-01", "0001-01-01"),
        ("time", "23:59:59.999999", "23:59:59.999999"),
        ("timestamp", "2020-01-01T00:00:00.000001", "2020-01-01T00:00:00.000001"),
        ("timestamptz", "1900-01-01T00:00:00+01:00", "1899-12-31T23:00:00Z"),
        ("int4[]", "[1, null, [2]]", None),
        ("int4[]", "[[1, 2], [3, 4]]", [[1, 2], [3, 4]]),
        ("text[]", '["a", "b,c", null]', ["a", "b,c", None]),
        ("numeric[]", '["1.10"]', ["1.10"]),
        ("inet", "10.0.0.1", "10.0.0.1"),
        ("int4", "1.5", None),
        ("int4", "99999999999", None),
        ("bool", "maybe", None),
        ("int4[]", "[" * 100_000, None),
        ("int8", "9" * 5000, None),
        ("bytea", "plain", None),
        ("timestamptz", "2020-01-01T00:00:00", None),
        ("timestamp", "2020-01-01T00:00:00Z", None),
        ("date", "infinity", None),
        ("interval", "1 day", None),
        ("int4range", "[1,2)", None),
        ("point", "(1,2)", None),
    ],
)
def test_what_is_bound_comes_back_or_is_refused(dsn: str, kind: str, given: str, comes_back: Json) -> None:
    sql = f"SELECT $1::{kind} AS v"
    if comes_back is not None:
        assert ask(dsn, sql, given).rows[0]["v"] == comes_back
        return
    with pytest.raises(UsageError) as refusal:
        ask(dsn, sql, given)
    assert refusal.value.code == "BIND_VALUE"
    assert f"$1::text::{kind}" in str(refusal.value.fix)


def test_too_few_and_too_many_values_are_counted(dsn: str) -> None:
    for sql, given in (("SELECT $1::int + $2::int", ["1"]), ("SELECT 1", ["1"])):
        with pytest.raises(UsageError, match="value"):
            ask(dsn, sql, *given)


def test_statements_without_rows_have_a_status(dsn: str) -> None:
    answer = ask(dsn, "CREATE TEMPORARY TABLE t (id int)")
    assert (answer.columns, answer.rows, answer.status) == ((), (), "CREATE TABLE")
    assert ask(dsn, "SELECT FROM generate_series(1, 3)").status == "SELECT 3"


def test_columns_of_one_name_are_told_apart(dsn: str) -> None:
    answer = ask(dsn, "SELECT 1 AS a, 2 AS a, 3 AS a_2")
    assert (answer.rows[0], answer.renamed) == ({"a": 1, "a_2": 2, "a_2_2": 3}, True)


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("selec 1", "SQLSTATE_42601"),
        ("SELECT 1; SELECT 2", "SQLSTATE_42601"),
        ("SELECT * FROM nowhere", "SQLSTATE_42P01"),
        ("SELECT 1/0", "SQLSTATE_22012"),
        ("SELECT 'x'::int", "SQLSTATE_22P02"),
    ],
)
def test_the_databases_refusal_is_told_in_its_words(dsn: str, sql: str, code: str) -> None:
    with pytest.raises(PolyscaleError) as refusal:
        ask(dsn, sql)
    assert refusal.value.code == code
    assert f"SQLSTATE {code.removeprefix('SQLSTATE_')}" in str(refusal.value.why)


def test_a_login_that_is_refused_is_another_error_than_a_server_out_of_reach(postgres: Postgres) -> None:
    with pytest.raises(AuthenticationError):
        ask(f"postgresql://{SCRAM.name}:wrong@{postgres.host}:{postgres.port}/postgres", "SELECT 1")
    with pytest.raises(UnavailableError):
        ask(f"postgresql://x@127.0.0.1:{free_port()}/x", "SELECT 1")


@pytest.mark.parametrize(
    ("before", "after", "source"),
    [
        ((1, 1, 1), (2, 1, 1), Source.HIT),
        ((1, 1, 1), (1, 2, 1), Source.MISS),
        ((1, 1, 1), (1, 1, 2), Source.PASS),
        ((1, 1, 1), (2, 2, 1), Source.SHARED),
        ((1, 1, 1), (3, 1, 1), Source.SHARED),
        ((1, 1, 1), (1, 1, 1), Source.UNKNOWN),
        ((5, 5, 5), (0, 1, 0), Source.UNKNOWN),
    ],
)
def test_who_answered_is_told_only_where_the_counters_tell_it(
    dsn: str, before: tuple[int, ...], after: tuple[int, ...], source: Source
) -> None:
    counts = iter(dict(zip(("hits", "misses", "passes"), each, strict=True)) for each in (before, after))
    assert run(dsn, "SELECT 1", [], lambda: next(counts), connect_seconds=10).source is source
