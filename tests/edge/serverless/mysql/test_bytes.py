"""The client without a server: the same bytes in whatever pieces, and bytes that do not belong there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.serverless.backend import Refused, Unreachable
from polyscale_cli.edge.serverless.mysql.answer import AnswerToJson
from polyscale_cli.edge.serverless.mysql.login import Login
from polyscale_cli.edge.serverless.statement import Credentials
from polyscale_cli.edge.wire.mysql import packets as p
from polyscale_cli.edge.wire.mysql.capabilities import Capability, Status
from polyscale_cli.edge.wire.mysql.handshake import LoginError, auth_more_data, auth_switch_request, read_response
from tests.edge.wire.mysql import recorded
from tests.edge.wire.mysql.logins import EVERYTHING, payloads

WHO = Credentials("app", "apple pie", "shop")
COLUMN = b"\x03def\x00\x00\x00\x02id\x00\x0c\x3f\x00\x0b\x00\x00\x00\x03\x03\x40\x00\x00\x00"
MORE = Status.AUTOCOMMIT | Status.MORE_RESULTS


def framed(*sent: bytes) -> bytes:
    """Packets, one after the other."""
    return b"".join(p.packet(payload, number + 1) for number, payload in enumerate(sent))


def rows(*values: bytes, deprecates_eof: bool, status: Status = Status.AUTOCOMMIT) -> list[bytes]:
    """A result of one column."""
    old_end = b"\xfe\0\0" + int(status).to_bytes(2, "little")
    end = p.ok_payload(p.Ok(status=status), header=p.EOF_HEADER) if deprecates_eof else old_end
    return [b"\1", COLUMN, *([] if deprecates_eof else [old_end]), *map(p.string, values), end]


def answer(
    data: bytes, *, step: int, deprecates_eof: bool, most: int = 1 << 20, gathers: int = 1 << 20
) -> AnswerToJson:
    """Read an answer in pieces of so many bytes."""
    capabilities = Capability.DEPRECATE_EOF if deprecates_eof else Capability(0)
    reading = AnswerToJson(capabilities, binary=False, most_bytes=most, gathers=gathers)
    for start in range(0, len(data), step):
        assert not reading.done
        reading.feed(data[start : start + step])
    return reading


@pytest.mark.parametrize("deprecates_eof", [False, True])
@pytest.mark.parametrize("step", [1, 2, 7, 1 << 20])
def test_an_answer_is_the_same_in_whatever_pieces_it_comes(step: int, deprecates_eof: bool) -> None:
    several = rows(b"1", b"22", deprecates_eof=deprecates_eof, status=MORE)
    data = framed(*several, p.ok_payload(p.Ok(7, 1 << 60, MORE)), *rows(deprecates_eof=deprecates_eof))
    reading = answer(data, step=step, deprecates_eof=deprecates_eof)
    assert reading.document == b'[[{"id":1},{"id":22}],[{"affectedRows":7,"insertId":"1152921504606846976"}],[]]'
    assert (reading.raw, reading.size, reading.status, reading.failure) == (data, len(data), Status.AUTOCOMMIT, None)


@pytest.mark.parametrize("step", [1, 1 << 20])
def test_an_error_may_come_anywhere(step: int) -> None:
    error = b"\xff\x25\x05#70100interrupted"
    for before in ([], [b"\1"], rows(b"1", deprecates_eof=True)[:-1], rows(b"1", deprecates_eof=True, status=MORE)):
        reading = answer(framed(*before, error), step=step, deprecates_eof=True)
        assert reading.failure == p.Err(1317, "70100", "interrupted")
        assert reading.status in {Status(0), MORE}


def test_no_more_is_kept_of_an_answer_than_is_wanted() -> None:
    data = framed(*rows(b"1" * 200, deprecates_eof=True))
    assert answer(data, step=50, deprecates_eof=True, gathers=100).raw is None
    too_large = answer(data[:150], step=50, deprecates_eof=True, most=149)
    assert too_large.is_too_large
    assert too_large.done


@given(st.lists(st.binary(max_size=30), min_size=1, max_size=6), st.booleans())
def test_bytes_that_are_no_answer_are_refused_or_read(sent: list[bytes], deprecates_eof: bool) -> None:
    try:
        reading = answer(framed(*sent), step=1 << 20, deprecates_eof=deprecates_eof)
    except p.PacketError:
        return
    assert reading.failure is None or not reading.failure.message.startswith("\xff")


@pytest.mark.parametrize("behind", [b"\0", p.packet(b"\1", 9)])
def test_what_comes_behind_an_answer_belongs_to_nobody(behind: bytes) -> None:
    with pytest.raises(p.PacketError):
        answer(framed(*rows(b"1", deprecates_eof=True)) + behind, step=1 << 20, deprecates_eof=True)


def test_a_file_that_was_not_offered_is_not_sent() -> None:
    with pytest.raises(p.PacketError, match="file"):
        answer(framed(b"\xfb/etc/passwd"), step=1 << 20, deprecates_eof=True)


@pytest.mark.parametrize("step", [1, 3, 1 << 10])
@pytest.mark.parametrize("greeting", [recorded.MYSQL_GREETING, recorded.MARIADB_GREETING], ids=["mysql", "mariadb"])
def test_a_login_is_the_same_in_whatever_pieces_it_comes(greeting: bytes, step: int) -> None:
    switch = p.packet(auth_switch_request(b"caching_sha2_password", b"x" * 20 + b"\0"), 2)
    login = Login(WHO)
    said = []
    for data in (greeting, switch, p.packet(auth_more_data(b"\x03"), 4) + p.ok(5)):
        assert not login.done
        said.append(b"".join(login.received(data[start : start + step]) for start in range(0, len(data), step)))
    assert login.done
    assert len(login.received(b"")) == 0
    response = read_response(payloads(said[0])[0], EVERYTHING)
    assert (response.user, response.database) == (b"app", b"shop")
    refused = Capability.LOCAL_FILES | Capability.FOUND_ROWS | Capability.COMPRESS | Capability.SSL
    assert not response.capabilities & (refused | Capability.CONNECT_ATTRS)
    assert Capability.MULTI_STATEMENTS | Capability.MULTI_RESULTS in response.capabilities
    assert (Capability.LONG_PASSWORD in response.capabilities) == (greeting == recorded.MYSQL_GREETING)
    assert len(payloads(said[1])[0]) == 32
    assert said[1][3] == 3
    assert said[2] == b""


def test_the_password_is_in_nothing_that_is_sent_or_shown() -> None:
    login = Login(WHO)
    sent = login.received(recorded.MYSQL_GREETING)
    sent += login.received(p.packet(auth_switch_request(b"sha256_password", b"x" * 20 + b"\0"), 2))
    assert sent[-1] == 1, "the server's key is asked for"
    assert WHO.password.encode() not in sent
    assert WHO.password not in f"{WHO!r} {login!r} {vars(login)!r}"


@pytest.mark.parametrize(
    ("code", "error", "by_credentials"),
    [(1045, Refused, True), (1049, Refused, False), (1251, Refused, True), (4151, Refused, True)]
    + [(code, Unreachable, None) for code in (1040, 1053, 1129, 1203, 2003, 2013)],
)
def test_who_is_not_let_in_is_told_from_what_is_out_of_reach(
    code: int, error: type[Exception], by_credentials: bool | None
) -> None:
    for sqlstate, sequence in (("", 0), ("HY000", 2)):
        login = Login(WHO)
        if sequence:
            login.received(recorded.MYSQL_GREETING)
        with pytest.raises(error, match="so it is") as raised:
            login.received(p.err(code, sqlstate, "so it is", sequence))
        assert getattr(raised.value, "by_credentials", None) == by_credentials


@given(st.binary(max_size=60), st.integers(0, 3))
def test_bytes_that_are_no_login_end_it(data: bytes, greeted: int) -> None:
    login = Login(WHO)
    sequence = 0
    try:
        if greeted:
            login.received(recorded.MYSQL_GREETING)
            sequence = 2
        login.received(p.packet(data, sequence))
    except (Refused, Unreachable, LoginError, p.PacketError):
        return
