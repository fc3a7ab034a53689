"""Exact scripts of a logged-in session, message by message."""

from __future__ import annotations

import pytest

from tests.e2e.raw import FLUSH, SYNC, TERMINATE, bind, close, describe, execute, kinds, parse, query
from tests.edge.wire.postgres.frames import (
    BOUND,
    CLOSED,
    COLUMNS,
    PARSED,
    FakeOrigin,
    World,
    answer,
    back,
    done,
    extended_answer,
    failed,
    front,
    messages,
    ready,
    row,
)

ITEM = query("SELECT name FROM items")
PART = query("SELECT name FROM parts")
UPDATE = query("UPDATE items SET name = 'new'")
USUAL = parse("SELECT name FROM items") + bind() + execute() + SYNC


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def session(world: World) -> FakeOrigin:
    return world.session()


def test_a_session_begins_with_one_question_and_the_greeting(world: World) -> None:
    origin = FakeOrigin(world.cache)
    origin.conversation.start(ready())
    assert origin.took() == b"", "the client waits until the edge knows how the session started"
    origin.reply_to_questions()
    assert origin.took() == ready()
    assert len(origin.questions) == 1


def test_a_session_whose_question_fails_goes_on_without_the_cache(world: World) -> None:
    origin = FakeOrigin(world.cache)
    origin.conversation.start(ready())
    origin.sent = b""
    origin.server(failed(), ready())
    assert origin.took() == b"", "it is asked again, for less"
    origin.sent = b""
    origin.server(failed(), ready())
    assert origin.took() == ready()
    for _ in range(5):
        assert not origin.ask(ITEM, answer("old"))


def test_a_read_is_a_hit_from_its_third_run_on(session: FakeOrigin) -> None:
    session.prime(ITEM, answer("old"))
    assert session.ask(ITEM, answer("old"))
    session.prime(parse("SELECT name FROM parts") + bind() + execute() + SYNC, extended_answer("part"))


def test_another_query_of_a_known_template_hits_from_its_second_run_on(session: FakeOrigin) -> None:
    session.prime(query("SELECT name FROM items WHERE id = 1"), answer("one"))
    assert not session.ask(query("SELECT name FROM items WHERE id = 2"), answer("two"))
    assert session.ask(query("SELECT name FROM items WHERE id = 2"), answer("two"))


def test_one_session_fills_and_another_hits(world: World) -> None:
    one, other = world.session(), world.session()
    one.prime(ITEM, answer("old"))
    assert other.ask(ITEM, answer("old"))


def test_an_entry_expires(world: World, session: FakeOrigin) -> None:
    session.prime(ITEM, answer("old"))
    world.now += 61
    assert not session.ask(ITEM, answer("new"))
    assert session.ask(ITEM, answer("new"))


def test_the_fence_is_up_before_the_write_is_sent_and_down_before_its_answer_is_passed_on(world: World) -> None:
    """The order is the freshness contract, so it is watched from both sides at once."""
    reader, writer = world.session(), world.session()
    reader.prime(ITEM, answer("old"))
    table = world.cache.origin.table((1, 100))
    seen: list[tuple[str, int]] = []

    def to_origin(data: bytes) -> None:
        writer.sent += data
        if data == UPDATE:
            seen.append(("sent", table.fences))
            assert world.cache.entries == 0

    def to_client(data: bytes) -> None:
        seen.append(("told", table.fences))

    writer.conversation._to_origin = to_origin
    writer.conversation._to_client = to_client
    writer.client(UPDATE)
    writer.reply_to_questions()
    writer.server(done("UPDATE 1"), ready())
    assert seen == [("sent", 1), ("told", 0)]


def test_the_fence_stays_up_until_ready_for_query(world: World) -> None:
    reader, writer = world.session(), world.session()
    reader.prime(ITEM, answer("old"))
    writer.client(UPDATE)
    writer.passed()
    writer.server(done("UPDATE 1"))
    for _ in range(3):
        assert not reader.ask(ITEM, answer("old"))
    writer.server(ready())
    assert not reader.ask(ITEM, answer("new"))
    assert reader.ask(ITEM, answer("new"))


def test_a_read_sent_under_a_fence_is_not_kept_though_answered_after_it(world: World) -> None:
    reader, writer = world.session(), world.session()
    reader.prime(ITEM, answer("old"))
    writer.client(UPDATE)
    writer.passed()
    reader.client(ITEM)
    assert reader.passed() == ITEM
    writer.server(done("UPDATE 1"), ready())
    reader.server(answer("old"))
    assert reader.took() == answer("old")
    assert not reader.ask(ITEM, answer("new"))


def test_a_read_sent_before_a_write_and_answered_after_it_is_not_kept(world: World) -> None:
    reader, writer = world.session(), world.session()
    reader.ask(ITEM, answer("old"))
    reader.client(ITEM)
    assert reader.passed() == ITEM
    assert not writer.ask(UPDATE, done("UPDATE 1") + ready())
    reader.server(answer("old"))
    assert reader.took() == answer("old")
    assert not reader.ask(ITEM, answer("new"))


def test_the_catalogs_answer_is_not_believed_across_a_change_of_definitions(world: World) -> None:
    reader, owner = world.session(), world.session()
    reader.ask(ITEM, answer("old"))
    reader.client(ITEM)
    assert b"pg_catalog" in reader.sent
    owner.ask(query("ALTER TABLE items RENAME TO other"), done("ALTER TABLE") + ready())
    before = len(reader.questions)
    assert reader.passed() == ITEM
    assert len(reader.questions) - before == 2, "it was asked again"
    reader.server(answer("other"))
    reader.took()
    assert reader.ask(ITEM, answer("other"))


def test_a_read_that_is_suspicious_makes_no_other_suspicious(world: World) -> None:
    """Else two sessions would keep each other asking for ever."""
    one, other = world.session(), world.session()
    one.ask(query("CREATE TABLE x ()"), done("CREATE TABLE") + ready())
    version = world.cache.definitions.version
    other.ask(query("BEGIN ISOLATION LEVEL SERIALIZABLE"), done("BEGIN") + ready("T"))
    other.ask(PART, COLUMNS + done() + ready("T"))
    other.client(query("COMMIT"))
    other.passed()
    other.server(done("COMMIT") + ready())
    assert world.cache.definitions.version == version


@pytest.mark.parametrize("defines", [False, True])
@pytest.mark.parametrize("triggers", [False, True])
def test_a_write_in_a_block_of_which_nothing_is_known(defines: bool, triggers: bool, world: World) -> None:
    writer = FakeOrigin(world.cache)
    writer.base["defines"] = defines
    writer.triggers = triggers
    writer.login()
    reader = world.session()
    reader.prime(PART, answer("part"))
    version = world.cache.definitions.version
    writer.ask(query("BEGIN ISOLATION LEVEL SERIALIZABLE"), done("BEGIN") + ready("T"))
    writer.ask(UPDATE, done("UPDATE 1") + ready("T"))
    writer.client(query("COMMIT"))
    assert writer.sent == query("COMMIT")
    assert (world.cache.contents.fences, world.cache.definitions.fences) == ((0, 1) if defines else (1, 0))
    writer.passed()
    writer.server(done("COMMIT") + ready())
    writer.passed()
    assert writer.took() == done("COMMIT") + ready()
    assert not reader.ask(PART, answer("part")), "it may have been any table"
    assert (world.cache.definitions.version > version) is defines


def test_identical_misses_share_one_trip(world: World) -> None:
    one, other, third = world.session(), world.session(), world.session()
    for _ in range(2):
        one.ask(ITEM, answer("old"))
    world.engine.purge("one")
    one.ask(ITEM, answer("old"))
    world.now += 61
    one.ask(PART, answer("x"))
    one.client(ITEM)
    assert one.passed() == ITEM
    other.client(ITEM)
    third.client(ITEM)
    assert other.passed() == third.passed() == b""
    one.server(answer("new"))
    assert other.took() == third.took() == answer("new")
    assert world.engine.metrics("one").hits >= 2


def waiting(world: World) -> tuple[FakeOrigin, FakeOrigin]:
    """A session whose read is under way, and one that waits for it."""
    one, other = world.session(), world.session()
    one.prime(ITEM, answer("old"))
    world.now += 61
    one.client(ITEM)
    assert one.passed() == ITEM
    other.client(ITEM)
    assert other.passed() == b""
    return one, other


def test_who_waited_for_a_read_that_failed_asks_for_itself(world: World) -> None:
    one, other = waiting(world)
    one.server(failed(), ready())
    assert other.passed() == ITEM
    other.server(answer("new"))
    assert other.took() == answer("new")


def test_who_waited_for_a_read_that_a_write_overtook_asks_for_itself(world: World) -> None:
    one, other = waiting(world)
    world.session().ask(UPDATE, done("UPDATE 1") + ready())
    one.server(answer("old"))
    assert other.passed() == ITEM
    other.server(answer("new"))
    assert other.took() == answer("new")


def test_nobody_waits_for_a_read_from_before_a_write(world: World) -> None:
    one, _ = waiting(world)
    world.session().ask(UPDATE, done("UPDATE 1") + ready())
    late = world.session()
    late.client(ITEM)
    assert late.passed() == ITEM
    one.server(answer("old"))
    late.server(answer("new"))
    assert late.took() == answer("new")


def test_who_waits_too_long_asks_for_itself(world: World) -> None:
    one, other = waiting(world)
    other.fire(1.0)
    assert other.passed() == ITEM
    other.server(answer("new"))
    assert other.took() == answer("new")
    one.server(answer("new"))
    assert other.took() == b""


def test_who_waits_for_a_client_that_leaves_asks_for_itself(world: World) -> None:
    one, other = waiting(world)
    one.conversation.client_left()
    assert other.passed() == ITEM


def test_who_waits_for_a_client_that_is_slow_asks_for_itself(world: World) -> None:
    one, other = waiting(world)
    one.conversation.client_is_slow(True)
    assert other.passed() == ITEM


def test_who_waits_for_an_origin_that_is_lost_asks_for_itself(world: World) -> None:
    one, other = waiting(world)
    one.conversation.origin_left(sure=True)
    assert other.passed() == ITEM


def test_what_follows_a_request_that_waits_waits_behind_it(world: World) -> None:
    one, other = waiting(world)
    other.client(UPDATE, PART)
    assert other.passed() == b""
    one.server(answer("new"))
    assert other.took() == answer("new")
    assert other.passed() == UPDATE + PART


def test_a_request_that_waits_can_be_cancelled(world: World) -> None:
    one, other = waiting(world)
    assert other.conversation.cancel()
    assert kinds(messages(other.took())) == "EZ"
    one.server(answer("new"))
    assert other.took() == b""
    assert other.ask(ITEM, answer("new"))
    assert not other.conversation.cancel()


def test_pipelined_queries_go_out_at_once_and_are_answered_in_order(session: FakeOrigin) -> None:
    session.client(ITEM, PART, UPDATE, ITEM)
    assert session.passed() == ITEM + PART + UPDATE + ITEM
    response = answer("old") + answer("part") + done("UPDATE 1") + ready() + answer("new")
    session.server(response)
    assert session.took() == response


def test_a_hit_does_not_overtake_what_is_under_way(session: FakeOrigin) -> None:
    session.prime(ITEM, answer("old"))
    session.client(UPDATE)
    assert session.passed() == UPDATE
    session.client(ITEM)
    assert session.passed() == ITEM
    session.server(done("UPDATE 1"), ready(), answer("new"))
    assert session.took() == done("UPDATE 1") + ready() + answer("new")


def test_a_read_in_front_of_a_write_in_one_segment_may_hit(session: FakeOrigin) -> None:
    session.prime(ITEM, answer("old"))
    session.client(ITEM, UPDATE)
    assert session.took() == answer("old")
    assert session.passed() == UPDATE


def test_several_executes_before_one_sync(world: World, session: FakeOrigin) -> None:
    request = b"".join(
        parse(text) + bind() + execute() for text in ("SELECT name FROM items", "SELECT name FROM parts")
    )
    request += SYNC
    response = 2 * (PARSED + BOUND + row("x") + done()) + ready()
    session.prime(request, response)
    world.session().ask(query("DELETE FROM parts"), done("DELETE 1") + ready())
    assert not session.ask(request, response)


def test_several_executes_of_which_one_writes_are_never_kept(session: FakeOrigin) -> None:
    request = b"".join(parse(text) + bind() + execute() for text in ("SELECT name FROM items", "DELETE FROM parts"))
    request += SYNC
    for _ in range(5):
        assert not session.ask(request, PARSED + BOUND + done() + PARSED + BOUND + done("DELETE 1") + ready())


def test_a_named_statement(world: World, session: FakeOrigin) -> None:
    other = world.session()
    for each in (session, other):
        assert not each.ask(
            parse("SELECT name FROM items", "s") + describe("s", "S") + SYNC, PARSED + COLUMNS + ready()
        )
    read = bind(statement="s") + execute() + SYNC
    session.prime(read, extended_answer("old", parse=False))
    assert other.ask(read, extended_answer("old", parse=False))
    third = world.session()
    third.ask(parse("SELECT name FROM items", "other name") + SYNC, PARSED + ready())
    assert third.ask(bind(statement="other name") + execute() + SYNC, extended_answer("old", parse=False))


def test_a_statement_that_was_redefined_is_another(session: FakeOrigin) -> None:
    session.ask(parse("SELECT name FROM items", "s") + SYNC, PARSED + ready())
    read = bind(statement="s") + execute() + SYNC
    session.prime(read, extended_answer("old", parse=False))
    session.ask(close("s") + parse("SELECT name FROM parts", "s") + SYNC, CLOSED + PARSED + ready())
    assert not session.ask(read, extended_answer("part", parse=False))
    session.ask(read, extended_answer("part", parse=False))
    assert session.ask(read, extended_answer("part", parse=False))


def test_a_parse_that_fails_leaves_the_statement_as_it_was(session: FakeOrigin) -> None:
    session.ask(parse("SELECT name FROM items", "s") + SYNC, PARSED + ready())
    read = bind(statement="s") + execute() + SYNC
    session.prime(read, extended_answer("old", parse=False))
    session.ask(parse("SELECT name FROM parts", "s") + SYNC, failed("42P05", "already exists") + ready())
    assert session.ask(read, extended_answer("old", parse=False))


def test_what_follows_an_error_before_the_sync_was_not_done(session: FakeOrigin) -> None:
    session.ask(parse("SELECT broken", "a") + parse("SELECT name FROM items", "s") + SYNC, failed("42703") + ready())
    for _ in range(4):
        assert not session.ask(bind(statement="s") + execute() + SYNC, failed("26000") + ready())


def test_describe_before_bind(session: FakeOrigin) -> None:
    """libpq's PQsendPrepare and PQsendDescribePrepared; asyncpg, pgjdbc and postgres.js do it with Flush."""
    session.client(parse("SELECT name FROM items", "s"), describe("s", "S"), FLUSH)
    assert session.passed() == parse("SELECT name FROM items", "s") + describe("s", "S") + FLUSH
    parameters = back("t", b"\0\0")
    session.server(PARSED, parameters, COLUMNS)
    assert session.took() == PARSED + parameters + COLUMNS
    session.client(bind(statement="s"), execute(), SYNC)
    assert session.passed() == bind(statement="s") + execute() + SYNC
    session.server(BOUND, row("old"), done(), ready())
    assert session.took() == BOUND + row("old") + done() + ready()
    read = bind(statement="s") + execute() + SYNC
    session.ask(read, extended_answer("old", parse=False))
    assert session.ask(read, extended_answer("old", parse=False))


def test_messages_without_a_sync_are_sent_on_after_a_moment(session: FakeOrigin) -> None:
    session.client(parse("SELECT name FROM items"), bind())
    assert session.passed() == b""
    session.fire(0.01)
    assert session.passed() == parse("SELECT name FROM items") + bind()
    session.server(PARSED, BOUND)
    assert session.took() == PARSED + BOUND
    session.client(execute(), SYNC)
    assert session.passed() == execute() + SYNC
    session.server(row("old"), done(), ready())
    assert session.took() == row("old") + done() + ready()


def test_a_portal_that_is_suspended(world: World, session: FakeOrigin) -> None:
    """A write that hands out its rows piece by piece is fenced until its transaction is over."""
    table = world.cache.origin.table((1, 100))
    session.client(parse("UPDATE items SET n = 1 RETURNING id"), bind(), execute(limit=1), FLUSH)
    session.passed()
    assert table.fences == 1
    session.server(PARSED, BOUND, row("1"), back("s"))
    assert table.fences == 1
    session.client(execute(limit=1), SYNC)
    assert session.passed() == execute(limit=1) + SYNC
    session.server(row("2"), done("UPDATE 2"))
    assert table.fences > 0
    session.server(ready())
    assert table.fences == 0


def test_a_fetch_of_so_many_rows_is_kept_as_such(session: FakeOrigin) -> None:
    request = parse("SELECT name FROM items") + bind() + execute(limit=1) + SYNC
    session.prime(request, PARSED + BOUND + row("old") + back("s") + ready())
    assert not session.ask(USUAL, extended_answer("old", "two"))
    assert session.ask(USUAL, extended_answer("old", "two"))


def test_the_unnamed_statement_is_restored_after_a_hit(session: FakeOrigin) -> None:
    session.prime(USUAL, extended_answer("old"))
    other = parse("SELECT name FROM parts") + bind() + execute() + SYNC
    session.ask(other, extended_answer("part"))
    assert session.ask(USUAL, extended_answer("old"))
    session.client(bind(), execute(), SYNC)
    assert session.passed() == parse("SELECT name FROM items") + bind() + execute() + SYNC
    session.server(PARSED, BOUND, row("old"), done(), ready())
    assert session.took() == BOUND + row("old") + done() + ready()
    session.client(bind(), execute(), SYNC)
    assert session.passed() in (b"", bind() + execute() + SYNC), "it is there now"


def test_the_unnamed_statement_is_dropped_after_a_query_from_the_cache(session: FakeOrigin) -> None:
    session.prime(ITEM, answer("old"))
    session.ask(parse("SELECT name FROM parts") + bind() + execute() + SYNC, extended_answer("part"))
    assert session.ask(ITEM, answer("old"))
    session.client(bind(), execute(), SYNC)
    assert session.passed() == close("") + bind() + execute() + SYNC
    session.server(CLOSED, failed("26000"), ready())
    assert session.took() == failed("26000") + ready()


def test_a_restoration_that_fails_fails_as_the_request_would(session: FakeOrigin) -> None:
    session.prime(USUAL, extended_answer("old"))
    session.ask(query("SELECT 1 FROM items"), answer("1"))
    assert session.ask(USUAL, extended_answer("old"))
    session.client(bind(), execute(), SYNC)
    session.passed()
    session.server(failed("25P02"), ready())
    assert session.took() == failed("25P02") + ready()


def test_copy_in_of_the_simple_protocol(world: World, session: FakeOrigin) -> None:
    table = world.cache.origin.table((1, 200))
    session.client(query("COPY parts FROM STDIN"))
    assert session.passed() == query("COPY parts FROM STDIN")
    session.server(back("G", b"\0\0\0"))
    data = front("d", b"1\tx\n") * 1000
    for start in range(0, len(data), 7777):
        session.client(data[start : start + 7777])
    assert session.passed() == data
    assert table.fences == 1
    session.client(front("c"))
    assert session.passed() == front("c")
    session.server(done("COPY 1000"), ready())
    assert table.fences == 0
    assert session.took() == back("G", b"\0\0\0") + done("COPY 1000") + ready()
    session.prime(ITEM, answer("old"))


def test_copy_in_of_the_extended_protocol(world: World, session: FakeOrigin) -> None:
    """The Sync that came with the Execute is ignored while the server waits for data; another ends it (55.2.6)."""
    table = world.cache.origin.table((1, 200))
    request = parse("COPY parts FROM STDIN") + bind() + execute() + SYNC
    session.client(request)
    assert session.passed() == request
    session.server(PARSED, BOUND, back("G", b"\0\0\0"))
    session.client(front("d", b"1\tx\n"), front("c"), SYNC)
    assert session.passed() == front("d", b"1\tx\n") + front("c") + SYNC
    assert table.fences == 1
    session.server(done("COPY 1"), ready())
    assert table.fences == 0
    session.took()
    session.prime(ITEM, answer("old"))


COPY = parse("COPY parts FROM STDIN") + bind() + execute()
COPYING = back("G", b"\0\0\0")


@pytest.mark.parametrize(
    ("request_", "steps"),
    [
        (COPY + FLUSH, [(front("d", b"x\n") + front("f", b"no\0") + SYNC, failed("57014") + ready())]),
        (COPY + SYNC, [(front("f", b"no\0") + SYNC, failed("57014") + ready())]),
        (COPY + SYNC, [(front("d", b"bad\n"), failed("22P02")), (front("c") + SYNC, ready())]),
        (query("COPY parts FROM STDIN"), [(front("f", b"no\0"), failed("57014") + ready())]),
        (query("COPY parts FROM STDIN"), [(front("d", b"bad\n"), failed("22P02") + ready()), (front("c"), b"")]),
    ],
    ids=["given up after Flush", "given up after Sync", "refused in the midst", "given up", "refused, simple"],
)
def test_a_copy_that_fails_is_over(
    request_: bytes, steps: list[tuple[bytes, bytes]], world: World, session: FakeOrigin
) -> None:
    session.client(request_)
    session.passed()
    session.server(COPYING if request_[:1] == b"Q" else PARSED + BOUND + COPYING)
    for sent, said in steps:
        session.client(sent)
        assert session.passed() == sent
        session.server(said)
    assert world.cache.origin.table((1, 200)).fences == 0
    session.took()
    session.prime(ITEM, answer("old"))


def test_copies_in_a_row_sent_ahead(world: World, session: FakeOrigin) -> None:
    data = front("d", b"1\n") + front("c")
    session.client(query("COPY parts FROM STDIN"), data, query("COPY items FROM STDIN"), data, ITEM)
    session.passed()
    session.server(2 * (COPYING + done("COPY 1") + ready()) + answer("old"))
    assert session.took() == 2 * (COPYING + done("COPY 1") + ready()) + answer("old")
    assert world.cache.origin.table((1, 200)).fences == world.cache.origin.table((1, 100)).fences == 0
    session.ask(ITEM, answer("old"))
    assert session.ask(ITEM, answer("old"))


def test_terminate_behind_a_write_leaves_no_fence(world: World, session: FakeOrigin) -> None:
    session.client(UPDATE, TERMINATE)
    assert session.passed() == UPDATE + TERMINATE
    session.server(done("UPDATE 1") + ready())
    session.conversation.origin_left(sure=True)
    assert world.cache.origin.table((1, 100)).fences == 0


def test_copy_out(session: FakeOrigin) -> None:
    for _ in range(4):
        response = back("H", b"\0\0\0") + back("d", b"1\tx\n") * 3 + back("c") + done("COPY 3") + ready()
        assert not session.ask(query("COPY parts TO STDOUT"), response)


@pytest.mark.parametrize(
    "extra",
    [
        back("N", b"SNOTICE\0VNOTICE\0C00000\0Mhello\0\0"),
        back("A", bytes(4) + b"channel\0payload\0"),
        back("S", b"TimeZone\0UTC\0"),
        back("I"),
    ],
    ids=["notice", "notification", "parameter", "empty"],
)
def test_an_answer_with_something_of_the_sessions_own_is_not_kept(extra: bytes, session: FakeOrigin) -> None:
    response = COLUMNS + row("old") + extra + done() + ready()
    for _ in range(5):
        assert not session.ask(ITEM, response)


def test_a_failed_read_is_not_kept(session: FakeOrigin) -> None:
    for _ in range(5):
        assert not session.ask(ITEM, COLUMNS + row("old") + failed() + ready())


def test_an_answer_over_the_limit_is_passed_on_and_not_kept(session: FakeOrigin) -> None:
    large = row("x" * 60_000) * 20
    for _ in range(4):
        assert not session.ask(ITEM, COLUMNS + large + done() + ready())


@pytest.mark.parametrize("size", [1, 2, 5, 6, 7, 64, 1000])
def test_an_answer_in_pieces_is_passed_on_and_kept_whole(size: int, session: FakeOrigin) -> None:
    response = COLUMNS + row("x" * 300) * 10 + done() + ready()
    for _ in range(2):
        session.client(ITEM)
        assert session.passed() == ITEM
        for start in range(0, len(response), size):
            session.server(response[start : start + size])
        assert session.took() == response
    session.client(ITEM)
    assert session.passed() == b""
    assert session.took() == response


def test_a_transactions_tables_are_fenced_at_its_commit(world: World, session: FakeOrigin) -> None:
    reader = world.session()
    session.ask(UPDATE, done("UPDATE 1") + ready())  # so that it is known what the template writes
    reader.prime(ITEM, answer("old"))
    reader.prime(PART, answer("part"))
    items, parts = world.cache.origin.table((1, 100)), world.cache.origin.table((1, 200))
    session.ask(query("BEGIN"), done("BEGIN") + ready("T"))
    session.ask(UPDATE, done("UPDATE 1") + ready("T"))
    assert (items.fences, parts.fences) == (0, 0)
    assert reader.ask(ITEM, answer("old"))
    session.client(query("COMMIT"))
    assert (items.fences, parts.fences) == (1, 0)
    session.passed()
    session.server(done("COMMIT"), ready())
    assert items.fences == 0
    assert not reader.ask(ITEM, answer("new"))
    assert reader.ask(PART, answer("part"))


def in_a_transaction(session: FakeOrigin, read: bytes) -> None:
    """Read in a transaction of its own."""
    session.ask(query("BEGIN ISOLATION LEVEL REPEATABLE READ"), done("BEGIN") + ready("T"))
    session.ask(read, COLUMNS + done() + ready("T"))
    session.client(query("COMMIT"))
    session.passed()
    session.server(done("COMMIT") + ready())
    session.passed()
    session.took()


def test_a_change_of_definitions_makes_reads_suspicious_only_until_the_catalog_is_asked(session: FakeOrigin) -> None:
    session.ask(query("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"), done("CREATE FUNCTION") + ready())
    session.prime(ITEM, answer("a"))
    # It is the first read of parts, in a transaction, where nothing can be asked.
    in_a_transaction(session, PART)
    assert session.ask(ITEM, answer("a"))


def test_a_read_is_suspicious_while_the_catalog_says_so(session: FakeOrigin) -> None:
    session.base["hides_writes"] = True
    session.ask(query("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"), done("CREATE FUNCTION") + ready())
    session.prime(ITEM, answer("a"))
    in_a_transaction(session, PART)
    assert not session.ask(ITEM, answer("a"))


def test_a_rolled_back_transaction_drops_nothing(world: World, session: FakeOrigin) -> None:
    reader = world.session()
    session.ask(UPDATE, done("UPDATE 1") + ready())
    reader.prime(ITEM, answer("old"))
    session.ask(query("BEGIN"), done("BEGIN") + ready("T"))
    session.ask(UPDATE, done("UPDATE 1") + ready("T"))
    session.ask(query("ROLLBACK"), done("ROLLBACK") + ready())
    assert reader.ask(ITEM, answer("old"))


def test_a_lost_connection_keeps_the_fence_of_what_may_still_be_committed(world: World) -> None:
    reader, writer = world.session(), world.session()
    reader.ask(ITEM, answer("old"))
    writer.client(UPDATE)
    writer.passed()
    last = writer.conversation.origin_left(sure=False)
    assert kinds(messages(last)) == "E"
    for _ in range(4):
        assert not reader.ask(ITEM, answer("old"))
    writer.fire(60.0)
    assert not reader.ask(ITEM, answer("new"))
    assert reader.ask(ITEM, answer("new"))


def test_a_connection_that_the_server_closed_has_nothing_more_to_commit(world: World) -> None:
    reader, writer = world.session(), world.session()
    writer.client(UPDATE)
    writer.passed()
    writer.conversation.origin_left(sure=True)
    reader.prime(ITEM, answer("new"))


def test_a_client_that_leaves_in_mid_write_is_waited_for(world: World) -> None:
    reader, writer = world.session(), world.session()
    writer.client(UPDATE)
    writer.passed()
    assert writer.conversation.client_left()
    for _ in range(4):
        assert not reader.ask(ITEM, answer("old"))
    writer.server(done("UPDATE 1"), ready())
    assert writer.took() == b""
    reader.ask(ITEM, answer("new"))
    assert reader.ask(ITEM, answer("new"))


def test_a_client_that_leaves_idle_is_not_waited_for(session: FakeOrigin) -> None:
    assert not session.conversation.client_left()


def test_terminate_is_passed_on(session: FakeOrigin) -> None:
    session.client(TERMINATE)
    assert session.passed() == TERMINATE


def test_an_impossible_length_ends_the_session(session: FakeOrigin) -> None:
    session.client(b"Q\0\0\0\x03")
    assert session.ended is not None
    assert messages(session.ended)[0].fields["C"] == "08P01"
    assert session.passed() == b""


def test_a_slow_client_is_served_nothing_until_it_reads_again(session: FakeOrigin) -> None:
    session.prime(ITEM, answer("old"))
    session.conversation.client_is_slow(True)
    session.client(ITEM)
    assert session.took() == b""
    session.conversation.client_is_slow(False)
    assert session.took() == answer("old")


def test_a_client_that_sends_without_end_while_it_waits_is_held(world: World) -> None:
    one, other = waiting(world)
    other.client(PART * 20_000)
    assert other.held == 1
    one.server(answer("new"))
    assert other.took() == answer("new")
    assert other.passed() == PART * 20_000
    other.server(answer("part") * 20_000)
    assert other.took() == answer("part") * 20_000
    assert other.held == 0


def test_a_write_of_an_unknown_function_empties_the_cache(world: World, session: FakeOrigin) -> None:
    reader = world.session()
    reader.prime(ITEM, answer("old"))
    session.ask(query("SELECT writes()"), answer("1"))
    assert not reader.ask(ITEM, answer("new"))


def test_a_session_with_state_of_its_own_is_served_nothing_until_it_discards_it(world: World) -> None:
    one, other = world.session(), world.session()
    one.prime(ITEM, answer("old"))
    other.ask(query("CREATE TEMP TABLE items (x int)"), done("CREATE TABLE") + ready())
    one.ask(ITEM, answer("old"))
    assert one.ask(ITEM, answer("old"))
    for _ in range(4):
        assert not other.ask(ITEM, answer("temporary"))
    other.ask(query("DISCARD ALL"), done("DISCARD ALL") + ready())
    other.ask(ITEM, answer("old"))
    assert other.ask(ITEM, answer("old"))


def test_sessions_that_started_otherwise_share_nothing(world: World) -> None:
    one = world.session()
    one.prime(ITEM, answer("old"))
    other = FakeOrigin(world.cache)
    other.base = {**other.base, "user": "you"}
    other.login()
    assert not other.ask(ITEM, answer("other"))


def test_parameters_that_the_server_reports_are_part_of_the_scope(world: World) -> None:
    one, other = world.session(), world.session()
    one.prime(ITEM, answer("old"))
    other.server(back("S", b"TimeZone\0Asia/Tokyo\0"))
    assert other.took() == back("S", b"TimeZone\0Asia/Tokyo\0")
    assert not other.ask(ITEM, answer("other"))
    other.server(back("S", b"application_name\0x\0"))
    other.took()
    one.server(back("S", b"application_name\0y\0"))
    one.took()
    assert one.ask(ITEM, answer("old"))


def test_a_notification_between_requests_is_passed_on(session: FakeOrigin) -> None:
    session.prime(ITEM, answer("old"))
    note = back("A", bytes(4) + b"channel\0payload\0")
    for start in range(len(note)):
        session.server(note[start : start + 1])
    assert session.took() == note
    assert session.ask(ITEM, answer("old"))


def test_a_server_that_ends_the_session_has_the_last_word(session: FakeOrigin) -> None:
    fatal = back("E", b"SFATAL\0VFATAL\0C57P01\0Mterminating\0\0")
    session.server(fatal)
    assert session.took() == fatal
    assert session.conversation.origin_left(sure=True) == b""


def test_a_large_message_is_streamed_and_may_do_anything(world: World, session: FakeOrigin) -> None:
    reader = world.session()
    reader.prime(ITEM, answer("old"))
    large = query("UPDATE items SET name = '" + "x" * 3_000_000 + "'")
    sent = 0
    for start in range(0, len(large), 65536):
        session.client(large[start : start + 65536])
        sent += len(session.passed())
        assert sent == min(start + 65536, len(large)), "nothing is gathered"
    assert not reader.ask(ITEM, answer("old"))
    session.server(done("UPDATE 1"), ready())
    reader.prime(PART, answer("part"))


def test_the_last_parse_of_a_pipeline_that_was_a_hit_is_the_unnamed_statement(world: World) -> None:
    one, other = world.session(), world.session()
    both = (
        parse("SELECT name FROM items")
        + bind()
        + execute()
        + parse("SELECT name FROM parts")
        + bind()
        + execute()
        + SYNC
    )
    response = extended_answer("old")[: -len(ready())] + extended_answer("part")
    one.prime(both, response)
    assert other.ask(both, response)
    other.client(bind() + execute() + SYNC)
    assert other.passed() == parse("SELECT name FROM parts") + bind() + execute() + SYNC


# -- prepared statements that hit again and again, which are looked up by the request as it is

BOUND_READ = bind(statement="s") + execute() + SYNC


@pytest.fixture
def bound(session: FakeOrigin) -> FakeOrigin:
    """A session in which the prepared statement s is served, more than once."""
    session.ask(parse("SELECT name FROM items", "s") + SYNC, PARSED + ready())
    for _ in range(2):
        session.ask(BOUND_READ, extended_answer("old", parse=False))
    for _ in range(3):
        assert session.ask(BOUND_READ, extended_answer("old", parse=False))
    return session


@pytest.mark.parametrize(
    "steps",
    [
        [(close("s") + parse("SELECT name FROM parts", "s") + SYNC, CLOSED + PARSED + ready())],
        [
            (query("DEALLOCATE s"), done("DEALLOCATE") + ready()),
            (parse("SELECT name FROM parts", "s") + SYNC, PARSED + ready()),
        ],
        [(query("DEALLOCATE ALL; PREPARE s AS SELECT name FROM parts"), done("PREPARE") + ready())],
        [(query("SET search_path = two"), done("SET") + ready())],
        [(UPDATE, done("UPDATE 1") + ready())],
        [(query("ALTER TABLE items ADD x int"), done("ALTER TABLE") + ready())],
    ],
)
def test_it_is_not_when_it_means_something_else(steps: list[tuple[bytes, bytes]], bound: FakeOrigin) -> None:
    for request, response in steps:
        bound.ask(request, response)
    assert not bound.ask(BOUND_READ, extended_answer("new", parse=False))


def test_nor_when_its_entry_has_expired(world: World, bound: FakeOrigin) -> None:
    world.now += 61
    assert not bound.ask(BOUND_READ, extended_answer("new", parse=False))


def test_nor_when_another_has_written(world: World, bound: FakeOrigin) -> None:
    world.session().ask(UPDATE, done("UPDATE 1") + ready())
    assert not bound.ask(BOUND_READ, extended_answer("new", parse=False))


def test_nor_after_a_purge(world: World, bound: FakeOrigin) -> None:
    world.engine.purge("one")
    assert not bound.ask(BOUND_READ, extended_answer("new", parse=False))
