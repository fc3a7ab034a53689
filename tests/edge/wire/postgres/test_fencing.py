"""When writes close tables to the cache, and what the catalog's word is worth meanwhile."""

from __future__ import annotations

import pytest

from tests.e2e.raw import SYNC, bind, execute, kinds, parse, query
from tests.edge.wire.postgres.frames import (
    COLUMNS,
    ITEM,
    PART,
    UPDATE,
    FakeOrigin,
    World,
    answer,
    back,
    done,
    messages,
    ready,
)


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


def test_a_transaction_that_others_redefine_its_tables_in_may_have_written_any(
    world: World, session: FakeOrigin
) -> None:
    """Its UPDATE may have waited for theirs to commit, and fired what they made."""
    reader, owner = world.session(), world.session()
    session.ask(UPDATE, done("UPDATE 1") + ready())
    session.ask(query("BEGIN"), done("BEGIN") + ready("T"))
    session.client(UPDATE)
    session.passed()
    owner.ask(query("CREATE TRIGGER x AFTER UPDATE ON items"), done("CREATE TRIGGER") + ready())
    session.server(done("UPDATE 1") + ready("T"))
    session.took()
    reader.prime(PART, answer("part"))
    session.client(query("COMMIT"))
    session.passed()
    assert not reader.ask(PART, answer("part"))
    session.server(done("COMMIT"), ready())
    assert not reader.ask(PART, answer("new"))
    assert reader.ask(PART, answer("new"))


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
    last = writer.conversation.origin_left()
    assert kinds(messages(last)) == "E"
    for _ in range(4):
        assert not reader.ask(ITEM, answer("old"))
    writer.fire(60.0)
    assert not reader.ask(ITEM, answer("new"))
    assert reader.ask(ITEM, answer("new"))


@pytest.mark.parametrize(("more", "over"), [("Fpostgres.c\0RProcessInterrupts\0", True), ("", False)])
def test_a_process_that_says_that_it_ends_has_nothing_more_to_commit(more: str, over: bool, world: World) -> None:
    """A pooler, which has only words of its own, knows no better than the edge."""
    reader, writer = world.session(), world.session()
    writer.client(UPDATE)
    writer.passed()
    writer.server(back("E", f"SFATAL\0VFATAL\0C57P01\0Mthe end\0{more}\0".encode()))
    writer.conversation.origin_left()
    hits = [reader.ask(ITEM, answer("new")) for _ in range(3)]
    assert hits[-1] is over


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


def test_an_origin_that_ends_an_answer_too_early_leaves_no_fence_behind(world: World) -> None:
    writer = world.session()
    update = parse("UPDATE items SET name = 'new'") + bind() + execute()
    writer.client(update)
    writer.fire(0.01)
    assert writer.passed() == update
    writer.server(ready())
    writer.client(update + SYNC)
    assert writer.passed() == update + SYNC
    items = world.cache.origin.table((1, 100))
    assert items.fences == 1
    writer.server(done("UPDATE 1"), ready())
    assert items.fences == 0


def test_a_write_of_an_unknown_function_empties_the_cache(world: World, session: FakeOrigin) -> None:
    reader = world.session()
    reader.prime(ITEM, answer("old"))
    session.ask(query("SELECT writes()"), answer("1"))
    assert not reader.ask(ITEM, answer("new"))


@pytest.mark.parametrize("ends", ["client", "edge"])
def test_half_a_message_commits_nothing(ends: str, world: World) -> None:
    reader, writer = world.session(), world.session()
    writer.client(b"Q\x3f\xff\xff\xffDELETE FROM items")
    assert writer.passed() != b""
    if ends == "client":
        writer.conversation.client_left()
    else:
        writer.conversation.give_up()
    for _ in range(4):
        assert not reader.ask(ITEM, answer("old"))
    writer.conversation.origin_left()
    reader.ask(ITEM, answer("old"))
    assert reader.ask(ITEM, answer("old"))


def test_half_a_message_behind_a_write_says_nothing_of_the_write(world: World) -> None:
    reader, writer = world.session(), world.session()
    writer.client(UPDATE + b"d\x3f\xff\xff\xffhalf")
    assert UPDATE in writer.passed()
    writer.conversation.client_left()
    writer.conversation.origin_left()
    for _ in range(4):
        assert not reader.ask(ITEM, answer("old"))
    writer.fire(60.0)
    reader.ask(ITEM, answer("new"))
    assert reader.ask(ITEM, answer("new"))
