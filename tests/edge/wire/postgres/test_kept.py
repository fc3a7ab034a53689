"""What a session says of a request to a client within the edge."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.engine import Reason
from polyscale_cli.edge.wire.postgres.dialect import PostgresDialect
from tests.e2e.raw import SYNC, bind, describe, execute, parse, query
from tests.edge.wire.postgres.frames import (
    ITEM,
    UPDATE,
    FakeOrigin,
    World,
    answer,
    done,
    extended_answer,
    failed,
    ready,
)

BOUND = parse("SELECT name FROM items WHERE id = $1") + bind("1") + describe() + execute() + SYNC


@pytest.mark.parametrize(("request_", "response"), [(ITEM, answer("old")), (BOUND, extended_answer("old"))])
def test_an_entry_is_found_by_its_request_without_being_used(
    world: World, session: FakeOrigin, request_: bytes, response: bytes
) -> None:
    conversation = session.conversation
    assert conversation.kept(request_) is None
    session.prime(request_, response)
    hits = world.engine.metrics("one").hits
    entry = conversation.kept(request_)
    assert entry is not None
    assert entry.response == response
    assert world.session().conversation.kept(request_) is entry
    assert world.engine.metrics("one").hits == hits


def test_what_is_written_or_too_old_is_not_kept(world: World, session: FakeOrigin) -> None:
    conversation = session.conversation
    session.prime(ITEM, answer("old"))
    session.ask(UPDATE, done("UPDATE 1") + ready())
    assert conversation.kept(ITEM) is None
    session.ask(ITEM, answer("new"))
    assert conversation.kept(ITEM) is not None
    world.now += 61
    assert conversation.kept(ITEM) is None


def test_another_scope_keeps_other_entries(session: FakeOrigin) -> None:
    session.prime(ITEM, answer("old"))
    session.ask(query("SET search_path = elsewhere"), done("SET") + ready())
    assert session.conversation.kept(ITEM) is None
    session.ask(query("DISCARD ALL"), done("DISCARD ALL") + ready())
    session.ask(query("RESET ROLE"), done("RESET") + ready())
    assert session.conversation.kept(ITEM) is not None


@pytest.mark.parametrize(
    ("text", "leaves_no_trace", "why_not"),
    [
        ("SELECT 1", True, None),
        ("SELECT name FROM items", True, None),
        ("SELECT name FROM nowhere", False, Reason.UNKNOWN_TABLE),
        ("SELECT current_date", False, Reason.READS_CLOCK),
        ("SELECT name FROM items; SELECT 1", False, Reason.SEVERAL_STATEMENTS),
        ("UPDATE items SET name = 'new'", False, Reason.WRITES),
        ("SET search_path = elsewhere", False, Reason.NOT_A_READ),
        ("nonsense", False, Reason.NOT_UNDERSTOOD),
    ],
)
def test_what_a_request_leaves_and_why_it_is_not_kept(
    session: FakeOrigin, text: str, leaves_no_trace: bool, why_not: Reason | None
) -> None:
    conversation = session.conversation
    for request_ in (query(text), parse(text) + bind() + describe() + execute() + SYNC):
        for _ in range(2):
            session.ask(request_, failed() + ready())
        assert conversation.leaves_no_trace(request_) is leaves_no_trace
        assert conversation.never_kept(request_) is why_not


def test_of_what_is_not_known_yet_nothing_is_promised(session: FakeOrigin) -> None:
    conversation = session.conversation
    assert not conversation.leaves_no_trace(ITEM)
    assert conversation.never_kept(ITEM) is None
    other_shape = query("SELECT 1") + query("SELECT 1")
    assert not conversation.leaves_no_trace(other_shape)
    assert conversation.never_kept(other_shape) is None


def test_a_session_whose_state_nobody_can_tell_keeps_nothing(session: FakeOrigin) -> None:
    session.ask(query("nonsense"), done("NONSENSE") + ready())
    session.ask(ITEM, answer("old"))
    assert session.conversation.never_kept(ITEM) is Reason.SESSION_STATE
    assert session.conversation.kept(ITEM) is None


@pytest.mark.parametrize(("comment", "kept"), [("", True), ("/* polyscale:ttl=0 */ ", False)])
def test_a_comment_counts_for_what_is_sent_with_other_statements(session: FakeOrigin, comment: str, kept: bool) -> None:
    session.prime(ITEM, answer("old"))
    first, second = parse("SELECT name FROM items"), parse(f"{comment}SELECT name FROM items")
    both = first + bind() + execute() + second + bind() + execute() + SYNC
    twice = extended_answer("old")[: -len(ready())] + extended_answer("old")
    session.ask(both, twice)
    session.ask(both, twice)
    assert (both in session.conversation.session.scope.entries) is kept  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        (query("SELECT 1"), b"SELECT 1"),
        (parse("SELECT 1") + bind() + execute() + SYNC, b"SELECT 1"),
        (parse("SELECT 1") + describe(kind="S") + bind() + execute() + SYNC, b"SELECT 1"),
        (parse("SELECT 1") + bind() + describe() + execute(limit=5) + SYNC, b"SELECT 1"),
        (2 * (parse("SELECT 1") + bind() + execute()) + SYNC, None),
        (parse("SELECT 1")[:-3], None),
    ],
)
def test_the_text_of_a_request_of_any_shape_is_found_again(request_: bytes, text: bytes | None) -> None:
    assert PostgresDialect().text_of(request_) == text
