"""Which columns of a query are read as dates or times, and which requests may name a moment."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.engine import Reason
from polyscale_cli.edge.wire.postgres.dialect import PostgresDialect
from polyscale_cli.edge.wire.postgres.statements import names_moment

TURNED: dict[str, set[str]] = {
    "SELECT message FROM m": set(),
    "SELECT message::text, n::int, j::jsonb, c::citext, v::vector(3), g::inet, ids::int[] FROM m": set(),
    "SELECT '2020-01-01'::date, $1::timestamptz, date '2020-01-01' FROM m": set(),
    "SELECT message::timestamptz FROM m": {"message"},
    'SELECT "Message"::DATE FROM m': {"Message"},
    "SELECT m.message::timestamp(3) with time zone FROM m": {"message"},
    "SELECT CAST(a || b AS tstzrange) FROM m": {"a", "b"},
    "SELECT many::time[] FROM m": {"many"},
    "SELECT message::instant, other::public.instant FROM m": {"message", "other"},
    "SELECT date(a), timestamptz(b) FROM m": {"a", "b"},
    "SELECT t FROM json_to_record((SELECT j FROM m)) AS x (t text)": set(),
    "SELECT t FROM json_to_record((SELECT j FROM m)) AS x (t timestamptz)": {"j"},
    "SELECT t FROM jsonb_populate_record(NULL::holder, (SELECT j FROM m))": {"j"},
    "SELECT d::date FROM (SELECT at AS d, x FROM m) AS s": {"d", "at"},
    "SELECT d::date FROM (SELECT at + lag AS d FROM (SELECT a AS at, b AS lag FROM m) AS s) AS t": {
        "d",
        "at",
        "lag",
        "a",
        "b",
    },
}


@pytest.mark.parametrize("text", TURNED)
def test_the_columns_that_are_read_as_moments_are_named(text: str) -> None:
    analysis = PostgresDialect().analyse(text.encode())
    assert {name for name, _ in analysis.moments} == TURNED[text]
    assert bool(analysis.columns) is bool(TURNED[text])


def test_a_name_that_the_query_gives_stands_for_what_it_names() -> None:
    given = PostgresDialect().analyse(b"SELECT d::date FROM (SELECT at AS d, x FROM m) AS s")
    assert given.moments == (("at", False), ("d", True))
    listed = PostgresDialect().analyse(b"SELECT d::date FROM (SELECT * FROM m) AS s (d)")
    assert listed.moments == (("d", False),)
    assert "*" in listed.columns
    both = PostgresDialect().analyse(b"SELECT d::date, 1 AS d FROM (SELECT x FROM m) AS s (d)")
    assert both.moments == (("d", False),)


@pytest.mark.parametrize("column", ["ctid", "xmax", "cmin", "cmax", "CTID", '"xmax"', "i.ctid"])
def test_where_a_row_is_and_who_has_locked_it_is_not_kept(column: str) -> None:
    assert PostgresDialect().analyse(f"SELECT {column} FROM items AS i".encode()).refusal is Reason.ROW_VERSION
    assert PostgresDialect().analyse(b"SELECT xmin, tableoid, 'ctid' FROM items").refusal is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SELECT 'now'::timestamptz", True),
        ("SELECT 'TOMORROW'::date", True),
        ("SELECT E'n\\157w'::date", True),
        ("SELECT U&'\\006eow'::date", True),
        ("SELECT u&'!006eow' UESCAPE '!'::date", True),
        ("SELECT 'no'\n'w'::date", True),
        ("SELECT 'no'\r\n  'w'::date", True),
        ("SELECT 'no' -- then\n'w'::date", True),
        ("SELECT 'no' --" + 5000 * "-" + "\n -- --\n'w'::date", True),
        ("SELECT 'no' --" + 5000 * "-" + "\n + 1", False),
        ("SELECT 'no'" + 500 * " -- - --" + "\n" + 500 * "-- --\n" + ", 1", False),
        ("SELECT 'no' 'w'", False),
        ("SELECT 'a',\n 'b'", False),
        ("SELECT name\nFROM items\nWHERE name = 'old'\n", False),
        ("SELECT '2020-01-01'::date", False),
    ],
)
def test_whether_a_request_may_name_a_moment(text: str, names: bool) -> None:
    assert names_moment(text.encode()) is names
