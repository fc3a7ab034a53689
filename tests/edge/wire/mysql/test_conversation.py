"""When a session is answered from the cache, and in which order fences, origin and client get to know things."""

from __future__ import annotations

import pytest

from polyscale_cli.edge.engine import Resolution
from polyscale_cli.edge.wire.mysql import packets as p
from polyscale_cli.edge.wire.mysql.capabilities import Status
from polyscale_cli.edge.wire.mysql.commands import LARGEST_GATHERED
from polyscale_cli.edge.wire.mysql.flavour import Flavour
from polyscale_cli.edge.wire.mysql.waiting import WAIT_SECONDS
from tests.edge.wire.mysql.frames import AUTO, ERROR, MARIADB, MYSQL, READ, WRITE, Session, World, ok, query, rows, warm

IN_TRANSACTION = Status.AUTOCOMMIT | Status.IN_TRANS
BEGIN, COMMIT = b"BEGIN", b"COMMIT"
OTHER = b"SELECT v FROM other"


@pytest.fixture
def world() -> World:
    return World()


def test_a_read_is_a_hit_from_its_third_run(world: World) -> None:
    session = Session(world)
    assert [session.reaches_origin(READ) for _ in range(4)] == [True, True, False, False]
    assert session.ask(READ) == rows()


def test_a_write_is_fenced_before_it_is_sent_and_until_it_is_answered(world: World) -> None:
    reader, writer = Session(world), Session(world)
    warm(reader)
    writer.ask(WRITE, ok())
    assert writer.fences_when_sent[-1] == 1
    assert writer.fences_when_said[-1] == 0
    assert reader.reaches_origin(READ)


def test_a_read_that_was_sent_under_a_fence_fills_nothing(world: World) -> None:
    reader, writer = Session(world), Session(world)
    warm(reader)
    writer.conversation.client_sent(query(WRITE))
    reader.conversation.client_sent(query(READ))
    writer.conversation.origin_sent(ok())
    reader.conversation.origin_sent(rows(b"old"))
    assert reader.reaches_origin(READ)


def test_a_read_that_a_write_overtakes_fills_nothing(world: World) -> None:
    reader, writer = Session(world), Session(world)
    warm(reader)
    writer.ask(WRITE, ok())
    reader.conversation.client_sent(query(READ))
    writer.ask(WRITE, ok())
    reader.conversation.origin_sent(rows(b"old"))
    assert reader.reaches_origin(READ)


def test_a_transaction_is_fenced_when_it_commits(world: World) -> None:
    reader, writer = Session(world), Session(world)
    writer.ask(BEGIN, ok(IN_TRANSACTION))
    writer.ask(WRITE, ok(IN_TRANSACTION))
    warm(reader)
    writer.ask(COMMIT, ok())
    assert writer.fences_when_sent[-1] == 1
    assert reader.reaches_origin(READ)


def test_a_commit_that_nobody_foresaw_drops_what_was_written(world: World) -> None:
    reader, writer = Session(world), Session(world)
    writer.ask(BEGIN, ok(IN_TRANSACTION))
    writer.ask(WRITE, ok(IN_TRANSACTION))
    warm(reader)
    writer.ask(READ, rows(status=AUTO))  # the server says that no transaction is open any more
    assert reader.reaches_origin(READ)


def test_nothing_is_served_in_a_transaction(world: World) -> None:
    session = Session(world)
    warm(session)
    session.ask(BEGIN, ok(IN_TRANSACTION))
    assert session.reaches_origin(READ, rows(status=IN_TRANSACTION))
    session.ask(COMMIT, ok())
    assert not session.reaches_origin(READ)


def test_without_autocommit_reads_are_served_in_read_committed_until_something_is_written(world: World) -> None:
    session = Session(world, isolation="READ-COMMITTED", autocommit=False)
    for _ in range(2):
        session.ask(READ, rows(status=Status.IN_TRANS))
    assert not session.reaches_origin(READ)
    session.learn(OTHER, Resolution(reads=frozenset({("shop", "other")})))
    for _ in range(3):
        session.ask(OTHER, rows(status=Status.IN_TRANS))
    session.ask(WRITE, ok(Status.IN_TRANS))
    assert session.reaches_origin(READ, rows(status=Status.IN_TRANS))
    assert session.reaches_origin(OTHER, rows(status=Status.IN_TRANS)), "of another table, and yet"
    session.ask(COMMIT, ok(Status(0)))
    assert [session.reaches_origin(READ, rows(status=Status.IN_TRANS)) for _ in range(3)] == [True, False, False]


def test_without_autocommit_nothing_is_served_in_repeatable_read(world: World) -> None:
    session = Session(world, autocommit=False)
    assert all(session.reaches_origin(READ, rows(status=Status.IN_TRANS)) for _ in range(4))


@pytest.mark.parametrize(
    "answer",
    [
        rows(warnings=1),
        rows(status=IN_TRANSACTION),
        rows(status=AUTO | Status.IN_TRANS_READONLY),
        rows(status=AUTO | Status.SESSION_STATE_CHANGED),
        ERROR,
        ok(),
    ],
    ids=["warnings", "in a transaction", "read only", "session state", "an error", "no rows"],
)
def test_an_answer_that_says_more_than_its_rows_is_not_kept(world: World, answer: bytes) -> None:
    session = Session(world)
    for _ in range(4):
        session.ask(READ, answer)
        session.know()
        if answer == rows(status=IN_TRANSACTION):
            session.ask(COMMIT, ok())
    assert world.cache.entries == (1 if answer == ok() else 0)


def test_what_asks_about_the_statement_before_has_it_sent_first(world: World) -> None:
    session = Session(world)
    warm(session)
    session.said.clear()
    session.conversation.client_sent(query(b"SHOW WARNINGS"))
    assert session.sent[-1] == query(READ)
    session.conversation.origin_sent(rows())
    assert session.said == []
    assert session.sent[-1] == query(b"SHOW WARNINGS")
    session.conversation.origin_sent(rows(b"none"))
    assert session.said == [rows(b"none")]
    assert session.reaches_origin(b"SHOW WARNINGS")
    assert session.sent[-1] == query(b"SHOW WARNINGS"), "there is nothing left to be sent first"


@pytest.mark.parametrize("text", [READ, b"SELECT 1"], ids=["usual", "another"])
def test_what_the_origin_has_heard_of_is_not_sent_again(world: World, text: bytes) -> None:
    session = Session(world)
    warm(session, b"SELECT 2")
    session.ask(text)
    assert session.reaches_origin(b"SHOW WARNINGS")
    assert session.sent[-2:] == [query(text), query(b"SHOW WARNINGS")]


def test_a_command_that_tells_of_warnings_has_the_read_before_it_sent_first(world: World) -> None:
    session = Session(world)
    warm(session)
    session.ask(b"SELECT 1", rows(warnings=1))
    session.ask(READ)
    session.conversation.client_sent(p.packet(b"\x02shop", 0))
    assert session.sent[-1] == query(READ)
    session.conversation.origin_sent(rows())
    assert session.sent[-1] == p.packet(b"\x02shop", 0)


def test_answers_in_another_collation_are_others(world: World) -> None:
    one, other = Session(world, charset=45), Session(world, charset=255)
    warm(one)
    assert other.reaches_origin(READ)
    one.ask(b"SET character_set_results = utf8mb4", ok())
    one.know()
    assert one.reaches_origin(READ)


@pytest.mark.parametrize(("flavour", "keeps"), [(MARIADB, True), (MYSQL, False)], ids=["MariaDB", "MySQL"])
def test_a_reset_session_has_the_collation_of_its_login_in_mariadb_alone(
    world: World, flavour: Flavour, *, keeps: bool
) -> None:
    fresh, reset = (Session(world, charset=46, flavour=flavour) for _ in range(2))
    reset.conversation.client_sent(p.packet(bytes((p.Command.RESET_CONNECTION,)), 0))
    reset.conversation.origin_sent(ok())
    for session in (fresh, reset):
        session.know(isolation="SERIALIZABLE")  # the server's: not as at the login
    for _ in range(3):
        fresh.ask(READ)
    assert not fresh.reaches_origin(READ)
    assert reset.reaches_origin(READ) is not keeps


@pytest.mark.parametrize("text", [b"SET TRANSACTION READ ONLY", b"SET @@transaction_isolation = 'SERIALIZABLE'"])
def test_nothing_is_served_or_asked_until_a_transaction_that_goes_another_way_is_over(
    world: World, text: bytes
) -> None:
    session = Session(world)
    warm(session)
    session.ask(text, ok())
    session.know()
    assert session.reaches_origin(READ)
    session.ask(b"SELECT x FROM unknown")
    assert session.sent[-1] == query(b"SELECT x FROM unknown"), "nothing was asked before it"
    session.ask(BEGIN, ok(IN_TRANSACTION))
    session.ask(COMMIT, ok())
    session.know()
    warm(session)


def test_identical_reads_share_one_trip(world: World) -> None:
    first, second = Session(world), Session(world)
    first.ask(READ)
    first.conversation.client_sent(query(READ))
    second.conversation.client_sent(query(READ))
    assert second.sent == []
    first.conversation.origin_sent(rows())
    assert second.said == [rows()]
    assert second.waiting[-1].seconds == WAIT_SECONDS
    assert second.waiting[-1].cancelled


def test_a_read_that_waits_too_long_asks_for_itself(world: World) -> None:
    first, second = Session(world), Session(world)
    first.ask(READ)
    first.conversation.client_sent(query(READ))
    second.conversation.client_sent(query(READ))
    second.waiting[-1].action()
    assert second.sent == [query(READ)]


def test_a_statement_that_is_not_known_is_asked_about_first(world: World) -> None:
    session = Session(world)
    session.conversation.client_sent(query(b"SELECT w FROM other"))
    assert b"information_schema" in session.sent[-1]
    session.conversation.origin_sent(ERROR)
    for _ in range(5):
        if session.sent[-1] == query(b"SELECT w FROM other"):
            break
        session.conversation.origin_sent(ERROR)
    assert session.sent[-1] == query(b"SELECT w FROM other")


def test_a_setting_has_the_origin_asked_anew(world: World) -> None:
    session = Session(world)
    warm(session)
    session.ask(b"SET NAMES latin1", ok())
    session.conversation.client_sent(query(READ))
    assert session.sent[-1] != query(READ)
    assert session.sent[-1].startswith(query(b"SELECT")[4:10], 4)


def test_a_text_is_not_read_by_rules_that_may_have_changed(world: World) -> None:
    session, reader = Session(world), Session(world)
    warm(reader)
    session.ask(b"SET sql_mode = ANSI_QUOTES", ok())
    session.ask(b"SHOW WARNINGS")
    assert world.cache.entries == 0, "it could be anything"


@pytest.mark.parametrize("before", [0, 1], ids=["at first", "later"])
def test_reads_are_fenced_when_definitions_move_under_them(world: World, before: int) -> None:
    reader, writer, other = Session(world), Session(world), Session(world)
    for _ in range(before):
        reader.ask(READ)
    reader.conversation.client_sent(query(READ))
    writer.ask(b"DROP TABLE x", ok())
    assert world.cache.contents.fences == 1
    reader.conversation.origin_sent(rows())
    assert world.cache.contents.fences == 0
    assert other.reaches_origin(READ)


def test_a_file_that_no_statement_offered_is_not_given(world: World) -> None:
    session = Session(world)
    session.conversation.client_sent(query(READ))
    session.conversation.origin_sent(p.packet(b"\xfb/etc/passwd", 1))
    assert session.ended is not None
    assert b"not offered" in session.ended
    assert session.said == []


def test_a_file_that_a_statement_offers_is_passed_on(world: World) -> None:
    session = Session(world)
    text = b"LOAD DATA LOCAL INFILE 'x' INTO TABLE t"
    session.learn(text, Resolution(writes=frozenset({("shop", "t")})))
    session.conversation.client_sent(query(text))
    session.conversation.origin_sent(p.packet(b"\xfbx", 1))
    session.conversation.client_sent(p.packet(b"1\n", 2) + p.packet(b"", 3))
    assert session.sent[-1] == p.packet(b"1\n", 2) + p.packet(b"", 3)
    session.conversation.origin_sent(ok())
    warm(session)


def test_a_command_that_is_not_known_may_do_anything(world: World) -> None:
    session, reader = Session(world), Session(world)
    warm(reader)
    session.conversation.client_sent(p.packet(b"\x7f", 0))
    session.conversation.origin_sent(ERROR)
    assert world.cache.entries == 0


def test_commands_that_come_together_are_answered_one_after_the_other(world: World) -> None:
    session = Session(world)
    session.conversation.client_sent(query(READ) + query(b"SELECT 1") + p.packet(b"\x0e", 0))
    for answer, sent in ((rows(), b"SELECT 1"), (rows(b"1"), None), (ok(), None)):
        session.conversation.origin_sent(answer)
        if sent is not None:
            assert session.sent[-1] == query(sent)
    assert session.said == [rows(), rows(b"1"), ok()]


def test_a_connection_is_killed_by_the_origins_number(world: World) -> None:
    session = Session(world)
    session.conversation.client_sent(query(b"KILL QUERY 7"))
    assert session.sent[-1] == query(b"KILL QUERY 107")
    session.conversation.origin_sent(ok())
    session.conversation.client_sent(p.packet(b"\x0c\x07\x00\x00\x00", 0))
    assert session.sent[-1] == p.packet(b"\x0c\x6b\x00\x00\x00", 0)


def test_packets_out_of_order_end_the_session(world: World) -> None:
    session = Session(world)
    session.conversation.client_sent(p.packet(b"\x0e", 3))
    assert session.ended is not None
    assert b"out of order" in session.ended


def test_the_rest_of_a_long_command_stays_behind_its_beginning(world: World) -> None:
    session = Session(world, isolation="READ-COMMITTED")
    session.ask(BEGIN)
    whole = query(b"SELECT '" + b"x" * (LARGEST_GATHERED + 100) + b"'")
    session.conversation.client_sent(whole[:-50])
    session.conversation.client_sent(whole[-50:-10])
    assert session.sent == [query(BEGIN)], "what waits has begun to wait with its beginning"
    session.conversation.origin_sent(ok(IN_TRANSACTION))
    session.conversation.client_sent(whole[-10:])
    assert b"".join(session.sent) == query(BEGIN) + whole


def test_a_read_that_is_overtaken_within_a_migration_is_fenced_once(world: World) -> None:
    session, owner = Session(world), Session(world)
    session.ask(BEGIN, ok(IN_TRANSACTION))
    session.ask(b"SET GLOBAL sort_buffer_size = 1", ok(IN_TRANSACTION))
    session.know()
    session.conversation.client_sent(query(READ))
    owner.conversation.client_sent(query(b"DROP TABLE x"))
    session.conversation.origin_sent(rows(status=IN_TRANSACTION))
    assert session.said[-1] == rows(status=IN_TRANSACTION)
    assert session.ended is None


def test_a_read_that_nobody_waits_for_closes_nothing_when_a_migration_follows(world: World) -> None:
    reader, asker, owner = Session(world), Session(world), Session(world)
    asker.conversation.client_sent(query(READ))
    assert not asker.conversation.give_up()
    owner.ask(b"DROP TABLE x", ok())
    assert world.cache.contents.fences == 0
    asker.conversation.origin_left()
    warm(reader)


def test_a_read_that_a_migration_has_overtaken_is_waited_for_though_its_client_leaves(world: World) -> None:
    reader, asker, owner = Session(world), Session(world), Session(world)
    asker.conversation.client_sent(query(READ))
    owner.ask(b"DROP TABLE x", ok())
    assert asker.conversation.give_up()
    assert world.cache.contents.fences == 1
    asker.conversation.origin_sent(rows())
    warm(reader)
