from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.cache import OriginTls
from polyscale_cli.edge.wire.mysql import packets
from tests.edge.wire.mysql import recorded
from tests.edge.wire.mysql.driving import drive
from tests.edge.wire.mysql.logins import (
    MARIADB,
    MYSQL,
    OWN_PORT,
    SHARED,
    cut,
    own_port,
    refused,
    shared,
)


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "the client speaks HTTP"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01", "begins with TLS"),
        (b"\xff\xff\xff\x01", "larger than any"),
        (recorded.MYSQL_RESPONSE[:3] + b"\x05" + recorded.MYSQL_RESPONSE[4:], "out of order"),
        (packets.packet(b"", 1), "does not belong to a login"),
        (packets.packet(recorded.MYSQL_RESPONSE[4:60], 1), "does not belong to a login"),
        (packets.packet(b"\x85\xa6\x00\x00\x01root\0", 1), "does not belong to a login"),
    ],
)
def test_a_client_that_makes_no_sense_is_refused(data: bytes, hint: str) -> None:
    assert hint in refused(shared(MYSQL), ("client", data))


def test_a_client_that_sends_more_and_more_is_refused() -> None:
    login = shared(MYSQL)
    login.start()
    said = refused(shared(MYSQL), SHARED[0], *[("client", bytes(10_000))] * 8)
    assert "larger than any" in said


@pytest.mark.parametrize(
    ("data", "seems"),
    [
        (b"SSH-2.0-OpenSSH_9.2p1\r\n", "SSH"),
        (b"HTTP/1.1 400 Bad Request\r\n", "HTTP"),
        (b"220 mail ESMTP\r\n", "SMTP or FTP"),
        (b"-ERR wrong\r\n", "Redis"),
        (b"E\0\0\0\x86SFATAL\0", "PostgreSQL"),
        (b"\x05\0\0\0\x0b\x08\x05\x1a\0", "X protocol"),
        (b"\x15\x03\x01\0\x02\x02\x46", "TLS"),
        (bytes(range(40, 60)), "a protocol that is not"),
        (b"\x30\0\0\x07\x0a8.0.36\0", "a protocol that is not|out of order"),
    ],
)
@pytest.mark.parametrize("own", [False, True], ids=["shared", "own port"])
def test_an_origin_that_is_no_mysql_is_named(data: bytes, seems: str, own: bool) -> None:
    script = [] if own else [("client", recorded.MYSQL_RESPONSE)]
    said = refused(own_port() if own else shared(MYSQL), *script, ("origin", data))
    assert any(one in said for one in seems.split("|"))


@pytest.mark.parametrize("own", [False, True], ids=["shared", "own port"])
@given(data=st.data())
def test_garbled_bytes_lead_to_an_outcome_or_to_a_clear_error(own: bool, data: st.DataObject) -> None:
    garbled = []
    for side, said in OWN_PORT if own else SHARED:
        raw = bytearray(said)
        for _ in range(data.draw(st.integers(0, 3))):
            raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
        garbled.append(
            (side, bytes(raw[: data.draw(st.integers(0, len(raw)))]) if data.draw(st.booleans()) else bytes(raw))
        )
    login = own_port(OriginTls.PREFER, tls=True) if own else shared(MARIADB, OriginTls.PREFER, tls=True)
    outcome = drive(login, cut(garbled, data))
    if outcome.error is not None:
        assert packets.read_packet(login.error(outcome.error)) is not None
