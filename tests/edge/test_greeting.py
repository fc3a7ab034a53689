"""What the first bytes of a server mean."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.wire.postgres.greeting import PostgresGreeting, read_greeting
from polyscale_cli.edge.wire.strangers import Stranger

MYSQL = b"\x4a\0\0\0\x0a8.0.36\0" + b"\x08\0\0\0abcdefgh\0\xff\xff\xff\x02\0\xff\xdf\x15"


@pytest.mark.parametrize(("data", "tls"), [(b"S", True), (b"N", False)])
def test_one_letter_is_postgres(data: bytes, tls: bool) -> None:
    assert read_greeting(data) == PostgresGreeting(tls_offered=tls)


def test_an_error_response_is_postgres_and_says_why() -> None:
    fields = b"SFATAL\0C53300\0Msorry, too many clients already\0\0"
    data = b"E" + struct.pack("!i", len(fields) + 4) + fields
    assert read_greeting(data) == PostgresGreeting(tls_offered=False, complaint="sorry, too many clients already")


def test_an_error_response_of_the_length_that_marks_a_mysql_error_is_still_postgres() -> None:
    fields = b"SFATAL\0M" + b"x" * 241 + b"\0\0"
    data = b"E" + struct.pack("!i", len(fields) + 4) + fields
    assert data[4] == 0xFF
    assert read_greeting(data) == PostgresGreeting(tls_offered=False, complaint="x" * 80)


def test_an_error_of_a_server_that_could_not_fork_is_postgres() -> None:
    data = b"Ecould not fork new process for connection: out of memory\n\0"
    assert read_greeting(data) == PostgresGreeting(
        tls_offered=False, complaint="could not fork new process for connection: out of memory"
    )


@pytest.mark.parametrize(
    ("data", "speaks", "says"),
    [
        (MYSQL, "MySQL", "8.0.36"),
        # The length of a packet may be any byte, those that Postgres answers with included.
        (b"S" + MYSQL[1:], "MySQL", "8.0.36"),
        (b"N" + MYSQL[1:], "MySQL", "8.0.36"),
        (b"\x5d\0\0\0\x0a5.5.5-10.11.6-MariaDB-0+deb12u1\0" + b"x" * 60, "MariaDB", "5.5.5-10.11.6-MariaDB-0+deb12u1"),
        (b"\x45\0\0\0\xff\x6a\x04Host '10.0.0.1' is not allowed", "MySQL", "Host '10.0.0.1' is not allowed"),
        (b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", "HTTP", "HTTP/1.1 400 Bad Request"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "SSH", "SSH-2.0-OpenSSH_9.2"),
        (b"-ERR unknown command\r\n", "Redis", "-ERR unknown command"),
        (b"\x15\x03\x01\0\x02\x02\x46", "TLS from its first byte", ""),
        (b"\x1b[2Jhello", "a protocol that is not that of Postgres", "[2Jhello"),
    ],
)
def test_strangers_are_named(data: bytes, speaks: str, says: str) -> None:
    assert read_greeting(data) == Stranger(speaks, says)


@given(st.binary(min_size=1, max_size=200))
def test_no_bytes_are_too_strange(data: bytes) -> None:
    found = read_greeting(data)
    shown = found.says if isinstance(found, Stranger) else (found.complaint or "")
    assert shown == "" or shown.isprintable()
    assert len(shown) <= 80
    if isinstance(found, PostgresGreeting) and found.complaint is None:
        assert data in {b"S", b"N"}
