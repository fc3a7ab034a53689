"""A client's stream is cut into commands wherever the network cuts it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.wire.mysql.commands import LARGEST_GATHERED, CommandReader
from polyscale_cli.edge.wire.mysql.packets import LARGEST, PacketError, packet

PING = packet(b"\x0e", 0)
QUERY = packet(b"\x03SELECT 1", 0)


def taken(reader: CommandReader) -> list[bytes]:
    """Every command that is there."""
    found = []
    while (command := reader.take()) is not None:
        assert command.whole
        found.append(command.raw)
    return found


@given(cuts=st.lists(st.integers(0, 40), max_size=6))
def test_commands_are_the_same_however_they_arrive(cuts: list[int]) -> None:
    stream = PING + QUERY + PING
    reader, found, before = CommandReader(), [], 0
    for cut in [*sorted(cuts), len(stream)]:
        assert reader.feed(stream[before:cut]) == b""
        before = max(before, cut)
        found += taken(reader)
    assert found == [PING, QUERY, PING]
    assert len(reader) == 0


def test_a_command_of_several_packets_is_one() -> None:
    text = b"\x03" + b"x" * LARGEST
    reader = CommandReader()
    reader.feed(packet(text, 0)[:-1])
    command = reader.take()
    assert command is not None
    assert not command.whole, "it is too long to be gathered"
    assert reader.is_cut
    assert reader.feed(packet(text, 0)[-1:] + PING) == b"x"
    assert taken(reader) == [PING]


def test_the_body_of_a_command_has_no_headers_in_it() -> None:
    reader = CommandReader()
    text = b"\x03" + b"x" * LARGEST
    reader.feed(packet(text, 0))
    command = reader.take()
    assert command is not None
    assert (command.code, command.body) == (3, text[1:])


def test_a_long_command_is_handed_out_before_it_is_whole_and_its_rest_as_it_comes() -> None:
    whole = packet(b"\x03" + b"x" * (2 * LARGEST), 0)
    reader = CommandReader()
    out, pos = b"", 0
    while pos < len(whole):
        out += reader.feed(whole[pos : pos + 999_999])
        pos += 999_999
        command = reader.take()
        if command is not None:
            assert len(command.raw) < LARGEST_GATHERED + 1_000_000
            out += command.raw
    assert out == whole
    assert not reader.is_cut


@pytest.mark.parametrize("number", [1, 255])
def test_a_command_that_does_not_begin_with_packet_0_is_refused(number: int) -> None:
    reader = CommandReader()
    reader.feed(packet(b"\x0e", number))
    with pytest.raises(PacketError):
        reader.take()


def test_packets_of_one_command_that_are_out_of_order_are_refused() -> None:
    whole = bytearray(packet(b"\x03" + b"x" * LARGEST, 0))
    whole[LARGEST + 4 + 3] = 7
    reader = CommandReader()
    reader.feed(bytes(whole))
    with pytest.raises(PacketError):
        reader.take()
