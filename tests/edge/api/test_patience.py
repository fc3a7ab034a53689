"""Requests that are begun and not finished are ended; those that are slow, but not too slow, are answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from polyscale_cli.edge.api.http import PATIENCE_SECONDS, HttpServer
from polyscale_cli.edge.process import EdgeSettings
from polyscale_cli.edge.registry import Registry
from polyscale_cli.edge.server import Edge

TOKEN = "pst_test"
HEAD = f"POST /v1/caches HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 2\r\n\r\n"
WHOLE = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


@asynccontextmanager
async def connected(
    directory: Path, patience: float
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to an edge's API."""
    registry = Registry(directory / "edge.db")
    server = HttpServer(Edge(EdgeSettings(directory), registry, TOKEN, None), patience)
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", await server.listen("127.0.0.1", 0))
        async with asyncio.timeout(30):
            yield reader, writer
        writer.close()
    finally:
        await server.close()
        registry.close()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (b"", b""),
        (b"GET / HTTP/1.1\r\nHost: loc", b""),
        (HEAD.encode() + b"{", b"HTTP/1.1 408 Request Timeout"),
        (HEAD.encode().replace(b"POST /v1", b"PUT /none") + b"{", b"HTTP/1.1 404 Not Found"),
        (WHOLE, b"HTTP/1.1 200 OK"),
        (WHOLE + b"GET / HTTP/1.1\r\nHost: loc", b"HTTP/1.1 200 OK"),
    ],
    ids=["nothing", "half a head", "half a body", "half a body nowhere", "nothing more", "half a head more"],
)
def test_half_a_request_is_ended(sent: bytes, told: bytes, tmp_path: Path) -> None:
    async def send() -> bytes:
        async with connected(tmp_path, 0.2) as (reader, writer):
            writer.write(sent)
            return await reader.read()

    assert asyncio.run(send()).partition(b"\r\n")[0] == told


def test_a_request_in_pieces_is_answered(tmp_path: Path) -> None:
    async def send() -> bytes:
        async with connected(tmp_path, PATIENCE_SECONDS) as (reader, writer):
            for at in range(len(WHOLE)):
                writer.write(WHOLE[at : at + 1])
                await asyncio.sleep(0)
            return await reader.readline()

    assert asyncio.run(send()) == b"HTTP/1.1 200 OK\r\n"
