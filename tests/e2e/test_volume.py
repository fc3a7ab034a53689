"""More bytes than anybody should hold: back-pressure both ways, and lengths that nobody means."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import raw
from tests.e2e.raw import RawClient, rows
from tests.servers.edge import Edge, EdgeCache
from tests.servers.postgres import TRUST, Postgres
from tests.servers.process import resident_bytes, wait_until

MB = 1_000_000
# What the edge may grow by, whatever passes through it. Every volume below is several times this.
ALLOWANCE = 48 * MB

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory from /proc")


@pytest.fixture
def client(cache: EdgeCache, database: str) -> Iterator[RawClient]:
    with RawClient(cache.edge.postgres_port) as opened:
        opened.login(user=TRUST.name, database=database, application_name=cache.id)
        yield opened


def drain(client: RawClient) -> int:
    """Read up to ReadyForQuery without keeping anything; how many bytes of DataRows came."""
    data, size = b"", 0
    while True:
        while len(data) < 5:
            data += client.socket.recv(1 << 20)
        length = 1 + int.from_bytes(data[1:5], "big")
        kind = data[0]
        if len(data) >= length:
            data = data[length:]
        else:
            left, data = length - len(data), b""
            while left:
                left -= len(client.socket.recv(min(left, 1 << 20)))
        size += length if kind == 0x44 else 0
        if kind == 0x5A:
            return size


def test_a_client_that_stops_reading_stops_the_origin(client: RawClient, cache: EdgeCache, postgres: Postgres) -> None:
    before = resident_bytes(cache.edge.process.pid)
    client.send(raw.query("SELECT repeat('x', 1000) FROM generate_series(1, 300000)"))
    stuck = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'ClientWrite' AND query LIKE '%300000%'"
    wait_until(lambda: bool(postgres.run(stuck)), "the origin waits for the edge to read")
    assert resident_bytes(cache.edge.process.pid) - before < ALLOWANCE
    assert drain(client) > 300 * MB
    assert resident_bytes(cache.edge.process.pid) - before < ALLOWANCE


def test_others_are_served_while_one_client_does_not_read(client: RawClient, cache: EdgeCache, database: str) -> None:
    client.send(raw.query("SELECT repeat('x', 1000) FROM generate_series(1, 300000)"))
    with RawClient(cache.edge.postgres_port) as other:
        other.login(user=TRUST.name, database=database, application_name=cache.id)
        for _ in range(20):
            other.send(raw.query("SELECT 'served'"))
            assert rows(other.until("Z")) == [["served"]]


def test_one_row_of_200_mb(client: RawClient, cache: EdgeCache) -> None:
    before = resident_bytes(cache.edge.process.pid)
    for _ in range(3):
        client.send(raw.query("SELECT repeat('x', 200000000)"))
        assert drain(client) > 200 * MB
    assert resident_bytes(cache.edge.process.pid) - before < ALLOWANCE
    assert cache.metrics().entries == 0


def test_one_statement_of_200_mb(client: RawClient, cache: EdgeCache) -> None:
    before = resident_bytes(cache.edge.process.pid)
    size = 200 * MB
    head, tail = b"SELECT length('", b"')\0"
    client.send(b"Q" + (4 + len(head) + size + len(tail)).to_bytes(4, "big") + head)
    for _ in range(200):
        client.send(b"x" * MB)
    client.send(tail)
    assert rows(client.until("Z")) == [[str(size)]]
    assert resident_bytes(cache.edge.process.pid) - before < ALLOWANCE


def test_an_origin_that_stops_reading_stops_the_client(own_edge: Edge, postgres: Postgres, database: str) -> None:
    # An edge of its own: the origin resets the connection in the end, and what the COPY may have written stays fenced.
    cache = own_edge.create_cache(postgres)
    postgres.run("CREATE TABLE slow (x text); GRANT ALL ON slow TO public", database)
    postgres.run(
        """CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_advisory_xact_lock(42); RETURN NEW; END';
        CREATE TRIGGER wait BEFORE INSERT ON slow FOR EACH ROW EXECUTE FUNCTION wait()""",
        database,
    )
    before = resident_bytes(cache.edge.process.pid)
    with RawClient(postgres.port) as holder, RawClient(own_edge.postgres_port) as client:
        client.login(user=TRUST.name, database=database, application_name=cache.id)
        holder.login(user="postgres", database=database)
        holder.send(raw.query("SELECT pg_advisory_lock(42)"))
        holder.until("Z")
        client.send(raw.query("COPY slow FROM STDIN"))
        assert client.receive().kind == "G"
        chunk = raw.message("d", (b"x" * 999 + b"\n") * 100)
        client.socket.settimeout(2)
        sent = 0
        with pytest.raises(socket.timeout):
            while sent < 400 * MB:
                client.send(chunk)
                sent += len(chunk)
        assert resident_bytes(cache.edge.process.pid) - before < ALLOWANCE


def test_a_length_of_1_gb_is_not_believed(client: RawClient, cache: EdgeCache, database: str) -> None:
    before = resident_bytes(cache.edge.process.pid)
    client.send(b"Q" + (1 << 30).to_bytes(4, "big") + b"SELECT 1")
    with RawClient(cache.edge.postgres_port) as other:
        other.login(user=TRUST.name, database=database, application_name=cache.id)
        other.send(raw.query("SELECT 'served'"))
        assert rows(other.until("Z")) == [["served"]]
    assert resident_bytes(cache.edge.process.pid) - before < ALLOWANCE


@pytest.mark.parametrize("length", [0, 3, (1 << 31), (1 << 32) - 1])
def test_a_length_that_no_message_has_ends_the_session(client: RawClient, length: int) -> None:
    client.send(b"Q" + length.to_bytes(4, "big") + b"SELECT 1\0")
    found = client.rest()
    assert [each.kind for each in found] in (["E"], [])
    assert [each.fields["S"] for each in found] in (["FATAL"], [])
