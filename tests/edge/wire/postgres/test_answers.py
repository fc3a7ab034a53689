"""The server's stream, cut at every byte: what the client gets, and what becomes an entry, do not depend on it."""

from __future__ import annotations

import contextlib
import json
import struct
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.engine import Key
from polyscale_cli.edge.wire.postgres.answers import (
    BEGINNING,
    LARGEST_ASIDE,
    LARGEST_OWN,
    LONGEST_SHORT,
    OriginViolation,
)
from tests.e2e.raw import SYNC, bind, execute, parse, query
from tests.edge.wire.postgres.frames import (
    BOUND,
    COLUMNS,
    PARSED,
    FakeOrigin,
    World,
    answer,
    back,
    done,
    failed,
    ready,
    relation,
    row,
)

ITEM = query("SELECT name FROM items")
NOTE = back("A", bytes(4) + b"channel\0payload\0")
SCRIPT: list[tuple[bytes, bytes]] = [
    (ITEM, COLUMNS + row("old") + row(None) + row("x" * 50) + done("SELECT 3") + ready()),
    (
        parse("SELECT name FROM parts") + bind() + execute() + SYNC,
        PARSED + BOUND + row("part") + done() + ready(),
    ),
    (query("SELECT 1/0"), COLUMNS + failed() + ready()),
    (query("BEGIN ISOLATION LEVEL REPEATABLE READ"), done("BEGIN") + ready("T")),
    (query("UPDATE items SET n = 1"), back("N", b"SNOTICE\0Mhello\0\0") + done("UPDATE 1") + ready("T")),
    (query("ROLLBACK"), done("ROLLBACK") + ready()),
    (query("SET TimeZone = 'Asia/Tokyo'"), back("S", b"TimeZone\0Asia/Tokyo\0") + done("SET") + ready()),
    (query("RESET TimeZone"), back("S", b"TimeZone\0UTC\0") + done("RESET") + ready()),
    (
        query("COPY parts TO STDOUT"),
        back("H", b"\0\0\0") + back("d", b"1\n") * 2 + back("c") + done("COPY 2") + ready(),
    ),
    (query("LISTEN channel"), done("LISTEN") + ready() + NOTE),
    (query(""), back("I") + ready()),
]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the client got, and what the edge remembers of it all."""

    got: bytes
    entries: dict[Key, bytes]
    scope: object
    is_idle: bool


def play(world: World, session: FakeOrigin, cuts: dict[int, list[int]]) -> Outcome:
    """Play the script, each answer cut at these places; what the client got."""
    got = b""
    for number, (request, response) in enumerate(SCRIPT):
        session.client(request)
        assert session.passed() == request
        edges = [0, *sorted(min(cut, len(response)) for cut in cuts.get(number, [])), len(response)]
        for start, end in pairwise(edges):
            if start < end:
                session.server(response[start:end])
        got += session.took()
    scope = session.conversation.session.scope
    assert scope is not None
    entries = {key: entry.response for each in world.cache._scopes.values() for key, entry in each.entries.items()}
    return Outcome(got, entries, scope.identity, session.conversation.is_idle)


def known() -> tuple[World, FakeOrigin]:
    """A session to which the script's reads are known, so that their next answers become entries."""
    world = World()
    session = world.session()
    for text in ("SELECT name FROM items", "SELECT name FROM parts"):
        session.ask(query(text), answer("x"))
        session.ask(query(text), answer("x"))
    session.ask(query("UPDATE items SET n = 1"), done("UPDATE 1") + ready())
    world.engine.purge("one")
    session.ask(query("SELECT name FROM items, parts"), answer("x"))
    for text in ("SELECT name FROM items", "SELECT name FROM parts"):
        session.ask(query(text), answer("x"))
    world.engine.purge("one")
    return world, session


EXPECTED = play(*known(), {})


def test_the_script_in_whole_answers() -> None:
    assert EXPECTED.got == b"".join(response for _, response in SCRIPT)
    assert list(EXPECTED.entries.values()) == [SCRIPT[0][1], SCRIPT[1][1]]
    assert EXPECTED.is_idle


@pytest.mark.parametrize("number", range(len(SCRIPT)))
def test_each_answer_cut_once_anywhere(number: int) -> None:
    for at in range(1, len(SCRIPT[number][1])):
        assert play(*known(), {number: [at]}) == EXPECTED


def test_all_answers_byte_by_byte() -> None:
    assert play(*known(), {n: list(range(1, len(response))) for n, (_, response) in enumerate(SCRIPT)}) == EXPECTED


@given(st.dictionaries(st.integers(0, len(SCRIPT) - 1), st.lists(st.integers(1, 200), max_size=6)))
def test_answers_cut_at_random(cuts: dict[int, list[int]]) -> None:
    assert play(*known(), cuts) == EXPECTED


ENTRY = COLUMNS + row("old") + row(None) + row("x" * 50) + done("SELECT 3") + ready()


def test_an_entry_is_the_same_however_its_answer_was_cut() -> None:
    for at in range(1, len(ENTRY)):
        world = World()
        session = world.session()
        session.ask(ITEM, ENTRY)
        session.client(ITEM)
        session.passed()
        session.server(ENTRY[:at])
        session.server(ENTRY[at:])
        assert session.took() == ENTRY
        assert session.ask(ITEM, ENTRY), at


def test_answers_of_pipelined_requests_cut_anywhere() -> None:
    first, second = ENTRY, answer("part")
    stream = first + failed() + ready() + second
    for at in range(1, len(stream)):
        world = World()
        session = world.session()
        for text in (ITEM, query("SELECT name FROM parts")):
            session.ask(text, first)
        session.client(ITEM, query("SELECT 1/0"), query("SELECT name FROM parts"))
        session.passed()
        session.server(stream[:at])
        session.server(stream[at:])
        assert session.took() == stream
        assert session.ask(query("SELECT name FROM parts"), second) in (True, False)
        assert session.conversation.is_idle


def test_the_answer_to_a_restored_statement_cut_anywhere() -> None:
    """The edge's own Parse is answered first, perhaps with a notice, and the client does not get to see that."""
    stream = PARSED + BOUND + row("old") + done() + ready()
    notice = back("N", b"SNOTICE\0Mhello\0\0")
    for at in range(1, len(stream) + 2 * len(notice)):
        world = World()
        session = world.session()
        request = parse("SELECT name FROM items") + bind() + execute() + SYNC
        session.prime(request, stream)
        session.ask(query("SELECT name FROM parts"), answer("x"))
        assert session.ask(request, stream)
        session.client(bind() + execute() + SYNC)
        assert session.passed() == request
        answered = notice + PARSED + notice + stream[len(PARSED) :]
        session.server(answered[:at])
        session.server(answered[at:])
        assert session.took() == notice + stream[len(PARSED) :], at
        assert session.conversation.is_idle


def test_a_question_of_the_edges_own_cut_anywhere_and_with_messages_between() -> None:
    relations = [relation(100)]
    catalog = json.dumps({"database": 1, "missing": None, "functions": None, "relations": relations})
    status = back("S", b"TimeZone\0UTC\0")
    stream = COLUMNS + NOTE + row(catalog) + status + done() + ready()
    for at in range(1, len(stream)):
        world = World()
        session = world.session()
        session.ask(ITEM, ENTRY)
        session.client(ITEM)
        assert b"pg_catalog" in session.sent
        session.sent = b""
        session.server(stream[:at])
        session.server(stream[at:])
        assert session.took() == NOTE + status, at
        assert session.sent == ITEM
        session.sent = b""
        session.server(ENTRY)
        assert session.took() == ENTRY


@given(st.lists(st.binary(max_size=120), max_size=8), st.booleans())
def test_noise_from_the_server_raises_nothing_else(pieces: list[bytes], under_way: bool) -> None:
    session = World().session()
    if under_way:
        session.client(ITEM, ITEM)
    with contextlib.suppress(OriginViolation):
        for piece in pieces:
            if piece:
                session.server(piece)
    session.conversation.origin_left()


MISSHAPEN = [
    "1",
    "null",
    "[]",
    '"text"',
    "{",
    "[" * 100_000,
    '{"routines": 1}',
    '{"routines": [[]]}',
    '{"routines": [[1, 1, 1, 1, 1, 1, 1]]}',
    '{"relations": [1]}',
    '{"relations": {"a": 1}}',
]


@pytest.mark.parametrize("said", MISSHAPEN, ids=range(len(MISSHAPEN)))
def test_a_misshapen_answer_to_a_question_of_the_edges_own_is_none(said: str) -> None:
    session = World().session()
    session.ask(ITEM, ENTRY)
    session.client(ITEM)
    assert b"pg_catalog" in session.sent
    session.sent = b""
    session.server(COLUMNS + row(said) + done() + ready())
    assert session.sent == ITEM
    session.sent = b""
    session.server(ENTRY)
    assert session.took() == ENTRY


@pytest.mark.parametrize("said", MISSHAPEN, ids=range(len(MISSHAPEN)))
def test_a_session_that_begins_with_a_misshapen_answer_is_passed_on(said: str) -> None:
    session = FakeOrigin(World().cache)
    session.conversation.start(ready())
    while session.sent:
        session.sent = b""
        session.server(COLUMNS + row(said) + done() + ready())
    assert session.took() == ready()
    for _ in range(3):
        assert not session.ask(ITEM, ENTRY)


def in_pieces(data: bytes, size: int = 1000) -> list[bytes]:
    """Cut a stream."""
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("code", "EN")
@pytest.mark.parametrize("where", ["before", "behind"])
def test_of_a_long_error_or_notice_only_the_beginning_is_held_back(code: str, where: str) -> None:
    session = World().session()
    fields = b"SERROR\0VERROR\0C22012\0M" + b"x" * (4 * BEGINNING) + b"\0\0"
    rest = done() + ready()
    stream = (
        NOTE + back(code, fields) + rest if where == "before" else COLUMNS + row("x") + back(code, fields) + ready()
    )
    session.client(query("SELECT 1"))
    assert session.passed()
    held, most = 0, 0
    for piece in in_pieces(stream):
        session.server(piece)
        held += len(piece) - len(session.received)
        most = max(most, held)
        session.received, got = b"", session.received
        stream = stream.removeprefix(got)
    assert stream == b""
    assert BEGINNING - 1000 <= most < BEGINNING
    assert session.conversation.is_idle
    session.prime(ITEM, ENTRY)


@pytest.mark.parametrize(("more", "shared"), [(0, True), (2 * BEGINNING, False)])
def test_whether_a_long_error_came_from_within_is_not_believed_by_its_beginning(more: int, shared: bool) -> None:
    """That it did would be said at its end."""
    session = World().session()
    session.client(query("DO $$ x $$"))
    session.passed()
    for piece in in_pieces(back("E", b"SERROR\0VERROR\0C42601\0M" + b"x" * more + b"\0\0") + ready()):
        session.server(piece)
    scope = session.conversation.session.scope
    assert scope is not None
    assert scope.shared is shared


@pytest.mark.parametrize(
    ("code", "length"),
    [
        ("Z", LONGEST_SHORT),
        ("C", LONGEST_SHORT),
        ("1", LONGEST_SHORT),
        ("3", LONGEST_SHORT),
        ("S", LARGEST_ASIDE),
        ("A", LARGEST_ASIDE),
        ("Z", 0xFFFFFFFF),
    ],
)
def test_an_origin_that_announces_what_postgres_never_sends_is_left(code: str, length: int) -> None:
    session = World().session()
    session.client(query("SELECT 1"))
    with pytest.raises(OriginViolation):
        session.server(COLUMNS + code.encode() + struct.pack("!I", length) + b"ROLLBACK")


@pytest.mark.parametrize("code", "ENSA")
def test_what_comes_unasked_is_held_back_whole_and_has_an_end(code: str) -> None:
    """A hit must not be put into the middle of it."""
    session = World().session()
    session.prime(ITEM, ENTRY)
    long = back(code, b"x\0" + b"y" * (2 * BEGINNING) + b"\0")
    for piece in in_pieces(long)[:-1]:
        session.server(piece)
        assert session.took() == b""
    session.server(in_pieces(long)[-1])
    assert session.took() == long
    with pytest.raises(OriginViolation):
        session.server(code.encode() + struct.pack("!I", LARGEST_ASIDE) + b"x")


@pytest.mark.parametrize("size", [1 << 18, 7])
@pytest.mark.parametrize("code", "DEN")
def test_an_endless_answer_to_a_question_of_the_edges_own_is_passed_over(code: str, size: int) -> None:
    session = World().session()
    session.ask(ITEM, ENTRY)
    session.client(ITEM)
    assert b"pg_catalog" in session.sent
    session.sent = b""
    beginning = COLUMNS + code.encode() + struct.pack("!I", 2 * LARGEST_OWN)
    session.server(beginning + bytes(LARGEST_OWN))
    for _ in range(10):
        session.server(bytes(size))
    session.server(bytes(2 * LARGEST_OWN - 4 - LARGEST_OWN - 10 * size) + done()[:3])
    session.server(done()[3:] + ready())
    assert (session.sent, session.took()) == (ITEM, b"")
    session.sent = b""
    session.server(ENTRY)
    assert session.took() == ENTRY
