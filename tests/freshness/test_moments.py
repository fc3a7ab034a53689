"""Moments that nobody calls by a function: text that says ``now``, wherever it is kept and however it is spelled."""

from __future__ import annotations

import pytest

from tests.freshness.through import Through, ask

SETUP = """
CREATE TYPE holder AS (t timestamptz);
CREATE DOMAIN instant AS timestamptz;
CREATE DOMAIN said AS text;
CREATE TABLE moments (message text, padded varchar(20), domained said, j json, jb jsonb, many text[], h text,
  at timestamptz, day date, stamp timestamp, n int);
INSERT INTO moments
  VALUES ('now', 'now', 'now', '{"t": "now"}', '{"t": "now"}', '{now}', '(now)', now(), now(), now(), 1);
CREATE VIEW since_nine AS SELECT ('now'::text)::timestamp(6) with time zone AS t FROM items WHERE id = 1;
CREATE VIEW since_nine_filtered AS SELECT id FROM items WHERE id = 1 AND ('now'::text)::time < '25:00'::interval;
CREATE VIEW read_from_text AS SELECT message::timestamptz AS t FROM moments;
CREATE VIEW read_into_domain AS SELECT message::instant AS t FROM moments;
CREATE VIEW read_from_json AS SELECT x.t FROM moments, json_to_record(j) AS x(t timestamptz);
CREATE VIEW read_into_row AS SELECT (json_populate_record(NULL::holder, j)).t FROM moments;
CREATE VIEW read_into_range AS SELECT lower(('[' || message || ',)')::tstzrange) AS t FROM moments;
CREATE VIEW read_from_xml AS
  SELECT x.t FROM moments, XMLTABLE('/a' PASSING xmlparse(document '<a>now</a>') COLUMNS t timestamptz PATH '.') AS x;
CREATE FUNCTION read_text(text) RETURNS timestamptz IMMUTABLE LANGUAGE sql AS 'SELECT $1::timestamptz';
CREATE FUNCTION returned(text) RETURNS timestamptz IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN $1; END';
CREATE FUNCTION first_day(timestamptz) RETURNS date IMMUTABLE LANGUAGE plpgsql AS
  'BEGIN RETURN date_trunc(''month'', $1)::date; END';
CREATE VIEW plain AS SELECT message, at, at::date AS day, to_char(at, 'YYYY') AS year, n::text AS n FROM moments;
GRANT ALL ON ALL TABLES IN SCHEMA public TO public
"""

NEVER = (
    "SELECT 'no'\n'w'::timestamptz, id FROM items WHERE id = 1",
    "SELECT 'no' -- and\n  'w'::timestamptz, id FROM items WHERE id = 1",
    r"SELECT U&'\006eow'::timestamptz, id FROM items WHERE id = 1",
    "SELECT CAST(U&'!006eow' UESCAPE '!' AS timestamptz), id FROM items WHERE id = 1",
    "SELECT message::timestamptz FROM moments",
    "SELECT m.message::timestamptz FROM moments AS m",
    'SELECT "message" :: "timestamptz" FROM moments',
    "SELECT CAST(message AS timestamptz) FROM moments",
    "SELECT CAST(message AS timestamp(3) with time zone) FROM moments",
    "SELECT message::timestamp FROM moments",
    "SELECT message::pg_catalog.timestamptz FROM moments",
    "SELECT message::timetz FROM moments",
    "SELECT padded::timestamptz FROM moments",
    "SELECT domained::timestamptz FROM moments",
    "SELECT (message)::timestamptz FROM moments",
    "SELECT coalesce(message, 'x')::timestamptz FROM moments",
    "SELECT upper(message)::timestamptz FROM moments",
    "SELECT timestamptz(message) FROM moments",
    "SELECT (string_to_array(message, ','))::timestamptz[] FROM moments",
    "SELECT many::timestamptz[] FROM moments",
    "SELECT many[1]::timestamptz FROM moments",
    "SELECT (h::holder).t FROM moments",
    "SELECT message::instant FROM moments",
    "SELECT tstzrange(message::timestamptz, NULL) FROM moments",
    "SELECT ('[' || message || ',]')::tstzrange FROM moments",
    "SELECT (j->>'t')::timestamptz FROM moments",
    "SELECT (jb->>'t')::timestamptz FROM moments",
    "SELECT t FROM json_to_record((SELECT j FROM moments)) AS x (t timestamptz)",
    "SELECT t FROM jsonb_to_recordset((SELECT jsonb_build_array(jb) FROM moments)) AS x (t timestamptz)",
    "SELECT t FROM jsonb_populate_record(NULL::holder, (SELECT jb FROM moments))",
    "SELECT s.d::timestamptz FROM (SELECT message AS d FROM moments) AS s",
    "SELECT s.d::timestamptz FROM (SELECT message d FROM moments) AS s",
    "SELECT s.d::timestamptz FROM (SELECT message FROM moments) AS s (d)",
    "SELECT s.d::timestamptz FROM (SELECT message, 1 AS d FROM moments) AS s (d, e)",
    "WITH s (d) AS (SELECT message FROM moments) SELECT d::timestamptz FROM s",
    "WITH s AS (TABLE moments) SELECT message::timestamptz FROM s",
    "SELECT lower::timestamptz FROM (SELECT lower(message) FROM moments) AS s",
    "SELECT count(*), max(message)::timestamptz FROM moments",
    "SELECT id, (SELECT message FROM moments)::timestamptz FROM items WHERE id = 1",
    "SELECT t FROM since_nine",
    "SELECT count(*) FROM since_nine_filtered",
    "SELECT t FROM read_from_text",
    "SELECT t FROM read_into_domain",
    "SELECT message::timestamptz FROM plain",
    "SELECT (moments).message::timestamptz FROM moments",
    "SELECT t FROM read_from_json",
    "SELECT t FROM read_into_row",
    "SELECT t FROM read_into_range",
    "SELECT t FROM read_from_xml",
    "SELECT read_text(message) FROM moments",
    "SELECT returned(message) FROM moments",
)

OFTEN = (
    "SELECT at::date, message FROM moments",
    "SELECT at::date AS day, count(*), max(message) FROM moments GROUP BY 1",
    "SELECT message FROM moments WHERE at::date = '2020-01-01' OR at >= CAST('2020-01-01' AS timestamptz)",
    "SELECT message FROM moments WHERE at > '2020-01-01 10:00+00'::timestamptz AND n::text = '1'",
    "SELECT date_trunc('day', at)::date, message FROM moments",
    "SELECT (at AT TIME ZONE 'UTC')::date, message FROM moments",
    "SELECT max(at)::date, min(stamp)::time, max(message) FROM moments",
    "WITH s AS (SELECT message, date_trunc('day', at) AS starts FROM moments) SELECT message, starts::date FROM s",
    "SELECT s.d::date, s.message FROM (SELECT at AS d, message FROM moments) AS s",
    "SELECT d::date FROM generate_series('2020-01-01'::timestamptz, '2020-01-03', interval '1 day') AS d",
    "SELECT d::date, count(m.at) FROM generate_series(timestamp '2020-01-01', '2020-01-03', '1 day') AS d"
    " LEFT JOIN moments AS m ON m.at::date = d::date GROUP BY d",
    "SELECT to_char(at, 'YYYY-MM-01')::date, message FROM moments",
    "SELECT (at + interval '1 day')::date, (n || ' days')::interval, message::varchar(5) FROM moments",
    "SELECT date(at), stamp::timestamptz, day::timestamp, message::text FROM moments",
    "SELECT message, at, day, year, n FROM plain",
    "SELECT at::date FROM plain",
    "SELECT first_day(at) FROM moments",
    "SELECT t FROM json_to_record((SELECT j FROM moments)) AS x (t text)",
    "SELECT name\n  FROM items\n WHERE name IN ('old',\n   'other')",
)


@pytest.fixture
def moments(through: Through) -> Through:
    through.around(SETUP)
    return through


def test_a_moment_is_another_one_each_time(moments: Through) -> None:
    connection = moments.connect()
    served = []
    for sql in NEVER:
        before = moments.hits
        for _ in range(4):
            ask(connection, sql)
        if moments.hits > before:
            served.append(sql)
    assert served == []


def test_a_date_that_comes_from_no_text_costs_nothing(moments: Through) -> None:
    connection = moments.connect()
    for sql in OFTEN:
        moments.prime(lambda sql=sql: ask(connection, sql))  # type: ignore[misc]
