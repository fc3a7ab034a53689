"""What becomes of a write, and of the origin, when a connection ends."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.engine.fence import LOST_SECONDS
from polyscale_cli.edge.wire.mysql import packets as p
from polyscale_cli.edge.wire.mysql.capabilities import Status
from tests.edge.wire.mysql.frames import READ, WRITE, Session, World, ok, query, warm

IN_TRANSACTION = Status.AUTOCOMMIT | Status.IN_TRANS
BEGIN, COMMIT = b"BEGIN", b"COMMIT"


@pytest.fixture
def world() -> World:
    return World()


def test_a_connection_lost_in_a_write_keeps_its_tables_fenced(world: World) -> None:
    reader, writer = Session(world), Session(world)
    warm(reader)
    writer.conversation.client_sent(query(WRITE))
    writer.conversation.origin_left()
    assert all(reader.reaches_origin(READ) for _ in range(3))
    assert writer.waiting[-1].seconds == LOST_SECONDS
    writer.waiting[-1].action()
    assert [reader.reaches_origin(READ) for _ in range(2)] == [True, False]


def test_a_client_that_leaves_in_a_write_has_it_awaited(world: World) -> None:
    reader, writer = Session(world), Session(world)
    warm(reader)
    writer.conversation.client_sent(query(WRITE))
    assert writer.conversation.give_up()
    assert reader.reaches_origin(READ)
    assert world.table().fences == 1
    writer.conversation.origin_sent(ok())
    assert world.table().fences == 0
    assert writer.said == []


def test_the_origin_is_left_when_what_was_awaited_is_over(world: World) -> None:
    writer = Session(world)
    writer.conversation.client_sent(query(WRITE))
    assert writer.conversation.farewell() == b""
    writer.conversation.give_up()
    writer.conversation.origin_sent(ok())
    assert writer.sent[-1] == p.packet(b"\x01", 0)
    assert writer.conversation.farewell() == b""


def test_an_idle_origin_is_left_in_good_order(world: World) -> None:
    assert Session(world).conversation.farewell() == p.packet(b"\x01", 0)
