"""Every driver through the edge, on each server: hits, fresh reads after writes, equal values, equal errors."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.drivers.mysql import every_type
from tests.drivers.mysql.conftest import WAYS, Ways
from tests.drivers.mysql.every_type import PARAMETERS
from tests.drivers.mysql.sessions.face import ABILITIES, Prepares, Resets, Several
from tests.drivers.sessions.face import DriverError, Rows, Session
from tests.drivers.ways import each, each_that, until_hits

READ = "SELECT name FROM items WHERE id = ?"
WRITE = "UPDATE items SET name = ? WHERE id = ?"
LARGE = 17 * 2**20
"""Characters; a packet has 16 MB less one."""
LARGE_WAYS = [way for way in WAYS if way.driver.large and way.server == "mariadb"]
"""It takes a second each, and the servers do not differ in it."""


def that(ability: str) -> pytest.MarkDecorator:
    """Only the drivers that have an ability."""
    return each_that(WAYS, ABILITIES[ability])


def hits_at_last(run: Callable[[], object], expected: object, fresh: Ways) -> None:
    """The same read several times, of which the last is a hit."""

    def ask() -> None:
        assert run() == expected

    until_hits(fresh, ask)


def test_a_read_is_served_from_the_cache(session: Session, direct: Session, fresh: Ways) -> None:
    hits_at_last(lambda: session.query(READ, 1), direct.query(READ, 1), fresh)


@that("statements that the server prepares")
def test_a_prepared_read_is_served_from_the_cache(session: Session, direct: Session, fresh: Ways) -> None:
    assert isinstance(session, Prepares)
    assert isinstance(direct, Prepares)
    for number in (1, 2):
        expected = direct.prepared(READ, number)
        hits_at_last(lambda number=number: session.prepared(READ, number), expected, fresh)  # type: ignore[misc]


def test_a_new_connection_is_served_what_another_had_kept(session: Session, direct: Session, fresh: Ways) -> None:
    expected = direct.query(READ, 1)
    hits_at_last(lambda: session.query(READ, 1), expected, fresh)
    again = fresh.through_edge()
    before = fresh.hits
    assert again.query(READ, 1) == expected
    assert fresh.hits > before
    again.close()


def test_a_write_of_another_is_seen_at_once(session: Session, fresh: Ways) -> None:
    for value in ("first", "second", "third"):
        for _ in range(4):
            session.query(READ, 2)
        fresh.writer.query(WRITE, value, 2)
        assert session.query(READ, 2) == [(value,)]


def test_a_session_reads_its_own_writes_and_so_do_others(session: Session, fresh: Ways) -> None:
    for value in ("first", "second"):
        for _ in range(4):
            fresh.writer.query(READ, 1)
            session.query(READ, 1)
        session.query(WRITE, value, 1)
        assert session.query(READ, 1) == [(value,)]
        assert fresh.writer.query(READ, 1) == [(value,)]


@that("statements that the server prepares")
def test_a_prepared_write_is_one(session: Session, fresh: Ways) -> None:
    assert isinstance(session, Prepares)
    for value in ("first", "second"):
        for _ in range(4):
            session.prepared(READ, 1)
            fresh.writer.query(READ, 1)
        session.prepared(WRITE, value, 1)
        assert session.prepared(READ, 1) == [(value,)]
        assert fresh.writer.query(READ, 1) == [(value,)]


def test_a_transaction_reads_what_it_wrote_and_others_do_after_it(session: Session, fresh: Ways) -> None:
    for value in ("first", "second"):
        for _ in range(4):
            before = fresh.writer.query(READ, 1)
        session.begin()
        session.query(WRITE, value, 1)
        assert session.query(READ, 1) == [(value,)]
        assert fresh.writer.query(READ, 1) == before
        session.commit()
        assert fresh.writer.query(READ, 1) == session.query(READ, 1) == [(value,)]


def test_what_is_rolled_back_was_never_there(session: Session) -> None:
    for _ in range(4):
        assert session.query(READ, 1) == [("one",)]
    session.begin()
    session.query(WRITE, "gone", 1)
    assert session.query(READ, 1) == [("gone",)]
    session.rollback()
    assert session.query(READ, 1) == [("one",)]


def test_every_type_comes_back_as_from_the_server(session: Session, direct: Session, fresh: Ways) -> None:
    columns = every_type.names(fresh.way.server)
    if fresh.driver.refuses_types:
        known = [column for column in columns if _reads(direct, column)]
        assert len(known) > len(columns) / 2
        columns = known
    sql = f"SELECT {', '.join(columns)} FROM every_type ORDER BY id"
    expected = repr(direct.query(sql))
    hits_at_last(lambda: repr(session.query(sql)), expected, fresh)


def _reads(direct: Session, column: str) -> bool:
    try:
        direct.query(f"SELECT {column} FROM every_type ORDER BY id")
    except DriverError:
        return False
    return True


@that("statements that the server prepares")
def test_every_type_comes_back_in_binary(session: Session, direct: Session, fresh: Ways) -> None:
    assert isinstance(session, Prepares)
    assert isinstance(direct, Prepares)
    columns = every_type.names(fresh.way.server, but=fresh.driver.misread)
    sql = f"SELECT {', '.join(columns)} FROM every_type ORDER BY id"
    expected = repr(direct.prepared(sql))
    hits_at_last(lambda: repr(session.prepared(sql)), expected, fresh)


def test_parameters_go_there_and_back_as_to_the_server(session: Session, direct: Session) -> None:
    for value in PARAMETERS:
        sql = "SELECT ? AS given, id FROM items"
        expected = repr(direct.query(sql, value))
        for _ in range(4):
            assert repr(session.query(sql, value)) == expected
        if isinstance(session, Prepares) and isinstance(direct, Prepares):
            expected = repr(direct.prepared(sql, value))
            for _ in range(4):
                assert repr(session.prepared(sql, value)) == expected


ERRORS = {
    "SELEKT 1": "1064",
    "SELECT * FROM nowhere": "1146",
    "SELECT nothing FROM items": "1054",
    "INSERT INTO items VALUES (1, 'twice')": "1062",
    "INSERT INTO items VALUES (3, NULL)": "1048",
    "SELECT (SELECT id FROM items)": "1242",
}


def test_errors_are_the_servers_own(session: Session, direct: Session) -> None:
    for sql, number in ERRORS.items():
        with pytest.raises(DriverError) as theirs:
            direct.query(sql)
        assert number in str(theirs.value)
        for _ in range(2):
            with pytest.raises(DriverError) as ours:
                session.query(sql)
            assert (ours.value.sqlstate, ours.value.message) == (theirs.value.sqlstate, theirs.value.message)
        assert session.query(READ, 1) == [("one",)]


@that("several results")
def test_several_statements_have_several_results(session: Session, direct: Session) -> None:
    assert isinstance(session, Several)
    assert isinstance(direct, Several)
    reads = "SELECT id FROM items ORDER BY id; SELECT name FROM items ORDER BY id"
    writes = "UPDATE items SET name = 'new' WHERE id = 1; SELECT name FROM items ORDER BY id; SELECT 3"
    for sql in (reads, writes, reads):
        expected = direct.several(sql)
        for _ in range(3):
            assert session.several(sql) == expected
            assert session.query(READ, 1) == direct.query(READ, 1)


@that("several results")
def test_an_error_behind_a_result_leaves_a_session_that_goes_on(session: Session, direct: Session) -> None:
    assert isinstance(session, Several)
    assert isinstance(direct, Several)
    sql = "SELECT id FROM items ORDER BY id; SELECT * FROM nowhere"
    with pytest.raises(DriverError) as theirs:
        direct.several(sql)
    for _ in range(3):
        with pytest.raises(DriverError) as ours:
            session.several(sql)
        assert (ours.value.sqlstate, ours.value.message) == (theirs.value.sqlstate, theirs.value.message)
        assert session.query(READ, 1) == [("one",)]


@each(LARGE_WAYS)
def test_rows_of_more_than_one_packet_go_both_ways(session: Session) -> None:
    content = "0123456789abcdef" * (LARGE // 16)
    session.query("INSERT INTO large VALUES (1, ?)", content)
    ((found,),) = session.query("SELECT content FROM large")
    # Without a difference, which would be long.
    assert hash(found) == hash(content)
    assert session.query(READ, 1) == [("one",)]


@that("a reset")
def test_a_session_that_is_reset_is_as_new(session: Session, direct: Session) -> None:
    def story(of: Session) -> list[Rows]:
        assert isinstance(of, Resets)
        of.query("SET sql_mode = 'ANSI_QUOTES', @mine = 'mine'")
        state = "SELECT @@sql_mode, @mine"
        said = [of.query(state), *(of.query(READ, 1) for _ in range(4))]
        of.reset()
        return [*said, of.query(state), *(of.query(READ, 1) for _ in range(4))]

    expected = story(direct)
    assert expected[0] == [("ANSI_QUOTES", "mine")] != expected[5]
    for _ in range(2):
        assert story(session) == expected


@each(way for way in WAYS if way.driver.tls)
def test_it_is_encrypted_as_asked(direct: Session, fresh: Ways) -> None:
    encrypted = fresh.through_edge(encrypted=True)
    assert encrypted.encrypted() in (True, None)
    assert fresh.session.encrypted() in (False, None)
    hits_at_last(lambda: encrypted.query(READ, 1), direct.query(READ, 1), fresh)
    encrypted.close()
