"""Identical misses: one asks, the others wait."""

from __future__ import annotations

from tests.e2e.raw import kinds
from tests.edge.wire.postgres.frames import (
    ITEM,
    PART,
    UPDATE,
    FakeOrigin,
    World,
    answer,
    done,
    failed,
    messages,
    ready,
)


def test_identical_misses_share_one_trip(world: World) -> None:
    one, other, third = world.session(), world.session(), world.session()
    for _ in range(2):
        one.ask(ITEM, answer("old"))
    world.engine.purge("one")
    one.ask(ITEM, answer("old"))
    world.now += 61
    world.cache.drop_entries()  # of what changes without a write, answers would be given to nobody else
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
    world.cache.drop_entries()  # of what changes without a write, answers would be given to nobody else
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
    one.conversation.origin_left()
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
