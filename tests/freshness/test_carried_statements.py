"""A prepared statement means what it meant when it was parsed, whatever its session has set since.

Its literals are read by the settings of that moment, and anew whenever the server finds reason to.
"""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from tests.freshness.through import Rows, Through, ask
from tests.servers.patience import runs

MIDNIGHT = "SELECT '2020-01-01 00:00'::timestamptz = '2020-01-01 00:00+00'::timestamptz, id FROM items WHERE id = 1"


def preparing(through: Through) -> psycopg.Connection:
    """A session whose statements are prepared, and named, at once."""
    connection = through.connect()
    connection.prepare_threshold = 0
    return connection


def asked(connection: psycopg.Connection, sql: str, times: int = 4) -> Rows:
    """Run a read often enough for it to be kept; its last answer."""
    for _ in range(times):
        rows = connection.execute(sql.encode()).fetchall()
    return rows


@pytest.mark.parametrize(
    ("setting", "before", "after", "expression"),
    [
        ("TimeZone", "UTC", "Asia/Tokyo", "'2020-01-01 00:00'::timestamptz = '2020-01-01 00:00+00'::timestamptz"),
        ("DateStyle", "MDY", "DMY", "'01/02/2003'::date - '2000-01-01'::date"),
        ("IntervalStyle", "postgres", "sql_standard", "extract(epoch FROM '-1 1:00:00'::interval)"),
        ("transform_null_equals", "off", "on", "(name = NULL) IS NULL"),
        ("array_nulls", "on", "off", "('{NULL}'::text[])[1] IS NULL"),
    ],
)
def test_what_a_statement_of_before_says_is_not_served_to_those_who_ask_after(
    through: Through, setting: str, before: str, after: str, expression: str
) -> None:
    sql = f"SELECT {expression}, id FROM items WHERE id = 1"
    carrier, other, fresh = preparing(through), preparing(through), through.connect()
    carrier.execute(f"SET {setting} = '{before}'")
    old = asked(carrier, sql, 1)
    for connection in (carrier, other, fresh):
        connection.execute(f"SET {setting} = '{after}'".encode())
    assert asked(carrier, sql) == old
    new = asked(fresh, sql + " AND true")
    assert new != old
    assert asked(other, sql) == new


@pytest.mark.parametrize(
    "carry",
    [
        pytest.param(lambda session: session.execute("SET TimeZone = 'Asia/Tokyo'"), id="in autocommit"),
        pytest.param(
            lambda session: session.execute("BEGIN; SET LOCAL TimeZone = 'Asia/Tokyo'", prepare=False),
            id="in a block, and locally",
        ),
        pytest.param(
            lambda session: session.execute("BEGIN; SELECT set_config('TimeZone', 'Asia/Tokyo', true)", prepare=False),
            id="by a function",
        ),
    ],
)
def test_a_statement_that_was_used_under_other_settings_may_have_been_parsed_anew(
    through: Through, carry: Callable[[psycopg.Connection], object]
) -> None:
    """A change of its table, even an ANALYZE that nobody saw, has the server read its text once more."""
    carrier, other = preparing(through), preparing(through)
    for connection in (carrier, other):
        connection.execute("SET TimeZone = 'UTC'")
    assert asked(carrier, MIDNIGHT, 1) == [(True, 1)]
    carry(carrier)
    through.around("ANALYZE items")
    assert asked(carrier, MIDNIGHT, 1) == [(False, 1)]
    carrier.execute("COMMIT" if carrier.info.transaction_status else "SET TimeZone = 'UTC'", prepare=False)
    assert asked(carrier, MIDNIGHT) == [(False, 1)]  # as the server has it
    assert asked(other, MIDNIGHT) == [(True, 1)]


def test_a_statement_that_was_prepared_behind_a_change_that_is_taken_back_is_not_shared(through: Through) -> None:
    carrier, other = preparing(through), preparing(through)
    for connection in (carrier, other):
        connection.execute("SET TimeZone = 'UTC'")
    carrier.execute("BEGIN", prepare=False)
    carrier.execute("SET TimeZone = 'Asia/Tokyo'", prepare=False)
    carrier.pgconn.prepare(b"midnight", MIDNIGHT.encode())
    carrier.pgconn.exec_(b"ROLLBACK")
    for _ in range(4):
        assert carrier.pgconn.exec_prepared(b"midnight", []).get_value(0, 0) == b"f"
    other.pgconn.prepare(b"midnight", MIDNIGHT.encode())
    assert other.pgconn.exec_prepared(b"midnight", []).get_value(0, 0) == b"t"


def test_a_statement_that_was_prepared_before_the_server_read_its_configuration_is_not_shared(through: Through) -> None:
    carrier, other = preparing(through), preparing(through)
    asked(carrier, MIDNIGHT, 1)
    try:
        through.around("ALTER SYSTEM SET TimeZone = 'Asia/Tokyo'")
        through.around("SELECT pg_reload_conf()")
        for _ in runs():
            if (
                other.execute("SHOW TimeZone").fetchall()
                == [("Asia/Tokyo",)]
                == carrier.execute("SHOW TimeZone").fetchall()
            ):
                break
        carried = asked(carrier, MIDNIGHT)
        assert asked(other, MIDNIGHT) != carried
    finally:
        through.around("ALTER SYSTEM RESET TimeZone")
        through.around("SELECT pg_reload_conf()")


def test_a_statement_is_served_where_it_was_prepared_though_others_are_elsewhere_meanwhile(through: Through) -> None:
    """As of a pool that sets its tenant's search path anew for each request, and prepares under each."""
    session = preparing(through)
    first, second = "SELECT name FROM items WHERE id = 1", "SELECT name FROM items WHERE id = 2"
    session.execute("SET TimeZone = 'UTC'")
    through.prime(lambda: ask(session, first))
    session.execute("SET TimeZone = 'Asia/Tokyo'")
    through.prime(lambda: ask(session, second))
    session.execute("SET TimeZone = 'UTC'")
    assert through.hit(lambda: ask(session, first)) == ([("old",)], True)
