"""Whatever either side says, in whatever order: nothing is raised, and it is passed on."""

from __future__ import annotations

import contextlib
import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.e2e.raw import SYNC, bind, execute, parse, query
from tests.edge.wire.postgres.frames import (
    ITEM,
    World,
    back,
    front,
)

CODES = "123ACDEGHIKNRSTVWZcdnst"
BACKEND = st.builds(back, st.sampled_from(CODES), st.binary(max_size=30))


@given(st.lists(BACKEND, max_size=15), st.lists(st.integers(0, 400), max_size=5))
def test_messages_in_any_order_raise_nothing_and_are_passed_on(stream: list[bytes], cuts: list[int]) -> None:
    """A server that talks nonsense is the client's to judge."""
    data = b"".join(stream)
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    session = World().session()
    session.client(query("SELECT 1 FROM items"))
    session.sent = b""
    for start, end in pairwise(edges):
        if start < end:
            session.server(data[start:end])
    assert session.took() == data


@pytest.mark.parametrize("code", CODES)
def test_empty_messages_raise_nothing(code: str) -> None:
    session = World().session()
    session.client(ITEM)
    session.passed()
    session.server(back(code))
    with contextlib.suppress(struct.error):
        session.conversation.origin_left()
    other = World().session()
    other.server(back(code))


FRONTEND = st.one_of(
    st.builds(
        query, st.sampled_from(["SELECT name FROM items", "UPDATE items SET n = 1", "BEGIN", "COMMIT", "SET x = 1"])
    ),
    st.builds(parse, st.sampled_from(["SELECT name FROM items", "DELETE FROM parts"]), st.sampled_from(["", "s"])),
    st.builds(lambda name: bind(statement=name), st.sampled_from(["", "s"])),
    st.just(execute()),
    st.just(SYNC),
    st.builds(front, st.sampled_from("QPBDECSHXdcfFp?"), st.binary(max_size=20)),
)


@given(st.lists(FRONTEND, max_size=12), st.lists(st.integers(0, 400), max_size=5), st.lists(BACKEND, max_size=6))
def test_a_client_that_sends_anything_raises_nothing(sent: list[bytes], cuts: list[int], said: list[bytes]) -> None:
    data = b"".join(sent)
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    session = World().session()
    for start, end in pairwise(edges):
        if start < end and session.ended is None:
            session.client(data[start:end])
            session.reply_to_questions()
    session.fire(0.01)
    for each in said:
        session.server(each)
    session.conversation.client_left()
    session.conversation.origin_left()
