"""The freshness contract: once a client is told that its write succeeded, nobody is served data from before it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.servers.edge import EdgeCache
from tests.servers.postgres import TRUST, Postgres

Connect = Callable[[], psycopg.Connection]


@pytest.fixture
def connect(cache: EdgeCache, postgres: Postgres, database: str) -> Iterator[Connect]:
    postgres.run(
        """CREATE TABLE items (id int PRIMARY KEY, name text, n int NOT NULL DEFAULT 0);
        INSERT INTO items VALUES (1, 'old'), (2, 'two');
        CREATE TABLE parts (item int REFERENCES items ON DELETE CASCADE, name text);
        INSERT INTO parts VALUES (1, 'part');
        CREATE VIEW shown AS SELECT id, name FROM items;
        CREATE TABLE log (message text);
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN INSERT INTO log VALUES (NEW.name); RETURN NEW; END';
        CREATE TRIGGER note AFTER UPDATE ON items FOR EACH ROW EXECUTE FUNCTION note();
        CREATE FUNCTION rename(text) RETURNS int LANGUAGE sql AS 'UPDATE items SET name = $1 RETURNING 1';
        CREATE PROCEDURE clear() LANGUAGE sql AS 'DELETE FROM parts';
        CREATE TABLE parent (n int); CREATE TABLE child () INHERITS (parent); INSERT INTO child VALUES (1);
        CREATE TABLE split (n int) PARTITION BY RANGE (n);
        CREATE TABLE low PARTITION OF split FOR VALUES FROM (0) TO (10);
        INSERT INTO split VALUES (1);
        GRANT ALL ON ALL TABLES IN SCHEMA public TO public;
        ALTER TABLE items OWNER TO app_trust; ALTER TABLE parts OWNER TO app_trust;
        ALTER VIEW shown OWNER TO app_trust;""",
        database,
    )
    opened: list[psycopg.Connection] = []

    def open_one() -> psycopg.Connection:
        opened.append(psycopg.connect(cache.url(TRUST, database), autocommit=True))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


# What is read, what is written, what must be read then.
WRITES: dict[str, tuple[str, str, list[tuple[object, ...]]]] = {
    "update": ("SELECT name FROM items WHERE id = 1", "UPDATE items SET name = 'new'", [("new",)]),
    "insert": ("SELECT count(*) FROM items", "INSERT INTO items VALUES (3, 'x')", [(3,)]),
    "upsert": (
        "SELECT name FROM items WHERE id = 1",
        "INSERT INTO items VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET name = 'new'",
        [("new",)],
    ),
    "merge": (
        "SELECT name FROM items WHERE id = 1",
        "MERGE INTO items USING (VALUES (1)) v (id) ON items.id = v.id WHEN MATCHED THEN UPDATE SET name = 'new'",
        [("new",)],
    ),
    "cte": (
        "SELECT name FROM items WHERE id = 1",
        "WITH changed AS (UPDATE items SET name = 'new' RETURNING id) SELECT count(*) FROM changed",
        [("new",)],
    ),
    "through a view": ("SELECT name FROM items WHERE id = 1", "UPDATE shown SET name = 'new'", [("new",)]),
    "seen through a view": ("SELECT name FROM shown WHERE id = 1", "UPDATE items SET name = 'new'", [("new",)]),
    "foreign key": ("SELECT count(*) FROM parts", "DELETE FROM items WHERE id = 1", [(0,)]),
    "trigger": ("SELECT count(*) FROM log", "UPDATE items SET n = 1 WHERE id = 1", [(1,)]),
    "function": ("SELECT name FROM items WHERE id = 1", "SELECT rename('new')", [("new",)]),
    "procedure": ("SELECT count(*) FROM parts", "CALL clear()", [(0,)]),
    "do": ("SELECT name FROM items WHERE id = 1", "DO $$ BEGIN PERFORM rename('new'); END $$", [("new",)]),
    "truncate": ("SELECT count(*) FROM parts", "TRUNCATE parts", [(0,)]),
    "truncate cascade": ("SELECT count(*) FROM parts", "TRUNCATE items CASCADE", [(0,)]),
    "inheritance": ("SELECT count(*) FROM parent", "INSERT INTO child VALUES (2)", [(2,)]),
    "partition": ("SELECT count(*) FROM split", "INSERT INTO low VALUES (2)", [(2,)]),
    "into a partition": ("SELECT count(*) FROM low", "INSERT INTO split VALUES (2)", [(2,)]),
    "explain analyze": (
        "SELECT name FROM items WHERE id = 1",
        "EXPLAIN ANALYZE UPDATE items SET name = 'new'",
        [("new",)],
    ),
    "alter": ("SELECT * FROM parts", "ALTER TABLE parts ADD COLUMN more int DEFAULT 5", [(1, "part", 5)]),
    "prepared in SQL": (
        "SELECT name FROM items WHERE id = 1",
        "PREPARE change AS UPDATE items SET name = 'new'; EXECUTE change",
        [("new",)],
    ),
    "several statements": (
        "SELECT name FROM items WHERE id = 1",
        "SELECT 1; UPDATE items SET name = 'new'; SELECT 2",
        [("new",)],
    ),
}


@pytest.mark.parametrize("case", WRITES)
def test_every_kind_of_write_is_seen_at_once(case: str, connect: Connect, cache: EdgeCache) -> None:
    question, write, expected = WRITES[case]
    reader, writer = connect(), connect()
    before = [reader.execute(question.encode()).fetchall() for _ in range(4)][-1]
    assert before != expected
    assert cache.metrics().hits > 0
    writer.execute(write.encode())
    assert reader.execute(question.encode()).fetchall() == expected
    assert writer.execute(question.encode()).fetchall() == expected


def test_a_transactions_writes_are_seen_from_its_commit_on(connect: Connect) -> None:
    question = "SELECT name FROM items WHERE id = 1"
    reader, writer = connect(), connect()
    for value in ("a", "b"):
        before = [reader.execute(question).fetchone() for _ in range(4)][-1]
        with writer.transaction():
            writer.execute("UPDATE items SET name = %s WHERE id = 1", (value,))
            assert writer.execute(question).fetchone() == (value,)
            for _ in range(4):
                assert reader.execute(question).fetchone() == before
        assert reader.execute(question).fetchone() == (value,)


def test_a_rollback_shows_nothing_of_its_transaction(connect: Connect) -> None:
    question = "SELECT name FROM items WHERE id = 1"
    reader, writer = connect(), connect()
    with pytest.raises(ZeroDivisionError), writer.transaction():
        writer.execute("UPDATE items SET name = 'undone'")
        for _ in range(4):
            writer.execute(question)
        raise ZeroDivisionError
    for _ in range(4):
        assert reader.execute(question).fetchone() == ("old",)


def test_repeatable_read_keeps_its_own_snapshot_to_itself(connect: Connect) -> None:
    question = "SELECT name FROM items WHERE id = 1"
    old, writer, reader = connect(), connect(), connect()
    old.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    assert old.execute(question).fetchone() == ("old",)
    writer.execute("UPDATE items SET name = 'new'")
    for _ in range(4):
        assert old.execute(question).fetchone() == ("old",)
        assert reader.execute(question).fetchone() == ("new",)
    old.execute("COMMIT")
    assert old.execute(question).fetchone() == ("new",)


def test_a_temporary_table_hides_the_real_one_from_its_session_alone(connect: Connect) -> None:
    question = "SELECT count(*) FROM parts"
    one, other = connect(), connect()
    for _ in range(4):
        assert one.execute(question).fetchone() == (1,)
    one.execute("CREATE TEMPORARY TABLE parts (x int)")
    for _ in range(4):
        assert one.execute(question).fetchone() == (0,)
        assert other.execute(question).fetchone() == (1,)


def test_the_search_path_decides_which_table_is_meant(connect: Connect, postgres: Postgres, database: str) -> None:
    postgres.run("CREATE SCHEMA two; CREATE TABLE two.parts (x int); GRANT ALL ON SCHEMA two TO public", database)
    postgres.run("GRANT ALL ON two.parts TO public", database)
    one, other = connect(), connect()
    other.execute("SET search_path = two")
    for _ in range(4):
        assert one.execute("SELECT count(*) FROM parts").fetchone() == (1,)
        assert other.execute("SELECT count(*) FROM parts").fetchone() == (0,)
    other.execute("INSERT INTO parts VALUES (1), (2)")
    assert other.execute("SELECT count(*) FROM parts").fetchone() == (2,)
    assert one.execute("SELECT count(*) FROM parts").fetchone() == (1,)


@pytest.mark.parametrize(
    "question",
    [
        "SELECT clock_timestamp()",
        "SELECT random() FROM items WHERE id = 1",
        "SELECT nextval('numbers')",
        "SELECT txid_current()",
        "SELECT name, now() - now(), clock_timestamp() FROM items WHERE id = 1",
    ],
)
def test_what_changes_by_itself_is_never_served_again(
    question: str, connect: Connect, postgres: Postgres, database: str
) -> None:
    postgres.run("CREATE SEQUENCE numbers; GRANT ALL ON SEQUENCE numbers TO public", database)
    reader = connect()
    answers = [reader.execute(question.encode()).fetchone() for _ in range(6)]
    assert len(set(answers)) == 6


@pytest.mark.parametrize("explicit", [False, True], ids=["autocommit", "transactions"])
def test_no_reader_is_ever_behind_an_acknowledged_write(connect: Connect, cache: EdgeCache, explicit: bool) -> None:
    """Two writers count up; readers note the acknowledged value before they ask, and must never be told less."""
    acknowledged = [0, 0]
    finished = threading.Event()
    wrong: list[tuple[int, int, int]] = []

    def write(which: int) -> None:
        connection = connect()
        for value in range(1, 301):
            if explicit:
                with connection.transaction():
                    connection.execute("UPDATE items SET n = %s WHERE id = %s", (value, which + 1))
            else:
                connection.execute("UPDATE items SET n = %s WHERE id = %s", (value, which + 1))
            acknowledged[which] = value

    def watch(which: int) -> None:
        connection = connect()
        last = 0
        while not finished.is_set():
            least = max(acknowledged[which], last)
            row = connection.execute(f"SELECT n FROM items WHERE id = {which + 1}".encode()).fetchone()
            assert row is not None
            last = int(row[0])
            if last < least:
                wrong.append((which, least, last))

    readers = [threading.Thread(target=watch, args=(each % 2,)) for each in range(4)]
    writers = [threading.Thread(target=write, args=(each,)) for each in range(2)]
    for thread in (*readers, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    finished.set()
    for thread in readers:
        thread.join()
    assert wrong == []
    assert acknowledged == [300, 300]
    assert cache.metrics().hits > 0
