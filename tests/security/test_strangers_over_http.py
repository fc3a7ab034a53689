"""What anybody may send to the HTTP port without a token, and how little it may cost."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import pytest

from tests.servers.edge import Edge
from tests.servers.process import resident_bytes

MIB = 1 << 20


@pytest.fixture(autouse=True)
def goes_on(edge: Edge) -> Iterator[None]:
    """After every test here, the edge still answers, and is as small as it was."""
    before = resident_bytes(edge.process.pid)
    yield
    assert edge.api.get("/v1/caches").status_code == 200
    # Where much is sent, it is 64 MiB or more.
    assert resident_bytes(edge.process.pid) - before < 48 * MIB


def answer_to(edge: Edge, *sent: bytes, waits: bool = False) -> bytes:
    """Send as much as the edge takes; all that it says until it closes, or the first words to somebody who waits."""
    told = b""
    stranger = socket.create_connection(("127.0.0.1", int(edge.runtime["http"]["port"])), timeout=30)
    with stranger, contextlib.suppress(OSError):
        for piece in sent:
            stranger.sendall(piece)
        if not waits:
            stranger.shutdown(socket.SHUT_WR)
        while not (waits and told) and (data := stranger.recv(1 << 16)):
            told += data
    return told


def head(*lines: str, path: str = "/v1/caches", method: str = "GET") -> bytes:
    return "\r\n".join((f"{method} {path} HTTP/1.1", "Host: localhost", *lines, "", "")).encode()


@pytest.mark.parametrize(
    "sent",
    [
        [head(f"X: {'x' * 100_000}")],
        [head(path="/" + "x" * 100_000)],
        [b"GET " + b"x" * 64 * MIB],
        [head()[:-2], *[b"X-%d: %s\r\n" % (n, b"x" * 1000) for n in range(64_000)]],
        [b"\r\n" * 1000, head("Authorization: Bearer " + "x" * 20_000)],
    ],
    ids=["header", "path", "line", "headers", "token"],
)
def test_a_head_without_end_is_refused(edge: Edge, sent: list[bytes]) -> None:
    told = answer_to(edge, *sent)
    assert told == b"" or told.split()[1][:1] == b"4", told[:200]


@pytest.mark.parametrize(
    "framing", ["Content-Length: 1000000000", "Transfer-Encoding: chunked", "Content-Length: 10\r\nContent-Length: 20"]
)
def test_a_body_of_somebody_without_a_token_is_not_waited_for(edge: Edge, framing: str) -> None:
    told = answer_to(edge, head("Content-Type: application/json", framing, method="POST"), waits=True)
    assert told.split()[1] in (b"400", b"401")


def test_a_body_without_end_is_not_kept(edge: Edge) -> None:
    request = head(f"Authorization: Bearer {edge.token}", "Transfer-Encoding: chunked", method="POST")
    chunk = b"100000\r\n" + bytes(MIB) + b"\r\n"
    told = answer_to(edge, request, *[chunk] * 64)
    assert told == b"" or b"PAYLOAD_TOO_LARGE" in told


def test_a_second_request_hidden_in_the_first_is_not_answered_as_the_firsts(edge: Edge) -> None:
    """Both framings at once: whoever stands in front might see one request where the edge sees two."""
    hidden = head(f"Authorization: Bearer {edge.token}")
    told = answer_to(
        edge,
        head("Content-Length: 4", "Transfer-Encoding: chunked", path="/healthz") + b"0\r\n\r\n" + hidden,
        waits=True,
    )
    assert told.split()[1] == b"400"
    assert b"[" not in told


def test_hundreds_who_say_nothing_keep_nobody_out(edge: Edge) -> None:
    address = ("127.0.0.1", int(edge.runtime["http"]["port"]))
    with contextlib.ExitStack() as opened:
        for number in range(500):
            stranger = opened.enter_context(socket.create_connection(address))
            stranger.sendall(head()[: number % 30])
        assert edge.api.get("/healthz").status_code == 200
