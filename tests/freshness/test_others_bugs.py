"""Bugs that shipped in other caches, as they would look here. Each test says where it was, and what keeps it away."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import partial

import psycopg
import pytest

from tests.e2e.raw import SYNC, bind, describe, execute, message, parse, query, rows
from tests.edge.engine.parts import Bench
from tests.edge.wire.postgres.frames import ITEM, UPDATE, World, answer, done, failed, ready
from tests.freshness.arena import BASE, Arena, Case
from tests.freshness.through import MOST_RUNS, ask
from tests.freshness.ways import EVERY_WAY, Answer, Question, Way, run, send
from tests.servers.postgres import CLEARTEXT

NAME = Question("SELECT name FROM items WHERE id = 1")
OLD, NEW = Answer((("old",),)), Answer((("new",),))
LOOSE = "CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false)"
CHANGE = "UPDATE items SET name = 'new' WHERE id = 1"


@pytest.fixture
def place(arena: Arena) -> Iterator[Arena]:
    """A place with the usual tables."""
    with arena.place():
        run(arena.client("writer"), BASE)
        yield arena


@pytest.fixture
def world() -> World:
    """An engine and sessions without a server, for what only the order of events can show."""
    return World()


def primed(arena: Arena, question: Question = NAME, who: str = "reader") -> Answer:
    return arena.through.prime(partial(question.plainly, arena.client(who)))


@pytest.mark.parametrize("way", EVERY_WAY)
def test_merge_invalidates(way: Way, arena: Arena) -> None:
    """pgpool2 commit 2475598 (2026-04): MERGE did not invalidate for four years.

    The cure: the tree of a MERGE is one of a write, and a statement that nobody has heard of may do anything.
    """
    branches = "WHEN MATCHED THEN UPDATE SET name = 'new' WHEN NOT MATCHED THEN DO NOTHING"
    arena.play(Case(NAME.sql, (f"MERGE INTO items USING parts ON id = item {branches}",)), way)


def test_a_statement_executed_again_without_parse_invalidates(place: Arena) -> None:
    """pgpool2 commit 35a5a79 (2025-05): Bind and Execute without a new Parse collected no tables.

    The cure: what a request does is read from its Executes, whose statements are remembered, not from its Parses.
    """
    writer = place.client("writer")
    send(writer, parse("UPDATE items SET name = $1 WHERE id = 1", "again") + SYNC)
    for value in ("a", "b", "c"):
        primed(place)
        send(writer, bind(value, statement="again") + execute() + SYNC)
        assert NAME.plainly(place.client("reader")).rows == ((value,),)


def test_a_write_executed_with_a_row_limit_invalidates(place: Arena) -> None:
    """pgpool2 commit 3f36fe3 (2025-05): drivers execute writes with a limit of 1; it passed for part of a fetch.

    The cure: an Execute counts as the whole statement, whatever its limit.
    """
    writer = place.client("writer")
    for value in ("a", "b"):
        primed(place)
        write = parse(f"UPDATE items SET name = '{value}' WHERE id = 1 RETURNING id") + bind() + describe()
        send(writer, write + execute(limit=1) + SYNC)
        assert NAME.plainly(place.client("reader")).rows == ((value,),)


@pytest.mark.parametrize(
    "between",
    [
        ("SELECT name FROM items WHERE id = 1",),
        ("SELECT count(*) FROM parts",),
        ("SAVEPOINT a", "DELETE FROM parts", "ROLLBACK TO a"),
        ("SHOW work_mem", "LISTEN somebody", "SET LOCAL work_mem = '5MB'"),
        ("DECLARE c CURSOR FOR SELECT 1", "FETCH c", "CLOSE c"),
        ("SELECT nothing_like_this", "ROLLBACK TO before"),
    ],
)
def test_nothing_that_follows_in_a_block_makes_it_forget_its_write(between: tuple[str, ...], place: Arena) -> None:
    """pgpool2 commit 1333d2a (2026-06): another feature overwrote "is writing", and the cache trusted it.

    The cure: what a block has written is noted in a place of its own, which only the block's end clears.
    """
    writer, reader = place.client("writer"), place.client("reader")
    primed(place)
    primed(place, Question("SELECT count(*) FROM parts"))
    for sql in ("BEGIN", CHANGE, "SAVEPOINT before", *between):
        send(writer, query(sql))
    assert NAME.plainly(writer) == NEW
    assert NAME.plainly(reader) == OLD
    run(writer, "COMMIT")
    assert NAME.plainly(reader) == NEW


def test_a_table_of_the_same_name_in_another_schema_is_another(place: Arena) -> None:
    """pgpool2 issue 7: the same name in two schemas was one table, so that the wrong entries went.

    The cure: tables are known by object id, found through the session's own path.
    """
    reader, writer = place.client("reader"), place.client("writer")
    other = Question("SELECT name FROM two.items")
    primed(place)
    primed(place, other)
    run(writer, "UPDATE two.items SET name = name || '.'")
    assert place.through.hit(partial(NAME.plainly, reader)) == (OLD, True)
    assert other.plainly(reader) == other.plainly(place.client("directly"))
    primed(place, other)
    run(writer, "SET search_path = two")
    run(writer, "UPDATE items SET name = name || '.'")
    assert other.plainly(reader) == other.plainly(place.client("directly"))
    assert place.through.hit(partial(NAME.plainly, reader)) == (OLD, True)


@pytest.mark.parametrize(("read", "written"), [("parent", "child"), ("child", "parent")])
def test_children_belong_to_their_parents(read: str, written: str, arena: Arena) -> None:
    """pgpool2 issue 102: a write to an inherited child left the parent's entries, and the other way round.

    The cure: both a read and a write take in all children, from pg_inherits.
    """
    family = "CREATE TABLE parent (n int); CREATE TABLE child () INHERITS (parent); INSERT INTO child VALUES (1)"
    arena.play(Case(f"SELECT sum(n) FROM {read}", (f"UPDATE {written} SET n = n + 1",), family), Way.SIMPLE)


@pytest.mark.parametrize("own", [False, True], ids=["another session", "the same session"])
def test_an_update_in_a_transaction_leaves_nothing_old(own: bool, place: Arena) -> None:
    """pgpool2 issue 19: after BEGIN, UPDATE and COMMIT the old row was served.

    The cure: a block's tables are fenced at its COMMIT, and nothing read in it after its write is kept.
    """
    writer, asker = place.client("writer"), place.client("writer" if own else "reader")
    for value in ("a", "b"):
        primed(place, who="writer" if own else "reader")
        for sql in ("BEGIN", NAME.sql, f"UPDATE items SET name = '{value}' WHERE id = 1", NAME.sql, NAME.sql, "COMMIT"):
            run(writer, sql)
        assert [NAME.plainly(asker).rows for _ in range(4)] == [((value,),)] * 4


def test_a_table_made_again_as_a_temporary_one_is_not_kept(place: Arena) -> None:
    """pgpool2 issue 154: a shared cache of the catalog kept "not temporary" after the table was dropped and made again.

    The cure: CREATE and DROP move the definitions, under which alone the catalog's word is believed, and a session that
    makes something temporary is served nothing that others share.
    """
    writer, reader = place.client("writer"), place.client("reader")
    parts = Question("SELECT count(*) FROM parts")
    primed(place, parts)
    run(writer, "DROP TABLE parts")
    run(writer, "CREATE TEMP TABLE parts (n int)")
    for count in range(MOST_RUNS):
        assert parts.plainly(writer).rows == ((str(count),),)
        assert parts.plainly(reader).error == "42P01"
        run(writer, "INSERT INTO parts VALUES (1)")


def test_an_answer_of_any_size_is_passed_on_whole(place: Arena) -> None:
    """pgpool2 issue 85: it crashed where blocks of its cache were 100 MB.

    The cure: an answer over the limit for one entry streams through and is not gathered; see also the store's tests.
    """
    reader = place.client("reader")
    large = Question("SELECT repeat(name, 1000000) FROM items ORDER BY id")
    before = place.through.hits
    for _ in range(4):
        assert [len(row[0] or "") for row in large.plainly(reader).rows] == [3_000_000, 3_000_000]
    assert place.through.hits == before
    assert primed(place) == OLD


@pytest.mark.parametrize(
    "where",
    [
        "SELECT count(*) FROM items WHERE id IN (SELECT item FROM parts)",
        "SELECT count(*) FROM items WHERE EXISTS (SELECT FROM parts WHERE item = id)",
        "SELECT (SELECT count(*) FROM parts)",
        "SELECT CASE WHEN id = 1 THEN (SELECT max(name) FROM parts) END FROM items ORDER BY id LIMIT 1",
    ],
)
def test_tables_in_subqueries_are_recorded(where: str, arena: Arena) -> None:
    """spiceai issue 12671: tables only inside IN, EXISTS and scalar subqueries were not recorded.

    The cure: every table of the whole tree counts, wherever it stands.
    """
    arena.play(Case(where, ("DELETE FROM parts",)), Way.SIMPLE)


def test_an_answer_whose_tables_are_unknown_is_not_kept(world: World) -> None:
    """spiceai issue 12672: a refresh in the background stored an empty set of tables: immune to invalidation.

    The cure: without the catalog's word on all of its tables there is no fill; unknown tables are not the same as none.
    """
    session = world.session()
    for _ in range(MOST_RUNS):
        session.client(ITEM)
        while session._question() is not None:
            session.server(failed("42501", "permission denied"), ready())
        assert session.sent == ITEM
        session.sent = b""
        session.server(answer("old"))
        assert session.took() == answer("old")
    assert world.cache.entries == 0


@pytest.mark.parametrize("read", ["items", "{schema}.items", '"items"', 'ITEMS AS "I"'])
@pytest.mark.parametrize("written", ["items", '{schema}."items"', "Items"])
def test_names_are_compared_by_what_they_mean(read: str, written: str, arena: Arena) -> None:
    """spiceai issue 11460: `foo` and `public.foo` were compared as texts.

    The cure: the catalog says which table a name means, on both sides.
    """
    with arena.place():
        run(arena.client("writer"), BASE)
        question = Question(f"SELECT max(name) FROM {read}".replace("{schema}", arena.schema))
        assert primed(arena, question) == Answer((("two",),))
        run(arena.client("writer"), f"UPDATE {written} SET name = 'new'".replace("{schema}", arena.schema))
        assert question.plainly(arena.client("reader")) == NEW


def test_an_answer_is_in_the_form_that_its_client_asked_for(place: Arena) -> None:
    """proxysql issues 4029 and 4041: an entry made for a client without DEPRECATE_EOF was served to one with it.

    Here clients differ in whether they describe, in the formats they want and in the protocol they speak. The cure: the
    key is the request's own bytes, and the scope holds whatever else was agreed on.
    """
    reader, direct = place.client("reader"), place.client("directly")
    sql = "SELECT id, name FROM items ORDER BY id"
    binary = message("B", b"\0\0" + struct.pack("!hhhh", 0, 0, 1, 1))
    shapes = [
        query(sql),
        parse(sql) + bind() + execute() + SYNC,
        parse(sql) + bind() + describe() + execute() + SYNC,
        parse(sql) + describe(kind="S") + bind() + execute() + SYNC,
        parse(sql) + binary + describe() + execute() + SYNC,
    ]
    for _ in range(5):
        for shape in shapes:
            assert send(reader, shape) == send(direct, shape)
    assert place.through.hit(lambda: send(reader, shapes[0]))[1]
    assert place.through.hit(lambda: send(reader, shapes[2]))[1]


def test_formats_limits_and_descriptions_are_in_the_key(place: Arena) -> None:
    """PgCache ADR-026 and ADR-036: result formats, a LIMIT's shape and what was described must be in the key.

    The cure: the key is the request's own bytes, the limit of its Execute included.
    """
    reader, direct = place.client("reader"), place.client("directly")
    for _ in range(4):
        for limit in (0, 1, 2, 3):
            for sql in ("SELECT id FROM items ORDER BY id", "SELECT id FROM items ORDER BY id LIMIT 1"):
                request = parse(sql) + bind() + execute(limit=limit) + SYNC
                assert send(reader, request) == send(direct, request)
    for client in (reader, direct):
        send(client, parse("SELECT id FROM items WHERE id = $1", "one") + SYNC)
    for _ in range(4):
        for value in ("1", "2", "01", " 1"):
            for described in (b"", describe()):
                request = bind(value, statement="one") + described + execute() + SYNC
                assert send(reader, request) == send(direct, request)


def test_parameters_are_compared_byte_by_byte(place: Arena) -> None:
    """readyset commit ff3c59a: text parameters were keyed by what their collation calls equal.

    The cure: the key is the request's own bytes; no collation ever sees it.
    """
    reader, direct = place.client("reader"), place.client("directly")
    run(place.client("writer"), LOOSE)
    run(place.client("writer"), "CREATE TABLE words AS SELECT 'Straße' COLLATE loose AS w")
    sql = "SELECT $1::text, length($1), (SELECT count(*) FROM words WHERE w = $1)"
    for client in (reader, direct):
        send(client, parse(sql, "alike") + SYNC)
    for _ in range(5):
        for value in ("straße", "STRASSE", "Straße", "strasse", "e\u0301", "\u00e9", "a", "a ", "A"):
            request = bind(value, statement="alike") + execute() + SYNC
            assert rows(send(reader, request)) == rows(send(direct, request))
    assert place.through.hit(lambda: send(reader, bind("a", statement="alike") + execute() + SYNC))[1]


def test_who_asks_while_the_waiters_are_answered_is_answered_too() -> None:
    """PgCache, its test of joined misses: who enqueued just after the queue was emptied waited for ever.

    The cure: a fill is over before its first waiter is called, and nobody joins one that is over.
    """
    bench = Bench()
    called: list[str] = []
    fill = bench.fill(b"key", "a")
    assert fill is not None

    def ask_again(_entry: object) -> None:
        called.append("first")
        assert bench.scope.fill_under_way(b"key") is None
        again = bench.fill(b"key", "a")
        assert again is not None
        again.wait(lambda _entry: called.append("late"))
        again.admit(b"again")

    fill.wait(ask_again)
    fill.wait(lambda _entry: called.append("second"))
    fill.admit(b"answer")
    assert called == ["first", "late", "second"]


def test_a_late_answer_brings_no_deleted_row_back(world: World) -> None:
    """PgCache ADR-035: a row that was deleted came back with a population that was late.

    The cure: a fill is admitted only if no version of its tables has moved since its read was sent.
    """
    reader, late, writer = world.session(), world.session(), world.session()
    reader.ask(ITEM, answer("old"))
    late.client(ITEM)
    assert late.passed() == ITEM
    assert not writer.ask(UPDATE, done("UPDATE 1") + ready())
    assert not reader.ask(ITEM, answer("new"))
    late.server(answer("old"))
    assert late.took() == answer("old")
    assert reader.ask(ITEM, answer("new")), "the late one has not taken the newer one's place"


def test_a_large_value_outlives_an_update_beside_it(arena: Arena) -> None:
    """PgCache PGC-264: an update that leaves a large value as it was made a hole in its row.

    The cure: answers are dropped and asked for again, never patched.
    """
    large = "ALTER TABLE items ALTER name SET STORAGE EXTERNAL; UPDATE items SET name = repeat('x', 20000)"
    arena.play(Case("SELECT n, name FROM items WHERE id = 1", ("UPDATE items SET n = 7",), large), Way.SIMPLE)


@pytest.mark.parametrize("stamp", ["now()", "clock_timestamp()", "current_timestamp", "txid_current()", "random()"])
def test_a_stamp_of_freshness_is_itself_fresh(stamp: str, place: Arena) -> None:
    """metagraphed issue 11236: the stamp that was to tell how fresh an answer is came from the cache.

    The cure: what depends on the clock, on chance or on the server's state is never kept.
    """
    reader, hits = place.client("reader"), place.through.hits
    question = Question(f"SELECT {stamp}::text, name FROM items WHERE id = 1")
    assert len({question.plainly(reader) for _ in range(MOST_RUNS)}) == MOST_RUNS
    assert place.through.hits == hits


@pytest.mark.parametrize("failure", ["57014", "55P03"])
def test_a_read_that_fails_does_not_undo_the_invalidation(failure: str, place: Arena) -> None:
    """day8/re-frame2 issue 9890: a refetch that failed erased the invalidation that had caused it.

    The cure: an invalidated entry is gone, and only a complete answer without an error makes another.
    """
    reader, writer, holder = place.client("reader"), place.client("writer"), place.client("superuser")
    primed(place)
    run(reader, "SET statement_timeout = 500" if failure == "57014" else "SET lock_timeout = 50")
    primed(place)
    run(writer, CHANGE)
    send(holder, query(f"BEGIN; LOCK TABLE {place.schema}.items"))
    for _ in range(3):
        assert NAME.plainly(reader).error == failure
    send(holder, query("ROLLBACK"))
    for _ in range(4):
        assert NAME.plainly(reader) == NEW


def test_who_may_not_read_is_refused_what_others_have_cached(place: Arena) -> None:
    """MaxScale, its documentation's section on security: a user lacking SELECT reads what another has cached.

    The cure: the user is part of the scope, and the scope comes before the key.
    """
    question = Question(f"SELECT name FROM {place.schema}.items WHERE id = 1")
    primed(place, question)
    run(place.client("writer"), f"GRANT USAGE ON SCHEMA {place.schema} TO {CLEARTEXT.name}")
    primed(place, question)
    with place.through.connect(CLEARTEXT) as stranger:
        for _ in range(4):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                ask(stranger, question.sql)
    administrator = place.client("superuser")
    primed(place, question, "superuser")
    run(administrator, f"SET ROLE {CLEARTEXT.name}")
    assert [question.plainly(administrator).error for _ in range(4)] == ["42501"] * 4
