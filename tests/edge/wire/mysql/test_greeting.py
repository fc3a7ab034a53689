"""What the first bytes of a server mean where MySQL is expected."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyscale_cli.edge.wire.mysql.capabilities import Capability
from polyscale_cli.edge.wire.mysql.greeting import LONGEST_GREETING, MySqlGreeting, read_greeting
from polyscale_cli.edge.wire.mysql.packets import err, packet
from polyscale_cli.edge.wire.strangers import Stranger


def greeting(version: bytes, capabilities: Capability) -> bytes:
    lower, upper = capabilities & 0xFFFF, capabilities >> 16
    fixed = struct.pack("<I8sxHBHHB10x", 8, b"abcdefgh", lower, 45, 2, upper, 21)
    return packet(b"\x0a" + version + b"\0" + fixed + b"ijklmnopqrst\0caching_sha2_password\0", 0)


WITH_TLS = greeting(b"9.7.4", Capability.SSL | Capability.PROTOCOL_41)


def test_a_mysql_server_tells_its_version_and_whether_it_offers_tls() -> None:
    assert read_greeting(WITH_TLS) == MySqlGreeting(tls_offered=True, version="9.7.4")
    plain = greeting(b"8.0.36", Capability.PROTOCOL_41)
    assert read_greeting(plain) == MySqlGreeting(tls_offered=False, version="8.0.36")


@pytest.mark.parametrize("prefix", [b"", b"5.5.5-"])
def test_a_mariadb_server_is_told_apart_and_its_version_is_its_own(prefix: bytes) -> None:
    found = read_greeting(greeting(prefix + b"10.11.6-MariaDB-0+deb12u1", Capability.SSL))
    assert found == MySqlGreeting(tls_offered=True, version="10.11.6-MariaDB-0+deb12u1", is_mariadb=True)


def test_a_greeting_may_come_in_pieces() -> None:
    assert {read_greeting(WITH_TLS[:length]) for length in range(len(WITH_TLS))} == {None}


def test_a_server_that_lets_nobody_in_is_quoted() -> None:
    found = read_greeting(err(1040, "", "Too many connections", 0))
    assert found == MySqlGreeting(tls_offered=False, complaint="Too many connections")


@pytest.mark.parametrize(
    ("data", "speaks", "says"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP", "HTTP/1.1 400 Bad Request"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "SSH", "SSH-2.0-OpenSSH_9.2"),
        (b"-ERR unknown command\r\n", "Redis", "-ERR unknown command"),
        (b"\x05\0\0\0\x0b\x08\x05\x1a\0", "MySQL's X protocol, as on port 33060", ""),
        (b"\x1b[2Jhello", "a protocol that is not that of MySQL", "[2Jhello"),
    ],
)
def test_strangers_are_named(data: bytes, speaks: str, says: str) -> None:
    assert read_greeting(data) == Stranger(speaks, says)


@pytest.mark.parametrize(
    "data", [packet(b"\x0a", 0), packet(b"\x0a8.0\0abc", 0), b"\xff\xff\0\0\x0a" + b"x" * LONGEST_GREETING]
)
def test_a_greeting_that_is_cut_short_or_never_ends_is_none(data: bytes) -> None:
    assert isinstance(read_greeting(data), Stranger)


@given(st.binary(max_size=LONGEST_GREETING + 10))
def test_no_bytes_are_too_strange(data: bytes) -> None:
    found = read_greeting(data)
    shown = found.says if isinstance(found, Stranger) else (found.complaint or found.version if found else "")
    assert shown == "" or shown.isprintable()
    if found is None:
        assert len(data) < LONGEST_GREETING
