"""Nothing of a statement or a session stays once it is over: conversations without sockets, blocks of memory counted.

What the edge remembers on purpose has limits, of tens of thousands; they are small here, so that they are soon reached.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable

import pytest

from polyscale_cli.edge.engine import CacheState, cachestate, footprint, template
from tests.e2e.raw import SYNC, bind, close, execute, parse, query
from tests.edge.wire.postgres.frames import (
    BOUND,
    CLOSED,
    PARSED,
    FakeOrigin,
    World,
    answer,
    done,
    extended_answer,
    failed,
    ready,
)

LIMITS = (
    (template, "MOST_TEMPLATES"),
    (template, "MOST_TEXTS"),
    (footprint, "MOST_FOOTPRINTS"),
    (cachestate, "MOST_SCOPES"),
)
LIMIT = 20
SESSIONS = 25
TURNS = 20
ROUNDS = 3
"""After which the interpreter has settled, too: it keeps names that the parser makes."""

TRIES = 3
"""What stays, stays each time; a thread of the test runner's may keep something once."""

MOST_BLOCKS = 0.3
"""For each statement. One object that stays is one; a session that stays is dozens, for its twenty statements."""

Step = tuple[bytes, bytes]

TURN: dict[str, Callable[[int], list[Step]]] = {
    "a text that comes again": lambda _: [(query("SELECT name FROM items"), answer("x"))],
    "a text that never comes again": lambda n: [(query(f"SELECT name AS c{n} FROM items"), answer("x"))],
    "a value that never comes again": lambda n: [(query(f"SELECT name FROM items WHERE id = {n}"), answer("x"))],
    "a prepared statement, closed": lambda n: [
        (parse(f"SELECT name, {n} FROM items", f"s{n}") + SYNC, PARSED + ready()),
        (bind(statement=f"s{n}") + execute() + SYNC, extended_answer("x", parse=False)),
        (close(f"s{n}") + SYNC, CLOSED + ready()),
    ],
    "a prepared statement, left open": lambda n: [
        (parse(f"SELECT name, {n} FROM items", f"s{n}") + SYNC, PARSED + ready()),
        (bind(statement=f"s{n}") + execute() + SYNC, extended_answer("x", parse=False)),
    ],
    "a statement that fails": lambda n: [
        (query("SELECT 1/0"), failed() + ready()),
        (parse(f"SELECT nothing{n} FROM items") + bind() + execute() + SYNC, failed("42703") + ready()),
    ],
    "a statement that nobody understands": lambda n: [(query(f"FROBNICATE {n}"), failed("42601") + ready())],
    "a write": lambda n: [(query(f"UPDATE items SET name = '{n}'"), done("UPDATE 1") + ready())],
    "a transaction": lambda n: [
        (query("BEGIN"), done("BEGIN") + ready("T")),
        (query(f"UPDATE items SET name = '{n}'"), done("UPDATE 1") + ready("T")),
        (query("COMMIT"), done("COMMIT") + ready()),
    ],
    "a setting": lambda n: [
        (query(f"SET work_mem = '{n}kB'"), done("SET") + ready()),
        (query("SELECT name FROM items"), answer("x")),
        (query("SELECT name FROM items"), answer("x")),
    ],
    "one that is not answered": lambda n: [
        (parse(f"SELECT {n} FROM items") + bind() + execute() + SYNC, PARSED + BOUND),
    ],
}


def live(cache: CacheState, turn: Callable[[int], list[Step]], first: int) -> None:
    """One session, from its login to its loss."""
    origin = FakeOrigin(cache).login()
    for number in range(first, first + TURNS):
        for request, reply in turn(number):
            origin.conversation.client_sent(request)
            if origin.passed():
                origin.conversation.origin_sent(reply)
                origin.passed()
        if not origin.took():
            break  # it waits for the rest of an answer
    origin.conversation.origin_left()


@pytest.mark.parametrize("what", TURN)
def test_nothing_stays_of_what_is_over(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in LIMITS:
        monkeypatch.setattr(module, name, LIMIT)
    world = World()
    number = 1_000_000

    def blocks_after_sessions() -> int:
        nonlocal number
        for _ in range(SESSIONS):
            live(world.cache, TURN[what], number)
            number += TURNS
        gc.collect()
        return sys.getallocatedblocks()

    for _ in range(ROUNDS):
        before = blocks_after_sessions()
    for _ in range(TRIES):
        after = blocks_after_sessions()
        if (left := (after - before) / (SESSIONS * TURNS)) < MOST_BLOCKS:
            break
        before = after
    assert left < MOST_BLOCKS


def test_a_question_whose_session_was_lost_is_forgotten() -> None:
    origin = FakeOrigin(World().cache).login()
    origin.conversation.client_sent(query("SELECT name FROM items"))
    origin.conversation.origin_sent(answer("x"))
    origin.conversation.client_sent(query("SELECT name FROM items"))
    scope = origin.conversation.session.scope
    assert scope is not None
    assert scope._questions, "the second time it is worth a question"
    origin.conversation.origin_left()
    assert not scope._questions
