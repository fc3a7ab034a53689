from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.wire.mysql import packets
from polyscale_cli.edge.wire.mysql.capabilities import Status
from polyscale_cli.edge.wire.mysql.packets import LARGEST, Err, Ok, Packet, PacketError

OK_OF_THE_MANUAL = bytes.fromhex("0700000200000002000000")
ERR_OF_THE_MANUAL = bytes.fromhex("17000001ff48042348593030304e6f207461626c65732075736564")
EOF_OF_THE_MANUAL = bytes.fromhex("05000005fe00000200")
COM_QUERY_OF_THE_MANUAL = bytes.fromhex("210000000373656c65637420404076657273696f6e5f636f6d6d656e74206c696d69742031")


def test_an_ok_packet_is_read_as_the_manual_says() -> None:
    found = packets.read_packet(OK_OF_THE_MANUAL)
    assert found == (Packet(OK_OF_THE_MANUAL[4:], 2, 2), 11)
    assert packets.read_ok(OK_OF_THE_MANUAL[4:]) == Ok(0, 0, Status.AUTOCOMMIT, 0)


def test_an_ok_packet_is_written_as_the_manual_says() -> None:
    assert packets.ok(2) == OK_OF_THE_MANUAL


def test_an_err_packet_is_read_as_the_manual_says() -> None:
    assert packets.is_err(ERR_OF_THE_MANUAL[4:])
    assert packets.read_err(ERR_OF_THE_MANUAL[4:]) == Err(1096, "HY000", "No tables used")


def test_an_err_packet_is_written_as_the_manual_says() -> None:
    assert packets.err(1096, "HY000", "No tables used", 1) == ERR_OF_THE_MANUAL


def test_an_err_packet_from_before_the_login_has_no_sqlstate() -> None:
    written = packets.err(1040, "", "Too many connections", 0)
    assert written == b"\x17\0\0\0\xff\x10\x04Too many connections"
    assert packets.read_err(written[4:]) == Err(1040, "", "Too many connections")


def test_an_eof_packet_is_written_as_the_manual_says() -> None:
    assert packets.eof(5) == EOF_OF_THE_MANUAL


@pytest.mark.parametrize("length", [LARGEST - 1, LARGEST, 2 * LARGEST + 1])
def test_a_payload_of_16_mb_and_more_goes_on_in_the_next_packet(length: int) -> None:
    payload = bytes(length)
    framed = packets.packet(payload, 254)
    count = length // LARGEST + 1
    assert len(framed) == length + 4 * count
    assert packets.read_packet(framed) == (Packet(payload, 254, (253 + count) % 256), len(framed))
    assert packets.read_packet(framed[:-1]) is None


def test_a_continuation_out_of_order_is_refused() -> None:
    framed = bytearray(packets.packet(bytes(LARGEST), 0))
    framed[LARGEST + 4 + 3] = 7
    with pytest.raises(PacketError):
        packets.read_packet(bytes(framed))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "00"),
        (250, "fa"),
        (251, "fcfb00"),
        (0xFFFF, "fcffff"),
        (0x10000, "fd000001"),
        (0xFFFFFF, "fdffffff"),
        (0x1000000, "fe0000000100000000"),
        (2**64 - 1, "feffffffffffffffff"),
    ],
)
def test_integers_are_as_short_as_they_can_be(value: int, written: str) -> None:
    assert packets.integer(value).hex() == written
    assert packets.read_integer(b"x" + bytes.fromhex(written) + b"y", 1) == (value, 1 + len(written) // 2)


@pytest.mark.parametrize("data", ["", "fb", "ff", "fc01", "fd0102", "fe01020304050607"])
def test_no_integer_is_read_from_what_is_none(data: str) -> None:
    with pytest.raises(PacketError):
        packets.read_integer(bytes.fromhex(data), 0)


@given(st.lists(st.none() | st.binary(max_size=300)))
def test_a_text_row_is_read_column_by_column(columns: list[bytes | None]) -> None:
    row = b"".join(b"\xfb" if column is None else packets.string(column) for column in columns)
    assert packets.read_columns(row) == columns


def test_a_string_that_is_cut_short_is_refused() -> None:
    with pytest.raises(PacketError):
        packets.read_string(b"\x05abcd", 0)
    with pytest.raises(PacketError):
        packets.read_until_nul(b"abcd", 0)


def test_an_ok_packet_tells_what_has_changed_in_the_session() -> None:
    schema = b"\x01" + packets.string(packets.string(b"test"))
    ok = Ok(1, 300, Status.AUTOCOMMIT | Status.SESSION_STATE_CHANGED, 2, b"Rows matched: 1", schema)
    assert packets.read_ok(packets.ok_payload(ok, tracked=True)) == ok


def test_the_info_of_an_ok_packet_may_reach_to_its_end() -> None:
    assert packets.read_ok(packets.ok_payload(Ok()) + b"~ Records: 3").info == b"~ Records: 3"


@given(st.binary(max_size=40))
def test_whatever_comes_is_read_or_refused(data: bytes) -> None:
    for read in (packets.read_ok, packets.read_err, packets.read_columns):
        try:
            read(data)
        except PacketError:
            continue
    packets.read_packet(data)
