"""Exact scripts of a logged-in session, message by message."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.wire.postgres.catalog_question import SESSION_QUESTIONS
from tests.e2e.raw import SYNC, TERMINATE, bind, execute, parse, query
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
    extended_answer,
    failed,
    messages,
    ready,
    row,
)


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
    for _ in SESSION_QUESTIONS[1:]:
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
    assert not session.ask(ITEM, answer("old"))
    assert session.ask(ITEM, answer("old"))


def test_what_changed_without_a_write_is_not_believed_at_once(world: World, session: FakeOrigin) -> None:
    session.prime(ITEM, answer("old"))
    world.now += 61
    assert not session.ask(ITEM, answer("new"))
    assert not session.ask(ITEM, answer("newer"))


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


def test_a_client_that_leaves_idle_is_not_waited_for(session: FakeOrigin) -> None:
    assert not session.conversation.client_left()


def test_terminate_is_passed_on(session: FakeOrigin) -> None:
    session.client(TERMINATE)
    assert session.passed() == TERMINATE


def test_what_was_sent_with_terminate_is_answered(session: FakeOrigin) -> None:
    session.client(ITEM + TERMINATE)
    assert session.passed() == ITEM + TERMINATE
    session.server(answer("x"))
    assert session.took() == answer("x")


def test_a_client_that_has_finished_sending_gets_its_answers_then_the_origin_hears_of_it(session: FakeOrigin) -> None:
    session.client(ITEM + parse("SELECT name FROM parts") + bind() + execute())
    session.conversation.client_finished()
    assert session.passed() == ITEM + parse("SELECT name FROM parts") + bind() + execute() + TERMINATE
    session.server(answer("x"))
    assert session.took() == answer("x")


def test_what_a_client_sent_before_it_left_is_carried_out(session: FakeOrigin) -> None:
    session.ask(UPDATE, done("UPDATE 0") + ready())
    session.client(query("BEGIN") + UPDATE + query("COMMIT"))
    assert session.took() == done("BEGIN") + ready("T")
    assert session.conversation.client_left()
    assert session.passed() == UPDATE + query("COMMIT") + TERMINATE
    session.server(done("UPDATE 1") + ready("T"), done("COMMIT") + ready())
    assert session.took() == b"", "nobody is there"


def test_what_waits_when_the_edge_ends_a_session_is_dropped(session: FakeOrigin) -> None:
    session.ask(UPDATE, done("UPDATE 0") + ready())
    session.client(query("BEGIN") + UPDATE + query("COMMIT"))
    assert session.conversation.give_up()
    assert session.passed() == TERMINATE


def test_an_impossible_length_ends_the_session(session: FakeOrigin) -> None:
    session.client(b"Q\0\0\0\x03")
    assert session.ended is not None
    assert messages(session.ended)[0].fields["C"] == "08P01"
    assert session.passed() == TERMINATE


def test_a_slow_client_is_served_nothing_until_it_reads_again(session: FakeOrigin) -> None:
    session.prime(ITEM, answer("old"))
    session.conversation.client_is_slow(True)
    session.client(ITEM)
    assert session.took() == b""
    session.conversation.client_is_slow(False)
    assert session.took() == answer("old")


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
    assert session.conversation.origin_left() == b""


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
