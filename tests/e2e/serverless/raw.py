"""Asks byte by byte: what no HTTP client would send."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import BinaryIO

from tests.servers.edge import Edge

TYPE = "Content-Type: application/json"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. Headers by lower-case name."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """The code of an error, which has the shape of all errors."""
        told = json.loads(self.body)
        assert set(told) == {"statusCode", "code", "error", "message"}, told
        assert (told["statusCode"], told["error"]) == (self.status, HTTPStatus(self.status).phrase)
        assert self.headers["content-type"] == "application/json; charset=utf-8"
        return str(told["code"])


def post(body: bytes, *lines: str, first: str = "POST /sql HTTP/1.1", length: bool = True) -> bytes:
    """A request's bytes; `lines` are headers besides Host, and Content-Length if that is wanted."""
    framing = (f"Content-Length: {len(body)}",) if length else ()
    return "\r\n".join((first, "Host: localhost", *lines, *framing, "", "")).encode("latin-1") + body


def chunked(body: bytes, size: int = 7) -> bytes:
    """A body in chunks (RFC 9112, section 7.1)."""
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (*pieces, b""))


@contextlib.contextmanager
def connected(edge: Edge) -> Iterator[tuple[socket.socket, BinaryIO]]:
    """A connection to the edge's HTTP port, and what comes from it."""
    http = edge.runtime["http"]
    with socket.create_connection((http["host"], http["port"]), timeout=30) as client, client.makefile("rb") as read:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield client, read


def read_reply(read: BinaryIO, *, has_body: bool = True) -> Reply:
    """The next answer, but for one that says to go on."""
    status = int(read.readline().split()[1])
    headers: dict[str, str] = {}
    while line := read.readline().strip():
        name, _, value = line.decode().partition(": ")
        headers[name.lower()] = value
    if status == HTTPStatus.CONTINUE:
        return read_reply(read)
    return Reply(status, headers, read.read(int(headers["content-length"])) if has_body else b"")


def exchange(edge: Edge, *sent: bytes, has_body: bool = True) -> Reply:
    """Send on a connection of its own as much as is taken; the first answer."""
    with connected(edge) as (client, read):
        with contextlib.suppress(ConnectionError):
            for piece in sent:
                client.sendall(piece)
        return read_reply(read, has_body=has_body)
