"""Where an answer ends, and what it says of the session, however the network cuts it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.wire.mysql import packets as p
from polyscale_cli.edge.wire.mysql.answers import AnswerKind, AnswerReader, only_row
from polyscale_cli.edge.wire.mysql.capabilities import Status

COLUMN = b"\x03def\x00\x00\x00\x02id\x00\x0c\x3f\x00\x0b\x00\x00\x00\x03\x03\x40\x00\x00\x00"
AUTO = Status.AUTOCOMMIT
MORE = Status.AUTOCOMMIT | Status.MORE_RESULTS


def numbered(*payloads: bytes) -> bytes:
    """An answer's packets."""
    return b"".join(p.packet(payload, number + 1) for number, payload in enumerate(payloads))


def end(status: Status, warnings: int = 0, *, deprecates_eof: bool) -> bytes:
    """What ends rows."""
    if deprecates_eof:
        return p.ok_payload(p.Ok(status=status, warnings=warnings), header=p.EOF_HEADER)
    return b"\xfe" + warnings.to_bytes(2, "little") + int(status).to_bytes(2, "little")


def rows(*values: bytes, status: Status = AUTO, warnings: int = 0, deprecates_eof: bool) -> list[bytes]:
    """A result set of one column."""
    middle = [] if deprecates_eof else [end(status, deprecates_eof=False)]
    last = end(status, warnings, deprecates_eof=deprecates_eof)
    return [b"\x01", COLUMN, *middle, *(p.string(value) for value in values), last]


OK = p.ok_payload(p.Ok(affected_rows=3, status=Status.IN_TRANS, warnings=2))
ERR = b"\xff\x10\x04#42000no"
PREPARED = b"\x00\x07\x00\x00\x00\x01\x00\x02\x00\x00\x00\x00"


def answers(deprecates_eof: bool) -> dict[str, tuple[AnswerKind, bytes, dict[str, object]]]:
    """Answers of every kind, and what is to be read from each."""
    one = rows(b"5", deprecates_eof=deprecates_eof)
    warned = rows(b"5", warnings=1, deprecates_eof=deprecates_eof)
    several = [*rows(b"1", status=MORE, deprecates_eof=deprecates_eof), OK]
    definitions = [COLUMN, COLUMN, COLUMN]
    if not deprecates_eof:
        definitions = [COLUMN, COLUMN, end(AUTO, deprecates_eof=False), COLUMN, end(AUTO, deprecates_eof=False)]
    failing = [*one[:-1], ERR]
    plain: dict[str, object] = {"status": int(AUTO), "failed": False, "several": False, "warnings": 0}
    return {
        "ok": (AnswerKind.RESULT, numbered(OK), {"status": int(Status.IN_TRANS), "warnings": 2, "failed": False}),
        "err": (AnswerKind.RESULT, numbered(ERR), {"failed": True}),
        "rows": (AnswerKind.RESULT, numbered(*one), plain),
        "no rows": (AnswerKind.RESULT, numbered(*rows(deprecates_eof=deprecates_eof)), plain),
        "a null": (AnswerKind.RESULT, numbered(*one[:-2], b"\xfb", one[-1]), plain),
        "a row that looks like an end": (AnswerKind.RESULT, numbered(*one[:-2], b"\x00" * 8, one[-1]), plain),
        "warnings": (AnswerKind.RESULT, numbered(*warned), {"warnings": 1}),
        "several": (AnswerKind.RESULT, numbered(*several), {"several": True, "status": int(Status.IN_TRANS)}),
        "an error behind rows": (AnswerKind.RESULT, numbered(*failing), {"failed": True}),
        "prepared": (AnswerKind.PREPARED, numbered(PREPARED, *definitions), {"statement": (7, 1, 2)}),
        "not prepared": (AnswerKind.PREPARED, numbered(ERR), {"failed": True, "statement": None}),
        "fetched": (AnswerKind.ROWS, numbered(b"\x00\x00\x05", end(AUTO, deprecates_eof=deprecates_eof)), plain),
        "statistics": (AnswerKind.PACKET, numbered(b"Uptime: 5"), {"failed": False}),
    }


@pytest.mark.parametrize("deprecates_eof", [False, True], ids=["eof", "ok"])
@pytest.mark.parametrize("name", answers(deprecates_eof=True))
def test_an_answer_ends_where_it_ends_wherever_it_is_cut(name: str, deprecates_eof: bool) -> None:
    kind, data, expected = answers(deprecates_eof)[name]
    for cut in range(1, len(data) + 1):
        reader = AnswerReader(0, deprecates_eof=deprecates_eof)
        reader.begin(kind)
        assert reader.read(data[:cut]) == 0
        if cut < len(data):
            assert not reader.done, f"done after {cut} of {len(data)} bytes"
            assert reader.read(data[cut:] + b"next") == 4
        assert reader.done
        assert {key: getattr(reader, key) for key in expected} == expected


@pytest.mark.parametrize("deprecates_eof", [False, True], ids=["eof", "ok"])
def test_a_row_of_many_packets_is_skipped(deprecates_eof: bool) -> None:
    value = b"\xff" * (p.LARGEST + 5)
    data = numbered(*rows(value, deprecates_eof=deprecates_eof)[:-1])
    data += p.packet(rows(deprecates_eof=deprecates_eof)[-1], 9)
    reader = AnswerReader(0, deprecates_eof=deprecates_eof)
    reader.begin(AnswerKind.RESULT)
    for pos in range(0, len(data), 1 << 20):
        assert not reader.done
        assert reader.read(data[pos : pos + (1 << 20)]) == 0
    assert reader.done
    assert reader.status == int(AUTO)


def test_a_file_is_asked_for_once() -> None:
    reader = AnswerReader(0, deprecates_eof=False)
    reader.begin(AnswerKind.RESULT)
    assert reader.read(numbered(b"\xfb/etc/passwd")) == 0
    assert (reader.wants_file, reader.done) == (True, False)
    assert reader.read(p.packet(OK, 4)) == 0
    assert (reader.wants_file, reader.done) == (False, True)


@pytest.mark.parametrize(
    "data",
    [numbered(b"\x01", COLUMN, b"\x00" * 20), numbered(b"", b""), numbered(b"\x00"), numbered(b"\xfe\x01")],
    ids=["no end of definitions", "empty", "a cut OK", "a cut EOF"],
)
def test_what_is_no_answer_is_refused(data: bytes) -> None:
    reader = AnswerReader(0, deprecates_eof=False)
    reader.begin(AnswerKind.RESULT)
    with pytest.raises(p.PacketError):
        reader.read(data)


@given(data=st.binary(max_size=60), deprecates_eof=st.booleans(), kind=st.sampled_from(AnswerKind))
def test_any_bytes_are_read_or_refused(data: bytes, deprecates_eof: bool, kind: AnswerKind) -> None:
    reader = AnswerReader(0, deprecates_eof=deprecates_eof)
    reader.begin(kind)
    try:
        behind = reader.read(data)
    except p.PacketError:
        return
    assert 0 <= behind <= len(data)


@pytest.mark.parametrize("deprecates_eof", [False, True], ids=["eof", "ok"])
def test_the_one_row_of_an_answer_is_read(deprecates_eof: bool) -> None:
    answer = numbered(*rows(b"five", deprecates_eof=deprecates_eof))
    assert only_row(answer, deprecates_eof=deprecates_eof) == [b"five"]
    for wrong in (numbered(OK), numbered(ERR), numbered(*rows(b"1", b"2", deprecates_eof=deprecates_eof)), b""):
        with pytest.raises(p.PacketError):
            only_row(wrong, deprecates_eof=deprecates_eof)
