"""What programs do with a driver, step by step directly and through the edge: transactions, cancels, COPY, cursors …"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest

from tests.drivers.conftest import PLAIN, Ways
from tests.drivers.sessions.face import ABILITIES, Cancels, Copies, DriverError, Listens, Rows, Session, Streams
from tests.drivers.ways import each, each_that, until_hits
from tests.servers.process import wait_until

READ = "SELECT name FROM items WHERE id = $1"
MANY = "SELECT n, 'row ' || n, repeat('x', $1::int) FROM generate_series(1, 5000) n ORDER BY n"
COUNT = "SELECT count(*) AS n FROM items"
LINES = "".join(f"{number}\tname {number}\n" for number in range(10, 2000))

each_driver = each(PLAIN)


def that(ability: str) -> pytest.MarkDecorator:
    """Only the drivers that have an ability."""
    return each_that(PLAIN, ABILITIES[ability])


def failure(run: Callable[[], object]) -> tuple[str | None, str]:
    """What a driver says of a failure."""
    with pytest.raises(DriverError) as found:
        run()
    return found.value.sqlstate, found.value.message


def in_transaction(session: Session, *runs: Callable[[], Rows]) -> list[Rows]:
    """The answers of reads in a transaction of their own."""
    session.begin()
    answers = [run() for run in runs]
    session.commit()
    return answers


@each_driver
def test_reads_in_a_transaction_are_served_from_the_cache(session: Session, direct: Session, fresh: Ways) -> None:
    def read() -> Rows:
        return session.query(READ, 1)

    expected = direct.query(READ, 1)

    def twice() -> None:
        assert in_transaction(session, read, read) == [expected, expected]

    for _ in range(5):
        twice()
    if fresh.driver.hits_in_transactions:
        until_hits(fresh, twice, 2)


@each_driver
def test_a_transaction_reads_what_it_wrote_and_others_do_after_it(session: Session, fresh: Ways) -> None:
    other = fresh.through_edge()
    for value in ("first", "second"):
        for _ in range(4):
            other.query(READ, 1)
        before = other.query(READ, 1)
        session.begin()
        session.query("UPDATE items SET name = $1 WHERE id = 1", value)
        assert session.query(READ, 1) == [(value,)]
        assert other.query(READ, 1) == before
        session.commit()
        assert other.query(READ, 1) == session.query(READ, 1) == [(value,)]
    other.close()


@each_driver
def test_what_is_rolled_back_was_never_there(session: Session) -> None:
    for _ in range(4):
        assert session.query(READ, 1) == [("one",)]
    session.begin()
    session.query("UPDATE items SET name = 'gone' WHERE id = 1")
    assert session.query(READ, 1) == [("gone",)]
    session.rollback()
    assert session.query(READ, 1) == [("one",)]


@each_driver
def test_a_failed_transaction_is_over_only_when_it_is_rolled_back(session: Session, direct: Session) -> None:
    def story(of: Session) -> list[object]:
        of.begin()
        said: list[object] = [of.query(READ, 1), failure(lambda: of.query("SELECT 1 / 0"))]
        said.append(failure(lambda: of.query(READ, 1)))
        of.rollback()
        return [*said, of.query(READ, 1)]

    expected = story(direct)
    for _ in range(4):
        assert story(session) == expected


@each_driver
def test_a_session_that_is_reset_is_as_new(session: Session, fresh: Ways) -> None:
    def zone() -> Rows:
        return session.query("SELECT current_setting('TimeZone') AS zone")

    of_its_own = zone()
    for _ in range(2):
        session.query("SET TimeZone = 'Asia/Tokyo'")
        assert zone() == [("Asia/Tokyo",)]
        for _ in range(4):
            assert session.query(READ, 1) == [("one",)]
        for statement in fresh.driver.reset:
            session.query(statement)
        assert zone() == of_its_own
        for _ in range(4):
            assert session.query(READ, 1) == [("one",)]


@each_driver
def test_large_answers_are_whole(session: Session, direct: Session, fresh: Ways) -> None:
    # Below and above what one answer may take in the cache.
    for width, runs in ((20, 3), (2000, 2)):
        sql = MANY.replace("$1", str(width))
        expected = direct.query(sql)
        assert len(expected) == 5000
        for _ in range(runs):
            assert session.query(sql) == expected
    assert session.query(READ, 1) == [("one",)]


@that("cancel")
def test_what_is_cancelled_ends_and_the_session_goes_on(session: Session, direct: Session, fresh: Ways) -> None:
    assert isinstance(session, Cancels)
    assert isinstance(direct, Cancels)

    def runs() -> None:
        asleep = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
        wait_until(lambda: fresh.around(asleep) == [(1,)], "the statement sleeps")

    expected = failure(lambda: direct.cancelled("SELECT pg_sleep(60)", runs))
    assert expected[0] == "57014"
    for _ in range(2):
        assert failure(lambda: session.cancelled("SELECT pg_sleep(60)", runs)) == expected
        # A postmaster sends two signals (signal_child), of which the second may find the next statement.
        with contextlib.suppress(DriverError):
            session.query("SELECT 1")
        for _ in range(4):
            assert session.query(READ, 1) == [("one",)]


@that("COPY")
def test_copy_goes_both_ways_and_is_a_write(session: Session, direct: Session) -> None:
    assert isinstance(session, Copies)
    for _ in range(4):
        assert repr(session.query(COUNT)) == repr(direct.query(COUNT))
    session.copy_in("COPY items FROM STDIN", LINES)
    ((count,),) = session.query(COUNT)
    assert int(count) == 2 + LINES.count("\n")
    assert session.copy_out("COPY (SELECT id, name FROM items WHERE id >= 10 ORDER BY id) TO STDOUT") == LINES


@that("NOTIFY")
def test_notifications_arrive(session: Session, fresh: Ways) -> None:
    assert isinstance(session, Listens)
    session.listen("news")
    for payload in ("first", "second"):
        fresh.around(f"NOTIFY news, '{payload}'")
        assert session.heard() == payload
        for _ in range(4):
            assert session.query(READ, 1) == [("one",)]
    session.query("UNLISTEN *")


@that("cursor")
def test_an_answer_read_in_parts_is_whole(session: Session, direct: Session) -> None:
    assert isinstance(session, Streams)
    assert isinstance(direct, Streams)
    sql = MANY.replace("$1", "20")
    expected = direct.streamed(sql, 700)
    assert len(expected) == 5000
    for _ in range(3):
        assert session.streamed(sql, 700) == expected
        assert session.query(READ, 1) == [("one",)]
