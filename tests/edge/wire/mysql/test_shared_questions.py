"""What the catalog is asked by one session, the others of its scope need not ask."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.engine.question import ASKING_SECONDS
from polyscale_cli.edge.wire.mysql import packets as p
from polyscale_cli.edge.wire.mysql.catalog_question import END, SESSION, WIDTHS
from polyscale_cli.edge.wire.mysql.waiting import WAIT_SECONDS
from tests.edge.wire.mysql.frames import COLUMN, ERROR, Session, World, ok, query, rows

NEW = b"SELECT w FROM other"
MIGRATION = b"DROP TABLE x"


@pytest.fixture
def world() -> World:
    return World()


def catalog_answer() -> bytes:
    """The catalog's word that ``other`` is no table that it knows."""
    width = 1 + max(WIDTHS.values())
    end = b"\xfe\0\0\2\0"
    found = ((SESSION, b"73686F70", b"0", b"0"), (END,))
    lines = [b"".join(p.string(v) for v in (row[0].encode(), *row[1:])) + b"\xfb" * (width - len(row)) for row in found]
    packets = (bytes((width,)), *[COLUMN] * width, end, *lines, end)
    return b"".join(p.packet(one, number + 1) for number, one in enumerate(packets))


def asks(session: Session, text: bytes = NEW) -> bool:
    """Send a text of which nothing is known; whether the session asks the catalog for it."""
    before = len(session.sent)
    session.conversation.client_sent(query(text))
    return len(session.sent) > before and b"information_schema" in session.sent[-1]


def test_one_session_asks_and_the_others_go_on_with_its_answer(world: World) -> None:
    first, second, third = Session(world), Session(world), Session(world)
    assert asks(first)
    assert not asks(second)
    assert not asks(third)
    assert second.sent == third.sent == []
    first.conversation.origin_sent(catalog_answer())
    assert first.sent[-1] == query(NEW)
    assert second.sent == third.sent == [query(NEW)]
    second.conversation.origin_sent(rows())
    assert second.said == [rows()]
    assert all(each.cancelled for each in (*second.waiting, *third.waiting))


def test_sessions_of_another_scope_ask_for_themselves(world: World) -> None:
    first, second = Session(world), Session(world, isolation="READ-COMMITTED")
    assert asks(first)
    assert asks(second)


def test_when_the_one_that_asks_loses_its_origin_the_next_asks(world: World) -> None:
    first, second, third = Session(world), Session(world), Session(world)
    asks(first), asks(second), asks(third)
    first.conversation.origin_left()
    assert b"information_schema" in second.sent[-1]
    assert third.sent == []
    second.conversation.origin_sent(catalog_answer())
    assert third.sent == [query(NEW)]


def test_when_the_client_of_the_one_that_asks_leaves_the_next_asks(world: World) -> None:
    first, second = Session(world), Session(world)
    asks(first), asks(second)
    first.conversation.give_up()
    assert b"information_schema" in second.sent[-1]


def test_when_the_catalog_refuses_the_one_that_asks_the_next_asks(world: World) -> None:
    first, second = Session(world), Session(world)
    asks(first), asks(second)
    first.conversation.origin_sent(ERROR)
    assert b"information_schema" in second.sent[-1]


def test_a_session_that_waits_too_long_asks_for_itself(world: World) -> None:
    first, second = Session(world), Session(world)
    asks(first), asks(second)
    assert second.waiting[-1].seconds == WAIT_SECONDS
    world.now += ASKING_SECONDS + 0.1
    second.waiting[-1].action()
    assert b"information_schema" in second.sent[-1]
    asked = len(second.sent)
    first.conversation.origin_sent(catalog_answer())
    assert len(second.sent) == asked, "it is not woken in the midst of its own question"


def test_no_answer_is_used_that_definitions_have_overtaken(world: World) -> None:
    first, second, owner = Session(world), Session(world), Session(world)
    asks(first), asks(second)
    owner.ask(MIGRATION, ok())
    first.conversation.origin_sent(catalog_answer())
    assert b"information_schema" in first.sent[-1] or b"information_schema" in second.sent[-1]
    assert query(NEW) not in (*first.sent, *second.sent)


def test_a_question_sent_before_a_migration_is_not_waited_for_after_it(world: World) -> None:
    first, second, owner = Session(world), Session(world), Session(world)
    asks(first)
    owner.ask(MIGRATION, ok())
    assert asks(second)


def test_a_client_that_leaves_while_it_waits_sends_nothing(world: World) -> None:
    first, second = Session(world), Session(world)
    asks(first), asks(second)
    second.conversation.give_up()
    first.conversation.origin_sent(catalog_answer())
    assert second.sent == []


def test_while_definitions_may_be_changing_a_read_goes_unasked_as_one_that_may_write(world: World) -> None:
    owner, reader, writer = Session(world), Session(world), Session(world)
    owner.conversation.client_sent(query(MIGRATION))
    assert not asks(reader)
    assert reader.sent == [query(NEW)]
    assert world.cache.contents.fences == 1
    assert asks(writer, b"UPDATE other SET w = 1"), "of a write it must be known whether triggers change the session"
    reader.conversation.origin_sent(rows())
    assert world.cache.contents.fences == 0
    owner.conversation.origin_sent(ok())
    assert asks(reader)
