"""Reads that definitions overtake while they are under way: they may be writes by the time that they get their turn."""

from __future__ import annotations

import pytest

from tests.e2e.raw import SYNC, bind, execute, parse, query
from tests.edge.wire.postgres.frames import (
    ITEM,
    PART,
    UPDATE,
    USUAL,
    World,
    answer,
    done,
    extended_answer,
    failed,
    ready,
)

MIGRATION = query("CREATE OR REPLACE VIEW items AS SELECT writes()")


@pytest.mark.parametrize("again", ["unknown", "seldom", "often"])
@pytest.mark.parametrize(
    ("request_", "told"), [(ITEM, answer("old")), (USUAL, extended_answer("old"))], ids=["Query", "Parse"]
)
@pytest.mark.parametrize("fails", [False, True], ids=["well", "ill"])
def test_a_read_that_is_overtaken_by_a_migration_closes_all_tables_until_it_is_answered(
    fails: bool, request_: bytes, told: bytes, again: str, world: World
) -> None:
    reader, asker, owner = world.session(), world.session(), world.session()
    asker.ask(PART, answer("part"))
    if again != "unknown":
        asker.prime(request_, told)
        owner.ask(UPDATE, done("UPDATE 1") + ready())
        world.cache.templates.of_text(b"SELECT name FROM items").seldom_again = again == "seldom"
    asker.client(request_)
    assert asker.passed() == request_
    assert asker.conversation.cycles[0].plain is (again != "unknown")
    assert asker.conversation._passing is (again == "seldom")
    assert reader.ask(PART, answer("part")) is False
    assert world.cache.contents.fences == 0
    owner.ask(MIGRATION, done("CREATE VIEW") + ready())
    assert world.cache.contents.fences == 1
    for _ in range(4):
        assert not reader.ask(PART, answer("part"))
    told = failed() + ready() if fails else told
    asker.server(told)
    assert asker.took() == told
    assert world.cache.contents.fences == 0
    assert [reader.ask(PART, answer("new")) for _ in range(3)][-1]


def test_the_unnamed_statement_is_gone_where_its_parse_failed_though_it_was_overtaken(world: World) -> None:
    asker, owner = world.session(), world.session()
    asker.prime(USUAL, extended_answer("old"))
    owner.ask(UPDATE, done("UPDATE 1") + ready())
    asker.ask(parse("SELECT name FROM parts") + bind() + execute() + SYNC, extended_answer("part"))
    asker.client(USUAL)
    assert asker.passed() == USUAL
    assert asker.conversation.cycles[0].plain
    owner.ask(MIGRATION, done("CREATE VIEW") + ready())
    asker.server(failed("42P01") + ready())
    asker.took()
    again = bind() + execute() + SYNC
    asker.client(again)
    assert asker.passed() == again, "nothing is to be given back"


def test_a_migration_does_not_overtake_itself_nor_what_is_idle(world: World) -> None:
    owner, idle = world.session(), world.session()
    owner.client(MIGRATION)
    owner.passed()
    assert world.cache.contents.fences == 0
    owner.server(done("CREATE VIEW") + ready())
    assert world.cache.contents.fences == 0
    assert idle.conversation.is_idle


def test_a_read_that_was_lost_closes_nothing_when_a_migration_follows(world: World) -> None:
    reader, asker, owner = world.session(), world.session(), world.session()
    asker.client(ITEM)
    asker.passed()
    asker.conversation.origin_left()
    reader.prime(PART, answer("part"))
    owner.ask(MIGRATION, done("CREATE VIEW") + ready())
    assert [reader.ask(PART, answer("new")) for _ in range(3)][-1]


@pytest.mark.parametrize("ends", ["client", "edge"])
def test_a_read_that_nobody_waits_for_closes_nothing_when_a_migration_follows(ends: str, world: World) -> None:
    """The origin's connection is closed then, but not gone yet: with TLS that takes as long as the read."""
    reader, asker, owner = world.session(), world.session(), world.session()
    asker.client(ITEM)
    assert asker.passed() == ITEM
    leave = asker.conversation.client_left if ends == "client" else asker.conversation.give_up
    assert not leave()
    reader.prime(PART, answer("part"))
    owner.ask(MIGRATION, done("CREATE VIEW") + ready())
    assert world.cache.contents.fences == 0
    asker.conversation.origin_left()
    assert [reader.ask(PART, answer("new")) for _ in range(3)][-1]


@pytest.mark.parametrize("ends", ["client", "edge"])
def test_a_read_that_a_migration_has_overtaken_is_waited_for_though_its_client_leaves(ends: str, world: World) -> None:
    reader, asker, owner = world.session(), world.session(), world.session()
    asker.client(ITEM)
    assert asker.passed() == ITEM
    owner.ask(MIGRATION, done("CREATE VIEW") + ready())
    assert asker.conversation.client_left() if ends == "client" else asker.conversation.give_up()
    for _ in range(4):
        assert not reader.ask(PART, answer("part"))
    asker.server(answer("old"))
    assert [reader.ask(PART, answer("new")) for _ in range(3)][-1]


def test_a_session_that_is_over_watches_nothing(world: World) -> None:
    sessions = [world.session() for _ in range(3)]
    for session in sessions:
        session.conversation.origin_left()
    assert not world.cache.origin.watchers
