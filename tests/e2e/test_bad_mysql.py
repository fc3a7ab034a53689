"""Clients that MySQL's listeners cannot use: they get an ERR packet that says what to do, and no hang."""

from __future__ import annotations

import uuid

import pytest

from tests.e2e.raw_mysql import USUAL, Flag, RawMySql, framed, login_packet
from tests.servers.edge import Edge
from tests.servers.process import free_port

ACCESS_DENIED = 1045
UNKNOWN = str(uuid.UUID(int=7))


def refusal(edge: Edge, user: str, database: str | None = None, flags: Flag = USUAL) -> tuple[int, str]:
    """The number and the words with which a login is refused, behind which the connection is closed."""
    with RawMySql(edge.shared_port("mysql")) as client:
        heard = client.login(user, database, flags)
        assert heard.is_error, heard.body
        with pytest.raises(EOFError):
            client.receive()
        return heard.code, heard.error


@pytest.mark.parametrize(
    ("user", "database", "words"),
    [
        (f"{UNKNOWN}-app", None, f"there is no cache {UNKNOWN}"),
        (UNKNOWN, None, "a cache id and no user"),
        (f"{UNKNOWN}-", None, "a cache id and no user"),
        ("app", None, "names no cache"),
        ("", None, "The user name is empty"),
        ("app", UNKNOWN, "The database is a cache id"),
    ],
)
def test_a_user_who_names_no_cache_is_told_why(edge: Edge, user: str, database: str | None, words: str) -> None:
    code, message = refusal(edge, user, database)
    assert code == ACCESS_DENIED
    assert words in message


def test_a_client_from_before_plugins_is_told_to_use_a_port_of_a_caches_own(edge: Edge) -> None:
    _, message = refusal(edge, f"{UNKNOWN}-app", flags=USUAL & ~Flag.PLUGIN_AUTH)
    assert "listenPort" in message or "port of its own" in message


def test_an_origin_that_is_down_is_named(edge: Edge) -> None:
    port = free_port()
    cache = edge.create_cache(("127.0.0.1", port), database="mysql", originTls="disable")
    code, message = refusal(edge, f"{cache.id}-app")
    cache.delete()
    assert code > 0
    assert str(port) in message


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(32),
        framed(login_packet("app", None), 5),
        framed(login_packet("app", None)[:20], 1),
        framed(b"", 1),
        b"\xff\xff\xff\x01" + b"x" * 70_000,
        b"\0\0\0\x08\0\3\0\0",
    ],
    ids=["HTTP", "TLS", "a wrong number", "cut short", "empty", "16 MB", "PostgreSQL"],
)
def test_what_is_no_login_is_answered_with_an_error(edge: Edge, data: bytes) -> None:
    with RawMySql(edge.shared_port("mariadb")) as client:
        client.receive()
        client.socket.sendall(data)
        heard = client.receive()
        assert heard.is_error, heard.body
        with pytest.raises((EOFError, ConnectionResetError)):
            client.receive()
