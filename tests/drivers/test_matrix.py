"""Every driver through the edge, over TLS and without: hits, fresh reads after writes, equal values, equal errors."""

from __future__ import annotations

import pytest

from tests.drivers import every_type
from tests.drivers.conftest import Ways
from tests.drivers.every_type import PARAMETERS
from tests.drivers.sessions.face import DriverError, Session
from tests.drivers.ways import until_hits

READ = "SELECT name FROM items WHERE id = $1"


def test_it_is_encrypted_as_asked(session: Session, fresh: Ways) -> None:
    assert session.encrypted() in (fresh.way.encrypted, None)


def test_a_read_is_served_from_the_cache_from_its_third_run(session: Session, fresh: Ways) -> None:
    def three() -> None:
        assert [session.query(READ, 1) for _ in range(3)] == [[("one",)]] * 3

    if fresh.driver.hits:
        until_hits(fresh, three, at_once=1)
        # psycopg, SQLAlchemy and pgjdbc change to a named statement after some runs: another request, once more.
        until_hits(fresh, three, 3)
    else:
        three()


def test_a_write_through_another_connection_is_seen_at_once(session: Session, fresh: Ways) -> None:
    writer = fresh.through_edge()
    for value in ("first", "second", "third"):
        for _ in range(3):
            session.query(READ, 2)
        writer.query("UPDATE items SET name = $1 WHERE id = 2", value)
        assert session.query(READ, 2) == [(value,)]
    writer.close()


def test_a_session_reads_its_own_writes(session: Session) -> None:
    for value in ("first", "second"):
        for _ in range(3):
            session.query(READ, 1)
        session.query("UPDATE items SET name = $1 WHERE id = 1", value)
        assert session.query(READ, 1) == [(value,)]


def test_every_type_comes_back_as_from_the_server(session: Session, direct: Session, fresh: Ways) -> None:
    columns = ["*"]
    if fresh.driver.refuses_types:
        columns = [column for column in every_type.NAMES if _reads(direct, column)]
        assert len(columns) > len(every_type.NAMES) / 2
    sql = f"SELECT {', '.join(columns)} FROM every_type ORDER BY id"
    expected = repr(direct.query(sql))

    def ask() -> None:
        assert repr(session.query(sql)) == expected

    if fresh.driver.hits:
        until_hits(fresh, ask)
    else:
        ask()


def _reads(direct: Session, column: str) -> bool:
    try:
        direct.query(f"SELECT {column} FROM every_type ORDER BY id")
    except DriverError:
        return False
    return True


def test_parameters_go_there_and_back_as_to_the_server(session: Session, direct: Session) -> None:
    for cast, value in PARAMETERS.items():
        expected = repr(direct.query(f"SELECT {cast} AS value", value))
        for _ in range(4):
            assert repr(session.query(f"SELECT {cast} AS value", value)) == expected


ERRORS = (
    "SELEKT 1",
    "SELECT * FROM nowhere",
    "SELECT nothing FROM items",
    "SELECT 1 / 0",
    "INSERT INTO items VALUES (1, 'twice')",
    "INSERT INTO items VALUES (3, NULL)",
    "SELECT 'x'::int",
)


def test_errors_are_the_servers_own(session: Session, direct: Session) -> None:
    for sql in ERRORS:
        for _ in range(3):
            with pytest.raises(DriverError) as ours:
                session.query(sql)
            with pytest.raises(DriverError) as theirs:
                direct.query(sql)
            assert (ours.value.sqlstate, ours.value.message) == (theirs.value.sqlstate, theirs.value.message)
            assert session.query(READ, 1) == [("one",)]
