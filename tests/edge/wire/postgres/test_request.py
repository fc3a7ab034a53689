"""The client's stream, cut at every byte."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.wire.postgres.request import (
    LARGEST_ANALYSED,
    MOST_HELD,
    ProtocolViolation,
    Request,
    RequestKind,
    RequestReader,
)
from tests.e2e.raw import FLUSH, SYNC, TERMINATE, bind, close, describe, execute, parse, query
from tests.e2e.raw import message as front

EXTENDED = parse("SELECT $1::text") + bind("x") + describe() + execute() + SYNC
STREAM = [
    query("SELECT 1"),
    EXTENDED,
    query(""),
    parse("SELECT 1", "s") + describe("s", "S") + FLUSH,
    bind(statement="s") + execute(limit=1) + SYNC,
    close("s") + SYNC,
    front("d", b"copy data\n"),
    front("c"),
    front("F", bytes(12)),
    front("f", b"reason\0"),
    SYNC,
    query("SELECT 'the last'"),
]


def everything(reader: RequestReader) -> list[Request]:
    found = []
    while (request := reader.take()) is not None:
        found.append(request)
    return found


CONTINUED = (RequestKind.RAW, RequestKind.OPAQUE, RequestKind.COPY_END)


def seen(pieces: list[bytes]) -> list[tuple[RequestKind, bytes, tuple[tuple[int, int, int], ...], bool]]:
    """What comes out of these pieces; what is handed on raw is joined, for it may come in any pieces."""
    reader = RequestReader()
    found: list[tuple[RequestKind, bytes, tuple[tuple[int, int, int], ...], bool]] = []
    for piece in pieces:
        reader.feed(piece)
        for request in everything(reader):
            if request.kind is RequestKind.RAW and found and found[-1][0] in CONTINUED:
                kind, raw, parts, ends = found.pop()
                found.append((kind, raw + request.raw, parts, ends))
            else:
                found.append((request.kind, request.raw, request.parts, request.ends))
    return found


def split(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cuts), len(data)]
    return [data[a:b] for a, b in pairwise(edges) if a < b]


WHOLE = seen([b"".join(STREAM)])


def test_a_stream_in_one_piece() -> None:
    assert b"".join(raw for _, raw, _, _ in WHOLE) == b"".join(STREAM)
    assert [kind for kind, *_ in WHOLE] == [
        RequestKind.SIMPLE,
        RequestKind.EXTENDED,
        RequestKind.SIMPLE,
        RequestKind.EXTENDED,
        RequestKind.EXTENDED,
        RequestKind.RAW,
        RequestKind.COPY_END,
        RequestKind.OPAQUE,
        RequestKind.COPY_END,
        RequestKind.EXTENDED,
        RequestKind.SIMPLE,
    ]


def test_the_parts_of_a_request_are_its_messages() -> None:
    reader = RequestReader()
    reader.feed(EXTENDED)
    request = reader.take()
    assert request is not None
    assert [chr(code) for code, _, _ in request.parts] == list("PBDES")
    assert b"".join(request.raw[start:end] for _, start, end in request.parts) == EXTENDED
    assert request.ends


@pytest.mark.parametrize("at", range(1, len(b"".join(STREAM))))
def test_a_stream_cut_once_anywhere(at: int) -> None:
    data = b"".join(STREAM)
    assert fitted(seen([data[:at], data[at:]])) == fitted(WHOLE)


def test_a_stream_byte_by_byte() -> None:
    data = b"".join(STREAM)
    assert fitted(seen([data[i : i + 1] for i in range(len(data))])) == fitted(WHOLE)


@given(st.lists(st.integers(0, len(b"".join(STREAM))), max_size=20))
def test_a_stream_cut_at_random(cuts: list[int]) -> None:
    assert fitted(seen(split(b"".join(STREAM), cuts))) == fitted(WHOLE)


def fitted(
    found: list[tuple[RequestKind, bytes, tuple[tuple[int, int, int], ...], bool]],
) -> list[tuple[str, bytes, bool]]:
    """The same with requests joined up to a Sync: a Flush sends on what is there, wherever the bytes were cut."""
    joined: list[tuple[str, bytes, bool]] = []
    for kind, raw, _, ends in found:
        if joined and joined[-1][0] == kind.name == "EXTENDED" and not joined[-1][2]:
            joined[-1] = ("EXTENDED", joined[-1][1] + raw, ends)
        else:
            joined.append((kind.name, raw, ends))
    return joined


def test_terminate_ends_it() -> None:
    reader = RequestReader()
    reader.feed(query("SELECT 1") + TERMINATE + query("SELECT 2"))
    assert [request.kind for request in everything(reader)] == [RequestKind.SIMPLE, RequestKind.TERMINATE]
    assert len(reader) == 0


def test_messages_wait_for_their_sync_unless_told_otherwise() -> None:
    reader = RequestReader()
    reader.feed(parse("SELECT 1") + bind()[:4])
    assert reader.take() is None
    assert reader.holds_messages
    held = reader.take(all_messages=True)
    assert held is not None
    assert (held.raw, held.ends) == (parse("SELECT 1"), False)
    reader.feed(bind()[4:] + SYNC)
    rest = reader.take()
    assert rest is not None
    assert rest.raw == bind() + SYNC
    assert rest.ends


def test_many_messages_without_a_sync_are_not_held_for_ever() -> None:
    reader = RequestReader()
    reader.feed(bind("x" * 1000) * 100)
    request = reader.take()
    assert request is not None
    assert len(request.raw) > MOST_HELD
    assert not request.ends


@pytest.mark.parametrize(("code", "ends"), [("Q", True), ("P", False), ("B", False)])
def test_a_large_message_is_opaque_and_handed_on_piece_by_piece(code: str, ends: bool) -> None:
    reader = RequestReader()
    large = front(code, b"x" * (LARGEST_ANALYSED + 1))
    reader.feed(large[:1000])
    first = reader.take()
    assert first is not None
    assert (first.kind, first.ends, len(first.raw)) == (RequestKind.OPAQUE, ends, 1000)
    reader.feed(large[1000:] + query("SELECT 1"))
    rest = everything(reader)
    assert [request.kind for request in rest] == [RequestKind.RAW, RequestKind.SIMPLE]
    assert first.raw + rest[0].raw == large


def test_a_message_of_a_gigabyte_takes_no_memory() -> None:
    reader = RequestReader()
    reader.feed(b"d" + (1 << 30).to_bytes(4, "big"))
    for _ in range(100):
        everything(reader)
        reader.feed(b"x" * 65536)
        everything(reader)
        assert len(reader) == 0


def test_a_large_message_in_the_midst_of_small_ones_keeps_their_order() -> None:
    reader = RequestReader()
    stream = parse("SELECT $1", "s") + bind("x" * (LARGEST_ANALYSED + 5), statement="s") + execute() + SYNC
    reader.feed(stream)
    found = everything(reader)
    assert b"".join(request.raw for request in found) == stream
    assert found[0].raw == parse("SELECT $1", "s")
    assert found[1].kind is RequestKind.OPAQUE
    assert found[-1].ends


@pytest.mark.parametrize("length", [0, 1, 3, 0x80000000, 0xFFFFFFFF])
@pytest.mark.parametrize("code", [b"Q", b"P", b"S", b"X", b"d", b"?", b"\0"])
def test_an_impossible_length_is_a_violation_or_passed_on(code: bytes, length: int) -> None:
    reader = RequestReader()
    reader.feed(code + length.to_bytes(4, "big") + b"rest")
    if length < 4:
        with pytest.raises(ProtocolViolation):
            everything(reader)
    else:
        everything(reader)


@given(st.lists(st.binary(max_size=200), max_size=10))
def test_noise_raises_nothing_else_and_ends(pieces: list[bytes]) -> None:
    reader = RequestReader()
    taken = 0
    try:
        for piece in pieces:
            reader.feed(piece)
            taken += sum(len(request.raw) for request in everything(reader))
            last = reader.take(all_messages=True)
            taken += len(last.raw) if last is not None else 0
    except ProtocolViolation:
        return
    if b"X\0\0\0" not in b"".join(pieces):
        assert taken + len(reader) == sum(map(len, pieces)), "no byte is lost or made up"
