"""COPY, both ways and both protocols."""

from __future__ import annotations

import pytest

from tests.e2e.raw import FLUSH, SYNC, TERMINATE, bind, execute, parse, query
from tests.edge.wire.postgres.frames import (
    BOUND,
    ITEM,
    PARSED,
    UPDATE,
    FakeOrigin,
    World,
    answer,
    back,
    done,
    failed,
    front,
    ready,
)


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
        (COPY + FLUSH, [(front("d", b"bad\n"), failed("22P02")), (SYNC, ready())]),
        (query("COPY parts FROM STDIN"), [(front("f", b"no\0"), failed("57014") + ready())]),
        (query("COPY parts FROM STDIN"), [(front("d", b"bad\n"), failed("22P02") + ready()), (front("c"), b"")]),
    ],
    ids=[
        "given up after Flush",
        "given up after Sync",
        "refused in the midst",
        "refused after Flush",
        "given up",
        "refused, simple",
    ],
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


@pytest.mark.parametrize("ignored", [SYNC, FLUSH + SYNC, SYNC + SYNC])
def test_a_sync_that_comes_while_the_origin_waits_for_data_is_not_waited_for(
    ignored: bytes, world: World, session: FakeOrigin
) -> None:
    """Of a request that comes in pieces, the first may be answered before the rest is there."""
    session.client(COPY)
    session.fire(0.01)
    assert session.passed() == COPY
    session.server(PARSED, BOUND, COPYING)
    session.client(ignored)
    session.client(front("d", b"1\tx\n"), front("c"), SYNC)
    assert session.passed() == ignored + front("d", b"1\tx\n") + front("c") + SYNC
    assert len(session.conversation.cycles) == 1
    session.server(done("COPY 1"), ready())
    session.took()
    assert session.conversation.is_idle
    session.prime(ITEM, answer("old"))


@pytest.mark.parametrize("ending", ["c", "f"])
def test_what_follows_copy_data_that_was_sent_ahead_is_a_request_of_its_own(
    ending: str, world: World, session: FakeOrigin
) -> None:
    items = world.cache.origin.table((1, 100))
    session.ask(UPDATE, done("UPDATE 1") + ready())
    end = front("c") if ending == "c" else front("f", b"no\0")
    session.client(COPY + front("d", b"1\tx\n") + end + SYNC)
    session.passed()
    session.server(PARSED, BOUND, COPYING)
    session.client(UPDATE)
    assert session.passed() == UPDATE
    session.server(*((done("COPY 1"),) if ending == "c" else (failed("57014"),)), ready())
    assert items.fences == 1
    session.server(done("UPDATE 1"), ready())
    assert items.fences == 0
    assert session.conversation.is_idle


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
    session.conversation.origin_left()
    assert world.cache.origin.table((1, 100)).fences == 0


def test_copy_out(session: FakeOrigin) -> None:
    for _ in range(4):
        response = back("H", b"\0\0\0") + back("d", b"1\tx\n") * 3 + back("c") + done("COPY 3") + ready()
        assert not session.ask(query("COPY parts TO STDOUT"), response)


def test_copy_in_that_does_not_wait_to_be_asked_is_one_answer(world: World, session: FakeOrigin) -> None:
    """Of both Syncs, sent before the server has asked for data, it answers the second alone."""
    table = world.cache.origin.table((1, 200))
    request = parse("COPY parts FROM STDIN") + bind() + execute() + SYNC
    session.client(request, front("d", b"1\tx\n"), front("c"), SYNC)
    session.passed()
    session.server(PARSED, BOUND, back("G", b"\0\0\0"))
    assert table.fences == 1
    session.server(done("COPY 1"), ready())
    assert table.fences == 0
    assert session.conversation.is_idle
    session.took()
    session.prime(ITEM, answer("old"))
