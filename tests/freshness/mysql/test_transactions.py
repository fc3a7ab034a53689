"""Reads behind BEGIN and START TRANSACTION: served in READ COMMITTED while nothing else is done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest

from tests.e2e.raw_mysql import Answer, RawMySql, run
from tests.freshness.mysql.arena import Arena

ALL = "SELECT id, name FROM items ORDER BY id"
RENAME = "UPDATE items SET name = 'new' WHERE id = 1"
COMMITTED = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"
REPEATABLE = "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ"


@dataclass(frozen=True, slots=True)
class Scene:
    """A database of its own, with one client around the edge and several through it.

    Attributes:
        reader: at the level that is asked for, with ALL kept.
    """

    arena: Arena
    name: str
    reader: RawMySql
    writer: RawMySql
    direct: RawMySql

    def hits(self, *texts: str) -> tuple[list[Answer], int]:
        """What the reader is told, and how many of it from the cache."""
        before = self.arena.hits
        return [self.reader.query(text) for text in texts], self.arena.hits - before


@contextmanager
def scene(arena: Arena, *settings: str) -> Iterator[Scene]:
    with ExitStack() as stack:
        name = stack.enter_context(arena.place())
        reader, writer = (stack.enter_context(arena.session(name)) for _ in range(2))
        direct = stack.enter_context(arena.around(name))
        for client in (reader, direct):
            run(client, *settings)
        arena.prime(reader, ALL)
        yield Scene(arena, name, reader, writer, direct)


def same(arena: Arena, settings: Sequence[str], texts: Sequence[str]) -> int:
    """Whether a session gets what it would get directly, flags and all; how many hits it had."""
    with scene(arena, *settings) as place:
        told, hits = place.hits(*texts)
        assert told == [place.direct.query(text) for text in texts]
        return hits


@pytest.mark.parametrize("begin", ["BEGIN", "START TRANSACTION", "START TRANSACTION READ ONLY"])
def test_reads_in_a_transaction_are_served_as_the_server_would_answer_them(begin: str, mysql_arena: Arena) -> None:
    assert same(mysql_arena, [COMMITTED], [begin, ALL, ALL, "COMMIT", ALL]) == 3
    assert same(mysql_arena, [COMMITTED], [begin, ALL, "SELECT 1", ALL, "ROLLBACK", ALL]) >= 3
    assert same(mysql_arena, [COMMITTED], [begin, ALL, "SELECT @@in_transaction", ALL, "COMMIT", ALL]) == 2


@pytest.mark.parametrize(
    ("settings", "begin"),
    [
        ((REPEATABLE,), "BEGIN"),
        (("SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE",), "BEGIN"),
        ((COMMITTED,), "START TRANSACTION WITH CONSISTENT SNAPSHOT"),
        ((COMMITTED,), "XA START 'x'"),
    ],
)
def test_reads_in_another_transaction_are_not(settings: Sequence[str], begin: str, mysql_arena: Arena) -> None:
    with scene(mysql_arena, *settings) as place:
        assert place.hits(begin, ALL, ALL)[1] == 0


@pytest.mark.parametrize("setting", ["completion_type = CHAIN", "SESSION TRANSACTION READ ONLY"])
def test_where_transactions_are_not_plain_the_server_begins_and_ends_them(setting: str, mysql_arena: Arena) -> None:
    same(mysql_arena, [COMMITTED, f"SET {setting}"], ["BEGIN", ALL, ALL, "COMMIT", ALL, "ROLLBACK", "SELECT 1", ALL])


def test_a_transaction_sees_what_others_commit_and_not_what_it_has_not_committed(mysql_arena: Arena) -> None:
    with scene(mysql_arena, COMMITTED) as place:
        (_, before), hits = place.hits("BEGIN", ALL)
        assert hits == 1
        run(place.writer, RENAME)
        (after, *_), _ = place.hits(ALL)
        assert after.rows != before.rows
        assert after.rows == place.direct.query(ALL).rows
        place.reader.query("UPDATE items SET name = 'mine' WHERE id = 1")
        (own, again), hits = place.hits(ALL, ALL)
        assert own.rows == again.rows
        assert (b"1", b"mine") in own.rows
        assert hits == 0
        assert place.writer.query(ALL).rows == after.rows, "what is not committed"
        run(place.reader, "ROLLBACK")
        assert place.reader.query(ALL).rows == after.rows


def test_what_it_reads_is_kept_for_others_and_dropped_by_their_writes(mysql_arena: Arena) -> None:
    with scene(mysql_arena, COMMITTED) as place, mysql_arena.session(place.name) as other:
        run(other, COMMITTED)
        run(place.writer, RENAME)
        run(place.reader, "BEGIN")
        place.hits(ALL, ALL, ALL)
        before = mysql_arena.hits
        kept = other.query(ALL)
        assert mysql_arena.hits == before + 1
        assert kept == place.direct.query(ALL), "the flags are those of a session in no transaction"
        run(place.writer, "UPDATE items SET name = 'newest' WHERE id = 1")
        assert other.query(ALL) == place.direct.query(ALL)
        run(place.reader, "COMMIT")


def test_a_level_that_is_set_in_a_transaction_lets_nobody_see_its_snapshot(mysql_arena: Arena) -> None:
    with scene(mysql_arena, REPEATABLE, "SET autocommit = 1") as place, mysql_arena.session(place.name) as other:
        run(other, COMMITTED, "SET autocommit = 0")
        mysql_arena.prime(other, ALL)
        run(other, "COMMIT")
        for client in (place.reader, place.direct):
            run(client, "SET autocommit = 0")
            before = client.query(ALL)
            run(client, COMMITTED)
        run(place.writer, RENAME)
        assert [place.reader.query(ALL) for _ in range(4)] == [before] * 4 == [place.direct.query(ALL)] * 4
        assert other.query(ALL).rows != before.rows
        run(other, "ROLLBACK")
        run(place.reader, "ROLLBACK")


def test_a_snapshot_of_definitions_is_not_believed_by_others(mysql_arena: Arena) -> None:
    touch = "UPDATE parts SET name = 'touched' WHERE item = 1"
    with scene(mysql_arena, REPEATABLE) as place, mysql_arena.session(place.name) as other:
        run(place.reader, "BEGIN", ALL)
        run(place.writer, "CREATE TRIGGER tells AFTER UPDATE ON parts FOR EACH ROW INSERT INTO log VALUES (NEW.name)")
        run(place.reader, touch, "ROLLBACK")
        mysql_arena.prime(other, "SELECT message FROM log")
        run(place.writer, touch)
        assert other.query("SELECT message FROM log").rows == place.direct.query("SELECT message FROM log").rows != ()


def test_a_question_does_not_take_the_transactions_snapshot(mysql_arena: Arena) -> None:
    told = []
    with mysql_arena.place() as name, mysql_arena.session(name) as writer:
        for meet in (mysql_arena.around, mysql_arena.session):
            with meet(name) as client:
                run(client, "BEGIN", "UPDATE parts SET name = 'mine' WHERE item = 1")
                run(writer, f"UPDATE items SET name = '{meet.__name__}' WHERE id = 1")
                told.append([row[1] for row in client.query(ALL).rows])
                run(client, "ROLLBACK")
    assert told == [[b"around", b"two"], [b"session", b"two"]]


def test_what_was_inserted_under_a_lock_that_lets_others_read_is_seen_when_the_lock_goes(mysql_arena: Arena) -> None:
    if mysql_arena.server.kind != "mariadb":
        return
    count = "SELECT count(*) FROM notes"
    with (
        mysql_arena.place(("CREATE TABLE notes (message varchar(20)) ENGINE = MyISAM",)) as name,
        mysql_arena.session(name) as reader,
        mysql_arena.session(name) as writer,
    ):
        run(writer, "LOCK TABLES notes WRITE CONCURRENT", "INSERT INTO notes VALUES ('new')")
        assert mysql_arena.prime(reader, count).rows == ((b"0",),)
        run(writer, "UNLOCK TABLES")
        assert reader.query(count).rows == ((b"1",),)
